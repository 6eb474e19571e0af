"""The conversation with people who subscribe to a bot: /start, /gemeente and /stop, each update dealt with once.

What people say is not kept: it may be a tip. Nothing is stored of somebody before they choose a gemeente, and nothing
is left of them after /stop.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from hub.acties import gemeenten
from hub.content import BEL_NU, BEL_TIP, ChannelError, Converses, Receipt, Vraag
from hub.delivery import afmelden
from hub.desk.basis import Basis
from hub.desk.journaal import AFGEMELD, Regel
from hub.kanalen import abonnees
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Rekening
from hub.kit import log
from hub.kit.clock import iso, monotonic

NA_EEN_FOUT = 10.0
"""Seconds before the updates of a kanaal are asked for again after that failed."""
LANGSTE_NAAM = 60
UITLEG = (
    "Welkom. Deze bot stuurt u een bericht als er in uw gemeente een actie is. Bijvoorbeeld als iemand vermist is.\n\n"
    "Zo begint u: typ /gemeente en de naam van uw gemeente. Bijvoorbeeld: /gemeente Utrecht. U mag er meer volgen.\n"
    "Zo stopt u: typ /stop.\n\n"
    "Wij bewaren het nummer van dit gesprek (versleuteld) en de gemeenten die u kiest. Meer niet: niet uw naam, niet "
    "uw telefoonnummer en niet wat u typt. Na /stop is alles gewist.\n\n"
    f"Deze bot leest geen tips. Gebeurt het nu? Bel {BEL_NU}. Weet u iets? Bel {BEL_TIP}."
)
GEEN_TIPS = (
    f"Deze bot leest geen berichten en geen tips. Gebeurt het nu? Bel {BEL_NU}. Weet u iets? Bel {BEL_TIP}.\n"
    "Typ /gemeente en een naam om een gemeente te volgen, /stop om te stoppen of /start voor uitleg."
)
GESTOPT = (
    "U krijgt geen berichten meer. Alles wat wij van u bewaarden is gewist. Berichten over acties die nog lopen halen "
    "we uit dit gesprek, als Telegram dat toelaat. Wilt u weer meedoen? Typ /gemeente en een naam."
)
NIET_AANGEMELD = "U volgt nog geen gemeente. Typ /gemeente en de naam, bijvoorbeeld: /gemeente Utrecht."


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What to say back, and which posts to take out of the conversation first."""

    doel: str = ""
    tekst: str = ""
    weg: Sequence[Receipt] = ()


