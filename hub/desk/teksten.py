"""The texts of one kanaal as people set them: what is used now, trying, keeping, and going back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from hub.acties.model import TYPES, Actie, Invoer
from hub.acties.view import provisional
from hub.compose import eigen
from hub.compose.compose import Draft, PastNiet
from hub.compose.templates import KINDS
from hub.desk.desk import Desk
from hub.desk.errors import NietGevonden, Ongeldig
from hub.desk.kanaalbeheer import need_kanaal
from hub.kanalen import teksten
from hub.kanalen.teksten import Versie
from hub.toegang import audit
from hub.toegang.model import Wie

STEMMEN: Mapping[str, str] = {
    **TYPES,
    "preventie": "Preventie",
    "correctie": "Correctie",
    "sluiten": "Slotbericht",
    "fout": "Slotbericht na een fout",
}
"""Every text that a kanaal has, and its title."""
_SOORT = {stem: soort for soort, stem in KINDS.items()}
ONBRUIKBAAR = "Dit kanaal is nu niet te gebruiken. Kijk eerst de instellingen na."


@dataclass(frozen=True, slots=True)
class Regel:
    """Which text a kanaal uses: its own (`versie`), or a file."""

    stem: str
    titel: str
    bestand: str
    versie: Versie | None


@dataclass(frozen=True, slots=True)
class Tekst:
    """One text: the words in use now, the file below it, and all versions."""

    regel: Regel
    tekst: str
    standaard: str
    versies: tuple[Versie, ...]


async def every(desk: Desk, naam: str, wie: Wie) -> list[Regel]:
    """All texts of one kanaal."""
    return [(await one(desk, naam, stem, wie)).regel for stem in STEMMEN]


async def one(desk: Desk, naam: str, stem: str, wie: Wie) -> Tekst:
    """One text of one kanaal; raises NietGevonden."""
    kanaal = await need_kanaal(desk, naam, wie)
    if stem not in STEMMEN:
        raise NietGevonden("Deze tekst bestaat niet.")
    versies = await desk.db.read(lambda s: teksten.versies(s, naam, stem))
    used = next((versie for versie in versies if versie.geldig), None)
    bestand = desk.templates.pick(stem, kanaal.netwerk, naam)
    standaard = desk.templates.source(bestand)
    regel = Regel(stem, STEMMEN[stem], bestand, used)
    return Tekst(regel, used.tekst if used else standaard, standaard, tuple(versies))


async def probeer(desk: Desk, naam: str, stem: str, tekst: str, wie: Wie) -> Draft:
    """What the post would be of an invented actie, by the function that posts; raises Ongeldig with the line."""
    await one(desk, naam, stem, wie)
    if wrong := eigen.fault(desk.templates, stem, tekst):
        raise Ongeldig([("tekst", wrong)])
    actie = _bedacht(desk, stem, wie)
    try:
        made = await desk.trial(actie, naam, _SOORT.get(stem, "publiceren"), {stem: tekst})
    except PastNiet as error:
        raise Ongeldig([("tekst", str(error))]) from error
    if made is None:
        raise Ongeldig([("tekst", ONBRUIKBAAR)])
    if made.melding:
        raise Ongeldig([("tekst", made.melding)])
    return made


async def bewaar(desk: Desk, naam: str, stem: str, tekst: str, wie: Wie) -> int:
    """A new version that counts from the next post on; raises Ongeldig, and then nothing changed."""
    await probeer(desk, naam, stem, tekst, wie)
    now = desk.clock.now()

    def work(session: Session) -> int:
        versie = teksten.keep(session, naam, stem, tekst, wie.naam, now)
        details = {"kanaal": naam, "tekst": stem, "versie": versie}
        audit.write(session, wie=wie.naam, deed="tekst bewaard", now=now, bijzonderheden=details)
        return versie

    return await desk.db.write(work)


async def zet_terug(desk: Desk, naam: str, stem: str, versie: int, wie: Wie) -> int:
    """The words of an earlier version once more, as a new version."""
    known = await one(desk, naam, stem, wie)
    earlier = next((each for each in known.versies if each.versie == versie), None)
    if earlier is None:
        raise NietGevonden("Deze versie bestaat niet.")
    return await bewaar(desk, naam, stem, earlier.tekst, wie)


async def standaard(desk: Desk, naam: str, stem: str, wie: Wie) -> None:
    """The file again; the versions stay to go back to."""
    await one(desk, naam, stem, wie)
    now = desk.clock.now()

    def work(session: Session) -> None:
        teksten.standard(session, naam, stem)
        details = {"kanaal": naam, "tekst": stem}
        audit.write(session, wie=wie.naam, deed="standaardtekst teruggezet", now=now, bijzonderheden=details)

    await desk.db.write(work)


def _bedacht(desk: Desk, stem: str, wie: Wie) -> Actie:
    """An actie that never was, of the kind that this text is for."""
    type_ = stem if stem in TYPES else "vermist-persoon"
    invoer = Invoer(
        kenmerk="VOORBEELD",
        soort="preventie" if stem == "preventie" else "tijdkritisch",
        type=type_,
        niveau="lokaal",
        titel="Titel van een bedachte actie",
        bericht="Dit is een bedacht bericht. Hier staat in twee of drie zinnen wat er is gebeurd",
        signalement="Lang, grijze jas, rode rugzak",
        laatst_gezien="Stationsplein, rond 14.00 uur",
    )
    actie = provisional(invoer, actie_id="voorbeeld", code="K0NCPT", wie=wie.naam, now=desk.clock.now())
    if stem not in ("sluiten", "fout"):
        return actie
    return replace(actie, fase="afgesloten", reden="fout" if stem == "fout" else "gevonden")
