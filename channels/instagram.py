"""Instagram: posts of one professional account, over the Graph API with aiohttp.

A post is made in two steps: Instagram fetches the picture itself and keeps it ready, then that is published. It
takes no bytes, so only a picture with a public address can go: the card without photo. It takes no post without
picture either, and nothing of a post can be changed, so a correction is a new post and the old one is deleted.

Deleting asks for a token that was got through a Facebook Page. The token travels in a header. Only to be told of
itself (`/debug_token`) it stands in an address as well, for which the Graph API knows no other way. The addresses of
next pages that hold it are not used.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import AliasChoices, AliasPath, AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from hub.content import (
    ChannelError,
    Counts,
    Gezondheid,
    Image,
    Limits,
    NeedsAttention,
    NotNow,
    Post,
    Quota,
    Receipt,
    Refused,
    Reply,
    Setting,
    Timeouts,
    Unknown,
    Weg,
    bestand_adres,
    http_date,
    retry_after,
    whole,
)

_BASIS = "https://graph.facebook.com/v25.0"
_WEB = "https://www.instagram.com/"
_CERTAINLY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_FILE_GONE = (404, 410)
_TOO_MANY = frozenset({4, 9, 17, 32, 341, 613, *range(80000, 80015)})
_TOKEN, _RIGHTS = frozenset({102, 190}), frozenset({3, 10, *range(200, 300)})
_BLOCKED, _NOT_READY = frozenset({25, 368}), frozenset({9004, 9007})
_ACTION_BLOCKED, _CANNOT_DELETE = 2207051, 2207085
_VERLOPEN = "Instagram kent deze token niet (meer); maak een nieuwe."
_ITEM, _ANSWER = "id,caption,timestamp,permalink,media_url", "id,text,timestamp,from"
_SEEN = ("views", "reach", "saved", "shares")
_NODIG = (
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_contents",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "pages_read_engagement",
)
_T = TypeVar("_T")


class _Thing(BaseModel, populate_by_name=True):
    """A new post, or a picture that is made ready."""

    id: str = Field(pattern=r"^\d+$")
    state: str = Field("", validation_alias="status_code")


class _Item(BaseModel, populate_by_name=True):
    """A post or an answer to it as the account shows it."""

    id: str = Field(min_length=1)
    timestamp: AwareDatetime
    text: str = Field("", validation_alias=AliasChoices("caption", "text"))
    url: str = Field(_WEB, validation_alias="permalink")
    file: str = Field("", validation_alias="media_url")
    author: str = Field("", validation_alias=AliasPath("from", "id"))
    replies: list["_Item"] = Field([], validation_alias=AliasPath("replies", "data"))


class _Counters(BaseModel, populate_by_name=True):
    """What everybody can see; of likes that were hidden Instagram says nothing."""

    likes: int | None = Field(None, validation_alias="like_count")
    comments: int = Field(validation_alias="comments_count")


class _Count(BaseModel, populate_by_name=True):
    name: str
    value: int = Field(validation_alias=AliasPath("values", 0, "value"))


class _Name(BaseModel):
    name: str = Field(min_length=1, validation_alias="username")


class _Token(BaseModel, populate_by_name=True):
    """What Instagram says of a token: until when it holds (0: for ever) and what it may do."""

    until: int = Field(0, ge=0, le=2**40, validation_alias=AliasPath("data", "expires_at"))
    scopes: list[str] = Field(list(_NODIG), validation_alias=AliasPath("data", "scopes"))


class _List(BaseModel, populate_by_name=True):
    """One page of a list, and the place where the next one begins."""

    data: list[Any]
    after: str = Field("", validation_alias=AliasPath("paging", "cursors", "after"))
    further: str = Field("", validation_alias=AliasPath("paging", "next"))


class _Wrong(BaseModel, populate_by_name=True):
    """What an answer that is no yes says."""

    code: int = Field(validation_alias=AliasPath("error", "code"))
    part: int = Field(0, validation_alias=AliasPath("error", "error_subcode"))
    transient: bool = Field(False, validation_alias=AliasPath("error", "is_transient"))
    reason: str = Field("", validation_alias=AliasPath("error", "message"))

    @property
    def doubtful(self) -> bool:
        """Out of order for a moment, or stopped by a guard that was seen to let the post through."""
        return self.transient or self.code in (-2, -1, 1, 2) or self.part == _ACTION_BLOCKED


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def wrong(self) -> _Wrong | None:
        """The error in this answer, where it is one of Instagram itself and not of something in between."""
        try:
            return _Wrong.model_validate_json(self.body)
        except ValidationError:
            return None

    @property
    def unseen(self) -> bool:
        """Not there, or not to be seen with this token: Instagram says the same of both."""
        return (wrong := self.wrong) is not None and (wrong.code, wrong.part) == (100, 33)

    def read(self, kind: type[_T]) -> _T:
        """The answer as what it should be."""
        try:
            return TypeAdapter(kind).validate_json(self.body)
        except ValidationError:
            raise Unknown("Instagram gaf een onleesbaar antwoord; het bericht kan er staan.") from None


class Channel:
    """One Instagram account that belongs to a Page."""

    naam: ClassVar[str] = "instagram"
    titel: ClassVar[str] = "Instagram"
    meldt_vertrek: ClassVar[bool] = True
    alleen_met_beeld: ClassVar[bool] = True
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting("basisUrl", "Adres", "Het adres van de Graph API, met de versie erin.", standaard=_BASIS),
        Setting("account", "Nummer van het account", "Alleen cijfers; staat in Meta Business.", rekening=True),
        Setting(
            "token",
            "Token",
            "Van een systeemgebruiker in Meta Business, met de rechten instagram_basic, instagram_content_publish, "
            "instagram_manage_contents, instagram_manage_comments, instagram_manage_insights en pages_read_engagement.",
            geheim=True,
        ),
    )
    # An account may make a number of posts in any 24 hours that was 25, 50 and 100; then Instagram says so itself.
    limits = Limits(2200, 2200, "telegram", foto=False, alt_max=1000, per_venster=50, venster_seconden=86_400)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self._basis = (instellingen.get("basisUrl") or _BASIS).rstrip("/")
        self._account, self._token = instellingen["account"].strip(), instellingen["token"].strip()
        self._posts = _path(self._account, "media")
        self._timeouts = timeouts
        self._made: deque[tuple[str, str]] = deque(maxlen=200)

    def can(self) -> frozenset[str]:
        """Not `corrigeren`: what was posted stays as it is. Instagram knows no keys."""
        return frozenset({"intrekken", "terugzoeken", "meten", "reacties", "modereren", "controleren"})

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        """Have the picture made ready, then publish it."""
        begun = monotonic()
        number = await self._prepare(post)
        left = max(self._timeouts.total - (monotonic() - begun), 0.001)
        vertrek()
        path = _path(self._account, "media_publish")
        answer = self._ok(await self._call("POST", path, total=left, json={"creation_id": number}))
        ref = answer.read(_Thing).id
        self._made.append((key, ref))
        return await self._proof(ref, _quota(answer.headers))

    async def retract(self, receipt: Receipt) -> None:
        """Delete the post with its picture; one that is already gone is fine."""
        answer = await self._call("DELETE", _path(receipt.ref))
        if answer.wrong and (answer.wrong.code in _RIGHTS or answer.wrong.part == _CANNOT_DELETE):
            # Not every token may: a person can delete it, and other posts can still go out.
            raise Refused("Instagram laat de hub dit bericht niet verwijderen.")
        self._done(answer)

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post, and by itself its picture, can still be asked for."""
        asks = [self._call("GET", _path(receipt.ref), params={"fields": _ITEM})]
        file = receipt.extra.get("bestand", "")
        asks += [self._call("GET", file, with_token=False)] if bestand_adres(file, self._basis) else []
        post, *rest = await asyncio.gather(*asks)
        if post.unseen:
            # Not seen proves something only when this token still sees what the account posts.
            self._ok(await self._call("GET", self._posts, params={"fields": "id", "limit": "1"}))
            return Weg(True, _file_gone(*rest))
        return Weg(False, _file_gone(*rest), self._ok(post).read(_Item).text)

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None:
        """Read what the account posted back to `since` for the first post with this marker."""
        others = {ref for made, ref in self._made if made != key}
        word = re.compile(rf"(?<!\w){re.escape(marker)}(?!\w)")
        back = since - timedelta(seconds=1)
        items = await self._list(self._posts, {"fields": _ITEM, "limit": "50"}, back)
        ours = [item for item in items if item.timestamp >= back and item.id not in others and word.search(item.text)]
        return _receipt(min(ours, key=lambda item: item.timestamp)) if ours else None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        """Likes, comments, views, reach, saves and shares of each post; nothing for a post that is gone."""
        counts = await asyncio.gather(*(self._counted(receipt.ref) for receipt in receipts))
        return {receipt.ref: count for receipt, count in zip(receipts, counts, strict=True) if count}

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        """What others wrote under the post since then, and under those answers."""
        query = {"fields": f"{_ANSWER},replies.limit(50){{{_ANSWER}}}", "limit": "50"}
        items = await self._list(_path(receipt.ref, "comments"), query)
        every = [one for item in items for one in (item, *item.replies)]
        theirs = (item for item in every if item.author != self._account and item.timestamp >= since)
        return tuple(Reply(item.id, item.timestamp, item.text) for item in theirs)

    async def close_replies(self, receipt: Receipt) -> None:
        """Nobody can write under the post any more; what stands there stays."""
        self._done(await self._call("POST", _path(receipt.ref), json={"comment_enabled": False}))

    async def hide_reply(self, reply_ref: str) -> None:
        """Hide one comment; who wrote it still sees it. One that is gone is fine."""
        self._done(await self._call("POST", _path(reply_ref), json={"hide": True}))

    async def close(self) -> None:
        """Nothing stays open between two calls."""

    async def check(self) -> Gezondheid:
        """What this token opens, until when, and which of the rights it lacks. Not every token tells that of itself."""
        said = self._ok(await self._call("GET", _path(self._account), params={"fields": "username"})).read(_Name)
        about = await self._call("GET", "/debug_token", params={"input_token": self._token})
        token = _Token() if about.wrong or about.status != 200 else about.read(_Token)
        until = datetime.fromtimestamp(token.until, UTC) if token.until else None
        missing = [right for right in _NODIG if right not in token.scopes]
        return Gezondheid(f"@{said.name}", until, f"De token mist rechten: {', '.join(missing)}." if missing else "")

    async def _prepare(self, post: Post) -> str:
        """The number of the picture that is ready with these words. Whatever fails here, no post was made."""
        image = _fetchable(post.image)
        payload = {"image_url": image.url, "caption": post.text, "alt_text": image.alt}
        try:
            # The rest of the time is for the post itself.
            async with asyncio.timeout(self._timeouts.total * 0.7):
                answer = await self._call("POST", self._posts, json=payload)
                number, pause = self._ok(answer).read(_Thing).id, 0.25
                while True:
                    seen = await self._call("GET", _path(number), params={"fields": "id,status_code"})
                    state = self._ok(seen).read(_Thing).state
                    if state == "FINISHED":
                        return number
                    if state in ("ERROR", "EXPIRED"):
                        raise Refused("Instagram kan met deze afbeelding niets; er is niets geplaatst.")
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 2.0)
        except (Unknown, TimeoutError):
            raise NotNow("Instagram zette de afbeelding niet op tijd klaar; er is niets geplaatst.") from None

    async def _proof(self, ref: str, quota: Quota | None) -> Receipt:
        """With where post and picture stand. Without that answer the post stands there too."""
        found = Receipt(ref, _WEB, {"bestand": ""})
        with suppress(ChannelError):
            ask = self._call("GET", _path(ref), total=self._timeouts.total / 5, params={"fields": _ITEM})
            found = _receipt(self._ok(await ask).read(_Item))
        return replace(found, ref=ref, quota=quota)

    async def _counted(self, ref: str) -> Counts:
        shown, seen = await asyncio.gather(
            self._call("GET", _path(ref), params={"fields": "like_count,comments_count"}),
            self._call("GET", _path(ref, "insights"), params={"metric": ",".join(_SEEN)}),
        )
        if shown.unseen:
            return {}
        more = dict[str, int | None].fromkeys(_SEEN)
        with suppress(ChannelError, ValidationError):
            # Only with a right of its own, and not for every post.
            found = [_Count.model_validate(item) for item in self._ok(seen).read(_List).data]
            more |= {item.name: item.value for item in found if item.name in more}
        return {**self._ok(shown).read(_Counters).model_dump(), **more}

    async def _list(self, path: str, query: Mapping[str, str], since: datetime | None = None) -> list[_Item]:
        """Everything on all pages, back to `since`; nothing under a post that is gone. Ten pages is not everything."""
        items, more = list[_Item](), dict[str, str]()
        try:
            async with asyncio.timeout(self._timeouts.total):
                for _ in range(10):
                    answer = await self._call("GET", path, params={**query, **more})
                    if answer.unseen and path != self._posts:
                        return []
                    page = self._ok(answer).read(_List)
                    items += [_Item.model_validate(item) for item in page.data]
                    if not (page.after and page.further) or (since and items and items[-1].timestamp < since):
                        return items
                    more = {"after": page.after}
        except (TimeoutError, ValidationError):
            raise Unknown("Instagram gaf niet op tijd een leesbaar antwoord.") from None
        raise Unknown("Er staat te veel op dit account om terug te zoeken.")

    async def _call(self, method: str, url: str, *, total: float = 0, with_token: bool = True, **rest: Any) -> _Answer:
        """Ask once; every way in which the line can fail becomes one of the four errors."""
        headers = dict[str, str]()
        if with_token:
            url, headers["Authorization"] = self._basis + url, f"Bearer {self._token}"
        timeout = aiohttp.ClientTimeout(total=total or self._timeouts.total, connect=self._timeouts.connect)
        rest |= {"headers": headers, "timeout": timeout, "allow_redirects": False}
        try:
            # A connection each: one kept open that was just dropped would make the outcome of a post unknown.
            async with aiohttp.ClientSession() as session, session.request(method, url, **rest) as answer:
                # Of a file only that it is there matters.
                content = await whole(answer.content.iter_any()) if with_token else b""
        except _CERTAINLY_NOT_SENT:
            raise NotNow("Instagram is niet bereikbaar.") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            raise Unknown("Instagram gaf geen antwoord; het bericht kan er staan.") from None
        return _Answer(answer.status, answer.headers, content)

    def _done(self, answer: _Answer) -> None:
        """A yes is only a yes where Instagram says so; what is not there any more is fine."""
        if not answer.unseen and not self._ok(answer).read(dict[str, Any]).get("success"):
            raise Unknown("Instagram zegt niet of het gebeurd is.")

    def _ok(self, answer: _Answer) -> _Answer:
        """The answer, if it is a yes; any other becomes the error it means."""
        wrong = answer.wrong
        if 200 <= answer.status < 300 and wrong is None:
            return answer
        reason = wrong.reason.replace(self._token, "***")[:200] if wrong else ""
        raise _error(answer, wrong, reason)


