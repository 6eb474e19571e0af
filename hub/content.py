"""The vocabulary every part of Actiehub shares: what an actie looks like, what goes out, what comes back.

Standard library only. Channels and renderers import this module and nothing else of the hub, so that one file
each is enough to add a netwerk or a way of drawing. All instants are aware datetimes in UTC.

    ChannelError
    +-- Refused            never retry: the netwerk said no to this content
    |   +-- Opgezegd       and nothing else will ever arrive with this subscriber either
    +-- NotNow             certainly not delivered; try again after `after` seconds
    +-- Unknown            may have been delivered: look it up, never send again blindly
    +-- NeedsAttention     the account is unusable until a person acts
"""

from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from hub.formaten import FormaatInfo as FormaatInfo
from hub.formaten import Keuring as Keuring
from hub.formaten import NietTeTekenen as NietTeTekenen
from hub.lijn import bestand_adres as bestand_adres
from hub.lijn import http_date as http_date
from hub.lijn import retry_after as retry_after
from hub.lijn import veilig_adres as veilig_adres

Stand = Literal["actief", "slot", "rust"]
"""What a poster or page shows: a running actie, its closing message, or nothing in particular."""

Thema = Literal["gewoon", "contrast", "nacht"]
"""The colours of a poster: as usual, as strong as can be, or dark for a scherm that must not dazzle at night."""

BEL_NU = "112"
BEL_TIP = "0800-0011"
BEL_LATER = "0800-8844"

OVER_PERSOON = ("vermist-persoon",)
"""Types of actie that are about a missing person (and not about a suspect or a thing)."""


@dataclass(frozen=True, slots=True)
class Cirkel:
    """A round area: latitude and longitude in degrees (WGS84), radius in metres."""

    lat: float
    lon: float
    straal_meters: int


@dataclass(frozen=True, slots=True)
class ActieView:
    """One versie of one actie as readers may see it; holds no photo and no internal notes.

    `plaats` is the name of the gemeente, `gemeente` its CBS code. `voorbeeld` is true while the organisation is
    not configured: every render then says VOORBEELD. `slottekst` is filled once the actie has ended.
    """

    id: str
    code: str
    versie: int
    soort: str
    type: str
    niveau: str
    fase: str
    titel: str
    bericht: str
    signalement: str
    laatst_gezien: str
    leeftijd: int | None
    minderjarig: bool
    gemeente: str
    plaats: str
    gemeenten: tuple[str, ...]
    cirkel: Cirkel | None
    gestart_op: datetime | None
    eindigt_op: datetime | None
    oefening: bool
    voorbeeld: bool
    pagina_url: str
    afzender: str
    slottekst: str = ""

    @property
    def stand(self) -> Stand:
        """`actief` while people should look out, `slot` once the actie was closed or withdrawn."""
        return "slot" if self.fase in ("afgesloten", "ingetrokken") else "actief"

    @property
    def over_persoon(self) -> bool:
        """Whether the actie is about a missing person (and not about a suspect or a thing)."""
        return self.type in OVER_PERSOON


@dataclass(frozen=True, slots=True)
class Foto:
    """The cleaned photo of an actie: JPEG bytes and the point (0..1, 0..1) that must stay in view."""

    data: bytes
    focus_x: float = 0.5
    focus_y: float = 0.35


