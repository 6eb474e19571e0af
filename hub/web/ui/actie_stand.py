"""What the page of one actie shows: read in one go, so that all figures are of the same moment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties import gemeenten
from hub.acties import store as acties
from hub.acties.model import NIVEAUS, REDENEN, SOORTEN, TYPES, Actie
from hub.acties.view import view
from hub.content import Limits, Plaats
from hub.delivery import store as delivery
from hub.delivery import wachten
from hub.delivery.model import Bezorging
from hub.delivery.rules import OPEN
from hub.delivery.tables import BezorgingRij
from hub.desk import bewijs, vragen
from hub.desk.bewijs import Bewijs
from hub.desk.donker import TotDonker
from hub.kit.config import Config
from hub.screens import store as screens
from hub.screens.board import ScreenBoard
from hub.screens.model import Plek, Scherm
from hub.screens.poort import Keus
from hub.toegang import audit
from hub.toegang.audit import AuditRegel
from hub.tracking import reacties, statistieken
from hub.tracking.reacties import Uitkomst
from hub.web.ui import op_schermen, woorden
from hub.web.ui.op_schermen import OpSchermen
from hub.web.ui.woorden import Teken

EINDE = ("afgesloten", "ingetrokken")
SNEL, TRAAG = 1, 5
"""Seconds between two looks: while something moves, and at rest."""
TERUGGEZET = Teken("klok", "Teruggezet, nog niet te zien", "let-op")
DEDEN: Mapping[str, str] = {
    "aangemaakt": "Aangemaakt",
    "gestart": "Uitgezet",
    "op schermen": "Op schermen gezet",
    "wacht op goedkeuring": "Ter goedkeuring aangeboden",
    "goedgekeurd": "Goedgekeurd",
    "gewijzigd": "Gewijzigd",
    "verlengd": "Verlengd",
    "foto toegevoegd": "Foto toegevoegd",
    "ingetrokken": "Ingetrokken",
    "afgesloten": "Afgesloten",
    "uitkomst genoteerd": "Uitkomst bewaard",
    "bezorging beantwoord": "Taak beantwoord",
}

BIJZONDERHEDEN = ("reden", "minuten", "versie", "velden", "kanalen", "schermen", "kanaal", "antwoord", "uitkomst")
"""What of an audit line is shown in the history."""


@dataclass(frozen=True, slots=True)
class Stap:
    """One bezorging: what, how it stands, and since when; `taak`: where a person answers for it.

    `uiterlijk`: it may have been earlier, for nobody but who looked knows the moment.
    """

    teken: Teken
    tijd: datetime | None
    url: str
    fout: str
    wacht: str
    versie: int
    taak: str = ""
    uiterlijk: bool = False


@dataclass(frozen=True, slots=True)
class KanaalStand:
    """One kanaal with everything that happened or happens there, in order."""

    kanaal: str
    stappen: tuple[Stap, ...]


@dataclass(frozen=True, slots=True)
class PosterRegel:
    """Schermen of one size and look on which the best poster may not stand, and why; `geen`: no poster may."""

    schermen: tuple[str, ...]
    geen: bool
    zinnen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaatsRegel:
    """One line of the receipt in words."""

    soort: str
    naam: str
    teken: Teken
    tijd: datetime | None
    bewijs: str
    uiterlijk: datetime | None
    toelichting: str
    taak: str


@dataclass(frozen=True, slots=True)
class DonkerRegel:
    """How long one soort of place took to go dark, in words; `soort` is empty for all together."""

    soort: str
    aantal: int
    helft: str
    bijna: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Everything that moves on the page of one actie."""

    actie: Actie
    fase: Teken
    klok: str
    plaats: str
    soort: str
    reden: str
    kanalen: tuple[KanaalStand, ...]
    schermen: OpSchermen
    cijfers: Mapping[str, int]
    nagloei: int
    routes: Mapping[str, int]
    bewijs: Bewijs
    plaatsen: tuple[PlaatsRegel, ...]
    donker: tuple[DonkerRegel, ...]
    uitkomst: Uitkomst | None
    historie: tuple[tuple[datetime, str, str, str], ...]
    kort: str
    poll: int
    posters: tuple[PosterRegel, ...] = ()

    @property
    def einde(self) -> bool:
        """Whether the actie is over."""
        return self.actie.fase in EINDE

    @property
    def open_plaatsen(self) -> int:
        """Lines of the receipt that still ask for someone."""
        return sum(1 for regel in self.plaatsen if regel.teken.klasse == "alarm")

    @property
    def twijfel(self) -> int:
        """Posts of which nobody knows whether they were placed."""
        return sum(1 for plaats in self.bewijs.plaatsen if plaats.twijfel)

    @property
    def kanalen_uit(self) -> int:
        """On how many kanalen the actie is, or may be."""
        return sum(1 for k in self.kanalen if any(stap.teken.woord != "Vervallen" for stap in k.stappen))


