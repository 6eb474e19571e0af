"""The receipt (intrekkingsbewijs): where an actie was to be seen, and what is proven about each place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.tables import FotoWegRij
from hub.content import Plaats
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.rules import OPEN, VERDWENEN
from hub.delivery.takeback import BERICHT_WEG, BESTAND_OVER, BESTAND_WEG
from hub.desk.donker import TotDonker, tot_donker
from hub.desk.errors import NietGevonden
from hub.desk.plannen import posts_out, with_photo
from hub.feeds import places as feed_places
from hub.kit.config import Config
from hub.screens import store as screens

BUITEN_BEREIK = (
    "Kopieën die mensen hebben doorgestuurd of opgeslagen.",
    "Voorvertoningen in gesprekken op WhatsApp, Signal en iMessage.",
    "Kopieën op andere servers van een netwerk dat berichten doorgeeft.",
    "Tijdelijke kopieën bij zoekmachines en tussenopslag van netwerken.",
)
BERICHT_STIL = "Het netwerk nam de opdracht aan, maar laat niet nalezen of het bericht weg is."
ZONDER_OPDRACHT = "De hub heeft geen opdracht om dit bericht weg te halen. Haal het zelf weg op het netwerk."
ABONNEE_STIL = (
    "Deze abonnees zegden op of blokkeerden de bot, of het netwerk gaf geen uitsluitsel of liet verwijderen niet meer "
    "toe. Dan kan het bericht er nog staan, zo mogelijk met neutrale tekst en zonder foto. Niemand kan dat nakijken."
)
NIET_BEKEND = {
    "taak": "Niet bekend of dit geplaatst is. Iemand moet kijken en dat bij Taken zeggen.",
    "onbekend": "Niet bekend of dit geplaatst is. De hub zoekt het op.",
}
"""By the state of a post that must go, what is told of it while nobody knows whether it was there."""
BESTAND_STIL = "Het netwerk laat niet nalezen of de afbeelding bij het bericht weg is."


@dataclass(frozen=True, slots=True)
class Bewijs:
    """The receipt of one actie at one moment. `compleet`: no place is zichtbaar or taak any more."""

    actie_id: str
    kenmerk: str
    fase: str
    ingetrokken_op: datetime | None
    opgemaakt_op: datetime
    compleet: bool
    plaatsen: tuple[Plaats, ...]
    buiten_bereik: tuple[str, ...]
    tot_donker: TotDonker


def receipt(session: Session, config: Config, actie_id: str, now: datetime) -> Bewijs:
    """Make the receipt from what is stored; raises NietGevonden for an unknown actie."""
    actie = acties.get(session, actie_id)
    if actie is None:
        raise NietGevonden("Deze actie bestaat niet.")
    places: list[Plaats] = []
    if actie.beeindigd_op is not None and actie.gestart_op is not None:
        places = [
            *_posts(actie, delivery.of_actie(session, actie_id)),
            *screens.plaatsen(session, actie_id, now=now, lease_seconden=config.schermen_lease.lease_seconden),
            *feed_places.plaatsen(actie, config),
            *_photos(session, actie),
            Plaats("render", "posters in het geheugen van de hub", "verdwenen", actie.beeindigd_op, "hub"),
            Plaats("pagina", f"/a/{actie.code}", "verdwenen", actie.beeindigd_op, "hub"),
        ]
    open_places = any(p.staat in ("zichtbaar", "taak") for p in places)
    return Bewijs(
        actie_id=actie.id,
        kenmerk=actie.kenmerk,
        fase=actie.fase,
        ingetrokken_op=actie.beeindigd_op,
        opgemaakt_op=now,
        compleet=actie.beeindigd_op is not None and not open_places,
        plaatsen=tuple(places),
        buiten_bereik=BUITEN_BEREIK,
        tot_donker=tot_donker(places, actie.beeindigd_op),
    )


def _posts(actie: Actie, rows: Sequence[Bezorging]) -> list[Plaats]:
    """One line per post that is or may be out; never proven by our wish, only by its withdrawal row.

    Only where the actie was closed, a post without a photo may stay: after a withdrawal one that nobody takes away is
    a task, should that ever happen.
    """
    removals = {b.van_id: b for b in rows if b.soort == "intrekken"}
    places = subscribers(rows, actie.fase)
    rows = [b for b in rows if not b.doel]
    for post in rows:
        if (denied := removals.get(post.id)) is not None and never_placed(post, denied):
            door = f"Nooit geplaatst, zegt {denied.bevestigd_door}." if denied.bevestigd_door else "Nooit geplaatst."
            places.append(Plaats("bericht", _naam(post), "verdwenen", denied.bevestigd_op, "nooit", toelichting=door))
    for post in posts_out(rows):
        naam = _naam(post)
        if (removal := removals.get(post.id)) is not None:
            places += _post(naam, post, removal)
        elif actie.fase == "ingetrokken":
            places.append(Plaats("bericht", naam, "taak", toelichting=ZONDER_OPDRACHT))
    for message in rows:
        if message.soort == "sluiten" and message.staat not in VERDWENEN and message.id in removals:
            places += _post(f"{message.kanaal} (eerder slotbericht)", message, removals[message.id])
    return places


def _naam(post: Bezorging) -> str:
    return f"{post.kanaal} (versie {post.versie})" if post.versie > 1 else post.kanaal


def never_placed(post: Bezorging, removal: Bezorging) -> bool:
    """Whether who was to take this post away said that it never stood there."""
    return post.staat == "vervallen" and removal.staat == "verzonden" and removal.bewijs == "persoon"


def subscribers(rows: Sequence[Bezorging], fase: str) -> list[Plaats]:
    """Per kanaal a line for each thing that can be said of its subscribers, with how many; nobody by themselves.

    A post that must go is to be seen as long as nobody was told to remove it.
    """
    stand: dict[tuple[str, str], list[Bezorging]] = {}
    removed, photos = {b.van_id for b in rows if b.soort == "intrekken"}, with_photo(rows)
    for b in posts_out(rows):
        if b.doel and b.id not in removed and (fase == "ingetrokken" or b.id in photos):
            stand.setdefault((b.kanaal, "zichtbaar"), []).append(b)
    for b in rows:
        lost = b.doet == "maakt" and b.soort != "sluiten" and b.staat == "vervallen" and b.opgezocht
        if b.doel and (b.soort == "intrekken" or lost):
            gone = b.staat == "verzonden" or BERICHT_WEG in b.stappen
            staat = "verdwenen" if gone else "zichtbaar" if b.staat in OPEN else "niet-controleerbaar"
            stand.setdefault((b.kanaal, staat), []).append(b)
    return [
        Plaats(
            "bericht",
            f"{kanaal} ({_aantal(found)})",
            staat,
            max(b.bevestigd_op or b.klaar_op for b in found) if staat == "verdwenen" else None,
            "netwerk" if staat == "verdwenen" else "",
            toelichting={"zichtbaar": "Het verwijderen loopt.", "niet-controleerbaar": ABONNEE_STIL}.get(staat, ""),
        )
        for (kanaal, staat), found in sorted(stand.items())
    ]


def _aantal(found: Sequence[Bezorging]) -> str:
    count = len({b.doel for b in found})
    return "1 abonnee" if count == 1 else f"{count} abonnees"


def _post(naam: str, post: Bezorging, removal: Bezorging) -> list[Plaats]:
    """The post, and its picture on the netwerk by itself: that may be there longer than the post."""
    place = _message(naam, removal)
    if place.staat == "taak":
        place = replace(place, taak=removal.id)
    if place.staat in ("zichtbaar", "taak") and post.staat in NIET_BEKEND and not removal.stappen:
        place = replace(place, twijfel=True, toelichting=NIET_BEKEND[post.staat])
    return [place, *_picture(naam, removal)]


def _picture(naam: str, removal: Bezorging) -> list[Plaats]:
    if removal.beeld is None or not {BERICHT_WEG, BESTAND_WEG} & set(removal.stappen):
        return []
    naam = f"afbeelding bij {naam}"
    if gone := removal.stappen.get(BESTAND_WEG):
        return [Plaats("bestand", naam, "verdwenen", gone, "netwerk")]
    if removal.staat == "verzonden":
        return [Plaats("bestand", naam, "niet-controleerbaar", toelichting=BESTAND_STIL)]
    return [Plaats("bestand", naam, "zichtbaar", toelichting=BESTAND_OVER)]


def _message(naam: str, removal: Bezorging) -> Plaats:
    if gone := removal.stappen.get(BERICHT_WEG):
        return Plaats("bericht", naam, "verdwenen", gone, "netwerk")
    if removal.staat == "verzonden" and not removal.bewijs:
        return Plaats("bericht", naam, "niet-controleerbaar", toelichting=BERICHT_STIL)
    if removal.staat == "verzonden":
        door = f"Bevestigd door {removal.bevestigd_door}." if removal.bevestigd_door else ""
        return Plaats(
            "bericht", naam, "verdwenen", removal.bevestigd_op, removal.bewijs, toelichting=door or removal.fout
        )
    if removal.staat in OPEN:
        return Plaats("bericht", naam, "zichtbaar", toelichting=removal.fout or "Het verwijderen loopt.")
    return Plaats("bericht", naam, "taak", toelichting=removal.fout or "Een mens moet dit weghalen en bevestigen.")


def _photos(session: Session, actie: Actie) -> list[Plaats]:
    """The photo in the database and the file at its public address."""
    places = []
    for row in session.scalars(select(FotoWegRij).where(FotoWegRij.actie_id == actie.id)):
        erased = row.schijf_leeg_op
        places.append(
            Plaats(
                "foto",
                f"foto {row.som[:8]} in de database",
                "verdwenen" if erased else "zichtbaar",
                erased,
                "hub" if erased else "",
                toelichting="" if erased else "Gewist; de schijf wordt nog opgeschoond.",
            )
        )
        places.append(Plaats("bestand", f"/f/{row.som[:8]}….jpg", "verdwenen", row.gewist_op, "bestand"))
    return places