@dataclass(frozen=True, slots=True)
class Image:
    """A finished picture: bytes, media type, size in pixels and its description for who cannot see it.

    `url`: where anybody can fetch it, for a netwerk that takes no bytes; empty where it shows a photo, which has none.
    """

    data: bytes
    media_type: str
    width: int
    height: int
    alt: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A short link: the full address and the code in it; `label` is how to print it for a reader."""

    url: str
    code: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What one kanaal will post: text (counted and within its limits), picture, link, language.

    `doel`: the address of the one subscriber it is for; empty for everybody who follows the kanaal.
    """

    text: str
    image: Image | None = None
    link: Link | None = None
    language: str = "nl"
    marker: str = ""
    doel: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account accepts. Lengths are in the unit of `counter`; None means the netwerk has no limit.

    `counter` names a text counter of `hub.compose` (`plain`, `telegram`); `max_text_with_image` is smaller on
    networks that treat the text as a caption. `alt_max` is None where the netwerk knows no alt text. `foto`: whether
    a picture may hold a photo; not where the netwerk fetches pictures itself, at an address that anybody can open.
    `per_venster` posts may be made in any `venster_seconden`; None where we need no limit of our own.
    """

    max_text: int
    max_text_with_image: int
    counter: str = "plain"
    images: bool = True
    foto: bool = True
    image_max_bytes: int = 5_000_000
    alt_max: int | None = None
    per_venster: int | None = None
    venster_seconden: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """How many posts the netwerk still allows (`over`) until `tot`, as its answer said."""

    over: int
    tot: datetime


def _storable(text: str) -> str:
    """What a netwerk said, without what a database refuses: no storing may fail on it for ever."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a post exists: the netwerk's own reference, its public address and what it needs to undo it.

    `quota`: what the answer said about how much more this account may do now. `doel`: the address of the one
    subscriber who got it. That is personal data: the hub adds it for a call and stores it with no receipt.
    """

    ref: str
    url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    quota: Quota | None = None
    doel: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", _storable(self.ref))
        object.__setattr__(self, "url", _storable(self.url))


Counts = Mapping[str, int | None]
"""Native counters under the netwerk's own names; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A citizen's answer on a netwerk. `text` may be tip content: it never goes into statistics or logs."""

    ref: str
    at: datetime
    text: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", _storable(self.ref))


class ChannelError(Exception):
    """Base of the four errors a channel may raise. The message is for people and holds no secret."""


class Refused(ChannelError):
    """The netwerk refused this content for good; sending it again cannot help."""


class Opgezegd(Refused):
    """The subscriber this was for blocked our bot or is no more: nothing was delivered, and they must be forgotten."""


class NotNow(ChannelError):
    """Certainly not delivered; the same call may succeed after `after` seconds (None: our own back-off).

    `limited`: the netwerk is there but asks the whole account to wait; that is so wherever it named a time.
    """

    def __init__(self, message: str, after: float | None = None, *, limited: bool | None = None) -> None:
        super().__init__(message)
        self.after = after
        self.limited = after is not None if limited is None else limited


class Unknown(ChannelError):
    """May have been delivered, may not: find out before anything else."""


class NeedsAttention(ChannelError):
    """The account does not work until a person acts (revoked token, exhausted budget)."""


GROOTSTE_ANTWOORD = 20_000_000
"""Bytes of one answer that a channel reads; the four thousand replies that Mastodon gives at once are below it."""


async def whole(body: AsyncIterable[bytes]) -> bytes:
    """The body of an answer, read no further than that: who sends without end must not fill the memory of the hub.

    Raises Unknown beyond it; whatever was asked may have been done.
    """
    read = bytearray()
    async for piece in body:
        read += piece
        if len(read) > GROOTSTE_ANTWOORD:
            raise Unknown("Het netwerk stuurt een antwoord waar geen eind aan komt; het bericht kan er staan.")
    return bytes(read)


@runtime_checkable
class Channel(Protocol):
    """One account on one netwerk: `Channel(instellingen, timeouts)` with the values of its own `SETTINGS`.

    `naam` is the netwerk as configuration spells it, `titel` as people do. Every other method is async and ends
    within the given time-outs. Constructing a channel opens no connection.
    """

    naam: ClassVar[str]
    titel: ClassVar[str]
    SETTINGS: ClassVar[tuple["Setting", ...]]
    limits: Limits

    def __init__(self, instellingen: Mapping[str, str], timeouts: "Timeouts") -> None: ...

    def can(self) -> frozenset[str]:
        """Names out of `ABILITIES` that this very account can do (rights, age of the account, price plan)."""
        ...

    async def publish(self, post: Post, key: str) -> Receipt:
        """Make one post. `key` is stable over restarts; use it where the netwerk can de-duplicate."""
        ...

    async def close(self) -> None:
        """Release connections. Called once, when the hub stops or the account changes."""
        ...


@runtime_checkable
class Departs(Protocol):
    """The channel says when the bytes leave without which the netwerk cannot make the post.

    It calls `vertrek` right before them, once: after the upload of a picture, or before the last piece of a body.
    Of a process that dies before that moment it is certain that nothing was posted.
    """

    meldt_vertrek: ClassVar[bool]

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = ...) -> Receipt: ...


@dataclass(frozen=True, slots=True)
class Weg:
    """What reading back says of a post and, by itself, of its file: a file may outlive its post.

    True = not found any more (or there never was a file), False = still there, None = the netwerk cannot be asked.
    `tekst`: the words that still stand there, where they can be read.
    """

    bericht: bool | None
    bestand: bool | None
    tekst: str = ""


STAPPEN = ("neutraliseren", "verwijderen")
"""Steps by which a post can be taken back: other words and no picture of its own, or deleted."""


@runtime_checkable
class Retracts(Protocol):
    """The netwerk can remove a post. A post that is already gone counts as removed.

    A class may say `weg: ClassVar[tuple[str, ...]]`, its steps out of `STAPPEN` in order; without it that is
    `("verwijderen",)`. `neutraliseren` goes through `Corrects`, `verwijderen` through `retract`; a step that is
    refused makes way for the next. A class may say `antwoord_bewijst: ClassVar[bool] = True` where nothing can be
    read back and a `retract` that ends well is itself the proof that the post is gone.
    """

    async def retract(self, receipt: Receipt) -> None: ...

    async def gone(self, receipt: Receipt) -> Weg:
        """Read back whether the post, and the file that this receipt knows of, can still be found."""
        ...


@runtime_checkable
class Corrects(Protocol):
    """The netwerk can change an existing post in place."""

    async def correct(self, receipt: Receipt, post: Post) -> Receipt: ...


@runtime_checkable
class Finds(Protocol):
    """The netwerk can be asked whether a post with this key or marker exists."""

    async def find(self, key: str, marker: str, since: datetime) -> Receipt | None: ...


@runtime_checkable
class Repeats(Protocol):
    """Publishing again with the same key within `sleutel_geldig` of the first time makes no second post."""

    sleutel_geldig: timedelta


@runtime_checkable
class Measures(Protocol):
    """The netwerk has counters; returns them per receipt reference."""

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]: ...


@runtime_checkable
class Listens(Protocol):
    """The netwerk lets us read replies to our post."""

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]: ...


MODERATIES = ("sluiten", "verbergen")
"""What can be done about replies: close or limit them under a post of ours, or hide one that was given."""


@runtime_checkable
class Moderates(Protocol):
    """The netwerk lets us close, limit or hide replies under our post.

    A class that can do only one of them says `modereert: ClassVar[tuple[str, ...]]` out of `MODERATIES`; the other
    raises Refused and asks the netwerk nothing. Closing what is closed, and hiding what is hidden or gone, is fine.
    """

    async def close_replies(self, receipt: Receipt) -> None: ...

    async def hide_reply(self, reply_ref: str) -> None: ...


def moderaties(channel: Channel) -> tuple[str, ...]:
    """What this very account can do about replies, out of `MODERATIES`."""
    if "modereren" not in channel.can() or not isinstance(channel, Moderates):
        return ()
    return tuple(getattr(channel, "modereert", MODERATIES))


@dataclass(frozen=True, slots=True)
class Vraag:
    """What one person said to our bot. `nummer`: the netwerk's own number of it, rising, by which a repeat is known.

    `doel`: where to answer, personal data. `weg`: they blocked the bot. `tekst` may be tip content: it is never kept.
    """

    nummer: int
    doel: str = ""
    tekst: str = ""
    weg: bool = False


@runtime_checkable
class Converses(Protocol):
    """The netwerk has a bot to which people can subscribe. What they say comes in at `POST /haken/{kanaal}`, or is
    fetched where `haalt_op`."""

    @property
    def haalt_op(self) -> bool: ...

    @property
    def haakgeheim(self) -> tuple[str, str]:
        """The header, and what the netwerk puts in it with each update to prove that it is the netwerk."""
        ...

    async def connect(self, url: str) -> None:
        """Tell the netwerk that updates go to `url`, or that we fetch them."""
        ...

    async def fetch(self, na: int) -> Sequence[Mapping[str, Any]]:
        """The updates with a higher number than `na`; waits a while for the first one."""
        ...

    async def update(self, payload: Mapping[str, Any]) -> Vraag:
        """What this update says; without `doel` it is nothing for us."""
        ...

    async def answer(self, doel: str, tekst: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Gezondheid:
    """What an account said when it was asked: its `naam` there, until when its key holds (None: for ever, or unknown)
    and in a Dutch sentence what the hub needs and may not do."""

    naam: str
    geldig_tot: datetime | None = None
    mist: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "naam", _storable(self.naam))


@runtime_checkable
class Checks(Protocol):
    """The netwerk can be asked whether it lets us in, without making or changing anything there."""

    async def check(self) -> Gezondheid: ...


ABILITIES: Mapping[str, type] = {
    "intrekken": Retracts,
    "corrigeren": Corrects,
    "terugzoeken": Finds,
    "herhalen": Repeats,
    "meten": Measures,
    "reacties": Listens,
    "modereren": Moderates,
    "gesprek": Converses,
    "controleren": Checks,
}
"""Dutch name of each ability and the protocol that proves it."""


def offers(kind: type, ability: str) -> bool:
    """Whether a channel class has all that an ability asks for; one of its accounts may still not have it."""
    protocol = ABILITIES[ability]
    members = {*vars(protocol), *protocol.__annotations__}
    return all(hasattr(kind, member) for member in members if not member.startswith("_"))


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a channel's settings form; channels list these in `SETTINGS`, forms and docs follow.

    `rekening`: with another value this is another account, on which the posts of before cannot be found.
    """

    naam: str
    titel: str
    help: str
    standaard: str = ""
    geheim: bool = False
    verplicht: bool = True
    rekening: bool = False


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds a channel may take to connect and for a whole call."""

    connect: float = 5.0
    total: float = 20.0


@dataclass(frozen=True, slots=True)
class PosterRequest:
    """What to draw: a format name, the actie (None at rest), its photo if policy allows one, and the QR link.

    `meer_fotos`: further photos of the same person. `thema`: the colours. `tweetalig`: fixed words in English as well.
    A withdrawn or closed actie is drawn from its `slottekst` alone. `alt` of the image describes it in Dutch.
    """

    formaat: str
    actie: ActieView | None = None
    foto: Foto | None = None
    link: Link | None = None
    voorbeeld: bool = False
    afzender: str = ""
    meer_fotos: tuple[Foto, ...] = ()
    thema: Thema = "gewoon"
    tweetalig: bool = False


@runtime_checkable
class Renderer(Protocol):
    """Draws posters. `formats()` lists the designed formats, `about` tells of one. `choices` names those for a screen
    of this size and soort, best first, and `nearest` the best. `keur` checks a render as it would leave; `signature`
    hashes every input of a picture without drawing it; `forget_photos` drops photo cuts from memory."""

    version: str

    def formats(self) -> Mapping[str, tuple[int, int]]: ...

    def about(self, naam: str) -> FormaatInfo: ...

    def nearest(self, width: int, height: int, soort: str = "") -> str: ...

    def choices(self, width: int, height: int, soort: str = "") -> Sequence[str]: ...

    def keur(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Keuring: ...

    def signature(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> str: ...

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image: ...

    def pieces(
        self, request: PosterRequest, width: int | None = None, height: int | None = None
    ) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """The file in pieces: those that pictures share, and what is this picture's own in each gap between them."""

    def forget_photos(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Plaats:
    """One line of the receipt: a place where the actie was to be seen, and what can be proven about it now.

    `soort`: bericht, scherm, feed, foto, render, pagina, bestand. `staat`: verdwenen, zichtbaar, taak or
    niet-controleerbaar. `bewijs`: hub, netwerk, speler, nooit, lease, bestand, persoon or empty. `uiterlijk`: when it
    is gone at the latest, if known. `twijfel`: nobody knows if it ever was to be seen. `taak`: the bezorging to answer.
    """

    soort: str
    naam: str
    staat: str
    verdwenen_op: datetime | None = None
    bewijs: str = ""
    uiterlijk: datetime | None = None
    toelichting: str = ""
    twijfel: bool = False
    taak: str = ""
