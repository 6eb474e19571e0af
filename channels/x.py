"""X: posts of one account over its second API, signed by tweepy, over aiohttp.

Of tweepy only the signing is used. Its clients know one host, have no time-outs, follow redirects, raise something
else for an error page, and cannot upload a picture to this version of the API. These are ten plain calls.

A post is never an answer to another one: X refuses those to most accounts. An edit leaves the old version readable,
so a correction is a new post as well, and what must go is deleted. X renamed its words (tweet, post) between two
descriptions of one API: both are read, and of a question it is heard which one it takes.
"""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from time import monotonic
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import tweepy
from pydantic import (
    AfterValidator,
    AliasPath,
    AwareDatetime,
    BaseModel,
    Field,
    TypeAdapter,
    ValidationError,
)

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

_BASIS = "https://api.x.com"
_CERTAINLY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_GONE, _TIME, _LINK = (404, 410), "%Y-%m-%dT%H:%M:%SZ", re.compile(r"://|\w\.[^\W\d_]{2,}")
_WORDS = ("tweet.fields", "post.fields")
_NEW_WORDS = {"retweet_count": "repost_count"}
_WITH_FILE = {"expansions": "attachments.media_keys", "media.fields": "url"}
_ACCOUNT = ("client-forbidden", "permissions", "unsupported-auth", "suspended", "locked")
"""In a 403 that is not about this post but about the app or the account."""
_ATTENTION = {
    401: "X laat ons niet (meer) toe; controleer de vier sleutels en de klok van deze machine.",
    402: "Het tegoed bij X is op; vul het aan op developer.x.com.",
}
_ALLEEN_LEZEN = "Deze sleutels mogen alleen lezen. Zet de app op Read and write en maak de toegangssleutels opnieuw."
_QUOTAS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_T = TypeVar("_T")
_Query = Mapping[str, str] | None
_Fits = Callable[[str], bool]


class _Made(BaseModel, populate_by_name=True):
    """A new post, a picture, or an account."""

    id: str = Field(pattern=r"^\d{1,19}$", validation_alias=AliasPath("data", "id"))
    name: str = Field("", validation_alias=AliasPath("data", "username"))


class _Item(BaseModel, populate_by_name=True):
    """A post as X shows it."""

    id: str = Field(min_length=1)
    text: Annotated[str, AfterValidator(unescape)]
    public_metrics: dict[str, int] = {}
    conversation: str = Field("", validation_alias="conversation_id")
    created_at: AwareDatetime | None = None


class _One(BaseModel, populate_by_name=True):
    """One post that was asked for by itself, with its first picture and where the file of that stands."""

    text: Annotated[str, AfterValidator(unescape)] = Field(validation_alias=AliasPath("data", "text"))
    beeld: str = Field("", validation_alias=AliasPath("data", "attachments", "media_keys", 0))
    bestand: str = Field("", validation_alias=AliasPath("includes", "media", 0, "url"))


