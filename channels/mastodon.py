"""Mastodon: posts of one account on one server, over its REST API with aiohttp.

The library Mastodon.py is not used: it is synchronous, gives one error for every way in which a line can fail and
hides status and headers, so that nobody could tell a post that was certainly not made from one that may be there.
These are a dozen plain calls, and other servers that speak this API understand them too.
"""

import asyncio
import hashlib
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
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

_BASIS = "https://social.overheid.nl"
_CERTAINLY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_SICHT = {"openbaar": "public", "minder openbaar": "unlisted", "alleen volgers": "private"}
_KEUZE = ", ".join(f"`{sicht}`" for sicht in _SICHT)
_LINKS, _LINK = 4, 23
"""Links that a post may hold, and what one counts for on nearly every server."""
_POSTS, _MEDIA = ("configuration", "statuses"), ("configuration", "media_attachments")
_GONE, _FOCUS = (404, 410), "0.0,0.0"
_T = TypeVar("_T")


class _Me(BaseModel):
    """The account that a token belongs to."""

    acct: str = Field(min_length=1)


class _Thing(BaseModel):
    """An account, or a picture; the address comes once the picture was processed."""

    id: str = Field(min_length=1)
    url: str | None = None


class _Item(BaseModel, populate_by_name=True):
    """A post as the server shows it."""

    id: str = Field(min_length=1)
    created_at: AwareDatetime
    account: str = Field(validation_alias=AliasPath("account", "id"))
    url: str | None = None
    uri: str = ""
    content: str = ""
    in_reply_to_id: str | None = None
    media: str = Field("", validation_alias=AliasPath("media_attachments", 0, "id"))
    file: str | None = Field(None, validation_alias=AliasPath("media_attachments", 0, "url"))
    small: str | None = Field(None, validation_alias=AliasPath("media_attachments", 0, "preview_url"))


class _Counters(BaseModel, populate_by_name=True):
    favourites: int = Field(validation_alias="favourites_count")
    reblogs: int = Field(validation_alias="reblogs_count")
    replies: int = Field(validation_alias="replies_count")
    quotes: int = Field(0, validation_alias="quotes_count")


class _Server(BaseModel, populate_by_name=True):
    """What a server says of itself; of one that does not, what every server accepts."""

    version: str = ""
    source_url: str = ""
    text: int = Field(500, ge=100, validation_alias=AliasPath(*_POSTS, "max_characters"))
    link: int = Field(_LINK, le=100, validation_alias=AliasPath(*_POSTS, "characters_reserved_per_url"))
    alt: int = Field(1500, ge=100, validation_alias=AliasPath(*_MEDIA, "description_limit"))
    image: int = Field(5_000_000, gt=0, validation_alias=AliasPath(*_MEDIA, "image_size_limit"))


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def gone(self) -> bool:
        """Not found, and it is the server that says so: a page of a proxy proves nothing."""
        return self.status in _GONE and self.read(dict[str, Any]) is not None

    def read(self, kind: type[_T]) -> _T:
        """The answer as what it should be."""
        try:
            return TypeAdapter(kind).validate_json(self.body)
        except ValidationError:
            raise Unknown("Mastodon gaf een onleesbaar antwoord; het bericht kan er staan.") from None


