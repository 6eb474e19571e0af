"""Starting an actie: made, approved and sent out in one short transaction, after everything was composed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hub.acties import rules
from hub.acties import store as acties
from hub.acties.model import Actie, Invoer
from hub.acties.view import provisional, view
from hub.compose.compose import PastNiet
from hub.compose.templates import Reeks
from hub.delivery import store as delivery
from hub.delivery.hervat import hervat
from hub.delivery.meteen import Rit
from hub.delivery.model import Bezorging, Plan
from hub.desk import idempotent, plannen
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, Geweigerd
from hub.desk.goedkeurders import colleagues, whom_to_ask
from hub.kit.ids import row_id, short_code
from hub.toegang import audit
from hub.toegang.model import Wie
from hub.tracking import links

CODE_LENGTH = 6
TRIES = 5


@dataclass(frozen=True, slots=True)
class Geopend:
    """The actie after a POST; `nieuw` is False when the same request was answered before."""

    actie: Actie
    nieuw: bool


@dataclass(frozen=True, slots=True)
class Start:
    """What was composed before the transaction: the short code per kanaal, and the bezorgingen to write; `bots` are
    the kanalen of which the post also goes to subscribers. `rit`: what writes it down and lets the first posts go."""

    rit: Rit
    codes: dict[str, str]
    plans: list[Plan]
    bots: frozenset[str] = frozenset()


class Starten(Basis):
    """Open, publish and approve."""

    async def open(
        self, invoer: Invoer, wie: Wie, *, sleutel: idempotent.Sleutel | None = None, bron: str = "hub"
    ) -> Geopend:
        """Make an actie; with `publiceren` it goes out in the same transaction (or waits for approval).

        Raises Ongeldig with all faults, Geweigerd with the rule, Conflict when the kenmerk is running.
        """
        if sleutel is not None and (known := await self._earlier(sleutel, wie)) is not None:
            return Geopend(known, False)
        now = self.clock.now()
        self._check(invoer, wie, now)
        self._within(wie, invoer.gemeenten, invoer.cirkel)
        actie_id, code = row_id(), short_code()[:CODE_LENGTH]
        start = (
            await self._prepare(provisional(invoer, actie_id=actie_id, code=code, wie=wie.naam, now=now), nieuw=True)
            if invoer.publiceren
            else None
        )

        def work(session: Session) -> Actie:
            if sleutel is not None:
                if (earlier := idempotent.earlier(session, sleutel, wie.naam)) is not None:
                    return self._need(session, earlier)
                idempotent.remember(session, sleutel, wie.naam, actie_id, now)
            try:
                actie = acties.create(session, invoer, wie=wie.naam, now=now, bron=bron, actie_id=actie_id, code=code)
            except acties.KenmerkLoopt as error:
                raise Conflict(
                    f"Er loopt al een actie met kenmerk {invoer.kenmerk}.", actie_id=error.actie_id
                ) from error
            audit.write(session, wie=wie.naam, deed="aangemaakt", now=now, actie_id=actie_id)
            return self._release(session, actie, wie, now, start) if start is not None else actie

        made = await (self.db.write(work) if start is None else start.rit.write(work))
        actie = await self._verlicht(made, wie)
        return Geopend(actie, actie.id == actie_id)

    async def publish(self, actie_id: str, wie: Wie) -> Actie:
        """Send a concept out, or ask for approval where the policy says so."""

        def work(session: Session, current: Actie, now: datetime, start: Start) -> Actie:
            return self._release(session, current, wie, now, start)

        return await self._composed(actie_id, wie, work)

    async def approve(self, actie_id: str, wie: Wie, *, klok: bool = False) -> Actie:
        """Release an actie that waits: by a second person, or by the clock (`klok`) after the bedenktijd."""

        def work(session: Session, current: Actie, now: datetime, start: Start) -> Actie:
            policy = self.config.goedkeuring.voor(current.soort)
            if current.fase != "wacht-op-goedkeuring":
                raise Conflict(f"Deze actie wacht niet op goedkeuring; de fase is {current.fase}.")
            if policy == "vier-ogen" and (klok or wie.naam in acties.writers(session, actie_id)):
                ask = whom_to_ask(colleagues(session, current))
                raise Geweigerd("vier-ogen", f"Iemand anders dan wie dit schreef moet deze actie vrijgeven. {ask}")
            if klok and (current.vrij_op is None or current.vrij_op > now):
                return current
            audit.write(session, wie=wie.naam, deed="goedgekeurd", now=now, actie_id=actie_id)
            return self._start(session, current, wie, now, start)

        return await self._composed(actie_id, wie, work)

    async def _composed(
        self, actie_id: str, wie: Wie, work: Callable[[Session, Actie, datetime, Start], Actie]
    ) -> Actie:
        """Compose, then `work` in one transaction; anew when the actie changed in between, so that no post goes
        out with words or a photo that were corrected a moment ago."""
        for _ in range(TRIES):
            actie = await self._actie(actie_id, wie)
            start, now = await self._prepare(actie), self.clock.now()

            def once(session: Session, read: Actie = actie, now: datetime = now, start: Start = start) -> Actie | None:
                current = self._need(session, actie_id)
                return work(session, current, now, start) if current == read else None

            if (done := await start.rit.write(once)) is not None:
                return await self._verlicht(done, wie)
        raise Conflict("Deze actie wordt steeds gewijzigd. Probeer het zo nog eens.", actie_id=actie_id)

    async def _earlier(self, sleutel: idempotent.Sleutel, wie: Wie) -> Actie | None:
        def look(session: Session) -> Actie | None:
            known = idempotent.earlier(session, sleutel, wie.naam)
            return self._need(session, known) if known else None

        return await self.db.read(look)

    async def _prepare(self, actie: Actie, *, nieuw: bool = False) -> Start:
        """Compose every post before the transaction; refuses a chosen kanaal that may not be used.

        Of a `nieuw` one nothing can be known yet, so nothing is looked up.
        """
        leaves = actie.fase == "wacht-op-goedkeuring" or self.config.goedkeuring.voor(actie.soort) == "direct"
        shown = view(actie, self.config)
        accounts, rekeningen = await self._opened()
        # Also where a photo may take its place on every post: it is drawn on another processor and nobody waits for it.
        if leaves and any(account.limits.images for account in accounts.values()):
            await self.vooruit(actie, False)
        self._check_chosen(actie, actie.kanalen or (), accounts)
        sporen, rows = ({}, []) if nieuw else await self.db.read(lambda s: _known(s, actie.id))
        newest = plannen.newest_posts(rows)
        posted = {kanaal for kanaal, _ in newest}
        known = {spoor.naam: spoor.code for spoor in sporen.values() if spoor.plek == "kanaal"}
        start = Start(self.meteen(rekeningen), {}, [], plannen.bots(accounts))
        templates = Reeks(self.templates)
        # After a restore an actie is confirmed that was posted before: never again, at most with newer words.
        older = [post for post in newest.values() if post.versie < actie.versie]
        urls = {naam: f"{self.config.link_basis}/{code}" for naam, code in known.items()}
        start.plans.extend(plannen.correct_plans(templates, actie, shown, accounts, older, urls))
        for naam, account in accounts.items():
            if naam in posted or self._unfit(actie, shown, account):
                continue
            code = known.get(naam) or short_code()
            link = f"{self.config.link_basis}/{code}"
            try:
                start.plans.append(plannen.publish_plan(templates, actie, shown, account, link)[0])
            except PastNiet as error:
                self._log.error("kanaal krijgt dit niet", kanaal=naam, fout=str(error))
            else:
                start.codes[naam] = code
        if leaves and any(plan.beeld is not None and plan.beeld.foto for plan in start.plans):
            await self.vooruit(actie, True)
        return start

    def _release(self, session: Session, actie: Actie, wie: Wie, now: datetime, start: Start) -> Actie:
        """Out now, or in the queue for approval, as the policy of this soort says."""
        policy = self.config.goedkeuring.voor(actie.soort)
        if policy == "direct":
            return self._start(session, actie, wie, now, start)
        free = now + timedelta(seconds=self.config.goedkeuring.bedenktijd_seconden) if policy == "bedenktijd" else None
        audit.write(session, wie=wie.naam, deed="wacht op goedkeuring", now=now, actie_id=actie.id)
        with _possible(actie.id):
            return acties.set_fase(session, actie.id, "vragen", now=now, wie=wie.naam, vrij_op=free)

    def _start(self, session: Session, actie: Actie, wie: Wie, now: datetime, start: Start) -> Actie:
        """The one transaction that makes an actie live: phase, links, bezorgingen, audit. Schermen follow at once."""
        with _possible(actie.id):
            live = acties.release(session, actie, wie=wie.naam, now=now)
        page = view(live, self.config).pagina_url
        links.mint_many(
            session, actie_id=live.id, plek="kanaal", namen=start.codes, doel_url=page, now=now, codes=start.codes
        )
        hervat(session, start.plans, now)
        first = [plan for plan in start.plans if plan.kanaal in start.codes]
        rest = [plan for plan in start.plans if plan.kanaal not in start.codes]
        met = self._also_to_subscribers(session, first, view(live, self.config), start.bots)
        # Before their subscribers are in the queue, behind which they would have to wait.
        start.rit.take(session, delivery.plan_posts(session, first, now))
        delivery.plan(session, rest + [plan for plan in met if plan.doel], now)
        audit.write(
            session,
            wie=wie.naam,
            deed="gestart",
            now=now,
            actie_id=live.id,
            bijzonderheden={"kanalen": sorted(start.codes)},
        )
        return live

    async def _verlicht(self, actie: Actie, wie: Wie) -> Actie:
        """After the start, and after its posts, the schermen."""
        if actie.fase == "actief":
            await self.voorrang()
            await self.belicht(actie.id, wie)
        return actie


def _known(session: Session, actie_id: str) -> tuple[dict[str, links.Spoor], list[Bezorging]]:
    return links.sporen(session, actie_id), delivery.of_actie(session, actie_id)


@contextmanager
def _possible(actie_id: str) -> Iterator[None]:
    """What its phase does not allow is a Conflict that a person can read."""
    try:
        yield
    except rules.NietMogelijk as error:
        raise Conflict(str(error), actie_id=actie_id) from error
