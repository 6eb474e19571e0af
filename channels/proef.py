"""Proefnet, the simulated network of the demo: every ability a netwerk can have, over plain JSON."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp
import orjson

from hub.content import (
    Counts,
    Gezondheid,
    Image,
    Limits,
    NeedsAttention,
    NotNow,
    Post,
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

_CERTAINLY_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Channel:
    """One account on proefnet."""

    naam: ClassVar[str] = "proef"
    titel: ClassVar[str] = "Proefnet"
    meldt_vertrek: ClassVar[bool] = True
    sleutel_geldig: timedelta = timedelta(minutes=50)
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting("basisUrl", "Adres", "Waar proefnet draait.", standaard="http://127.0.0.1:8010", rekening=True),
        Setting("account", "Account", "Naam van het account op proefnet, bijvoorbeeld proef-x.", rekening=True),
        Setting("token", "Token", "Het token dat bij dit account hoort.", geheim=True),
        Setting(
            "maxTekst",
            "Lengte van een bericht",
            "Hoeveel tekens een bericht mag hebben; zo doet een proefaccount een kort of lang netwerk na.",
            standaard="500",
            verplicht=False,
        ),
        Setting(
            "ontdubbelt",
            "Herkent een herhaald bericht",
            "`ja` als dit account op proefnet een tweede bericht met dezelfde sleutel niet plaatst.",
            standaard="nee",
            verplicht=False,
        ),
    )

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        lengte = int(instellingen.get("maxTekst") or "500")
        self.limits = Limits(max_text=lengte, max_text_with_image=lengte, alt_max=1500)
        basis = (instellingen.get("basisUrl") or "http://127.0.0.1:8010").rstrip("/")
        self._posts = f"{basis}/api/accounts/{quote(instellingen['account'], safe='')}/posts"
        self._token = instellingen["token"]
        self._ontdubbelt = instellingen.get("ontdubbelt", "").strip().lower() == "ja"
        self._timeouts = timeouts
        self._session: aiohttp.ClientSession | None = None

    def can(self) -> frozenset[str]:
        """Proefnet can do all that a netwerk of posts can do; an account may know a key again."""
        able = frozenset({"intrekken", "corrigeren", "terugzoeken", "meten", "reacties", "modereren", "controleren"})
        return able | {"herhalen"} if self._ontdubbelt else able

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        """Make a post. Only an account that says so makes no second one of the same key."""
        status, body = await self._call("POST", self._posts, payload=_payload(post, key), vertrek=vertrek)
        _expect(status, 201)
        return _receipt(_parsed(body))

    async def retract(self, receipt: Receipt) -> None:
        """Delete the post; one that is already gone is fine."""
        status, _ = await self._call("DELETE", self._post(receipt))
        _expect(status, 204, 404)

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post, and by itself its picture, can still be asked for."""
        asked = [self._call("GET", self._post(receipt))]
        if media := receipt.extra.get("mediaUrl", ""):
            # A file may outlive its post (seen on real servers), so the picture is asked for by itself.
            asked.append(self._call("GET", media, with_token=False))
        (status, body), *file = await asyncio.gather(*asked)
        for seen in (status, *(seen for seen, _ in file)):
            _expect(seen, 200, 404, 410)
        words = str(_parsed(body).get("tekst", "")) if status == 200 else ""
        return Weg(status != 200, all(seen != 200 for seen, _ in file), words)

    async def correct(self, receipt: Receipt, post: Post) -> Receipt:
        """Replace text and picture in place."""
        status, body = await self._call("PATCH", self._post(receipt), payload=_payload(post, ""))
        _expect(status, 200)
        return _receipt(_parsed(body))

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None:
        """Look for the post with this key; without a key, for the first one with this marker."""
        name, value = ("sleutel", key) if key else ("kenmerk", marker)
        query = {name: value, "sinds": since.astimezone(UTC).isoformat()}
        status, body = await self._call("GET", self._posts, query=query)
        _expect(status, 200)
        found = _items(body, "posts")
        return _receipt(found[0]) if found else None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        """Views, likes, shares and replies of each post; nothing for a post that is gone."""
        answers = await asyncio.gather(*(self._call("GET", self._post(receipt)) for receipt in receipts))
        counts: dict[str, Counts] = {}
        for receipt, (status, body) in zip(receipts, answers, strict=True):
            _expect(status, 200, 404)
            if status == 200:
                counts[receipt.ref] = _counts(_parsed(body))
        return counts

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        """What citizens wrote under the post since then; nothing under a post that is gone."""
        status, body = await self._call("GET", self._post(receipt) + "/replies")
        _expect(status, 200, 404)
        found = [_reply(item) for item in _items(body, "replies")] if status == 200 else []
        return tuple(reply for reply in found if reply.at >= since)

    async def close_replies(self, receipt: Receipt) -> None:
        """From now on only who follows the account may answer."""
        status, _ = await self._call("PUT", self._post(receipt) + "/reageren", payload={"wie": "volgers"})
        _expect(status, 200)

    async def hide_reply(self, reply_ref: str) -> None:
        """Hide one reply; one that is already gone is fine."""
        url = f"{self._posts.removesuffix('/posts')}/replies/{quote(reply_ref, safe='')}/verborgen"
        status, _ = await self._call("PUT", url, payload={"verborgen": True})
        _expect(status, 200, 404)

    async def check(self) -> Gezondheid:
        """Whether this token opens the account."""
        status, body = await self._call("GET", self._posts.removesuffix("/posts"))
        _expect(status, 200)
        return Gezondheid(str(_parsed(body).get("titel") or "zonder titel"))

    async def close(self) -> None:
        """Release the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _post(self, receipt: Receipt) -> str:
        return f"{self._posts}/{quote(receipt.ref, safe='')}"

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No limit on connections: waiting in line would eat the time-out of a call that sent nothing.
            # No keep-alive: one that the other side just dropped would make the outcome of a post unknown.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=0),
                timeout=aiohttp.ClientTimeout(total=self._timeouts.total, sock_connect=self._timeouts.connect),
            )
        return self._session

    async def _call(
        self,
        method: str,
        url: str,
        *,
        payload: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        with_token: bool = True,
        vertrek: Callable[[], None] = lambda: None,
    ) -> tuple[int, bytes]:
        """Ask once; every way in which the line can fail becomes one of the four errors."""
        headers = {"Authorization": f"Bearer {self._token}"} if with_token else {}
        data = None
        if payload is not None:
            content = orjson.dumps(payload)  # a picture in it takes others half a millisecond
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
            data = _pieces(content, vertrek)
        try:
            async with self._client().request(
                method, url, data=data, params=query, headers=headers, allow_redirects=False
            ) as answer:
                body = await whole(answer.content.iter_any())
        except _CERTAINLY_NOT_SENT:
            raise NotNow("Proefnet is niet bereikbaar.") from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            raise Unknown("Proefnet gaf geen antwoord; het bericht kan er staan.") from None
        if answer.status in (429, 503):
            _not_now(answer.status, answer.headers, body)
        return answer.status, body


async def _pieces(content: bytes, vertrek: Callable[[], None]) -> AsyncIterator[bytes]:
    """The body in two pieces: until the last one leaves, proefnet has no whole post and makes none."""
    yield content[:-1]
    vertrek()
    yield content[-1:]


def _not_now(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise NotNow where proefnet says that it did nothing with the call."""
    after = retry_after(headers.get("Retry-After", ""), http_date(headers.get("Date", "")))
    if status == 429:
        raise NotNow("Proefnet vraagt om even te wachten.", after=after, limited=True)
    if b'"verwerkt": false' in body:
        raise NotNow("Proefnet ligt plat en heeft niets verwerkt.", after=after)