class Channel:
    """One account on one Mastodon server."""

    naam: ClassVar[str] = "mastodon"
    titel: ClassVar[str] = "Mastodon"
    meldt_vertrek: ClassVar[bool] = True
    sleutel_geldig: timedelta = timedelta(minutes=50)
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting("basisUrl", "Adres", "De server waar het account staat.", standaard=_BASIS, rekening=True),
        Setting(
            "token",
            "Token",
            "Maak het op de server bij Voorkeuren, Ontwikkeling, Nieuwe toepassing, met de rechten read, "
            "write:statuses en write:media.",
            geheim=True,
        ),
        Setting("zichtbaarheid", "Zichtbaarheid", f"Kies uit {_KEUZE}.", standaard="openbaar", verplicht=False),
    )

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        # A server lets an account delete 30 posts in half an hour: never make more than can be taken back.
        self.limits = Limits(500, 500, "mastodon", alt_max=1500, per_venster=25, venster_seconden=1800)
        basis = (instellingen.get("basisUrl") or _BASIS).rstrip("/")
        self._basis = basis if "://" in basis else f"https://{basis}"
        self._token = instellingen["token"]
        self._zicht = (instellingen.get("zichtbaarheid") or "openbaar").strip().lower()
        self._timeouts = timeouts
        self._session: aiohttp.ClientSession | None = None
        self._asked, self._knows_keys, self._own_id = False, True, ""
        self._made: deque[tuple[str, str]] = deque(maxlen=200)

    def can(self) -> frozenset[str]:
        """All but moderation. That a key makes no second post is only true of Mastodon itself, not of its likes."""
        able = frozenset({"intrekken", "corrigeren", "terugzoeken", "meten", "reacties", "controleren"})
        return able | {"herhalen"} if self._knows_keys else able

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        """Upload the picture if there is one, then make the post; the server knows the key again for an hour."""
        if self._zicht not in _SICHT:
            raise NeedsAttention(f"Deze zichtbaarheid bestaat niet; kies uit {_KEUZE}.")
        begun = monotonic()
        media = await self._prepare(post.image)
        payload = {**_payload(post, media), "visibility": _SICHT[self._zicht]}
        left = self._timeouts.total - (monotonic() - begun)
        vertrek()
        try:
            answer = self._ok(await self._call("POST", "/api/v1/statuses", key=key, total=left, json=payload))
        except (NotNow, Refused, NeedsAttention):
            await self._clean(media)
            raise
        receipt = _receipt(answer.read(_Item), post.image, _quota(answer.headers))
        self._made.append((key, receipt.ref))
        return receipt

    async def retract(self, receipt: Receipt) -> None:
        """Delete the post and its files; a post that is already gone is fine."""
        answer = await self._call("DELETE", _status(receipt), params={"delete_media": "true"})
        if not answer.gone:
            self._ok(answer).read(dict[str, Any])

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post, and by themselves its picture and the small copy of it, can still be asked for."""
        files = [url for name in ("bestand", "voorbeeld") if (url := receipt.extra.get(name))]
        safe = [url for url in files if bestand_adres(url, self._basis)]
        seen, *rest = await asyncio.gather(
            self._call("GET", _status(receipt)), *(self._call("GET", url, with_token=False) for url in safe)
        )
        proven = _files_gone(rest)
        if proven and len(safe) < len(files):
            proven = None  # one of them was not asked for
        if seen.gone:
            return Weg(True, proven)
        return Weg(False, proven, _plain(self._ok(seen).read(_Item).content))

    async def correct(self, receipt: Receipt, post: Post) -> Receipt:
        """Replace the text in place; the same picture stays, another takes its place, none takes it away."""
        media, same = "", post.image is not None and receipt.extra.get("beeld") == _fingerprint(post.image)
        if post.image is not None:
            media = receipt.extra["media"] if same else await self._prepare(post.image)
        payload = _payload(post, media)
        if post.image is not None:
            payload["media_attributes"] = [{"id": media, "description": post.image.alt, "focus": _FOCUS}]
        answer = await self._call("PUT", _status(receipt), json=payload)
        if answer.gone:
            raise Refused("Dit bericht staat niet (meer) op Mastodon.")
        return _receipt(self._ok(answer).read(_Item), post.image)

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None:
        """Read our own timeline back to `since` for the first post with this marker; a key cannot be read there."""
        others = {ref for made, ref in self._made if made != key}
        try:
            async with asyncio.timeout(self._timeouts.total):
                # Whether a key is worth anything here must be known before anyone repeats what was not found.
                await self._learn()
                posts = await self._own_since(since)
        except TimeoutError:
            raise Unknown("Terugzoeken op Mastodon duurde te lang.") from None
        word = re.compile(rf"(?<!\w){re.escape(marker)}(?!\w)")
        found = [item for item in posts if item.id not in others and word.search(_plain(item.content))]
        return _receipt(found[-1]) if found else None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        """Favourites, boosts, replies and quotes of each post; nothing for a post that is gone."""
        answers = await asyncio.gather(*(self._call("GET", _status(receipt)) for receipt in receipts))
        return {
            receipt.ref: self._ok(answer).read(_Counters).model_dump(exclude_unset=True)
            for receipt, answer in zip(receipts, answers, strict=True)
            if not answer.gone
        }

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        """What others answered under the post since then, and under those answers."""
        answer = await self._call("GET", f"{_status(receipt)}/context")
        if answer.gone:
            return ()
        items = self._ok(answer).read(dict[str, list[_Item]]).get("descendants", [])
        own, thread = receipt.extra.get("account"), {receipt.ref}
        for item in items:
            # An answer comes after what it answers; one to a post that is no more hangs under nothing we know.
            thread |= {item.id} if item.in_reply_to_id in thread else set()
        theirs = (item for item in items if item.id in thread and item.account != own and item.created_at >= since)
        return tuple(Reply(item.id, item.created_at, _plain(item.content)) for item in theirs)

    async def check(self) -> Gezondheid:
        """Who this token belongs to; what it may write only shows when something is written."""
        me = self._ok(await self._call("GET", "/api/v1/accounts/verify_credentials")).read(_Me)
        return Gezondheid(f"@{me.acct} op {self._basis.partition('://')[2]}")

    async def close(self) -> None:
        """Release the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _prepare(self, image: Image | None) -> str:
        """The number of the uploaded picture, if there is one. Whatever fails here, no post was made."""
        try:
            # The rest of the time is for the post itself.
            async with asyncio.timeout(self._timeouts.total * 0.7):
                with suppress(Unknown):
                    await self._learn()
                return await self._upload(image) if image else ""
        except (Unknown, TimeoutError):
            raise NotNow("De Mastodon-server nam de afbeelding niet op tijd aan; er is niets geplaatst.") from None

    async def _upload(self, image: Image) -> str:
        if len(image.data) > self.limits.image_max_bytes:
            raise Refused("De afbeelding is te groot voor deze Mastodon-server.")
        form = aiohttp.FormData()
        form.add_field("file", image.data, content_type=image.media_type, filename=f"beeld.{image.media_type[6:]}")
        form.add_field("description", image.alt)
        form.add_field("focus", _FOCUS)
        answer = self._ok(await self._call("POST", "/api/v2/media", data=form))
        number, pause = answer.read(_Thing).id, 0.25
        while answer.status != 200 or not answer.read(_Thing).url:
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
            answer = await self._call("GET", _media(number))
            if answer.status == 404:
                raise NotNow("Mastodon is de afbeelding kwijt; er is niets geplaatst.")
            self._ok(answer)
        return number

    async def _clean(self, media: str) -> None:
        """Delete a picture whose post was certainly not made. Servers before 4.4 cannot: they do so after a day."""
        if media:
            with suppress(ChannelError):
                await self._call("DELETE", _media(media), total=self._timeouts.total / 5)

    async def _learn(self) -> None:
        """Ask the server once what it accepts; until it says so, the defaults hold."""
        if self._asked:
            return
        answer = await self._call("GET", "/api/v2/instance")
        silent = 300 <= answer.status < 500 and answer.status != 401
        said = _Server() if silent else self._ok(answer).read(_Server)
        text = max(100, said.text - _LINKS * max(0, said.link - _LINK))
        self.limits = replace(
            self.limits, max_text=text, max_text_with_image=text, image_max_bytes=said.image, alt_max=said.alt
        )
        self._knows_keys = "mastodon" in said.source_url.lower() and "compatible" not in said.version
        self._asked = True

    async def _own_since(self, since: datetime) -> list[_Item]:
        """Our own posts since then, newest first."""
        if not self._own_id:
            answer = self._ok(await self._call("GET", "/api/v1/accounts/verify_credentials"))
            self._own_id = answer.read(_Thing).id
        url = f"/api/v1/accounts/{quote(self._own_id, safe='')}/statuses"
        query, found = {"limit": "40", "exclude_reblogs": "true"}, list[_Item]()
        for _ in range(10):
            items = self._ok(await self._call("GET", url, params=query)).read(list[_Item])
            found += [item for item in items if item.created_at >= since]
            if not items or items[-1].created_at < since:
                return found
            query = {**query, "max_id": items[-1].id}
        raise Unknown("Er staan te veel berichten op dit account om terug te zoeken.")

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No limit on connections: waiting in line would eat the time-out of a call that sent nothing.
            # No keep-alive: one that the other side just dropped would make the outcome of a post unknown.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))
        return self._session

    async def _call(
        self, method: str, url: str, *, key: str = "", total: float = 0, with_token: bool = True, **rest: Any
    ) -> _Answer:
        """Ask once; every way in which the line can fail becomes one of the four errors."""
        # English, so that the reason of a refusal can be recognised.
        headers = {"Accept-Language": "en", **({"Idempotency-Key": key} if key else {})}
        if with_token:
            url, headers["Authorization"] = self._basis + url, f"Bearer {self._token}"
        timeout = aiohttp.ClientTimeout(total=total or self._timeouts.total, connect=self._timeouts.connect)
        try:
            async with self._client().request(
                method, url, headers=headers, timeout=timeout, allow_redirects=False, **rest
            ) as answer:
                # Of a file only that it is there matters.
                content = await whole(answer.content.iter_any()) if with_token else b""
        except _CERTAINLY_NOT_SENT:
            raise NotNow("De Mastodon-server is niet bereikbaar.") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            raise Unknown("De Mastodon-server gaf geen antwoord; het bericht kan er staan.") from None
        if answer.status == 429:
            raise NotNow("Mastodon vraagt om even te wachten.", after=_wait(answer.headers), limited=True)
        return _Answer(answer.status, answer.headers, content)

    def _ok(self, answer: _Answer) -> _Answer:
        """The answer, if it is a yes; any other becomes the error it means."""
        if 200 <= answer.status < 300:
            return answer
        try:
            reason = str(answer.read(dict[str, Any]).get("error") or "")
        except Unknown:
            reason = ""
        raise _error(answer.status, reason.replace(self._token, "***")[:200])