class Gesprek:
    """One per process. `hear` deals with an update; `tick` fetches updates where a kanaal is set to."""

    def __init__(self, desk: Basis) -> None:
        self._desk = desk
        self._verbonden: dict[str, Converses] = {}
        self._weer_op: dict[str, float] = {}
        self._bezig: dict[str, asyncio.Task[None]] = {}
        self._log = log.get("gesprek")

    async def bot(self, naam: str) -> Converses | None:
        """The account of this kanaal while it has a bot that people can talk to; else None."""
        return (await self._bots(naam)).get(naam)

    async def hear(self, naam: str, channel: Converses, payload: Mapping[str, Any]) -> Antwoord:
        """Deal with one update, once; returns what is still to be said (`say`) about it."""
        vraag = await channel.update(payload)
        desk, now = self._desk, self._desk.clock.now()
        if _stops(vraag):
            await self._journal(naam, vraag.doel, now)

        def work(session: Session) -> Antwoord:
            new = bool(vraag.nummer) and abonnees.first_time(session, naam, vraag.nummer, now)
            return self._dealt(session, naam, vraag, now) if new and vraag.doel else Antwoord()

        return await desk.db.write(work)

    async def say(self, channel: Converses, antwoord: Antwoord) -> None:
        """Take away what must go, then answer. What fails is not repeated: the person can ask again."""
        try:
            for receipt in antwoord.weg:
                await afmelden.take_away(channel, receipt)
            if antwoord.tekst:
                await channel.answer(antwoord.doel, antwoord.tekst)
        except ChannelError as error:
            self._log.warning("antwoord niet gegeven", fout=type(error).__name__)

    async def tick(self) -> None:
        """See to it that every bot is heard: connected once, and fetched from where that is chosen."""
        found = await self._bots()
        for naam, channel in found.items():
            if naam in self._bezig or self._weer_op.get(naam, 0.0) > monotonic():
                continue
            known = self._verbonden.get(naam) is channel
            if channel.haalt_op or not known:
                task = asyncio.create_task(self._listen(naam, channel, known=known))
                task.add_done_callback(partial(self._heard, naam))
                self._bezig[naam] = task

    async def purge(self) -> int:
        """Forget who subscribed to a bot that is off: nobody hears their /stop any more. Returns how many."""
        desk, now = self._desk, self._desk.clock.now()
        known = await desk.db.read(abonnees.per_kanaal)
        loaded = await desk.accounts.load(known)
        off = [
            naam for naam, each in loaded.items() if isinstance(each, Rekening) and "gesprek" not in each.channel.can()
        ]

        def work(session: Session) -> int:
            abonnees.forget_numbers(session, now)
            gone = [each for naam in off if afmelden.at_rest(session, naam) for each in known[naam]]
            for abonnee_id in gone:
                afmelden.forget(session, abonnee_id)
            return len(gone)

        return await desk.db.write(work)

    async def stop(self) -> None:
        """Hang up; what was not dealt with is fetched again."""
        under_way = list(self._bezig.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _heard(self, naam: str, _: asyncio.Task[None]) -> None:
        self._bezig.pop(naam, None)

    async def _listen(self, naam: str, channel: Converses, *, known: bool) -> None:
        try:
            if not known:
                await channel.connect(f"{self._desk.config.adres.rstrip('/')}/haken/{naam}")
                self._verbonden[naam] = channel
            if channel.haalt_op:
                await self._fetch(naam, channel)
        except Exception as error:
            self._weer_op[naam] = monotonic() + NA_EEN_FOUT
            self._log.warning("bot niet te horen", kanaal=naam, fout=type(error).__name__)

    async def _fetch(self, naam: str, channel: Converses) -> None:
        now = self._desk.clock.now()
        last = await self._desk.db.read(lambda s: abonnees.last_heard(s, naam, now))
        heard = [await self.hear(naam, channel, each) for each in await channel.fetch(last)]
        # At once: who waits long for an answer holds up nobody who wants to stop.
        await asyncio.gather(*(self.say(channel, each) for each in _together(heard)))

    async def _bots(self, naam: str | None = None) -> dict[str, Converses]:
        """The kanalen that are on and have a bot, or this one if it is among them. Asked each second, of them all."""
        on = await self._desk.db.read(kanalen.switched_on)
        loaded = await self._desk.accounts.load([each for each in on if naam in (None, each)])
        open_ = {naam: each.channel for naam, each in loaded.items() if isinstance(each, Rekening)}
        return {naam: c for naam, c in open_.items() if "gesprek" in c.can() and isinstance(c, Converses)}

    async def _journal(self, naam: str, doel: str, now: datetime) -> None:
        """Have it outside the database that this subscriber stops, so that no copy brings them back."""
        desk = self._desk
        if found := await desk.db.read(lambda s: abonnees.find(s, desk.vault, naam, doel)):
            await desk.journaal.probeer(Regel(found, naam, AFGEMELD, "", iso(now) or ""))

    # -- what people say -------------------------------------------------------------------------------
    def _dealt(self, session: Session, naam: str, vraag: Vraag, now: datetime) -> Antwoord:
        abonnee_id = abonnees.find(session, self._desk.vault, naam, vraag.doel)
        command, rest = _command(vraag)
        if _stops(vraag):
            weg = afmelden.posts_of(session, abonnee_id) if abonnee_id and not vraag.weg else []
            if abonnee_id:
                afmelden.forget(session, abonnee_id)
            return Antwoord() if vraag.weg else Antwoord(vraag.doel, GESTOPT, [_to(vraag.doel, each) for each in weg])
        if command == "/gemeente":
            return Antwoord(vraag.doel, self._gemeente(session, naam, vraag.doel, abonnee_id, rest.strip(), now))
        return Antwoord(vraag.doel, UITLEG if command == "/start" else GEEN_TIPS)

    def _gemeente(
        self, session: Session, kanaal: str, doel: str, abonnee_id: str | None, naam: str, now: datetime
    ) -> str:
        if not naam:
            return _volgt(abonnees.followed(session, abonnee_id)) if abonnee_id else NIET_AANGEMELD
        found = gemeenten.find_by_name(naam, now.date())
        if found is None:
            return onbekend(naam, now.date())
        abonnee_id = abonnees.follow(session, self._desk.vault, kanaal, doel, found.code, now)
        return _volgt(abonnees.followed(session, abonnee_id))


def _stops(vraag: Vraag) -> bool:
    """Whether this person stops: says so, or went away."""
    return vraag.weg or _command(vraag)[0] == "/stop"


def _command(vraag: Vraag) -> tuple[str, str]:
    """The first word without the name of the bot, and the rest."""
    said, rest = (*vraag.tekst.split(maxsplit=1), "", "")[:2]
    return said.partition("@")[0].lower(), rest


def onbekend(naam: str, on: date) -> str:
    """That there is no gemeente of this name, and which ones look like it."""
    names = {gemeenten.fold(each.naam): each.naam for each in gemeenten.current(on)}
    near = [names[name] for name in get_close_matches(gemeenten.fold(naam), names, n=3, cutoff=0.7)]
    help_ = f"Bedoelt u {' of '.join(near)}?" if near else "Typ de naam van de gemeente, niet van een dorp of wijk."
    return f"Wij kennen geen gemeente {naam[:LANGSTE_NAAM]}. {help_}"


def _volgt(codes: Sequence[str]) -> str:
    namen = sorted(found.naam for code in codes if (found := gemeenten.find(code)) is not None)
    return f"U volgt nu: {', '.join(namen)}. Nog een erbij? Typ /gemeente en de naam. Stoppen? Typ /stop."


def _together(heard: Sequence[Antwoord]) -> list[Antwoord]:
    """One answer per person, the last: who types a hundred things keeps nobody waiting while each gets its turn."""
    found: dict[str, Antwoord] = {}
    for each in heard:
        before = found.get(each.doel, Antwoord())
        found[each.doel] = Antwoord(each.doel, each.tekst or before.tekst, [*before.weg, *each.weg])
    return list(found.values())


def _to(doel: str, receipt: Receipt) -> Receipt:
    return Receipt(receipt.ref, receipt.url, receipt.extra, doel=doel)