class _List(BaseModel, populate_by_name=True):
    data: list[_Item] = []
    count: int = Field(validation_alias=AliasPath("meta", "result_count"))
    further: str = Field("", validation_alias=AliasPath("meta", "next_token"))


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The answer as X writes them, or nothing where it is something else."""
        with suppress(Unknown):
            return self.read(dict[str, Any])
        return {}

    @property
    def gone(self) -> bool:
        """Not found, and it is X that says so: with a 404, or with a 200 that holds errors alone."""
        said = self.said
        if self.status == 200:
            return "data" not in said and b"/resource-not-found" in self.body
        return self.status in _GONE and not said.keys().isdisjoint(("title", "errors", "code"))

    @property
    def reason(self) -> str:
        """What X says of an error: in `detail` or `message`, or in the first of its errors."""
        said = self.said
        first = next((error for error in said.get("errors") or [] if isinstance(error, dict)), {})
        words = (said.get("detail"), said.get("message"), first.get("message"), first.get("detail"), said.get("title"))
        return next((str(word) for word in words if word), "")

    def read(self, kind: type[_T]) -> _T:
        """The answer as what it should be."""
        try:
            return TypeAdapter(kind).validate_json(self.body)
        except ValidationError:
            raise Unknown("X gaf een onleesbaar antwoord; het bericht kan er staan.") from None


class _Duplicate(Refused):
    """X has these very words of this account already, as it said at moment `op` by its own clock."""

    def __init__(self, reason: str, op: datetime | None) -> None:
        super().__init__(reason)
        self.op = op


class Channel:
    """One account on X."""

    naam: ClassVar[str] = "x"
    titel: ClassVar[str] = "X"
    meldt_vertrek: ClassVar[bool] = True
    modereert: ClassVar[tuple[str, ...]] = ("verbergen",)
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting("account", "Account", "De naam van het account, zonder @.", rekening=True),
        Setting("apiSleutel", "API-sleutel", "API Key van uw app op developer.x.com.", geheim=True),
        Setting("apiGeheim", "Geheim van de API-sleutel", "API Key Secret van uw app.", geheim=True),
        Setting("toegangstoken", "Toegangstoken", "Access Token, gemaakt met het recht Read and write.", geheim=True),
        Setting("toegangsgeheim", "Geheim van het toegangstoken", "Access Token Secret van dit account.", geheim=True),
        Setting(
            "kostenZonderLink",
            "Kosten van een bericht zonder link",
            "In dollars, met de beschrijving van het beeld, het teruglezen en het weghalen erbij.",
            standaard="0,04",
            verplicht=False,
        ),
        Setting(
            "kostenMetLink",
            "Kosten van een bericht met link",
            "In dollars. Met een internetadres in de tekst vraagt X veel meer.",
            standaard="0,225",
            verplicht=False,
        ),
        Setting(
            "budgetPerMaand",
            "Budget per maand",
            "In dollars, of `geen`. Is het op, dan gaan er geen nieuwe acties meer naar dit kanaal. Wijzigen, "
            "slotberichten en weghalen gaan altijd door.",
            standaard="geen",
            verplicht=False,
        ),
        Setting(
            "linkInTekst",
            "Link in de tekst",
            "Kies uit `altijd`, `als het past` of `nooit`. Als het past: niet als er meer is uitgegeven dan bij deze "
            "dag van de maand hoort. Zonder link brengt de QR-code in het beeld de lezer naar de pagina.",
            standaard="als het past",
            verplicht=False,
        ),
        Setting("basisUrl", "Adres", "Alleen anders om te oefenen.", standaard=_BASIS, verplicht=False, rekening=True),
    )
    # X lets an account delete 50 posts in a quarter of an hour: never make more than can be taken back.
    limits = Limits(280, 280, "x", alt_max=1000, per_venster=50, venster_seconden=900)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self._account = instellingen["account"].strip().lstrip("@")
        self._basis = (instellingen.get("basisUrl") or _BASIS).rstrip("/")
        self._secrets = [instellingen[item.naam] for item in self.SETTINGS if item.geheim]
        # It would write down the keys with everything that it signs.
        logging.getLogger("oauthlib").setLevel(logging.WARNING)
        self._signer = tweepy.OAuth1UserHandler(*self._secrets).apply_auth().client
        self._timeouts = timeouts
        self._own_id, self._word = "", _WORDS[0]
        self._made: deque[tuple[str, str]] = deque(maxlen=200)

    def can(self) -> frozenset[str]:
        """Not `corrigeren`: whoever looks at an edited post can read what stood there."""
        return frozenset({"intrekken", "terugzoeken", "meten", "reacties", "modereren", "controleren"})

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        """Upload the picture if there is one, then make the post. X knows no key, but refuses the same words twice."""
        begun = monotonic()
        payload: dict[str, Any] = {"text": post.text}
        if post.image is not None:
            payload["media"] = {"media_ids": [await self._prepare(post.image)]}
        vertrek()
        try:
            answer = self._ok(await self._call("POST", "/2/tweets", total=self._left(begun), json=payload))
        except _Duplicate as no:
            return await self._proof(key, await self._same(key, post.text, begun, no.op), begun)
        return await self._proof(key, answer.read(_Made).id, begun, post.image is not None, _quota(answer.headers))

    async def retract(self, receipt: Receipt) -> None:
        """Delete the post; one that is already gone is fine."""
        await self._confirmed("DELETE", _path(receipt.ref), "deleted")

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post, and by itself its picture, can still be asked for."""
        file = receipt.extra.get("bestand", "")
        asks = [self._call("GET", _path(receipt.ref))]
        asks += [self._call("GET", file, signed=False)] if bestand_adres(file, self._basis) else []
        seen, *rest = await asyncio.gather(*asks)
        bestand = _file_gone(rest[0]) if rest else None if "beeld" in receipt.extra else True
        if seen.gone:
            return Weg(True, bestand)
        return Weg(False, bestand, self._ok(seen).read(_One).text)

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None:
        """Read our own timeline back to `since` for the first post with this marker; a key cannot be read there."""
        begun, word = monotonic(), re.compile(rf"(?<!\w){re.escape(marker)}(?!\w)")
        found = await self._own(key, lambda text: bool(word.search(text)), self._timeouts.total, since)
        return await self._proof(key, found[-1], begun) if found else None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        """The public counters of each post, read the cheapest way: as one item of our own timeline."""
        path = f"/2/users/{await self._own_number()}/tweets"
        refs = [int(receipt.ref) for receipt in receipts]
        queries = [{"since_id": f"{ref - 1}", "until_id": f"{ref + 1}", "max_results": "5"} for ref in refs]
        found = await asyncio.gather(*(self._items(path, query, "public_metrics", 1) for query in queries))
        counted = [(item.id, item.public_metrics) for items in found for item in items]
        return {ref: {_NEW_WORDS.get(name, name): n for name, n in counts.items()} for ref, counts in counted}

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        """What others answered under the post since then: X counts each answer as a mention of the account."""
        path = f"/2/users/{await self._own_number()}/mentions"
        query = {"start_time": f"{since:{_TIME}}", "since_id": receipt.ref, "max_results": "100"}
        items = await self._items(path, query, "conversation_id,created_at")
        theirs = (item for item in items if item.conversation == receipt.ref)
        return tuple(Reply(item.id, at, item.text) for item in theirs if (at := item.created_at) and at >= since)

    async def close_replies(self, receipt: Receipt) -> None:
        """X lets nobody close the replies of a post that is already there."""
        raise Refused("X kan reacties onder een geplaatst bericht niet sluiten. Verberg een reactie, of doe het op X.")

    async def hide_reply(self, reply_ref: str) -> None:
        """Hide one reply under our post; one that is already gone is fine."""
        await self._confirmed("PUT", f"{_path(reply_ref)}/hidden", "hidden", json={"hidden": True})

    async def check(self) -> Gezondheid:
        """Whose keys these are, and whether they may do more than read. X bills this look at the account."""
        answer = self._ok(await self._call("GET", "/2/users/me"))
        self._is_own(answer.read(_Made))
        only_reads = answer.headers.get("x-access-level", "").strip().lower() == "read"
        return Gezondheid(f"@{self._account}", mist=_ALLEEN_LEZEN if only_reads else "")

    async def close(self) -> None:
        """Nothing stays open between two calls."""

    async def _prepare(self, image: Image) -> str:
        """The number of the uploaded picture with its description. Whatever fails here, no post was made."""
        if len(image.data) > self.limits.image_max_bytes:
            raise Refused("De afbeelding is te groot voor X.")
        form = aiohttp.FormData()
        form.add_field("media", image.data, content_type=image.media_type, filename=f"beeld.{image.media_type[6:]}")
        form.add_field("media_category", "tweet_image")
        try:
            # The rest of the time is for the post itself.
            async with asyncio.timeout(self._timeouts.total * 0.7):
                number = self._ok(await self._call("POST", "/2/media/upload", data=form)).read(_Made).id
                if image.alt:
                    alt = {"id": number, "metadata": {"alt_text": {"text": image.alt}}}
                    self._ok(await self._call("POST", "/2/media/metadata", json=alt))
                return number
        except (Unknown, TimeoutError):
            raise NotNow("X nam de afbeelding niet op tijd aan; er is niets geplaatst.") from None

    async def _proof(self, key: str, ref: str, begun: float, look: bool = True, quota: Quota | None = None) -> Receipt:
        """With where the picture stands, so that its going can be proven. Without that the post stands there too."""
        self._made.append((key, ref))
        extra = {"beeld": "onbekend"} if look else {}
        with suppress(ChannelError):
            if look:
                answer = await self._call("GET", _path(ref), _WITH_FILE, total=self._left(begun))
                extra = self._ok(answer).read(_One).model_dump(include={"beeld", "bestand"}, exclude_defaults=True)
        return Receipt(ref, f"https://x.com/{self._account}/status/{ref}", extra, quota)

    async def _confirmed(self, method: str, path: str, done: str, **rest: Any) -> None:
        """Do something to a post; that it is not there any more is fine."""
        answer = await self._call(method, path, **rest)
        if not answer.gone and not self._ok(answer).read(dict[str, dict[str, Any]]).get("data", {}).get(done):
            raise Unknown("X zegt niet of het gebeurd is.")

    async def _same(self, key: str, text: str, begun: float, op: datetime | None) -> str:
        """The post with these very words, that X says is there: only one since `begun`, an older one is not ours."""
        words, found = _words(text), list[str]()
        if op is not None:
            # X names whole seconds. Whatever goes wrong with looking, the post may stand there.
            since = op - timedelta(seconds=monotonic() - begun + 1)
            with suppress(ChannelError):
                found = await self._own(key, lambda seen: _words(seen) == words, self._left(begun), since)
        if not found:
            raise Unknown("X zegt dat dit bericht er al staat, maar het is niet terug te vinden.")
        return found[0]

    async def _own(self, key: str, fits: _Fits, left: float, since: datetime) -> list[str]:
        """Our own posts that fit, newest first, without those made here with another key; back to `since`."""
        others = {ref for made, ref in self._made if made != key}
        query = {"max_results": "100", "exclude": "retweets", "start_time": f"{since:{_TIME}}"}
        try:
            async with asyncio.timeout(left):
                path = f"/2/users/{await self._own_number()}/tweets"
                items = await self._items(path, query)
        except TimeoutError:
            raise Unknown("Terugzoeken op X duurde te lang.") from None
        return [item.id for item in items if item.id not in others and fits(item.text)]

    async def _own_number(self) -> str:
        """The number of the account, which the keys must belong to."""
        if not self._own_id:
            self._own_id = self._is_own(self._ok(await self._call("GET", "/2/users/me")).read(_Made))
        return self._own_id

    def _is_own(self, me: _Made) -> str:
        if me.name.lower() != self._account.lower():
            raise NeedsAttention(f"Deze sleutels horen bij @{me.name}, en niet bij @{self._account}.")
        return me.id

    async def _items(self, path: str, query: Mapping[str, str], fields: str = "", pages: int = 10) -> list[_Item]:
        """The posts of all pages there are, or with `pages` 1 of the first. X may know the word for its fields no
        more: then it says so, and the other one is asked."""
        items, token, more, left = list[_Item](), dict[str, str](), True, pages
        while more and left:
            answer = await self._call("GET", path, {**query, **({self._word: fields} if fields else {}), **token})
            if answer.status == 400 and self._word == _WORDS[0] and self._word.encode() in answer.body:
                self._word = _WORDS[1]
                continue
            page, left = self._ok(answer).read(_List), left - 1
            items, token, more = items + page.data, {"pagination_token": page.further}, bool(page.further)
        if more and pages > 1:
            raise Unknown("Er staat te veel op dit account om terug te zoeken.")
        return items

    def _left(self, begun: float) -> float:
        return max(self._timeouts.total - (monotonic() - begun), 0.001)

    async def _call(
        self, method: str, path: str, query: _Query = None, *, total: float = 0, signed: bool = True, **rest: Any
    ) -> _Answer:
        """Ask once; every way in which the line can fail becomes one of the four errors."""
        url, headers = path, dict[str, str]()
        if signed:
            # What stands in the address is signed with it.
            url = self._basis + path + (f"?{urlencode(sorted(query.items()), quote_via=quote)}" if query else "")
            _, headers, _ = self._signer.sign(url, method)
        timeout = aiohttp.ClientTimeout(total=total or self._timeouts.total, connect=self._timeouts.connect)
        rest |= {"headers": headers, "timeout": timeout, "allow_redirects": False}
        try:
            # A connection each: one kept open that X just dropped would make the outcome of a post unknown.
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, url, **rest) as answer,
            ):
                # Of a file only that it is there matters.
                content = await whole(answer.content.iter_any()) if signed else b""
        except _CERTAINLY_NOT_SENT:
            raise NotNow("X is niet bereikbaar.") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            raise Unknown("X gaf geen antwoord; het bericht kan er staan.") from None
        return _Answer(answer.status, answer.headers, content)

    def _ok(self, answer: _Answer) -> _Answer:
        """The answer, if it is a yes; any other becomes the error it means."""
        if 200 <= answer.status < 300:
            return answer
        reason = answer.reason
        for secret in self._secrets:
            reason = reason.replace(secret, "***")
        raise _error(answer, reason[:200])


