"""Bluesky: posts in one account, over the XRPC calls of its server (the PDS).

The address of a post follows from our key, so the same key never makes a second post: the server is asked to write
only where nothing stands yet. Bluesky has no edit that readers see (the app keeps showing the first words), so there
is none. After a removal post and file are asked for at the server itself; a copy of the picture at the distributor
cdn.bsky.app may stay reachable for a while, and nobody can call that back.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import aiohttp

from hub.content import (
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
    http_date,
    retry_after,
    whole,
)

_PDS, _APPVIEW = "https://bsky.social", "https://public.api.bsky.app"
_POSTS, _REPO, _SERVER = "app.bsky.feed.post", "com.atproto.repo", "com.atproto.server"
_GATES, _MOST_HIDDEN = "app.bsky.feed.threadgate", 300
"""Who may answer a post, and which answers are hidden, stands in a record of its own at the same last part."""
_CERTAINLY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_STALE = ("ExpiredToken", "InvalidToken")
_NEEDS_PERSON = {
    "AuthFactorTokenRequired": "Dit account vraagt ook om een code per mail. Maak in Bluesky een app-wachtwoord.",
    "AuthenticationRequired": "Bluesky kent dit account of app-wachtwoord niet (meer); controleer de instellingen.",
    **dict.fromkeys(("AccountTakedown", "RepoTakendown"), "Bluesky heeft dit account geblokkeerd."),
    **dict.fromkeys(("AccountDeactivated", "RepoDeactivated"), "Dit account staat op Bluesky uit."),
}
_What = Mapping[str, Any] | Image | list[tuple[str, str]] | None
_COUNTS, _PER_ASK = ("likeCount", "repostCount", "quoteCount", "replyCount", "bookmarkCount"), 25
_URL, _BASE32 = re.compile(r"https?://\S+"), "234567abcdefghijklmnopqrstuvwxyz"
_TID_FROM, _TID_SPAN = 1_704_067_200_000_000, 2 * 365 * 86_400_000_000
"""An address says a moment, in microseconds: ours lies within two years from 1 January 2024, never in the future."""


@dataclass(frozen=True, slots=True)
class _Session:
    """Who we are to the server, and the server that really keeps the account."""

    did: str
    handle: str
    pds: str
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server answered. `fout`: its own name for what is wrong; `body` is empty where it is no object."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def fout(self) -> str:
        return str(self.body.get("error", "")) if self.status >= 400 else ""

    @property
    def date(self) -> datetime | None:
        return http_date(self.headers.get("Date", ""))


class Channel:
    """One account on Bluesky."""

    naam: ClassVar[str] = "bluesky"
    titel: ClassVar[str] = "Bluesky"
    meldt_vertrek: ClassVar[bool] = True
    sleutel_geldig: timedelta = timedelta(days=1)
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting("account", "Account", "De naam, bijvoorbeeld meldkamer.bsky.social.", rekening=True),
        Setting(
            "appWachtwoord",
            "App-wachtwoord",
            "Maak het in Bluesky bij Instellingen, Privacy en beveiliging. Neem niet uw gewone wachtwoord.",
            geheim=True,
        ),
        Setting("basisUrl", "Server", "Alleen anders bij een eigen server.", _PDS, verplicht=False, rekening=True),
        Setting("appviewUrl", "Tellingen", "Hier leest de hub aantallen en reacties.", _APPVIEW, verplicht=False),
    )
    # The app itself takes 2,000 characters of description; the server names no limit.
    limits = Limits(300, 300, counter="bluesky", image_max_bytes=1_000_000, alt_max=2000)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self._account = instellingen["account"].strip().removeprefix("@")
        self._password = instellingen["appWachtwoord"]
        self._basis = (instellingen.get("basisUrl") or _PDS).rstrip("/")
        self._appview = (instellingen.get("appviewUrl") or _APPVIEW).rstrip("/")
        self._timeouts, self._entering = timeouts, asyncio.Lock()
        self._client: aiohttp.ClientSession | None = None
        self._known: _Session | None = None

    def can(self) -> frozenset[str]:
        """All but changing a post: the app goes on showing the words of before."""
        return frozenset({"intrekken", "terugzoeken", "herhalen", "meten", "reacties", "modereren", "controleren"})

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        """Make the post at the address of this key, unless it stands there already."""
        until = self._until()
        try:
            session = await self._session(until)
            uri = _uri(session, key)
            before = await self._call(session.pds, f"{_REPO}.getRecord", until, [*_parts(uri).items()])
            # Whatever else it says, writing says it more exactly: of a blocked account reading only gives a 502.
            if before.status == 200:
                return _receipt(session, before, before.body.get("value"))
            picture = await self._upload(post.image, until) if post.image else None
            record = _record(post, picture, before.date)
        except Unknown as error:
            # Nothing is a post before the record is written.
            raise NotNow(f"{error} Er is nog niets geplaatst.") from None
        vertrek()
        try:
            return await self._put(session, uri, record, until)
        except Unknown as error:
            raise Unknown(f"{error} Het bericht kan er staan.") from None

    async def retract(self, receipt: Receipt) -> None:
        """Delete the post, and its gate, which names citizens whose answers are hidden; what is gone is fine."""
        until = self._until()
        for uri in (receipt.ref, receipt.ref.replace(_POSTS, _GATES)):
            _wanted(await self._write("deleteRecord", _parts(uri), until))

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post, and by itself its picture, can still be asked for at the server of the account."""
        until = self._until()
        session = await self._session(until)
        asked = [self._read(session, receipt.ref, until)]
        if cid := receipt.extra.get("blob", ""):
            asked.append(self._file(session, {"did": _parts(receipt.ref)["repo"], "cid": cid}, until))
        record, *file = await asyncio.gather(*asked)
        words = str(_dict(record.body.get("value")).get("text", ""))
        return Weg(record.status != 200, all(answer.status != 200 for answer in file), words)

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None:
        """Look at the one address where the post of this key can stand."""
        until = self._until()
        session = await self._session(until)
        answer = await self._read(session, _uri(session, key), until)
        return _receipt(session, answer, answer.body.get("value")) if answer.status == 200 else None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        """Likes, reposts, quotes, replies and bookmarks; nothing where the address keeps no counts."""
        until, counts = self._until(), {}
        for at in range(0, len(receipts), _PER_ASK):
            query = [("uris", receipt.ref) for receipt in receipts[at : at + _PER_ASK]]
            for post in _dicts((await self._seen("getPosts", query, until)).get("posts")):
                given = {name: post.get(name) for name in _COUNTS}
                counts[str(post.get("uri"))] = {n: v if isinstance(v, int) else None for n, v in given.items()}
        return {receipt.ref: counts[receipt.ref] for receipt in receipts if receipt.ref in counts}

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        """What others wrote under the post since then, replies to replies as well."""
        query = [("uri", receipt.ref), ("parentHeight", "0")]
        found, ours = [], _parts(receipt.ref)["repo"]
        todo = [_dict((await self._seen("getPostThread", query, self._until())).get("thread"))]
        while todo:
            node = todo.pop()
            todo += _dicts(node.get("replies"))
            post = _dict(node.get("post"))
            if post and _dict(post.get("author")).get("did") != ours:
                found.append(_reply(post))
        return tuple(sorted((reply for reply in found if reply.at >= since), key=lambda reply: reply.at))

    async def close_replies(self, receipt: Receipt) -> None:
        """From now on nobody may answer; answers that stand there stay."""
        await self._gate(receipt.ref, self._until())

    async def hide_reply(self, reply_ref: str) -> None:
        """Put the answer among those that the app folds away; one that is already gone is fine."""
        until = self._until()
        posts = (await self._seen("getPosts", [("uris", reply_ref)], until)).get("posts")
        if not isinstance(posts, list):
            raise Refused("Op het adres voor de tellingen is deze reactie niet op te zoeken.")
        for post in _dicts(posts):
            thread = _dict(_dict(_dict(post.get("record")).get("reply")).get("root"))
            await self._gate(str(thread.get("uri", "")), until, hide=reply_ref)

    async def check(self) -> Gezondheid:
        """Enter anew: a session goes on for a while after its app password was taken away."""
        return Gezondheid(f"@{(await self._enter(self._until(), None)).handle}")

    async def close(self) -> None:
        """Release the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _session(self, until: float, stale: _Session | None = None) -> _Session:
        """The session of this account, made or renewed only once when many ask at the same time."""
        async with self._entering:
            if self._known is None or self._known is stale:
                try:
                    self._known = await self._enter(until, stale)
                except Unknown as error:
                    raise NotNow(str(error)) from None
            return self._known

    async def _enter(self, until: float, stale: _Session | None) -> _Session:
        if stale is not None:
            answer = await self._call(self._basis, f"{_SERVER}.refreshSession", until, token=stale.refresh)
            if answer.status == 200:
                return _entered(answer, self._basis)
        who = {"identifier": self._account, "password": self._password}
        answer = await self._call(self._basis, f"{_SERVER}.createSession", until, who)
        if answer.status == 400:
            raise NeedsAttention(_NEEDS_PERSON["AuthenticationRequired"])
        return _entered(_wanted(answer), self._basis)

    async def _read(self, session: _Session, uri: str, until: float) -> _Answer:
        """The record at this address, or the clear answer that there is none."""
        answer = await self._call(session.pds, f"{_REPO}.getRecord", until, [*_parts(uri).items()])
        return answer if answer.fout == "RecordNotFound" else _wanted(answer)

    async def _file(self, session: _Session, which: Mapping[str, str], until: float) -> _Answer:
        """The file of a post, or the clear answer that there is none."""
        answer = await self._call(session.pds, "com.atproto.sync.getBlob", until, [*which.items()])
        gone = answer.fout == "BlobNotFound" or (answer.fout and answer.body.get("message") == "Blob not found")
        return answer if gone else _wanted(answer)

    async def _put(self, session: _Session, uri: str, record: Mapping[str, Any], until: float) -> Receipt:
        """Write the record. None may stand there yet: of two that try at the same moment, one is told so."""
        answer = await self._write("putRecord", {**_parts(uri), "record": record, "swapRecord": None}, until)
        if answer.fout != "InvalidSwap":
            return _receipt(session, _wanted(answer), record)
        answer = await self._read(session, uri, until)
        return _receipt(session, answer, answer.body.get("value"))

    async def _gate(self, post: str, until: float, hide: str = "") -> None:
        """Let nobody answer this post of ours any more, or hide one answer; what the gate says already stays."""
        session = await self._session(until)
        if not post.startswith(f"at://{session.did}/{_POSTS}/"):
            raise Refused("Deze reactie staat niet onder een bericht van dit account.")
        uri = post.replace(_POSTS, _GATES)
        before = await self._read(session, uri, until)
        known = _dict(before.body.get("value"))
        hidden = [*dict.fromkeys([*known.get("hiddenReplies", []), hide])] if hide else []
        wanted = {"hiddenReplies": hidden} if hide else {"allow": []}
        if len(hidden) > _MOST_HIDDEN:
            raise Refused(f"Bluesky verbergt niet meer dan {_MOST_HIDDEN} reacties onder een bericht.")
        record = {"$type": _GATES, "post": post, "createdAt": _moment(before.date), **known, **wanted}
        if record == known:
            return
        # Nobody may have changed it meanwhile: of two who hide at the same moment, one would undo the other.
        change = {**_parts(uri), "record": record, "swapRecord": before.body.get("cid")}
        answer = await self._write("putRecord", change, until)
        if answer.fout == "InvalidSwap":
            raise NotNow("Iemand anders wijzigde dit op hetzelfde moment. Probeer het nog eens.", after=1.0)
        _wanted(answer)

    async def _upload(self, image: Image, until: float) -> Mapping[str, Any]:
        blob = _wanted(await self._write("uploadBlob", image, until)).body.get("blob")
        if not _cid(blob):
            raise Unknown("Bluesky gaf geen verwijzing naar de afbeelding.")
        return {"alt": image.alt, "image": blob, "aspectRatio": {"width": image.width, "height": image.height}}

    async def _write(self, name: str, what: Mapping[str, Any] | Image, until: float) -> _Answer:
        """One call in our name. A session that ran out is renewed once: such a call did nothing."""
        session = await self._session(until)
        answer = await self._call(session.pds, f"{_REPO}.{name}", until, what, session.access)
        if answer.fout in _STALE:
            session = await self._session(until, stale=session)
            answer = await self._call(session.pds, f"{_REPO}.{name}", until, what, session.access)
        return answer

    async def _seen(self, name: str, query: list[tuple[str, str]], until: float) -> Mapping[str, Any]:
        """What the address for counts says; nothing where it does not know the call (for a stranger) or the post."""
        answer = await self._call(self._appview, f"app.bsky.feed.{name}", until, query)
        if answer.status in (401, 404, 501) or answer.fout in ("NotFound", "MethodNotImplemented"):
            return {}
        return _wanted(answer).body

    async def _call(self, server: str, name: str, until: float, what: _What = None, token: str = "") -> _Answer:
        """Ask once: pairs are a query, all else is posted. However the line fails, it is one of the four errors."""
        ask: dict[str, Any] = {"json": what} if what else {}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if isinstance(what, Image):
            ask, headers = {"data": what.data}, {**headers, "Content-Type": what.media_type}
        elif isinstance(what, list):
            ask = {"params": what}
        if self._client is None:
            # No keep-alive: a connection that the other side just dropped makes the outcome of a post unknown.
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))
        left = max(until - asyncio.get_running_loop().time(), 0.001)
        ask["timeout"] = aiohttp.ClientTimeout(total=left, sock_connect=self._timeouts.connect)
        try:
            method, url = "GET" if "params" in ask else "POST", f"{server}/xrpc/{name}"
            async with self._client.request(method, url, headers=headers, allow_redirects=False, **ask) as answer:
                is_file = answer.status == 200 and answer.content_type != "application/json"
                read = b"" if is_file else await whole(answer.content.iter_any())
        except _CERTAINLY_NOT_SENT:
            raise NotNow("Bluesky is niet bereikbaar.") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            raise Unknown("Bluesky gaf geen antwoord.") from None
        if answer.status >= 400:
            # A server may repeat what it was sent, and what it says of an error is shown.
            for secret in filter(None, (self._password, token)):
                read = read.replace(secret.encode(), b"***")
        try:
            seen = _Answer(answer.status, answer.headers, _dict(json.loads(read or "{}")))
        except (ValueError, RecursionError):
            seen = _Answer(answer.status, answer.headers, {})
        if seen.status == 429:
            raise NotNow("Bluesky vraagt om even te wachten.", after=_after(seen), limited=True)
        return seen

    def _until(self) -> float:
        """When one deed must be over, whatever calls it takes."""
        return asyncio.get_running_loop().time() + self._timeouts.total


def _wanted(answer: _Answer) -> _Answer:
    """Let a good answer pass; any other becomes the error it means."""
    status, fout = answer.status, answer.fout
    if status == 200:
        return answer
    if fout in _NEEDS_PERSON:
        raise NeedsAttention(_NEEDS_PERSON[fout])
    if status in (401, 403) or fout in _STALE:
        raise NeedsAttention("Bluesky laat ons niet (meer) toe; maak een nieuw app-wachtwoord.")
    if status == 404 or 300 <= status < 400:
        raise NeedsAttention("Op dit adres is geen server van Bluesky; controleer het adres van de server.")
    if 400 <= status < 500:
        raise Refused(f"Bluesky weigert dit: {str(answer.body.get('message', ''))[:200] or status}")
    raise Unknown(f"Bluesky gaf een onverwacht antwoord ({status}).")


def _limit(answer: _Answer) -> tuple[int, datetime] | None:
    """What is left of the limit that the answer tells of, and when it starts anew."""
    try:
        left, reset = (int(answer.headers[f"RateLimit-{name}"]) for name in ("Remaining", "Reset"))
        return left, datetime.fromtimestamp(reset, UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def _after(answer: _Answer) -> float | None:
    """Seconds to stay away: as said, or until the limit starts anew."""
    said = retry_after(answer.headers.get("Retry-After", ""), answer.date)
    if said is None and answer.date is not None and (limit := _limit(answer)):
        return (limit[1] - answer.date).total_seconds()
    return said


def _entered(answer: _Answer, basis: str) -> _Session:
    """The session, with the server where the account really lives: the public address only lets people in."""
    did, access, refresh = (answer.body.get(name) for name in ("did", "accessJwt", "refreshJwt"))
    if not (isinstance(did, str) and isinstance(access, str) and isinstance(refresh, str)):
        raise Unknown("Bluesky gaf een onleesbaar antwoord.")
    services = _dicts(_dict(answer.body.get("didDoc")).get("service"))
    places = [str(one.get("serviceEndpoint")) for one in services if str(one.get("id")).endswith("#atproto_pds")]
    pds = next((place.rstrip("/") for place in places if place.startswith("https://")), basis)
    handle = str(answer.body.get("handle", "handle.invalid"))
    return _Session(did, did if handle == "handle.invalid" else handle, pds, access, refresh)


def _uri(session: _Session, key: str) -> str:
    """Where the post of this key stands. The last part is a TID, as Bluesky wants it."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16])
    tid = (_TID_FROM + number % _TID_SPAN) << 10 | (number >> 100) % 1024
    return f"at://{session.did}/{_POSTS}/" + "".join(_BASE32[tid >> shift & 31] for shift in range(60, -1, -5))


