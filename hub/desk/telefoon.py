"""A task on the phone: the page that a QR code opens without a log-in, to do one task in the name of who asked for it.

The token in its address is the right. Only its fingerprint is kept; it opens one task, for a short while, and nothing
of the actie any more once the task is done or the actie ended. Another QR for the same task replaces it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.acties.view import EINDE
from hub.content import veilig_adres
from hub.desk import melden, vragen
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, NietGevonden, Ongeldig
from hub.desk.tables import TelefoonRij
from hub.desk.vragen import Vraag
from hub.kit.ids import token as new_token
from hub.kit.secrets import fingerprint
from hub.toegang import audit, users
from hub.toegang.model import Wie

GELDIG = timedelta(minutes=15)
"""Long enough to share, place and look; a code that someone photographed is worth nothing after a break."""
Stand = Literal["plaatsen", "weghalen", "geplaatst", "weg", "beeindigd", "nieuwer", "vervallen"]
OPEN = ("plaatsen", "weghalen")
ANTWOORDEN: Mapping[str, Mapping[str, str]] = {
    "plaatsen": {"geplaatst": "staat-er", "geen-link": "staat-er"},
    "weghalen": {"verwijderd": "staat-er-niet", "nooit-geplaatst": "nooit-geplaatst"},
}
"""Per stand what the phone may answer, and what that says about the bezorging."""
_LINK = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telefoon:
    """What a token opens now."""

    vraag: Vraag
    wie: Wie
    stand: Stand
    geldig_tot: datetime

    @property
    def misschien(self) -> bool:
        """Whether nobody said yet that the post to be removed or changed was ever placed."""
        bron = self.vraag.bron
        return bron is not None and bron.staat == "taak"


def stand_of(vraag: Vraag) -> Stand:
    """What there is to do on the phone, or why nothing is."""
    row = vraag.rij
    if row.soort == "intrekken":
        return "weghalen" if row.staat == "taak" else "weg" if row.staat == "verzonden" else "vervallen"
    if row.soort != "sluiten" and vraag.actie.fase in EINDE:
        return "beeindigd"
    if row.staat == "verzonden":
        return "geplaatst"
    if vraag.achterhaald:
        return "nieuwer"
    people = row.doet == "maakt" or (vraag.bron is not None and vragen.by_hand(vraag.bron))
    return "plaatsen" if people and vragen.placing(vraag) else "vervallen"


def link_in(geplakt: str, eigen: Collection[str]) -> str:
    """The address in what somebody pasted, which may have words around it; `eigen`: our own hosts, which it is not."""
    found = _LINK.search(geplakt)
    url = found[0].rstrip(".,;)") if found else ""
    if not geplakt:
        raise Ongeldig([("adres", "Plak de link, of kies ‘Geplaatst, geen link’.")])
    if not url or len(url) > 1000:
        raise Ongeldig([("adres", "Dit is geen link. Kopieer de link van het bericht en plak hem hier.")])
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    # What stands before an @ is a log-in, and makes an address look like that of somebody else.
    if "." not in host or not veilig_adres(url):
        raise Ongeldig([("adres", "Deze link klopt niet. Kopieer hem opnieuw en plak hem hier.")])
    if host in eigen:
        raise Ongeldig([("adres", "Dit is een link van de hub zelf. Plak de link naar het bericht dat u plaatste.")])
    return url


async def ask(desk: Basis, bezorging_id: str, wie: Wie, gebruiker_id: str) -> str:
    """A fresh token with which this user does this task on a phone; an earlier one for it opens nothing any more."""
    now, made = desk.clock.now(), new_token(24)

    def work(session: Session) -> None:
        vraag = _need(session, bezorging_id, wie)
        # Who holds the token sees the words, so from now on somebody may have placed them.
        seen = stand_of(vraag) != "plaatsen" or bezorging_id in vragen.show(session, [bezorging_id], now)
        if stand_of(vraag) not in OPEN or not seen:
            raise Conflict("Deze taak is al gedaan of niet meer nodig.")
        gone = (TelefoonRij.geldig_tot <= now) | (TelefoonRij.bezorging_id == bezorging_id)
        session.execute(delete(TelefoonRij).where(gone))
        session.add(
            TelefoonRij(
                bezorging_id=bezorging_id,
                gebruiker_id=gebruiker_id,
                vingerafdruk=fingerprint(made),
                geldig_tot=now + GELDIG,
            )
        )
        details = {"bezorging": bezorging_id, "kanaal": vraag.rij.kanaal}
        audit.write(
            session,
            wie=wie.naam,
            deed="taak op telefoon",
            now=now,
            actie_id=vraag.rij.actie_id,
            bijzonderheden=details,
        )

    await desk.db.write(work)
    return made


def look(session: Session, token: str, now: datetime) -> Telefoon | None:
    """What this token opens; None when it is unknown, replaced or over, or its user may not do tasks any more."""
    row = session.scalar(select(TelefoonRij).where(TelefoonRij.vingerafdruk == fingerprint(token)))
    if row is None or row.geldig_tot <= now:
        return None
    vraag, wie = vragen.get(session, row.bezorging_id), users.acting(session, row.gebruiker_id)
    if vraag is None or wie is None or not _may(wie, vraag):
        return None
    return Telefoon(vraag, wie, stand_of(vraag), row.geldig_tot)


def still_open(session: Session, bezorging_id: str, wie: Wie, now: datetime) -> tuple[Stand, bool]:
    """How the task stands, and whether there is a phone that can still do it: for the page that shows the QR."""
    vraag, row = _need(session, bezorging_id, wie), session.get(TelefoonRij, bezorging_id)
    return stand_of(vraag), row is not None and row.geldig_tot > now


async def answer(desk: Basis, token: str, antwoord: str, geplakt: str = "") -> None:
    """What the person with the phone did, stored as their answer. Raises Conflict where the page is over."""
    now = desk.clock.now()
    found = await desk.db.read(lambda s: look(s, token, now))
    events = ANTWOORDEN.get(found.stand, {}) if found is not None else {}
    if found is None or antwoord not in events or (antwoord == "nooit-geplaatst" and not found.misschien):
        raise Conflict("Dit kan niet meer op deze pagina. Kijk op de pagina Taken hoe het ervoor staat.")
    link = ""
    if antwoord == "geplaatst":
        config = desk.config
        own = {urlsplit(adres).hostname or "" for adres in (config.adres, config.link_basis)}
        link = link_in(geplakt, own)
    await melden.answer_bezorging(desk, found.vraag.rij.id, events[antwoord], found.wie, link)


def _need(session: Session, bezorging_id: str, wie: Wie) -> Vraag:
    vraag = vragen.get(session, bezorging_id)
    if vraag is None or not wie.mag_gebied(vraag.actie.gemeente, vraag.actie.veiligheidsregio):
        raise NietGevonden("Deze taak bestaat niet.")
    return vraag


def _may(wie: Wie, vraag: Vraag) -> bool:
    return wie.mag("taken") and wie.mag_gebied(vraag.actie.gemeente, vraag.actie.veiligheidsregio)