def _expect(status: int, *wanted: int) -> None:
    """Let a wanted status pass; any other becomes the error it means."""
    if status in wanted:
        return
    if status in (401, 403):
        raise NeedsAttention("Proefnet kent dit account of token niet; controleer de instellingen.")
    if status == 404:
        raise Refused("Dit bericht bestaat niet (meer) op proefnet.")
    if 400 <= status < 500:
        raise Refused(f"Proefnet weigert dit bericht (antwoord {status}).")
    raise Unknown(f"Proefnet gaf een onverwacht antwoord ({status}); het bericht kan er staan.")


def _payload(post: Post, key: str) -> dict[str, Any]:
    return {
        "tekst": post.text,
        "sleutel": key,
        "kenmerk": post.marker,
        "taal": post.language,
        "beeld": _picture(post.image),
    }


def _picture(image: Image | None) -> dict[str, str] | None:
    if image is None:
        return None
    data = base64.b64encode(image.data).decode("ascii")
    return {"soort": image.media_type, "base64": data, "alt": image.alt}


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise Unknown("Proefnet gaf een onleesbaar antwoord; het bericht kan er staan.")
    return parsed


def _items(body: bytes, name: str) -> list[dict[str, Any]]:
    items = _parsed(body).get(name)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unknown("Proefnet gaf een onleesbaar antwoord.")
    return items


def _receipt(item: Mapping[str, Any]) -> Receipt:
    ref, url, media = item.get("id"), item.get("url"), item.get("mediaUrl")
    if not isinstance(ref, str) or not ref:
        raise Unknown("Proefnet gaf een antwoord zonder nummer; het bericht kan er staan.")
    return Receipt(ref, url if isinstance(url, str) else "", {"mediaUrl": media} if media else {})


def _counts(item: Mapping[str, Any]) -> Counts:
    counts = item.get("tellingen")
    if not isinstance(counts, dict):
        raise Unknown("Proefnet gaf geen tellingen.")
    return {str(name): value if isinstance(value, int) else None for name, value in counts.items()}


def _reply(item: Mapping[str, Any]) -> Reply:
    try:
        return Reply(str(item["id"]), datetime.fromisoformat(item["op"]), str(item.get("tekst", "")))
    except (KeyError, TypeError, ValueError):
        raise Unknown("Proefnet gaf een onleesbare reactie.") from None