def _error(status: int, reason: str) -> ChannelError:
    """What an answer that is no yes means."""
    if status == 401:
        return NeedsAttention("Mastodon kent dit token niet (meer); maak een nieuw token.")
    if status == 403 and "scope" in reason:
        return NeedsAttention("Het token mag dit niet; geef het de rechten read, write:statuses en write:media.")
    if status == 403 and "not allowed" not in reason:
        return NeedsAttention("Dit account mag dit niet; log in op de server om te zien waarom.")
    if 300 <= status < 400 or status in _GONE:
        return NeedsAttention("Op dit adres antwoordt geen Mastodon; controleer het adres van de server.")
    if status == 422 and "finished processing" in reason:
        return NotNow("Mastodon is nog bezig met de afbeelding; er is niets geplaatst.")
    if 400 <= status < 500 and status not in (408, 409, 425):
        return Refused(f"Mastodon weigert dit: {reason or f'antwoord {status}'}")
    return Unknown(f"Mastodon gaf een onverwacht antwoord ({status}); het bericht kan er staan.")


def _wait(headers: Mapping[str, str]) -> float | None:
    """How long a server that is asked too much wants to be left alone, by its own clock."""
    now, reset = http_date(headers.get("Date", "")), _reset(headers)
    after = retry_after(headers.get("Retry-After", ""), now)
    return (reset - now).total_seconds() if after is None and reset and now else after


