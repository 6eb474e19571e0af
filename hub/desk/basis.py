"""What every use case of the desk needs: its tools, who may do what, and the accounts to compose for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hub.acties import gemeenten, rules
from hub.acties import store as acties
from hub.acties.model import Actie, Invoer
from hub.acties.view import view
from hub.compose.compose import PastNiet
from hub.compose.templates import Reeks, Templates
from hub.content import ActieView, Cirkel
from hub.delivery import store as delivery
from hub.delivery import uitgaven
from hub.delivery.meteen import Rit, Straks
from hub.delivery.model import Bezorging, Plan
from hub.desk import plannen, vragen
from hub.desk.errors import Geweigerd, NietGevonden, Ongeldig
from hub.desk.journaal import Journaal
from hub.desk.plannen import Account
from hub.kanalen import abonnees, budget, stilte, teksten
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts, Rekening
from hub.kanalen.budget import Budget
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store as screens
from hub.screens.model import Scherm
from hub.toegang import audit
from hub.toegang.model import Wie
from hub.tracking import links

T = TypeVar("T")


async def _meteen(*_: object) -> None:
    """Nothing to wait for."""


async def _eerst(work: Coroutine[Any, Any, None]) -> None:
    await work


class Basis:
    """The desk's tools. One object per process; the use cases in the sibling modules build on it."""

    def __init__(
        self, db: Db, accounts: Accounts, templates: Templates, vault: Vault, config: Config, clock: Clock
    ) -> None:
        self.db, self.accounts, self.templates = db, accounts, templates
        self.vault, self.config, self.clock = vault, config, clock
        self.journaal = Journaal(config.pad(config.bewaren.journaal))
        self._wiping = asyncio.Lock()
        self.disk_held = True  # what a process that died had erased may still be in the log
        self.vooruit: Callable[[Actie, bool], Awaitable[None]] = _meteen
        """Told of an actie that is about to start, so that its card can be begun, with its photo or without."""
        self.voorrang: Callable[[], Awaitable[None]] = _meteen
        """Waited for before a started actie goes on its schermen, so that its posts leave first."""
        self.ernaast: Callable[[Coroutine[Any, Any, None]], Awaitable[None]] = _eerst
        """How work is done that nobody has to wait for: beside the rest where something keeps hold of it."""
        self.meteen: Callable[[Mapping[str, Rekening | Exception]], Rit] = lambda rekeningen: Straks(db)
        """How a use case that makes an actie live is written down, so that its posts leave with its commit."""
        self._log = log.get("desk")

    async def wipe_disk(self) -> None:
        """Make what was erased leave the disk, and note of photos when that was done.

        `disk_held`: a reader held it there, so it has to be tried again.
        """
        self.disk_held = True
        async with self._wiping:
            before = self.clock.now()
            gone = await asyncio.get_running_loop().run_in_executor(None, self.db.erase, (acties.SLEUTELTABEL,))
            if gone:
                now = self.clock.now()
                await self.db.write(lambda s: acties.note_disk_clean(s, before, now))
            self.disk_held = not gone

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Slow work with files, beside everything else."""
        return await asyncio.get_running_loop().run_in_executor(None, work)

    def _check(self, invoer: Invoer, wie: Wie, now: datetime) -> None:
        """All faults of the input at once, then what this person may do, then the policy."""
        if faults := rules.validate(invoer, on=now.date()):
            raise Ongeldig(faults)
        if not wie.mag_soort(invoer.soort):
            raise Geweigerd("rol-soort", f"Met de rol {wie.rol} kunt u geen {invoer.soort} uitzetten.")
        place = gemeenten.find(invoer.gemeente)
        if place is None or not wie.mag_gebied(place.code, place.veiligheidsregio):
            raise Geweigerd("rol-gebied", "Deze gemeente valt buiten uw gebied.")

    def _within(self, wie: Wie, codes: Iterable[str], cirkel: Cirkel | None) -> None:
        """Where an actie is shown lies within the regions of who asks; a gemeente may reach no other by a circle."""
        reached = set(codes)
        if cirkel is not None and wie.rol == "gemeente":
            now = self.clock.now().date()
            reached |= {g.code for g in gemeenten.current(now) if gemeenten.in_area(g.code, cirkel)}
        for code in reached:
            place = gemeenten.find(code)
            if place is None or not wie.mag_gebied(place.code, place.veiligheidsregio):
                raise Geweigerd("rol-gebied", f"{place.naam if place else code} valt buiten uw gebied.")

    def _permit(self, besluit: rules.Besluit) -> None:
        if not besluit.mag:
            raise Geweigerd(besluit.regel, besluit.uitleg)

    def _need(self, session: Session, actie_id: str) -> Actie:
        actie = acties.get(session, actie_id)
        if actie is None:
            raise NietGevonden("Deze actie bestaat niet.")
        return actie

    async def _actie(self, actie_id: str, wie: Wie) -> Actie:
        """The actie, if this person may see its area."""
        actie = await self.db.read(lambda s: self._need(s, actie_id))
        if not wie.mag_gebied(actie.gemeente, actie.veiligheidsregio):
            raise NietGevonden("Deze actie bestaat niet.")
        return actie

    async def _accounts(self) -> dict[str, Account]:
        """Every kanaal with the limits and abilities of its account; one that cannot be built is left out."""
        return (await self._opened())[0]

    async def _opened(self) -> tuple[dict[str, Account], dict[str, Rekening | Exception]]:
        """As `_accounts`, and the open accounts themselves; the reason where one cannot be built."""
        found: dict[str, Account] = {}
        now = self.clock.now()
        every, sealed, own = await self.db.read(lambda s: (kanalen.every(s), kanalen.sealed(s), teksten.current(s)))
        known = {kanaal.naam: kanaal for kanaal in every}
        loaded = self.accounts.opened(known, sealed)
        budgets = await self.budgets(loaded)
        for naam, account in loaded.items():
            if isinstance(account, Exception):
                self._log.error("kanaal is niet te gebruiken", kanaal=naam, fout=log.redact(str(account)))
                continue
            channel = account.channel
            handmatig = bool(getattr(channel, "handmatig", False))
            found[naam] = Account(
                kanaal=known[naam],
                limits=channel.limits,
                kan=channel.can(),
                handmatig=handmatig,
                budget=budgets.get(naam),
                stil_tot=stilte.ends(known[naam].stilte, now),
                kosten_fout=account.kosten_fout,
                teksten=own.get(naam, {}),
            )
        return found, loaded

    async def budgets(self, loaded: Mapping[str, Rekening | Exception]) -> dict[str, Budget]:
        """Where the kanalen that cost money stand this month."""
        kosten = {naam: each.kosten for naam, each in loaded.items() if isinstance(each, Rekening)}
        billed = {naam: each for naam, each in kosten.items() if each is not None}
        if not billed:
            return {}
        now = self.clock.now()
        spent = await self.db.read(lambda s: uitgaven.spent(s, billed, *budget.month(now)))
        return {naam: budget.stand(each, spent.get(naam, 0), now) for naam, each in billed.items()}

    def _check_chosen(self, actie: Actie, namen: Collection[str], accounts: Mapping[str, Account]) -> None:
        """A kanaal that is chosen by name exists, and may meet this actie."""
        if unknown := [naam for naam in namen if naam not in accounts]:
            raise Ongeldig([("kanalen", f"Onbekend kanaal: {', '.join(unknown)}.")])
        for naam in namen:
            self._permit(plannen.meets(actie, accounts[naam].kanaal, self.config.voorbeeld))

    def _unfit(self, actie: Actie, shown: ActieView, account: Account) -> str:
        """Why this kanaal gets nothing of this actie, or an empty string."""
        if account.kanaal.naam in self.config.bezorging.bel_kanalen:
            return "Dit kanaal roept mensen van de meldkamer; er gaan geen acties naartoe."
        meeting = plannen.meets(actie, account.kanaal, self.config.voorbeeld)
        if not meeting.mag:
            return meeting.uitleg
        if actie.kanalen is None and not account.kanaal.automatisch:
            return "Dit kanaal doet alleen mee als u het kiest."
        if actie.kanalen is not None and account.kanaal.naam not in actie.kanalen:
            return "Niet gekozen."
        return (
            "" if account.kanaal.serves(shown) else "Dit kanaal is niet voor dit gebied, type of niveau, of staat uit."
        )

    def _urls(self, session: Session, actie_id: str) -> dict[str, str]:
        """The short link of each kanaal that has one for this actie."""
        found = links.sporen(session, actie_id).values()
        return {spoor.naam: f"{self.config.link_basis}/{spoor.code}" for spoor in found if spoor.plek == "kanaal"}

    def show_on(self, session: Session, actie: Actie, schermen: Sequence[Scherm], now: datetime) -> None:
        """Put a running actie on these schermen, each with a short link of its own in the QR code."""
        page, namen = view(actie, self.config).pagina_url, [scherm.naam for scherm in schermen]
        codes = links.mint_many(session, actie_id=actie.id, plek="scherm", namen=namen, doel_url=page, now=now)
        screens.show(session, actie.id, {scherm.id: codes[scherm.naam] for scherm in schermen}, now)

    def _light(self, session: Session, actie: Actie, now: datetime) -> int:
        """Put a running actie on the schermen in its area; returns how many."""
        lit = screens.serving(session, view(actie, self.config))
        self.show_on(session, actie, lit, now)
        return len(lit)

    async def belicht(self, actie_id: str, wie: Wie) -> None:
        """Put a started actie on its schermen, in a transaction of its own: a thousand of them hold up no netwerk.

        Doing it again changes nothing. What goes wrong here is done anew by the clock (`klok.light_due`).
        """
        now = self.clock.now()

        def work(session: Session) -> None:
            actie = self._need(session, actie_id)
            if actie.fase != "actief" or acties.is_lit(session, actie_id):
                return
            lit = self._light(session, actie, now)
            acties.note_lit(session, actie_id, now)
            told = {"schermen": lit}
            audit.write(session, wie=wie.naam, deed="op schermen", now=now, actie_id=actie_id, bijzonderheden=told)

        try:
            await self.db.write(work)
        except Exception as error:
            self._log.error("actie is nog niet op schermen gezet", id=actie_id, fout=log.redact(str(error)))

    def _follow(
        self, session: Session, before: Actie, actie: Actie, accounts: Mapping[str, Account], now: datetime
    ) -> None:
        """After a change of a running actie: edit what is out, or post again where a netwerk cannot edit.

        A post that never left is replaced, so that the old words are never seen. A kanaal that the change brings in
        (a larger area, another choice) gets its first post; one that it leaves out loses what it has.
        """
        if actie.fase != "actief":
            return
        rows = delivery.of_actie(session, actie.id)
        urls = self._urls(session, actie.id)
        shown = view(actie, self.config)
        earlier = view(before, self.config)
        fitted = {naam for naam, account in accounts.items() if not self._unfit(before, earlier, account)}
        fits = {naam for naam, account in accounts.items() if not self._unfit(actie, shown, account)}
        known = {b.kanaal for b in plannen.posts_up(rows)}
        dropped = known - set(actie.kanalen) if actie.kanalen is not None else set()
        left = (fitted - fits) | dropped
        staying = {naam: account for naam, account in accounts.items() if naam not in left}
        plans = plannen.correct_plans(Reeks(self.templates), actie, shown, staying, rows, urls)
        for reden, changed in (
            ("Een nieuwere versie gaat voor.", {plan.kanaal for plan in plans}),
            ("Dit kanaal doet niet meer mee aan de actie.", left),
        ):
            delivery.lapse(session, actie.id, reden, changed)
            vragen.lapse_unseen(session, actie.id, reden, changed)
        plans += plannen.leave_plans(actie, shown, rows, left)
        first: list[Plan] = []
        for naam in sorted(fits - fitted - known):
            first += self._first_post(session, actie, shown, accounts[naam], now)
        bots = plannen.bots(accounts)
        plans += self._also_to_subscribers(session, first, shown, bots)
        met_bot = {naam: account for naam, account in staying.items() if naam in fits & bots}
        plans += self._new_subscribers(session, actie, shown, met_bot, rows, urls)
        delivery.plan(session, plans, now)

    def _also_to_subscribers(
        self, session: Session, first: Sequence[Plan], shown: ActieView, bots: Collection[str]
    ) -> list[Plan]:
        """First posts, and those on a kanaal with a bot also for each of its subscribers in the area of the actie."""
        kanalen_ = {plan.kanaal for plan in first} & set(bots)
        return plannen.also_to(first, abonnees.reached(session, kanalen_, shown) if kanalen_ else {})

    def _new_subscribers(
        self,
        session: Session,
        actie: Actie,
        shown: ActieView,
        met_bot: Mapping[str, Account],
        rows: Sequence[Bezorging],
        urls: Mapping[str, str],
    ) -> list[Plan]:
        """Of a running actie that changed the post for subscribers in its area who have none yet."""
        known = plannen.newest_posts(rows)
        # Nobody found theirs back, but it may be there.
        doubted = {(row.kanaal, row.doel) for row in rows if row.doet == "maakt" and row.opgezocht}
        plans: list[Plan] = []
        for naam, doelen in abonnees.reached(session, [n for n in met_bot if (n, "") in known], shown).items():
            new = [doel for doel in doelen if (naam, doel) not in known and (naam, doel) not in doubted]
            try:
                made, _ = plannen.publish_plan(self.templates, actie, shown, met_bot[naam], urls.get(naam, ""))
            except PastNiet as error:
                self._log.error("abonnees krijgen dit niet", kanaal=naam, fout=str(error))
                continue
            plans += [replace(made, doel=doel) for doel in new]
        return plans

    def _first_post(
        self, session: Session, actie: Actie, shown: ActieView, account: Account, now: datetime
    ) -> list[Plan]:
        """The post on a kanaal that joins a running actie; none where it does not fit, which stops no other."""
        naam = account.kanaal.naam
        code = links.mint(session, actie_id=actie.id, plek="kanaal", naam=naam, doel_url=shown.pagina_url, now=now)
        link = f"{self.config.link_basis}/{code}"
        try:
            return [plannen.publish_plan(self.templates, actie, shown, account, link)[0]]
        except Exception as error:
            self._log.error("kanaal krijgt dit niet", kanaal=naam, fout=log.redact(str(error)))
            return []
