"""Facebook: posts of one Page, over the Graph API with aiohttp.

Facebook changes the words of a post but never its picture, and the poster says the same words: an edit would leave
the old picture up. So a correction is a new post, and what must go is deleted, picture and all.

The token travels in a header. Only to be told of itself (`/debug_token`) it stands in an address as well, for which
Facebook knows no other way. An answer may hold the address of the next page with the token in it; that address is not
used, only the cursor beside it.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import AliasPath, AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

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
_WEB = "https://www.facebook.com/"
_CERTAINLY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_FILE_GONE = (404, 410)
_TOO_MANY = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_TOKEN, _RIGHTS, _BLOCKED = frozenset({102, 190}), frozenset({3, 10, *range(200, 300)}), 368
_VERLOPEN = "Facebook kent deze token niet (meer); maak een nieuwe."
_ATTACHED = ("attachments", "data", 0)
_ITEM = "id,message,created_time,permalink_url,attachments{target{id},media}"
_COUNTED = "shares,reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"
_NODIG = (
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "read_insights",
)
_T = TypeVar("_T")


class _Thing(BaseModel, populate_by_name=True):
    """A new post or picture; of a picture also where its largest version stands."""

    id: str = Field(pattern=r"^\d+(_\d+)?$")
    file: str = Field("", validation_alias=AliasPath("images", 0, "source"))


class _Item(BaseModel, populate_by_name=True):
    """A post or a comment as the Page shows it."""

    id: str = Field(min_length=1)
    created_time: AwareDatetime
    message: str = ""
    author: str = Field("", validation_alias=AliasPath("from", "id"))
    permalink_url: str = ""
    foto: str = Field("", validation_alias=AliasPath(*_ATTACHED, "target", "id"))
    bestand: str = Field("", validation_alias=AliasPath(*_ATTACHED, "media", "image", "src"))


class _Counters(BaseModel, populate_by_name=True):
    """What everybody can see; without any share Facebook leaves that counter out."""

    reactions: int = Field(validation_alias=AliasPath("reactions", "summary", "total_count"))
    comments: int = Field(validation_alias=AliasPath("comments", "summary", "total_count"))
    shares: int = Field(0, validation_alias=AliasPath("shares", "count"))


class _Views(BaseModel, populate_by_name=True):
    views: int = Field(validation_alias=AliasPath("data", 0, "values", 0, "value"))


class _Name(BaseModel):
    name: str = Field(min_length=1, validation_alias="name")


class _Token(BaseModel, populate_by_name=True):
    """What Facebook says of a token: until when it holds (0: for ever) and what it may do."""

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
        """Out of order for a moment, or the same words stand there already: the post may be there."""
        return self.transient or self.code in (1, 2, 506)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def wrong(self) -> _Wrong | None:
        """The error in this answer, where it is one of Facebook itself and not of something in between."""
        try:
            return _Wrong.model_validate_json(self.body)
        except ValidationError:
            return None

    @property
    def unseen(self) -> bool:
        """Not there, or not to be seen with this token: Facebook says the same of both."""
        return (wrong := self.wrong) is not None and (wrong.code, wrong.part) == (100, 33)

    def read(self, kind: type[_T]) -> _T:
        """The answer as what it should be."""
        try:
            return TypeAdapter(kind).validate_json(self.body)
        except ValidationError:
            raise Unknown("Facebook gaf een onleesbaar antwoord; het bericht kan er staan.") from None


class Channel:
    """One Facebook Page."""

    naam: ClassVar[str] = "facebook"
    titel: ClassVar[str] = "Facebook"
    meldt_vertrek: ClassVar[bool] = True
    modereert: ClassVar[tuple[str, ...]] = ("verbergen",)
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting("basisUrl", "Adres", "Het adres van de Graph API, met de versie erin.", standaard=_BASIS),
        Setting("pagina", "Nummer van de pagina", "Alleen cijfers; staat op de pagina bij Info.", rekening=True),
        Setting(
            "token",
            "Paginatoken",
            "Van een systeemgebruiker in Meta Business, met de rechten pages_manage_posts, pages_read_engagement, "
            "pages_read_user_content, pages_manage_engagement en read_insights.",
            geheim=True,
        ),
    )
    # Facebook takes some 63,000 characters; nobody reads more than these.
    limits = Limits(5000, 5000, image_max_bytes=4_000_000, alt_max=1000)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self._basis = (instellingen.get("basisUrl") or _BASIS).rstrip("/")
        self._page, self._token = instellingen["pagina"].strip(), instellingen["token"].strip()
        self._posts = _path(self._page, "published_posts")
        self._timeouts = timeouts
        self._made: deque[tuple[str, str]] = deque(maxlen=200)

    def can(self) -> frozenset[str]:
        """Not `corrigeren`: an edit leaves the picture with the old words. Facebook knows no keys."""
        return frozenset({"intrekken", "terugzoeken", "meten", "reacties", "modereren", "controleren"})

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        """Upload the picture where nobody sees it, then make the post that shows it."""
        begun, extra = monotonic(), dict[str, str]()
        payload: dict[str, Any] = {"message": post.text}
        if post.image is not None:
            extra = await self._prepare(post.image)
            payload["attached_media"] = [{"media_fbid": extra["foto"]}]
        left = max(self._timeouts.total - (monotonic() - begun), 0.001)
        vertrek()
        try:
            answer = self._ok(await self._call("POST", _path(self._page, "feed"), total=left, json=payload))
        except (NotNow, Refused, NeedsAttention):
            await self._clean(extra.get("foto", ""))
            raise
        ref = answer.read(_Thing).id
        self._made.append((key, ref))
        return Receipt(ref, _WEB + ref, extra, _quota(answer.headers))

    async def retract(self, receipt: Receipt) -> None:
        """Delete the post, and its picture, which Facebook may keep by itself. What is already gone is fine."""
        await self._delete(receipt.ref)
        if foto := receipt.extra.get("foto"):
            # The post is gone; a picture that will not go is seen when it is read back.
            with suppress(Refused):
                await self._delete(foto)

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post, and by itself its picture, can still be asked for."""
        foto, file = receipt.extra.get("foto"), receipt.extra.get("bestand", "")
        asks = [self._call("GET", _path(receipt.ref), params={"fields": "id,message,created_time"})]
        asks += [self._call("GET", _path(foto), params={"fields": "id"})] if foto else []
        asks += [self._call("GET", file, with_token=False)] if bestand_adres(file, self._basis) else []
        post, *rest = await asyncio.gather(*asks)
        # A post that was found again without its picture may well have had one.
        bestand = None if foto == "" else self._file_gone(*rest)
        if post.unseen:
            # Not seen proves something only when this token still sees what the Page posts.
            self._ok(await self._call("GET", self._posts, params={"fields": "id", "limit": "1"}))
            return Weg(True, bestand)
        return Weg(False, bestand, self._ok(post).read(_Item).message)

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None:
        """Read what the Page posted back to `since` for the first post with this marker."""
        others = {ref for made, ref in self._made if made != key}
        word = re.compile(rf"(?<!\w){re.escape(marker)}(?!\w)")
        query = {"fields": _ITEM, "since": f"{since.timestamp():.0f}", "limit": "100"}
        items = await self._list(self._posts, query)
        ours = (item for item in items if item.created_time >= since - timedelta(seconds=1) and item.id not in others)
        found = [item for item in ours if word.search(item.message)]
        return _receipt(min(found, key=lambda item: item.created_time)) if found else None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        """Reactions, comments, shares and views of each post; nothing for a post that is gone."""
        counts = await asyncio.gather(*(self._counted(receipt.ref) for receipt in receipts))
        return {receipt.ref: count for receipt, count in zip(receipts, counts, strict=True) if count}

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        """What others wrote under the post since then, and under those answers."""
        query = {"fields": "id,message,created_time,from", "filter": "stream", "limit": "100"}
        items = await self._list(_path(receipt.ref, "comments"), query)
        theirs = (item for item in items if item.author != self._page and item.created_time >= since)
        return tuple(Reply(item.id, item.created_time, item.message) for item in theirs)

    async def close_replies(self, receipt: Receipt) -> None:
        """A program cannot close the comments of one post."""
        raise Refused("Facebook laat de hub reacties niet sluiten. Verberg een reactie, of doe het op Facebook.")

    async def hide_reply(self, reply_ref: str) -> None:
        """Hide one comment; who wrote it and their friends still see it. One that is gone is fine."""
        self._done(await self._call("POST", _path(reply_ref), json={"is_hidden": True}))

    async def close(self) -> None:
        """Nothing stays open between two calls."""

    async def check(self) -> Gezondheid:
        """What this token opens, until when, and which of the rights it lacks. Not every token tells that of itself."""
        said = self._ok(await self._call("GET", _path(self._page), params={"fields": "name"})).read(_Name)
        about = await self._call("GET", "/debug_token", params={"input_token": self._token})
        token = _Token() if about.wrong or about.status != 200 else about.read(_Token)
        until = datetime.fromtimestamp(token.until, UTC) if token.until else None
        missing = [right for right in _NODIG if right not in token.scopes]
        return Gezondheid(said.name, until, f"De token mist rechten: {', '.join(missing)}." if missing else "")

    async def _prepare(self, image: Image) -> dict[str, str]:
        """The uploaded picture and where its file stands. Whatever fails here, no post was made."""
        if len(image.data) > self.limits.image_max_bytes:
            raise Refused("De afbeelding is te groot voor Facebook.")
        form = aiohttp.FormData()
        form.add_field("source", image.data, content_type=image.media_type, filename=f"beeld.{image.media_type[6:]}")
        form.add_field("alt_text_custom", image.alt)
        form.add_field("published", "false")
        number = ""
        try:
            # The rest of the time is for the post itself.
            async with asyncio.timeout(self._timeouts.total * 0.7):
                number = self._ok(await self._call("POST", _path(self._page, "photos"), data=form)).read(_Thing).id
                extra = {"foto": number, "bestand": ""}
                with suppress(ChannelError):
                    # Good to know later, but not worth a late post.
                    ask = self._call("GET", _path(number), total=self._timeouts.total / 5, params={"fields": "images"})
                    extra["bestand"] = self._ok(await ask).read(_Thing).file
                return extra
        except (Unknown, TimeoutError):
            await self._clean(number)
            raise NotNow("Facebook nam de afbeelding niet op tijd aan; er is niets geplaatst.") from None

    async def _clean(self, foto: str) -> None:
        """Delete a picture whose post was certainly not made; the next try uploads it anew."""
        if foto:
            with suppress(ChannelError):
                await self._call("DELETE", _path(foto), total=self._timeouts.total / 5)

    async def _delete(self, ref: str) -> None:
        answer = await self._call("DELETE", _path(ref))
        if answer.wrong and answer.wrong.code in _RIGHTS:
            # It was not made by this app, or a right was never given: a person can delete it.
            raise Refused("Facebook laat de hub dit bericht niet verwijderen.")
        self._done(answer)

    def _file_gone(self, picture: _Answer | None = None, stored: _Answer | None = None) -> bool | None:
        """Both the picture that Facebook knows and the file itself; without a picture there never was a file."""
        if picture is None:
            return True
        if not picture.unseen:
            self._ok(picture)
            return False
        if stored is None or stored.status in (400, 401, 403):
            # An address of a file is signed and runs out by itself: not allowed proves nothing.
            return None
        if stored.status >= 500 or stored.status == 429:
            raise Unknown("Het bestand kan nu niet worden opgevraagd.")
        return stored.status in _FILE_GONE

    async def _counted(self, ref: str) -> Counts:
        shown, seen = await asyncio.gather(
            self._call("GET", _path(ref), params={"fields": _COUNTED}),
            self._call("GET", _path(ref, "insights"), params={"metric": "post_media_view", "period": "lifetime"}),
        )
        if shown.unseen:
            return {}
        views = None
        with suppress(ChannelError):
            # Only with a right of its own, and not for every Page.
            views = self._ok(seen).read(_Views).views
        return {**self._ok(shown).read(_Counters).model_dump(), "media_views": views}

    async def _list(self, path: str, query: Mapping[str, str]) -> list[_Item]:
        """Everything on all pages, nothing under a post that is gone; more than ten pages is not everything."""
        items, more = list[_Item](), dict[str, str]()
        try:
            async with asyncio.timeout(self._timeouts.total):
                for _ in range(10):
                    answer = await self._call("GET", path, params={**query, **more})
                    if answer.unseen and path != self._posts:
                        return []
                    page = self._ok(answer).read(_List)
                    items += [_Item.model_validate(item) for item in page.data]
                    if not (page.after and page.further):
                        return items
                    more = {"after": page.after}
        except (TimeoutError, ValidationError):
            raise Unknown("Facebook gaf niet op tijd een leesbaar antwoord.") from None
        raise Unknown("Er staat te veel op deze pagina om terug te zoeken.")

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
            raise NotNow("Facebook is niet bereikbaar.") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            raise Unknown("Facebook gaf geen antwoord; het bericht kan er staan.") from None
        return _Answer(answer.status, answer.headers, content)

    def _done(self, answer: _Answer) -> None:
        """A yes is only a yes where Facebook says so; what is not there any more is fine."""
        if not answer.unseen and not self._ok(answer).read(dict[str, Any]).get("success"):
            raise Unknown("Facebook zegt niet of het gebeurd is.")

    def _ok(self, answer: _Answer) -> _Answer:
        """The answer, if it is a yes; any other becomes the error it means."""
        wrong = answer.wrong
        if 200 <= answer.status < 300 and wrong is None:
            return answer
        reason = wrong.reason.replace(self._token, "***")[:200] if wrong else ""
        raise _error(answer, wrong, reason)


