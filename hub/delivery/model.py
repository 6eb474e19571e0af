"""A bezorging as frozen data: what the worker, the pages and the receipt look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.content import Link, Receipt

HERHAALD = "herhaald"
"""In `stappen` of a post: it was queued again with the same key."""
EERDER = "eerder"
"""In the reference that an edit keeps of its post: the references before that, as JSON `[[ref, extra], ...]`."""
REKENING = "rekening"
"""In `ref_extra`: the account on which a post was tried and its reference holds."""


@dataclass(frozen=True, slots=True)
class Beeld:
    """How to draw the picture of a post: poster format, with or without the photo, and its description."""

    formaat: str
    foto: bool = False
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One bezorging to be made. `marker`: the actie code in the text; `prijs`: what it costs, in thousandths.

    `niet_voor`: the end of the quiet hours it waits for.
    """

    actie_id: str
    versie: int
    kanaal: str
    soort: str
    doet: str
    soort_actie: str
    oefening: bool
    marker: str
    tekst: str = ""
    link: str = ""
    beeld: Beeld | None = None
    van_id: str = ""
    doel: str = ""
    prijs: int = 0
    niet_voor: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bezorging:
    """One row as it is now. `opgezocht`: nobody knew its outcome once, so it was looked up on the netwerk."""

    id: str
    actie_id: str
    versie: int
    kanaal: str
    doel: str
    soort: str
    doet: str
    staat: str
    oefening: bool
    pogingen: int
    fence: int
    sleutel: str
    marker: str
    tekst: str
    link: str
    beeld: Beeld | None
    van_id: str
    ref: str
    bericht_url: str
    fout: str
    bewijs: str
    klaar_op: datetime
    gemaakt_op: datetime
    gestart_op: datetime | None
    bevestigd_op: datetime | None
    ref_extra: Mapping[str, str] = field(default_factory=dict)
    stappen: Mapping[str, datetime] = field(default_factory=dict)
    bevestigd_door: str = ""
    opgezocht: bool = False

    @property
    def receipt(self) -> Receipt:
        """The netwerk's reference to the post of this row."""
        return Receipt(ref=self.ref, url=self.bericht_url, extra=self.ref_extra)

    @property
    def herhaald(self) -> bool:
        """Whether this post was queued again with the same key while its first try may have made it."""
        return HERHAALD in self.stappen

    @property
    def korte_link(self) -> Link | None:
        """The short link in the text and the QR code; None where the post has none."""
        return Link(url=self.link, code=self.link.rsplit("/", 1)[-1]) if self.link else None