def _reset(headers: Mapping[str, str]) -> datetime | None:
    try:
        return TypeAdapter(AwareDatetime).validate_python(headers.get("X-RateLimit-Reset"))
    except ValidationError:
        return None


def _quota(headers: Mapping[str, str]) -> Quota | None:
    left, reset = headers.get("X-RateLimit-Remaining", ""), _reset(headers)
    return Quota(int(left), reset) if left.isdecimal() and reset is not None else None


def _payload(post: Post, media: str) -> dict[str, Any]:
    # An edit that leaves media_ids out takes the pictures away as well: say it either way.
    return {"status": post.text, "language": post.language, "media_ids": [media] if media else []}


def _status(receipt: Receipt) -> str:
    return f"/api/v1/statuses/{quote(receipt.ref, safe='')}"


def _media(number: str) -> str:
    return f"/api/v1/media/{quote(number, safe='')}"


def _receipt(item: _Item, image: Image | None = None, quota: Quota | None = None) -> Receipt:
    extra = {"account": item.account}
    if item.media:
        extra |= {"media": item.media, "bestand": item.file or "", "voorbeeld": item.small or ""}
        extra["beeld"] = _fingerprint(image) if image else ""
    return Receipt(item.id, item.url or item.uri, extra, quota)


def _fingerprint(image: Image) -> str:
    return hashlib.sha256(image.data).hexdigest()[:16]


def _files_gone(answers: Sequence[_Answer]) -> bool | None:
    """A storage that does not list its files says 403 of one that is not there: that proves nothing."""
    if any(answer.status >= 500 for answer in answers):
        raise Unknown("Het bestand kan nu niet worden opgevraagd.")
    seen = [None if answer.status in (401, 403) else answer.status in _GONE for answer in answers]
    return False if False in seen else None if None in seen else True


def _plain(html: str) -> str:
    """The words of a post. A link is shown in pieces that together are the whole address."""
    lines = re.sub(r"<br[^>]*>|</p>", "\n", html)
    return unescape(re.sub(r"<[^>]*>", "", lines)).strip()