def _error(answer: _Answer, wrong: _Wrong | None, reason: str) -> ChannelError:
    """What an answer that is no yes means: by the code of Instagram where there is one, else by the status."""
    if answer.status >= 500 or answer.status in (408, 409, 425) or (wrong and wrong.doubtful):
        return Unknown(f"Instagram gaf een onverwacht antwoord ({answer.status}); het bericht kan er staan.")
    if answer.status == 429 or (wrong and wrong.code in _TOO_MANY):
        return NotNow("Instagram vraagt om even te wachten.", after=_wait(answer.headers), limited=True)
    if wrong:
        return _refusal(wrong, reason)
    if answer.status in (401, 403):
        return NeedsAttention(_VERLOPEN)
    if 300 <= answer.status < 400 or answer.status in _FILE_GONE:
        return NeedsAttention("Op dit adres antwoordt Instagram niet; controleer het adres.")
    return Refused(f"Instagram weigert dit: antwoord {answer.status}")


def _refusal(wrong: _Wrong, reason: str) -> ChannelError:
    """What a person must do about a clear no."""
    if wrong.code in _TOKEN:
        return NeedsAttention(_VERLOPEN)
    if wrong.code in _RIGHTS:
        return NeedsAttention("De token mag dit niet; geef hem alle gevraagde rechten en kijk naar uw rol.")
    if wrong.code in _BLOCKED:
        return NeedsAttention("Instagram heeft dit account (voor een tijd) geblokkeerd; kijk in de app waarom.")
    if wrong.code in _NOT_READY:
        return NotNow("Instagram kon de afbeelding nog niet ophalen of klaarzetten; er is niets geplaatst.")
    if wrong.part == 33:
        return NeedsAttention("Instagram kent dit account of dit bericht niet; controleer het nummer en de rechten.")
    return Refused(f"Instagram weigert dit: {reason or f'fout {wrong.code}'}")


