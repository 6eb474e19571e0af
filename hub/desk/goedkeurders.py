"""Who may release an actie that waits: so that whoever wrote it knows whom to ask."""

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.toegang import users
from hub.toegang.model import Wie


def colleagues(session: Session, actie: Actie) -> list[str]:
    """The users who may release this actie under vier-ogen: everyone of its soort and area who wrote none of it."""
    writers = acties.writers(session, actie.id)
    return [
        user.naam
        for user in users.every(session)
        if user.aan
        and user.naam not in writers
        and (wie := Wie(user.naam, user.rol, user.regios)).mag_soort(actie.soort)
        and wie.mag_gebied(actie.gemeente, actie.veiligheidsregio)
    ]


def whom_to_ask(namen: list[str]) -> str:
    """A sentence that names them, or says what to do when there is nobody."""
    if not namen:
        return "Er is nog niemand anders die dat mag. Vraag een beheerder om een collega toe te voegen."
    *rest, last = namen
    return f"Dat kan: {', '.join(rest)} of {last}." if rest else f"Dat kan: {last}."