def _error(answer: _Answer, wrong: _Wrong | None, reason: str) -> ChannelError:
    """What an answer that is no yes means: by the code of Facebook where there is one, else by the status."""
    if answer.status == 429 or (wrong and wrong.code in _TOO_MANY):
        return NotNow("Facebook vraagt om even te wachten.", after=_wait(answer.headers), limited=True)
    if answer.status >= 500 or answer.status in (408, 409, 425) or (wrong and wrong.doubtful):
        return Unknown(f"Facebook gaf een onverwacht antwoord ({answer.status}); het bericht kan er staan.")
    if wrong:
        return _refusal(wrong, reason)
    if answer.status in (401, 403):
        return NeedsAttention(_VERLOPEN)
    if 300 <= answer.status < 400 or answer.status in _FILE_GONE:
        return NeedsAttention("Op dit adres antwoordt Facebook niet; controleer het adres.")
    return Refused(f"Facebook weigert dit: antwoord {answer.status}")


def _refusal(wrong: _Wrong, reason: str) -> ChannelError:
    """What a person must do about a clear no."""
    if wrong.code in _TOKEN:
        return NeedsAttention(_VERLOPEN)
    if wrong.code in _RIGHTS:
        return NeedsAttention(
            "De token mag dit niet; geef hem alle gevraagde rechten en kijk naar uw rol op de pagina."
        )
    if wrong.code == _BLOCKED:
        return NeedsAttention("Facebook heeft deze pagina voor een tijd geblokkeerd; kijk op de pagina waarom.")
    if wrong.part == 33:
        return NeedsAttention("Facebook kent deze pagina of dit bericht niet; controleer het nummer en de rechten.")
    return Refused(f"Facebook weigert dit: {reason or f'fout {wrong.code}'}")


def _wait(headers: Mapping[str, str]) -> float | None:
    """How long to stay away: the minutes that Facebook names, else what Retry-After says."""
    return _minutes(headers) * 60 or retry_after(headers.get("Retry-After", ""), http_date(headers.get("Date", "")))


def _minutes(headers: Mapping[str, str]) -> int:
    """The minutes until the account may go on, the longest that is named; 0 where it may go on."""
    usage = headers.get("X-Business-Use-Case-Usage", "")
    named = re.findall(r'"estimated_time_to_regain_access":\s*(\d{1,5})\b', usage)
    return max(map(int, named), default=0)


def _quota(headers: Mapping[str, str]) -> Quota | None:
    """Facebook counts in percents of what it does not say: only that nothing is left can be passed on."""
    now, minutes = http_date(headers.get("Date", "")), _minutes(headers)
    return Quota(0, now + timedelta(minutes=minutes)) if now is not None and minutes > 0 else None


def _receipt(item: _Item) -> Receipt:
    return Receipt(item.id, item.permalink_url or _WEB + item.id, {"foto": item.foto, "bestand": item.bestand})


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)