def _wait(headers: Mapping[str, str]) -> float | None:
    """How long to stay away: the minutes that Instagram names, else what Retry-After says."""
    return _minutes(headers) * 60 or retry_after(headers.get("Retry-After", ""), http_date(headers.get("Date", "")))


def _minutes(headers: Mapping[str, str]) -> int:
    """The minutes until the account may go on, the longest that is named; 0 where it may go on."""
    usage = headers.get("X-Business-Use-Case-Usage", "")
    named = re.findall(r'"estimated_time_to_regain_access":\s*(\d{1,5})\b', usage)
    return max(map(int, named), default=0)


def _quota(headers: Mapping[str, str]) -> Quota | None:
    """Instagram counts in percents of what it does not say: only that nothing is left can be passed on."""
    now, minutes = http_date(headers.get("Date", "")), _minutes(headers)
    return Quota(0, now + timedelta(minutes=minutes)) if now is not None and minutes > 0 else None


def _receipt(item: _Item) -> Receipt:
    return Receipt(item.id, item.url, {"bestand": item.file})


def _fetchable(image: Image | None) -> Image:
    """A picture that Instagram can fetch."""
    if image is None:
        raise Refused("Instagram plaatst alleen berichten met een afbeelding.")
    if not image.url.startswith("https://") or image.media_type != "image/jpeg":
        raise Refused("Instagram haalt de afbeelding zelf op, en deze staat niet op een openbaar adres.")
    return image


def _file_gone(stored: _Answer | None = None) -> bool | None:
    """Of a file only not found proves that it is gone."""
    if stored is None or stored.status in (400, 401, 403):
        # An address of a file is signed and runs out by itself: not allowed proves nothing.
        return None
    if stored.status >= 500 or stored.status == 429:
        raise Unknown("Het bestand kan nu niet worden opgevraagd.")
    return stored.status in _FILE_GONE


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)
