"""Ending an actie: everything out there is taken back, the photo is erased, and a closing message follows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.view import EINDE, slottekst, view
from hub.compose.compose import labelled
from hub.compose.templates import Reeks
from hub.content import ActieView
from hub.delivery import na_einde
from hub.delivery import store as delivery
from hub.delivery.na_einde import BEEINDIGD, NIEUWER_SLOT
from hub.desk import dossier, plannen, vragen
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, Ongeldig
from hub.desk.journaal import TOCH_DOOR, Regel
from hub.desk.plannen import Account
from hub.kit import log
from hub.kit.clock import iso
from hub.screens import store as screens
from hub.toegang import audit
from hub.toegang.model import HUB, Wie

REDENEN = ("gevonden", "fout", "anders")
Daarna = Callable[[Session, datetime], object]
"""What is to be done in the transaction that ends an actie."""


class Beeindigen(Basis):
    """Withdraw and close. Nothing may stand in their way: no approval, no bad text, no broken kanaal."""

    async def withdraw(self, actie_id: str, reden: str, wie: Wie) -> Actie:
        """Take everything back, from any phase; a second call changes nothing. Never needs approval."""
        if reden not in REDENEN:
            raise Ongeldig([("reden", f"Kies uit: {', '.join(REDENEN)}.")])
        return await self._end(actie_id, "intrekken", reden, wie)

    async def withdraw_again(self, actie_id: str, reden: str, daarna: Daarna) -> Actie:
        """As it was withdrawn before, of which only the journal knows; `daarna` is done with it or not at all."""
        return await self._end(actie_id, "intrekken", reden, HUB, daarna)

    async def close(self, actie_id: str, wie: Wie) -> Actie:
        """End a running actie: photo posts go, the closing message comes."""
        return await self._end(actie_id, "afsluiten", "afgesloten", wie)

    async def expire(self, actie_id: str) -> Actie:
        """The looptijd is over: the hub closes the actie itself."""
        return await self._end(actie_id, "verlopen", "afgesloten", HUB)

    async def _end(self, actie_id: str, event: str, reden: str, wie: Wie, daarna: Daarna | None = None) -> Actie:
        actie = await self._actie(actie_id, wie)
        if actie.fase == "ingetrokken" or (event != "intrekken" and actie.fase == "afgesloten"):
            return actie
        if event == "afsluiten" and actie.fase != "actief":
            raise Conflict(f"Alleen een lopende actie kan worden afgesloten; deze is {actie.fase}.")
        words = slottekst(actie.type, reden, actie.soort)
        closed = replace(
            view(actie, self.config),
            fase="ingetrokken" if event == "intrekken" else "afgesloten",
            slottekst=words,
            titel="",
            bericht="",
            signalement="",
            laatst_gezien="",
            leeftijd=None,
        )
        accounts = await self._accounts_for_ending()

        def work(session: Session) -> Actie:
            now = self.clock.now()
            current = self._need(session, actie_id)
            if current.fase == "ingetrokken" or (event != "intrekken" and current.fase == "afgesloten"):
                return current
            if event == "verlopen" and current.eindigt_op is not None and current.eindigt_op > now:
                return current  # someone gave it more time a moment ago
            self._seal(session, current, now)
            ended = acties.set_fase(session, actie_id, event, now=now, wie=wie.naam, reden=reden)
            self._take_back(session, ended, closed, accounts, now, reden)
            acties.erase_person(session, actie_id, slottekst=words, now=now)
            screens.end(session, actie_id, now)
            audit.write(
                session,
                wie=wie.naam,
                deed="ingetrokken" if event == "intrekken" else "afgesloten",
                now=now,
                actie_id=actie_id,
                bijzonderheden={"reden": reden},
            )
            if daarna is not None:
                daarna(session, now)
            return self._need(session, actie_id)

        noted = await self._journal(actie, event, reden)
        ended = await self.db.write(work)
        if not noted:
            # Once more: the journal may have been completed before this ending was there to be seen.
            self.journaal.gemist = True
        if ended.fase not in EINDE:
            await self._journal(actie, TOCH_DOOR, "")
            return ended
        await self._after(actie_id)
        return ended

    async def _after(self, actie_id: str) -> None:
        """What comes after the ending; nobody waits for its subscribers, of whom there may be thousands."""
        await self._toch(actie_id, self.wipe_disk)
        await self.ernaast(self._toch(actie_id, partial(self.bij_abonnees, actie_id)))

    async def _toch(self, actie_id: str, deed: Callable[[], Awaitable[None]]) -> None:
        """It has ended all the same when this fails; the clock tries again until all is done."""
        try:
            await deed()
        except Exception as error:
            self._log.error("na het einde nog niet alles gedaan", id=actie_id, fout=log.redact(str(error)))

    async def bij_abonnees(self, actie_id: str) -> None:
        """Take back what subscribers have of an ended actie, some hundreds per transaction; what is done, stays done.

        What is left undone here, the clock does (`klok.follow_ended`).
        """
        if actie_id not in await self.db.read(na_einde.unfinished):
            return

        def work(session: Session) -> bool:
            actie = self._need(session, actie_id)
            shown = view(actie, self.config)
            return na_einde.portion(session, actie, labelled(shown.slottekst, shown), self.clock.now())

        await self.voorrang()
        while await self.db.write(work):
            pass
        # Their words have to leave the disk as well.
        await self.wipe_disk()

    def _seal(self, session: Session, actie: Actie, now: datetime) -> None:
        """Keep the words for the dossier, if there is an archive; what goes wrong with that stops no ending."""
        if not self.config.bewaren.dossier_map:
            return
        try:
            with session.begin_nested():
                dossier.verzegel(session, self.vault, actie, now)
        except Exception as error:
            self._log.error("dossier niet gemaakt", id=actie.id, fout=type(error).__name__)

    async def _journal(self, actie: Actie, gebeurtenis: str, reden: str) -> bool:
        """Have the ending on disk outside the database first; False when that fails, which stops no ending."""
        return await self.journaal.probeer(Regel(actie.id, actie.code, gebeurtenis, reden, iso(self.clock.now()) or ""))

    async def _accounts_for_ending(self) -> dict[str, Account]:
        """As `_accounts`, but no fault at all may stand in the way of a withdrawal."""
        try:
            return await self._accounts()
        except Exception as error:
            self._log.error("intrekken zonder sjablonen", fout=log.redact(str(error)))
            return {}

    def _take_back(
        self,
        session: Session,
        actie: Actie,
        closed: ActieView,
        accounts: Mapping[str, Account],
        now: datetime,
        reden: str,
    ) -> None:
        """Cancel what waits, plan the removal of what is out, and a closing message where it was visible.

        Withdrawn after it was closed: the closing message that is or may be out gives way to the new one. All of this
        on the kanalen themselves; that their subscribers follow is only noted here.
        """
        delivery.lapse(session, actie.id, BEEINDIGD, None, ("publiceren", "corrigeren"), delivery.EIGEN)
        # That of a subscriber would otherwise leave before its turn in `na_einde` comes.
        delivery.lapse(session, actie.id, NIEUWER_SLOT, None, ("sluiten",))
        vragen.lapse_unseen(session, actie.id, "De actie is beëindigd voordat iemand deze tekst had gezien.")
        rows = delivery.of_actie(session, actie.id, delivery.EIGEN)
        out = plannen.posts_out(rows)
        remove = out if reden != "afgesloten" else [b for b in out if b.id in plannen.with_photo(rows)]
        neutraal = labelled(closed.slottekst, closed)
        delivery.plan(session, plannen.retract_plans(actie, remove, rows, neutraal), now)
        last = actie
        earlier = [b for b in rows if b.soort == "sluiten" and b.staat != "vervallen"]
        if any(b.soort == "sluiten" for b in rows):
            # No words of this actie come after its end, so this number is free for its second ending.
            last = replace(actie, versie=actie.versie + 1)
            delivery.plan(session, plannen.replace_closing_plans(last, earlier, neutraal), now)
        kanalen = [*(b.kanaal for b in [*out, *earlier]), *na_einde.begin(session, actie)]
        closing = plannen.closing_plans(
            Reeks(self.templates),
            last,
            closed,
            accounts,
            dict.fromkeys(kanalen),
            self._urls(session, actie.id),
            fout=reden == "fout",
        )
        delivery.plan(session, closing, now)
        delivery.forget_words(session, actie.id, delivery.EIGEN)