def _error(answer: _Answer, reason: str) -> ChannelError:
    """What an answer that is no yes means."""
    status, about = answer.status, f"{answer.said.get('type', '')} {reason}".lower()
    if status == 429:
        return _too_many(answer)
    if status in _ATTENTION:
        return NeedsAttention(_ATTENTION[status])
    if status == 403 and "duplicate content" in about:
        return _Duplicate(f"X weigert dit: {reason}", http_date(answer.headers.get("Date", "")))
    if status == 403 and (not reason or any(word in about for word in _ACCOUNT)):
        return NeedsAttention(f"Dit account of deze app mag niet plaatsen op X: {reason or 'antwoord 403'}")
    if 300 <= status < 400 or status in _GONE:
        return NeedsAttention("Op dit adres antwoordt X niet zoals verwacht; controleer het adres.")
    if 400 <= status < 500 and status not in (408, 409, 425):
        return Refused(f"X weigert dit: {reason or f'antwoord {status}'}")
    return Unknown(f"X gaf een onverwacht antwoord ({status}); het bericht kan er staan.")


def _too_many(answer: _Answer) -> ChannelError:
    """Wait as long as X says by its own clock; a month that is used up is for a person."""
    said = answer.said
    if str(said.get("type", "")).endswith("usage-capped") and said.get("period") == "Monthly":
        return NeedsAttention("Het aantal berichten voor deze maand is op bij X; kijk op developer.x.com.")
    now, quota = http_date(answer.headers.get("Date", "")), _quota(answer.headers)
    after = retry_after(answer.headers.get("Retry-After", ""), now)
    if after is None and now is not None and quota is not None:
        after = (quota.tot - now).total_seconds()
    return NotNow("X vraagt om even te wachten.", after=after, limited=True)


def _quota(headers: Mapping[str, str]) -> Quota | None:
    """The tightest of the limits that X names; of two that are used up the one that lasts longest."""
    found = []
    for name in _QUOTAS:
        left, reset = headers.get(f"{name}-remaining", ""), headers.get(f"{name}-reset", "")
        if left.isdecimal() and reset.isdecimal() and len(reset) < 12:
            found.append(Quota(int(left), datetime.fromtimestamp(int(reset), UTC)))
    return min(found, key=lambda quota: (quota.over, -quota.tot.timestamp()), default=None)


def _path(ref: str) -> str:
    return f"/2/tweets/{quote(ref, safe='')}"


def _words(text: str) -> list[str]:
    """The words of a post without its addresses: X puts others in their place, also for one without http."""
    return [word for word in text.split() if not _LINK.search(word)]


def _file_gone(answer: _Answer) -> bool | None:
    """Of a file only not found proves that it is gone; a storage that will not say proves nothing."""
    if answer.status >= 500 or answer.status == 429:
        raise Unknown("Het bestand kan nu niet worden opgevraagd.")
    return None if answer.status in (401, 403) else answer.status in _GONE