def read(
    session: Session, config: Config, board: ScreenBoard, actie_id: str, now: datetime, limits: Mapping[str, Limits]
) -> Stand | None:
    """The state of one actie at this moment; None when there is none. `limits`: what each account accepts."""
    actie = acties.get(session, actie_id)
    if actie is None:
        return None
    rows = delivery.of_actie(session, actie_id)
    schermen = op_schermen.read(board, view(actie, config), screens.figures(session, actie_id), now)
    counts = statistieken.statistieken(session, actie_id)
    receipt = bewijs.receipt(session, config, actie_id, now)
    place = gemeenten.find(actie.gemeente)
    asked = vragen.waiting(session, actie_id)
    return Stand(
        actie=actie,
        fase=TERUGGEZET if teruggezet(actie) else woorden.fase(actie.fase),
        klok=_clock(actie, now),
        plaats=place.naam if place else actie.gemeente,
        soort=" · ".join((TYPES.get(actie.type, actie.type), NIVEAUS[actie.niveau], SOORTEN[actie.soort])),
        reden=REDENEN.get(actie.reden, ""),
        kanalen=_kanalen(rows, wachten.reasons(session, rows, limits, now), asked, _looked_up(session, actie_id)),
        schermen=schermen,
        cijfers={
            "Kliks": counts.totaal.kliks,
            "Scans": counts.scans,
            "Gedeeld": counts.totaal.deelintenties,
            "Reacties": counts.totaal.reacties,
        },
        nagloei=counts.totaal.nagloei,
        routes=counts.routes,
        bewijs=receipt,
        plaatsen=tuple(place_line(item) for item in receipt.plaatsen),
        donker=_dark(receipt.tot_donker),
        uitkomst=reacties.get_uitkomst(session, actie_id),
        historie=tuple(_history(item) for item in reversed(audit.of_actie(session, actie_id))),
        kort=_short(actie, rows, schermen, receipt, asked),
        poll=SNEL if _moving(actie, rows, receipt) else TRAAG,
    )


def with_posters(stand: Stand, keuzes: Sequence[tuple[Scherm, Keus]]) -> Stand:
    """Also why schermen do not show the best poster; those that show none are no longer said to show the actie."""
    groups: dict[tuple[Plek, Keus], list[str]] = {}
    for scherm, keus in keuzes:
        groups.setdefault((scherm.plek, keus), []).append(scherm.naam)
    geen = {scherm.naam for scherm, keus in keuzes if not keus.formaat}
    regels = tuple(replace(s, teken=woorden.GEEN_POSTER) if s.naam in geen else s for s in stand.schermen.regels)
    return replace(
        stand,
        posters=tuple(PosterRegel(tuple(namen), not keus.formaat, keus.uitleg) for (_, keus), namen in groups.items()),
        schermen=replace(stand.schermen, regels=regels),
    )


def teruggezet(actie: Actie) -> bool:
    """Whether it ran when a backup was made, and waits since its restore for someone who has looked."""
    return actie.fase == "wacht-op-goedkeuring" and actie.gestart_op is not None


def place_line(item: Plaats) -> PlaatsRegel:
    """A line of the receipt as people read it; what the sign says is not said again."""
    teken = woorden.plaats(item)
    return PlaatsRegel(
        soort=woorden.PLAATSSOORTEN.get(item.soort, item.soort),
        naam=item.naam,
        teken=teken,
        tijd=item.verdwenen_op if teken is not woorden.NOOIT_GEPLAATST else None,
        bewijs=woorden.bewijs(item),
        uiterlijk=item.uiterlijk,
        toelichting=item.toelichting.removeprefix(f"{teken.woord}. "),
        taak=item.taak,
    )


def _dark(figures: TotDonker) -> tuple[DonkerRegel, ...]:
    """All together first, then per soort."""
    named = {"": figures.alle, **{soort: figures.per_soort[soort] for soort in sorted(figures.per_soort)}}
    return tuple(
        DonkerRegel(
            woorden.PLAATSSOORTEN.get(soort, soort), duur.aantal, woorden.binnen(duur.p50), woorden.binnen(duur.p95)
        )
        for soort, duur in named.items()
        if duur.p50 is not None and duur.p95 is not None
    )


def _clock(actie: Actie, now: datetime) -> str:
    if actie.fase == "actief" and actie.eindigt_op is not None:
        return f"nog {woorden.duur(actie.eindigt_op - now)}"
    if actie.fase == "wacht-op-goedkeuring" and actie.vrij_op is not None:
        return f"gaat vanzelf uit over {woorden.duur(actie.vrij_op - now)}"
    if actie.beeindigd_op is not None:
        return woorden.geleden(actie.beeindigd_op, now)
    return ""