def _parts(uri: str) -> dict[str, str]:
    return dict(zip(("repo", "collection", "rkey"), uri.removeprefix("at://").split("/"), strict=True))


def _record(post: Post, picture: Mapping[str, Any] | None, moment: datetime | None) -> dict[str, Any]:
    """The post as Bluesky keeps it. `moment`: the server's own time, so that a wrong clock here changes nothing."""
    record: dict[str, Any] = {
        "$type": _POSTS,
        "text": post.text,
        "facets": _facets(post.text),
        "langs": [post.language],
        "createdAt": _moment(moment),
    }
    if picture:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": [picture]}
    return record


def _moment(moment: datetime | None) -> str:
    if moment is None:
        raise Unknown("Bluesky noemde geen tijd.")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _facets(text: str) -> list[dict[str, Any]]:
    """Where the links are, in bytes of UTF-8. No mentions and no tags: a post of the police calls nobody up."""
    facets = []
    for found in _URL.finditer(text):
        url, start = found[0].rstrip(".,;:!?)]}'\"»”’…"), len(text[: found.start()].encode())
        where = {"byteStart": start, "byteEnd": start + len(url.encode())}
        facets.append({"index": where, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": url}]})
    return facets


def _receipt(session: _Session, answer: _Answer, record: Any) -> Receipt:
    """The proof of this record, from what the server said when it wrote it or read it back."""
    uri = answer.body.get("uri")
    if not (isinstance(uri, str) and uri.startswith("at://") and uri.count("/") == 4):
        raise Unknown("Bluesky gaf een onleesbaar antwoord.")
    url = f"https://bsky.app/profile/{session.handle}/post/{_parts(uri)['rkey']}"
    images, limit = _dicts(_dict(_dict(record).get("embed")).get("images")), _limit(answer)
    extra = {"blob": _cid(images[0].get("image"))} if images else {}
    # Whatever the limit counts, one post takes no more than four of it.
    return Receipt(uri, url, extra, Quota(max(0, limit[0] // 4), limit[1]) if limit else None)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _cid(blob: object) -> str:
    return str(_dict(_dict(blob).get("ref")).get("$link", ""))


def _reply(post: Mapping[str, Any]) -> Reply:
    """A reply, at the moment the network saw it: the moment it says itself may be anything."""
    try:
        at = datetime.fromisoformat(str(post["indexedAt"])).astimezone(UTC)
        return Reply(str(post["uri"]), at, str(_dict(post.get("record")).get("text", "")))
    except (KeyError, ValueError):
        raise Unknown("Bluesky gaf een onleesbare reactie.") from None
