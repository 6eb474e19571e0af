"""What people tell the hub: a reactie, the outcome of an actie, and how it stands with a post they looked at."""

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.view import EINDE
from hub.content import Receipt, veilig_adres
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.rules import OnmogelijkeOvergang
from hub.desk import vragen
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, NietGevonden, Ongeldig
from hub.kanalen import store as kanalen
from hub.kit.db import signal
from hub.toegang import audit
from hub.toegang.model import Wie
from hub.tracking import reacties
from hub.tracking.reacties import OngeldigeReactie, Uitkomst

ANTWOORDEN = ("staat-er", "staat-er-niet", "opnieuw", "nooit-geplaatst")
_WEGGEHAALD = {"staat-er-niet": "staat-er", "nooit-geplaatst": "staat-er", "staat-er": "opnieuw"}
"""Of a removal the deed is done when the post is not there; while it is there, it is tried again."""


async def note_reactie(
    desk: Basis, actie_id: str, *, route: str, bron: str, kanaal: str = "", ref: str = "", wie: Wie
) -> str:
    """Note that a citizen responded; never what was said. Returns the id of the reactie."""
    now = desk.clock.now()

    def work(session: Session) -> str:
        _need_visible(session, actie_id, wie)
        _known_kanaal(session, kanaal)
        try:
            noted = reacties.note_reactie(
                session, actie_id=actie_id, route=route, bron=bron, kanaal=kanaal, ref=ref, wie=wie.naam, now=now
            )
        except OngeldigeReactie as error:
            raise Ongeldig(error.fouten) from error
        signal(session, "actie", actie_id)
        return noted

    return await desk.db.write(work)


async def note_uitkomst(desk: Basis, uitkomst: Uitkomst, wie: Wie) -> Uitkomst:
    """Note what came of an actie, also long after its end; the earlier answer stays in the audit trail."""
    now = desk.clock.now()

    def work(session: Session) -> Uitkomst:
        _need_visible(session, uitkomst.actie_id, wie)
        _known_kanaal(session, uitkomst.kanaal)
        try:
            before = reacties.set_uitkomst(session, uitkomst, wie=wie.naam, now=now)
        except OngeldigeReactie as error:
            raise Ongeldig(error.fouten) from error
        details = {"uitkomst": uitkomst.uitkomst, "was": before.uitkomst if before else ""}
        audit.write(
            session,
            wie=wie.naam,
            deed="uitkomst genoteerd",
            now=now,
            actie_id=uitkomst.actie_id,
            bijzonderheden=details,
        )
        noted = reacties.get_uitkomst(session, uitkomst.actie_id)
        return noted if noted is not None else uitkomst

    return await desk.db.write(work)


async def uitkomst_of(desk: Basis, actie_id: str) -> Uitkomst | None:
    """What was noted as the outcome; None while nobody has said."""
    return await desk.db.read(lambda s: reacties.get_uitkomst(s, actie_id))


async def answer_bezorging(desk: Basis, bezorging_id: str, antwoord: str, wie: Wie, bericht_url: str = "") -> Bezorging:
    """What a person saw on the netwerk: the post `staat-er`, `staat-er-niet`, or the hub must try `opnieuw`.

    For a removal `staat-er-niet` means that it worked, by the hand of who says so, and `nooit-geplaatst` that nobody
    had placed the post. Raises Conflict where the question is not open.
    """
    if antwoord not in ANTWOORDEN:
        raise Ongeldig([("antwoord", f"Kies uit: {', '.join(ANTWOORDEN)}.")])
    if bericht_url and not veilig_adres(bericht_url):
        raise Ongeldig([("berichtUrl", "Een adres begint met https:// en heeft geen inlognaam erin.")])
    now = desk.clock.now()

    def work(session: Session) -> Bezorging:
        row = delivery.get(session, bezorging_id)
        if row is None:
            raise NietGevonden("Deze bezorging bestaat niet.")
        actie = _need_visible(session, row.actie_id, wie)
        if antwoord == "nooit-geplaatst" and row.soort != "intrekken":
            raise Conflict("Zeg bij een bericht dat er niet staat: staat-er-niet.")
        if antwoord == "opnieuw" and row.doet == "maakt" and row.soort != "sluiten" and actie.fase in EINDE:
            # "Again" would forget a post that may be out: only an answer about what is there can settle it.
            raise Conflict(f"De actie is {actie.fase} en wordt niet meer geplaatst. Zeg of het bericht er nog staat.")
        row = vragen.about(session, row, antwoord)
        event = _WEGGEHAALD.get(antwoord, antwoord) if row.soort == "intrekken" else antwoord
        # A person knows the address, not the netwerk's own reference: removing it will be a task again.
        receipt = Receipt(ref=row.ref, url=bericht_url, extra=row.ref_extra) if bericht_url else None
        try:
            changed = delivery.resolve(session, row.id, event, now, receipt=receipt, bewijs="persoon", door=wie.naam)
            if row.soort == "corrigeren" and row.doet == "wijzigt":
                vragen.settle_edited(session, row, event, now, bericht_url=bericht_url, door=wie.naam)
            if row.soort == "intrekken" and event == "staat-er":
                vragen.settle_source(session, row, now, geplaatst=antwoord != "nooit-geplaatst")
            vragen.lapse_closing(session, row.actie_id, row.kanaal)
        except OnmogelijkeOvergang as error:
            raise Conflict(f"Deze bezorging is {row.staat}; dit antwoord past daar niet bij.") from error
        audit.write(
            session,
            wie=wie.naam,
            deed="bezorging beantwoord",
            now=now,
            actie_id=row.actie_id,
            bijzonderheden={"bezorging": bezorging_id, "kanaal": row.kanaal, "antwoord": antwoord},
        )
        return changed if changed is not None else row

    return await desk.db.write(work)


def _need_visible(session: Session, actie_id: str, wie: Wie) -> Actie:
    actie = acties.get(session, actie_id)
    if actie is None or not wie.mag_gebied(actie.gemeente, actie.veiligheidsregio):
        raise NietGevonden("Deze actie bestaat niet.")
    return actie


def _known_kanaal(session: Session, naam: str) -> None:
    if naam and kanalen.get(session, naam) is None:
        raise Ongeldig([("kanaal", "Dit kanaal bestaat niet.")])
