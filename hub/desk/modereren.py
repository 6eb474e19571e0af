"""Hide a reply of a citizen on the netwerk where it stands. The hub itself knows no word of it."""

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.content import Moderates, moderaties
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, NietGevonden
from hub.desk.kanaalbeheer import NetwerkFout, said
from hub.kanalen import store as kanalen
from hub.toegang import audit
from hub.toegang.model import Wie
from hub.tracking import reacties
from hub.tracking.reacties import Antwoord

NIET_HIER = "Op dit netwerk kunt u een reactie niet verbergen vanuit de hub. Doe het op het netwerk zelf."


async def hide_reply(desk: Basis, actie_id: str, reactie_id: str, wie: Wie) -> None:
    """Have the netwerk hide this reply; done before is fine.

    Raises NietGevonden, Conflict where this account cannot, and NetwerkFout with what the netwerk answered.
    """
    found = await desk.db.read(lambda s: _need(s, actie_id, reactie_id, wie))
    if found.verborgen_op is not None:
        return
    kanaal = await desk.db.read(lambda s: kanalen.get(s, found.kanaal))
    if kanaal is None:
        raise Conflict("Het kanaal van deze reactie bestaat niet meer.")
    try:
        channel = await desk.accounts.get(kanaal.naam, kanaal.netwerk)
    except Exception as error:
        raise Conflict("De instellingen van dit kanaal kloppen niet. Kijk bij Kanalen.") from error
    if not isinstance(channel, Moderates) or "verbergen" not in moderaties(channel):
        raise Conflict(NIET_HIER)
    try:
        await channel.hide_reply(found.ref)
    except Exception as error:
        raise NetwerkFout(f"De reactie is niet verborgen. {said(error)}") from error
    now = desk.clock.now()

    def work(session: Session) -> None:
        reacties.note_hidden(session, reactie_id, now)
        # Not the reference there: it leads to a citizen, and an audit line is kept for longer than that may be.
        details = {"kanaal": found.kanaal, "reactie": found.id}
        audit.write(session, wie=wie.naam, deed="reactie verborgen", now=now, actie_id=actie_id, bijzonderheden=details)

    await desk.db.write(work)


def _need(session: Session, actie_id: str, reactie_id: str, wie: Wie) -> Antwoord:
    actie = acties.get(session, actie_id)
    if actie is None or not wie.mag_gebied(actie.gemeente, actie.veiligheidsregio):
        raise NietGevonden("Deze actie bestaat niet.")
    found = reacties.antwoord(session, actie_id, reactie_id)
    if found is None:
        raise NietGevonden("Deze reactie bestaat niet (meer).")
    return found