def _looked_up(session: Session, actie_id: str) -> set[str]:
    """The bezorgingen that were found, by the hub or by a person, after their outcome had been unknown."""
    rij = BezorgingRij
    return set(session.scalars(select(rij.id).where(rij.actie_id == actie_id, rij.opgezocht)))


def _kanalen(
    rows: Sequence[Bezorging], wacht: Mapping[str, str], asked: Collection[str], looked_up: Collection[str]
) -> tuple[KanaalStand, ...]:
    """The bezorgingen per kanaal; a post that was removed has no link any more. Of subscribers only how many."""
    gone = {row.van_id for row in rows if row.soort == "intrekken" and row.staat == "verzonden"}
    steps: dict[str, list[Stap]] = {}
    each: dict[tuple[str, int, str], list[Bezorging]] = {}
    for row in rows:
        if row.doel:
            each.setdefault((row.kanaal, row.versie, row.soort), []).append(row)
            continue
        visible = row.id not in gone and row.van_id not in gone
        step = _step(row, visible, wacht.get(row.id, ""), row.id in asked)
        late = row.staat == "verzonden" and (row.id in looked_up or row.bewijs == "persoon")
        steps.setdefault(row.kanaal, []).append(replace(step, uiterlijk=late))
    for (kanaal, versie, soort), found in sorted(each.items(), key=lambda item: item[0]):
        steps.setdefault(kanaal, []).append(_to_subscribers(soort, versie, found))
    return tuple(KanaalStand(kanaal, tuple(found)) for kanaal, found in steps.items())


def _to_subscribers(soort: str, versie: int, found: Sequence[Bezorging]) -> Stap:
    """All bezorgingen of one soort to the subscribers of a kanaal as one step."""
    busy = any(row.staat in (*OPEN, "onbekend") for row in found)
    done = sum(1 for row in found if row.staat == "verzonden")
    return Stap(
        teken=woorden.bezorging(soort, "wachtrij" if busy else "verzonden"),
        tijd=max(row.bevestigd_op or row.gestart_op or row.gemaakt_op for row in found),
        url="",
        fout="",
        wacht=f"Bij abonnees: {done} van {len(found)}.",
        versie=versie,
    )


def _step(row: Bezorging, visible: bool, wacht: str, asked: bool) -> Stap:
    # Of a task that is not asked any more another one asks: its removal, or the one with its newest words.
    elsewhere = row.staat == "taak" and not asked
    linked = visible and row.soort != "intrekken" and row.bericht_url.startswith(("http://", "https://"))
    return Stap(
        teken=woorden.NIET_BEKEND if elsewhere else woorden.bezorging(row.soort, row.staat),
        tijd=row.bevestigd_op or row.gestart_op or row.gemaakt_op,
        url=row.bericht_url if linked else "",
        # What was noted when it was last put back may be over; why it waits now is worked out now.
        fout="" if elsewhere or row.staat == "verzonden" or row.fout.startswith("Wacht: ") else row.fout,
        wacht=wacht,
        versie=row.versie,
        taak=f"/taken#taak-{row.id}" if asked else "",
    )


def _moving(actie: Actie, rows: Sequence[Bezorging], receipt: Bewijs) -> bool:
    if any(row.staat in (*OPEN, "onbekend") for row in rows):
        return True
    return actie.fase == "actief" or (actie.fase in EINDE and not receipt.compleet)


def _short(
    actie: Actie, rows: Sequence[Bezorging], schermen: OpSchermen, receipt: Bewijs, asked: Collection[str]
) -> str:
    """One sentence for a screen reader; it changes only when something worth hearing happens."""
    if actie.fase in EINDE:
        gone = sum(1 for place in receipt.plaatsen if place.staat == "verdwenen")
        total = len(receipt.plaatsen)
        return f"{gone} van {total} plaatsen zijn leeg." + (" Het bewijs is compleet." if receipt.compleet else "")
    posts = [row for row in rows if row.soort == "publiceren"]
    if not posts:
        return ""
    out = sum(1 for row in posts if row.staat == "verzonden")
    wrong = sum(1 for row in rows if row.staat == "mislukt" or row.id in asked)
    more = f" {wrong} {'vraagt' if wrong == 1 else 'vragen'} aandacht." if wrong else ""
    return f"Geplaatst op {out} van {len(posts)} kanalen; {schermen.kort}.{more}"


def _history(item: AuditRegel) -> tuple[datetime, str, str, str]:
    details = ", ".join(
        f"{naam} {_words(item.bijzonderheden[naam])}" for naam in BIJZONDERHEDEN if naam in item.bijzonderheden
    )
    return item.op, item.wie, DEDEN.get(item.deed, item.deed.capitalize()), details


def _words(value: object) -> str:
    return (", ".join(str(part) for part in value) or "geen") if isinstance(value, list) else str(value)
