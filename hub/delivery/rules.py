"""What may happen to a bezorging: one table `(doet, staat, event) -> staat`, and when a row may begin.

Pure: no clock, no database. The two promises of the hub live here and are never merged:
what *maakt* a post is sent at most once by itself, what *wijzigt* a known post is repeated until confirmed.
The drawing in docs/bezorging.md is made from this table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

SOORTEN = ("publiceren", "corrigeren", "intrekken", "sluiten")
STATEN = ("wachtrij", "geclaimd", "verzenden", "verzonden", "onbekend", "mislukt", "vervallen", "taak", "geparkeerd")
OPEN = ("wachtrij", "geclaimd", "verzenden")
SETTLED = ("verzonden", "mislukt", "vervallen")
VERDWENEN = ("vervallen", "mislukt")
"""Of a bezorging that made a post: it certainly stands nowhere."""

VOORRANG: Mapping[tuple[str, str], int] = {
    ("intrekken", ""): 0,
    ("publiceren", "tijdkritisch"): 1,
    ("publiceren", "alarmering"): 1,
    ("corrigeren", ""): 2,
    ("sluiten", ""): 3,
    ("publiceren", ""): 4,
}
"""Order of work, lowest first: a withdrawal goes before everything, then what is urgent."""

_BEIDE: Mapping[tuple[str, str], str] = {
    ("wachtrij", "claimen"): "geclaimd",
    ("wachtrij", "vervallen"): "vervallen",
    ("geclaimd", "vervallen"): "vervallen",
    ("geclaimd", "versturen"): "verzenden",
    ("geclaimd", "handwerk"): "taak",
    ("geclaimd", "wachten"): "wachtrij",
    ("geclaimd", "worker-weg"): "wachtrij",
    ("geclaimd", "gif"): "geparkeerd",
    ("verzenden", "bevestigd"): "verzonden",
    ("verzenden", "niet-nu"): "wachtrij",
    ("verzenden", "aandacht"): "wachtrij",
    ("taak", "staat-er"): "verzonden",
    ("taak", "staat-er-niet"): "vervallen",
    ("geparkeerd", "opnieuw"): "wachtrij",
    ("geparkeerd", "vervallen"): "vervallen",
}
_MAAKT: Mapping[tuple[str, str], str] = {
    ("verzenden", "geweigerd"): "mislukt",
    ("verzenden", "onduidelijk"): "onbekend",
    ("verzenden", "worker-weg"): "onbekend",
    ("onbekend", "gevonden"): "verzonden",
    ("onbekend", "staat-er"): "verzonden",
    ("onbekend", "staat-er-niet"): "vervallen",
    ("onbekend", "opnieuw"): "wachtrij",
    ("onbekend", "opgegeven"): "taak",
    # Only where the netwerk makes no second post of the same key, and after its timeline was read.
    ("onbekend", "herhalen"): "wachtrij",
    # A post that is repeated may be out already, so it is never cancelled as if it had not left.
    ("wachtrij", "twijfel"): "onbekend",
    ("geclaimd", "twijfel"): "onbekend",
    ("geparkeerd", "twijfel"): "onbekend",
    ("mislukt", "opnieuw"): "wachtrij",
}
_WIJZIGT: Mapping[tuple[str, str], str] = {
    ("verzenden", "geweigerd"): "taak",
    ("verzenden", "onduidelijk"): "wachtrij",
    ("verzenden", "nog-te-zien"): "wachtrij",
    ("verzenden", "nog-eens"): "wachtrij",
    ("verzenden", "worker-weg"): "wachtrij",
    # An older edit may have changed it after this one did.
    ("verzonden", "nog-eens"): "wachtrij",
    ("taak", "opnieuw"): "wachtrij",
    # A removal lapses where its post was refused; a person may have had that post placed after all.
    ("vervallen", "toch-weg"): "wachtrij",
    # An edit lapses while its actie waits for a person after a restore, who may let the actie go on.
    ("vervallen", "hervat"): "wachtrij",
}

OVERGANGEN: Mapping[tuple[str, str, str], str] = {
    **{("maakt", *key): staat for key, staat in {**_BEIDE, **_MAAKT}.items()},
    **{("wijzigt", *key): staat for key, staat in {**_BEIDE, **_WIJZIGT}.items()},
}
"""The whole state table. What is not in it cannot happen."""


UIT = "Het kanaal staat uit."


class OnmogelijkeOvergang(Exception):
    """This event cannot happen to a bezorging in this state."""


def next_state(doet: str, staat: str, event: str) -> str:
    """The state after `event`; raises OnmogelijkeOvergang for a pair that is not in the table."""
    try:
        return OVERGANGEN[(doet, staat, event)]
    except KeyError:
        raise OnmogelijkeOvergang(f"Een bezorging die {staat} is kan niet `{event}` ({doet}).") from None


def priority(soort: str, soort_actie: str) -> int:
    """Place in the order of work, lowest first."""
    return VOORRANG.get((soort, soort_actie), VOORRANG[(soort, "")])


@dataclass(frozen=True, slots=True)
class Buur:
    """What a row must know of the other rows of its actie on the same kanaal and doel."""

    id: str
    soort: str
    staat: str
    van_id: str
    versie: int = 0
    doet: str = ""


Begin = Literal["nu", "wachten", "vervalt"]


def may_begin(soort: str, van_id: str, buren: Iterable[Buur], versie: int = 0) -> Begin:
    """Whether a waiting row may start, must wait for another, or has lost its reason.

    A withdrawal or edit waits until the post it is about has a reference; the removal of a post that a correction
    replaces also waits for the new one. Edits of one post go one by one, never after its removal, and an older versie
    never lands on a newer one or follows it. A closing message waits until the withdrawals of its
    kanaal are done, and lapses where nothing was ever visible or where a newer closing message takes its place.
    """
    rows = list(buren)
    if soort == "sluiten":
        return _closing_may_begin(rows, versie)
    if not van_id:
        # The words of an older versie never follow those of a newer one.
        return "vervalt" if any(b.doet == "maakt" and b.versie > versie for b in rows) else "nu"
    bron = next((b for b in rows if b.id == van_id), None)
    if bron is None or bron.staat in ("mislukt", "vervallen"):
        return "vervalt"
    if bron.staat not in ("verzonden", "taak"):
        return "wachten"
    edits = [b for b in rows if b.van_id == van_id and b.soort == "corrigeren"]
    going = any(b.van_id == van_id and b.soort == "intrekken" and b.staat != "vervallen" for b in rows)
    if soort == "corrigeren" and (going or any(b.versie > versie for b in edits)):
        return "vervalt"
    if soort == "intrekken" and _waits_for_its_successor(bron, rows):
        return "wachten"
    return "wachten" if any(b.staat in ("geclaimd", "verzenden") for b in edits) else "nu"


def _waits_for_its_successor(bron: Buur, rows: list[Buur]) -> bool:
    """Where a netwerk cannot edit, the old post stays until the corrected one is out or has failed.

    Not when that one is to be removed as well: then the actie is being taken back, which waits for nothing.
    """
    removed = {b.van_id for b in rows if b.soort == "intrekken"}
    newer = [b for b in rows if b.soort == "corrigeren" and b.doet == "maakt" and b.versie > bron.versie]
    return any(b.staat not in SETTLED and b.id not in removed for b in newer)


def _closing_may_begin(rows: list[Buur], versie: int) -> Begin:
    if any(b.soort == "sluiten" and b.versie > versie for b in rows):
        return "vervalt"
    if any(b.soort == "intrekken" and b.staat in OPEN for b in rows):
        return "wachten"
    posts = [b for b in rows if b.soort in ("publiceren", "corrigeren")]
    if any(b.staat in (*OPEN, "onbekend") for b in posts):
        return "wachten"
    # An earlier closing message that was taken back counts as well: whoever read it gets the new one.
    seen = [*posts, *(b for b in rows if b.soort == "sluiten")]
    return "nu" if any(b.staat in ("verzonden", "taak") for b in seen) else "vervalt"


def still_allowed(
    *, soort: str, fase: str, verlopen: bool, oefening: bool, echt: bool, aan: bool, voorbeeld: bool
) -> str:
    """Why this row may not be sent any more, or an empty string when it may. Asked just before the socket opens."""
    if oefening and echt:
        return "Een oefening gaat nooit naar een echt kanaal."
    if soort == "intrekken":
        return ""
    if not oefening and not echt and not voorbeeld:
        return "Dit is een oefenkanaal; een echte actie gaat daar niet naartoe."
    if not aan:
        return UIT
    if soort == "sluiten":
        return "" if fase in ("afgesloten", "ingetrokken") else "De actie loopt nog."
    if fase != "actief":
        return f"De actie is {fase}."
    return "De looptijd is voorbij." if verlopen else ""


def when_refused(reden: str, *, soort: str, doet: str, fase: str) -> str:
    """What becomes of a row that `still_allowed` refuses for this reason: of a post that is out and must go or change
    while its actie runs, a person is told; what was not begun and has lost its sense lapses."""
    edit = doet == "wijzigt" and fase == "actief" and reden == UIT
    return "handwerk" if soort == "intrekken" or edit else "vervallen"
