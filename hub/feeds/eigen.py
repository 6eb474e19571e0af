"""Our own acties as messages of the Dutch feeds: which ones, under which number, how long after the end.

A Cancel stays for 65 minutes: a browser client keeps showing an alert for an hour when it merely vanishes.
What was never published gets no Cancel: a chat bot would post that as a new alert.
"""

import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.acties import gemeenten, rules, store
from hub.acties.model import TYPES, Actie
from hub.acties.tables import ActieRij, VersieRij
from hub.acties.view import view
from hub.compose.templates import sentence
from hub.content import ActieView, Cirkel
from hub.feeds.actions import ActionBericht, Melding
from hub.feeds.landactiehost import LEVELS, LandBericht
from hub.kit.config import Config

CANCEL_STAYS = timedelta(minutes=65)
CLOSED_ACTION_STAYS = timedelta(hours=24)
LOCAL_SOORTEN = ("tijdkritisch", "buurtonderzoek")
"""What the feed of local acties holds; preventie goes by mail and alarmering has its own feed."""

# Ten digits that fit a signed 32-bit number and lie far from the eight-digit ids that other senders use.
FIRST_ALERT_ID = 1_900_000_000
FIRST_MESSAGE_ID = 1_000_000_000
# Three alerts must fit in the 4 KB cookie of a widely used browser client.
MAX_DESCRIPTION = 380
MAX_TITLE = 80
NO_CIRCLE_METRES = 5000


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an actie stands in a feed: Alert, Update or Cancel, since when, and its number in the row."""

    type: str
    op: datetime
    volgnummer: int


def alert_id(nummer: int) -> str:
    """The AlertId of our actie with this number: decimal digits, the same for its whole life."""
    return str(FIRST_ALERT_ID + nummer)


def is_ours(session: Session, value: str) -> bool:
    """Whether an AlertId that came in is one of ours, however it travelled."""
    nummer = int(value) - FIRST_ALERT_ID if value.isascii() and value.isdigit() and len(value) == 10 else 0
    if nummer <= 0:
        return False
    return session.scalar(select(ActieRij.id).where(ActieRij.nummer == nummer)) is not None


def in_landactiehost(actie: Actie) -> bool:
    """Whether this actie belongs in the feed of national and regional missing-child alerts."""
    return actie.niveau in LEVELS and actie.type == "vermist-persoon" and actie.gestart_op is not None


def in_actions(actie: Actie) -> bool:
    """Whether this actie belongs in the feed of local acties."""
    return not actie.oefening and actie.soort in LOCAL_SOORTEN and actie.gestart_op is not None


def land_berichten(session: Session, config: Config, now: datetime, *, oefening: bool) -> list[LandBericht]:
    """What the Landactiehost feed (or, with `oefening`, its test feed) holds now."""
    return [
        _land(actie, view(actie, config), _stand(session, actie), config)
        for actie in _recent(session, now - CANCEL_STAYS, oefening=oefening)
        if in_landactiehost(actie)
    ]


def action_berichten(session: Session, config: Config, now: datetime) -> list[ActionBericht]:
    """What the feed of local acties holds now: running ones, and those that ended in the last day."""
    return [
        _action(actie, view(actie, config), _stand(session, actie))
        for actie in _recent(session, now - CLOSED_ACTION_STAYS, oefening=False)
        if in_actions(actie)
    ]


def _recent(session: Session, since: datetime, *, oefening: bool) -> list[Actie]:
    """Acties that were published and still run or ended after `since`, newest first."""
    ids = session.scalars(
        select(ActieRij.id)
        .where(
            ActieRij.oefening == oefening,
            ActieRij.gestart_op.is_not(None),
            or_(ActieRij.fase == "actief", ActieRij.beeindigd_op > since),
        )
        .order_by(ActieRij.gestart_op.desc())
    )
    return [actie for actie in (store.get(session, actie_id) for actie_id in ids) if actie is not None]


def _stand(session: Session, actie: Actie) -> Stand:
    started = actie.gestart_op or actie.gemaakt_op
    if actie.fase != "actief":
        return Stand("Cancel", actie.beeindigd_op or started, 2 * actie.versie + 1)
    made, first = session.execute(
        select(
            func.max(VersieRij.gemaakt_op),
            func.max(VersieRij.versie).filter(VersieRij.gemaakt_op <= started),
        ).where(VersieRij.actie_id == actie.id)
    ).one()
    # Words changed before publishing are no Update: nobody saw the earlier ones.
    if actie.versie > (first or 1):
        return Stand("Update", made or started, 2 * actie.versie)
    return Stand("Alert", started, 2 * actie.versie)


def _land(actie: Actie, shown: ActieView, stand: Stand, config: Config) -> LandBericht:
    photo = _photo_url(actie, config)
    return LandBericht(
        alert_id=alert_id(actie.nummer),
        message_id=str(FIRST_MESSAGE_ID + actie.nummer * 1000 + stand.volgnummer),
        sender=config.compatibel.sender,
        verzonden=stand.op,
        type=stand.type,
        niveau=actie.niveau,
        beschrijving=_description(shown, stand),
        lees_meer=config.compatibel.readmore_url or shown.pagina_url,
        titel=_short(shown.titel, MAX_TITLE),
        aard="Vermist",
        beeld=photo,
        klein_beeld=photo,
        gebied=shown.plaats if actie.niveau == "regionaal" else None,
        cirkel=actie.cirkel if actie.niveau == "regionaal" else None,
    )


def _action(actie: Actie, shown: ActieView, stand: Stand) -> ActionBericht:
    running = actie.fase == "actief"
    title = shown.titel if running else TYPES[actie.type]
    words = (shown.bericht, shown.signalement, _seen(shown)) if running else (shown.slottekst,)
    return ActionBericht(
        id=alert_id(actie.nummer),
        gemeente=shown.plaats,
        actie_type=TYPES[actie.type],
        amber=actie.niveau == "landelijk",
        actief=running,
        gestart=actie.gestart_op,
        eindigt=actie.eindigt_op if running else actie.beeindigd_op,
        cirkel=actie.cirkel or _middle(actie.gemeente),
        # Only what counts now: an earlier message may hold the mistake that was corrected, or a name.
        meldingen=(Melding(title, _marked(shown, _sentences(*words)), stand.type, shown.pagina_url, stand.op),),
    )


def _description(shown: ActieView, stand: Stand) -> str:
    if stand.type == "Cancel":
        return _short(_marked(shown, f"Sluitbericht: {shown.slottekst}"), MAX_DESCRIPTION)
    words = _sentences(_seen(shown), shown.signalement, shown.bericht)
    return _short(_marked(shown, words), MAX_DESCRIPTION)


def _sentences(*parts: str) -> str:
    """The parts one after another, each closed by a mark of its own."""
    return " ".join(filter(None, map(sentence, parts)))


def _seen(shown: ActieView) -> str:
    return sentence(f"Laatst gezien: {shown.laatst_gezien}") if shown.laatst_gezien else ""


def _marked(shown: ActieView, text: str) -> str:
    """The text behind the words that keep an exercise or an example from being taken for real."""
    return f"{'OEFENING. ' if shown.oefening else ''}{'VOORBEELD. ' if shown.voorbeeld else ''}{text}"


def _short(text: str, size: int) -> str:
    return textwrap.shorten(text, size, placeholder=" …")


def _photo_url(actie: Actie, config: Config) -> str | None:
    """The public address of the photo, where the policy lets a feed show it."""
    if actie.foto is None or actie.fase != "actief":
        return None
    allowed = rules.foto_op_pagina(
        niveau=actie.niveau,
        type=actie.type,
        minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
        toestemming=actie.foto.toestemming_schriftelijk,
    )
    return f"{config.adres.rstrip('/')}/f/{actie.foto.som}.jpg" if allowed.mag else None


def _middle(code: str) -> Cirkel | None:
    """A circle around the middle of the gemeente: clients drop an action without a place."""
    found = gemeenten.find(code)
    return Cirkel(found.lat, found.lon, NO_CIRCLE_METRES) if found else None
