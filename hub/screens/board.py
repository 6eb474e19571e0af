"""The screens board: what every scherm shows, in memory, so that a million polls ask the database nothing.

A withdrawal flips the board inside the commit that withdrew: the writer thread calls `_changed`, which first marks
the actie as over (from that instant no request gets its picture) and only then works out what comes instead.
"""

import asyncio
import contextlib
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.ernaast import Ernaast
from hub.kit.secrets import Vault, fingerprint
from hub.screens import manifest, rules, source, store
from hub.screens.look import TERUG, Vers, everything, newer
from hub.screens.model import Plaatsing, Scherm
from hub.screens.poort import Keus
from hub.screens.proof import Proof
from hub.screens.renders import Beeld, Drawer, Renders
from hub.screens.stand import Familie, Links, Lopend, SchermStand, Stand, link_to
from hub.screens.wachters import Wachters

HARTSLAG = 15.0
"""Seconds between two comments on an open event stream, so that proxies keep it open."""

BEWAREN = timedelta(minutes=1)
"""How old what is on disk of when a player was last heard of may get; here in memory it is always known."""

VOORSPRONG = 0.05
"""Seconds that schermen wait with what is new: a thousand of them at once would hold up the kanalen of the same actie,
which are few. What must go is told at once."""


class ScreenBoard:
    """`await start()` once on the event loop, `await stop()` at the end; in between `find(token)` and onwards."""

    def __init__(self, db: Db, renderer: Drawer, vault: Vault, config: Config, clock: Clock) -> None:
        self._db = db
        self._config = config
        self._clock = clock
        self._log = log.get("schermen")
        self.renders = Renders(db, renderer, vault, config, clock)
        self.proof = Proof(db, clock)
        self.wachters = Wachters()
        self.key = vault.signing_key()
        self._links = Links(config.link_basis, meedoen=bool(config.deelnemen_url))
        self._by_som: dict[str, SchermStand] = {}
        self._by_id: dict[str, SchermStand] = {}
        self._acties: dict[str, Lopend] = {}
        self._serial = 0
        self._unknown = True
        self._lock = threading.RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ernaast = Ernaast()

    @property
    def lease_seconden(self) -> int:
        """How long a player may keep a picture of a running actie without hearing from us."""
        return self._config.schermen_lease.lease_seconden

    # -- life --------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Load everything, follow the signals and begin drawing the neutral pictures."""
        self._loop = asyncio.get_running_loop()
        self._db.listen(self._changed, self._lost)
        await self._loop.run_in_executor(None, self._changed, 0)
        self._ernaast.begin(self._tick_forever())

    async def stop(self) -> None:
        """End the event streams, finish what is being drawn."""
        self.wachters.ring("einde")
        self._loop = None
        await self._ernaast.stop()
        await self.renders.close()

    async def tick(self) -> None:
        """Every few seconds: keep streams open, end closing messages, note who was seen, recover, forget."""
        self.wachters.ring("hart")
        loop = asyncio.get_running_loop()
        if self._unknown:
            await loop.run_in_executor(None, self._changed, 0)
        await loop.run_in_executor(None, self._forget)
        now = self._clock.now()
        nieuw = [
            (state, state.gezien)
            for state in self.states()
            if state.gezien is not None and (state.bewaard is None or state.gezien - state.bewaard >= BEWAREN)
        ]
        gezien = {state.scherm.id: moment for state, moment in nieuw}
        klaar = [
            state.scherm.id
            for state in self.states()
            if state.stand.soort == "slot" and now >= state.stand.sinds + rules.SLOT_DUUR
        ]
        if gezien or klaar:
            await self._db.write(lambda session: store.housekeeping(session, gezien, klaar))
        for state, moment in nieuw:
            state.bewaard = moment

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(HARTSLAG)
            try:
                await self.tick()
            except Exception as error:
                self._log.error("schermen niet bijgehouden", fout=type(error).__name__)

    # -- asking ------------------------------------------------------------------------------------------------
    def find(self, token: str) -> SchermStand | None:
        """The scherm with this token."""
        return self._by_som.get(fingerprint(token))

    def state_of(self, scherm_id: str) -> SchermStand | None:
        """The scherm with this id, for the pages of people who manage it."""
        return self._by_id.get(scherm_id)

    def heard(self, state: SchermStand) -> None:
        """Its player asks or tells something: it is there."""
        state.gezien = self._clock.now()

    def heard_now(self, scherm: Scherm) -> Scherm:
        """This scherm with when its player was last heard of, which is later on disk than here."""
        state = self._by_id.get(scherm.id)
        bekend = [moment for moment in (scherm.laatst_gezien, state and state.gezien) if moment]
        return replace(scherm, laatst_gezien=max(bekend, default=None))

    def known(self, som: str, state: SchermStand) -> bool:
        """Whether the token with this fingerprint still opens this scherm (it may have been rotated)."""
        return self._by_som.get(som) is state

    def live(self, stand: Stand) -> bool:
        """Whether a running actie may be shown at this instant; False while the board does not know."""
        return not self._unknown and stand.live(self._clock.now())

    def now(self) -> datetime:
        """The instant by the board's clock."""
        return self._clock.now()

    def ready(self, state: SchermStand, breedte: int, hoogte: int) -> Beeld | None:
        """The picture if it can go out at once: it is drawn, and nothing has to be written down first."""
        if state.te_bewijzen:
            return None
        stand = state.stand
        if self.live(stand):
            if stand.actie_id not in state.opgehaald:
                return None
            return self.renders.ready(stand.sleutel, breedte, hoogte)
        if stand.soort != "actief" and stand.eigen:
            return self.renders.ready(stand.sleutel, breedte, hoogte)
        return self.renders.neutral_ready(breedte, hoogte, state.scherm.uiterlijk)

    async def image(self, state: SchermStand, breedte: int, hoogte: int, *, levert: bool) -> Beeld:
        """The picture to send now; always one. `levert` is False for HEAD, which proves and delivers nothing.

        The state is looked at again after every wait: a picture whose actie ended meanwhile is not returned.
        """
        neutraal = await self.renders.neutral(breedte, hoogte, state.scherm.uiterlijk)
        for _ in range(3):
            stand = state.stand
            if not self.live(stand):
                break
            beeld = await self.renders.draw(stand.opdracht(breedte, hoogte), partial(self._wanted, stand))
            if beeld is not None and levert and not await self.proof.fetched(state, stand.actie_id, state.te_bewijzen):
                break
            if state.stand is stand and self.live(stand):
                if beeld is None:
                    break
                return beeld
        if levert:
            await self.proof.left(state, state.te_bewijzen)
        return self._quiet_ready(state, breedte, hoogte) or neutraal

    async def text(self, state: SchermStand, *, levert: bool) -> tuple[str, bool]:
        """The message in words and whether it is a running actie; kept as fetched like a picture."""
        stand = state.stand
        if self.live(stand) and levert and not await self.proof.fetched(state, stand.actie_id):
            return manifest.text(stand, False), False
        actief = state.stand is stand and self.live(stand)
        return manifest.text(stand, actief), actief

    def served(self, state: SchermStand) -> Beeld | None:
        """What a viewer of this scherm's own size would get, if that is drawn already."""
        return self.ready(state, state.scherm.breedte, state.scherm.hoogte)

    def keuze(self, state: SchermStand) -> Keus | None:
        """How the running actie got its format on this scherm, where that is not the best one or none at all."""
        return self.renders.keuzes(state.stand.actie_id).get(state.scherm.plek) if self.live(state.stand) else None

    def keuzes(self, actie_id: str) -> list[tuple[Scherm, Keus]]:
        """The schermen of this running actie of which the best format was turned down, and how theirs was chosen."""
        if not (keuzes := self.renders.keuzes(actie_id)):
            return []
        met = [state.scherm for state in self.states() if state.stand.actie_id == actie_id]
        return [(scherm, keuzes[scherm.plek]) for scherm in met if scherm.plek in keuzes]

    def public_actie(self, familie: Familie) -> str | None:
        """Which actie the public posters of this family show now."""
        stand = self._public(familie)
        return stand.actie_id if stand else None

    async def poster(self, familie: Familie, breedte: int, hoogte: int) -> Beeld | None:
        """The poster at a public address; None while no actie of this family runs, which there means 404."""
        for _ in range(3):
            stand = self._public(familie)
            if stand is None:
                return None
            beeld = await self.renders.draw(stand.opdracht(breedte, hoogte), partial(self._wanted, stand))
            if self._wanted(stand):
                return beeld
        return None

    def report(self, state: SchermStand, render: str, donker: bool) -> frozenset[str]:
        """Which ended acties this report proves gone: the glass is dark, or shows something else we know."""
        eigenaar = self.renders.owner(render)
        if not donker and eigenaar is None:
            return frozenset()
        return state.te_melden - {eigenaar or ""}

    # -- changing ----------------------------------------------------------------------------------------------
    def _changed(self, _serial: int) -> None:
        """After a commit, in the writer thread: take over what is newer. Must never raise."""
        voorbij: list[str] = []
        gewijzigd: list[SchermStand] = []
        wekken = True
        with self._lock:
            try:
                vers = self._db.read_sync(self._look)
                voorbij = self._take_acties(vers)
                gewijzigd = self._take_schermen(vers)
                self._serial, self._unknown = vers.serial, False
                wekken = bool(voorbij or gewijzigd or vers.gevraagd or vers.los)
            except Exception as error:
                # Neutral everywhere until a later look succeeds: better dark than wrong.
                self._unknown = True
                self._log.error("schermen niet bijgewerkt", fout=type(error).__name__)
                for state in self.states():
                    state.nummer += 1
        loop = self._loop
        if loop is not None and wekken:
            with contextlib.suppress(RuntimeError):  # the loop closed while we were working
                loop.call_soon_threadsafe(self._settle, voorbij, gewijzigd)

    def _lost(self) -> None:
        """We no longer hear of withdrawals: neutral everywhere until everything was read anew."""
        with self._lock:
            self._unknown = True
            for state in self.states():
                state.nummer += 1
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed while we were working
                loop.call_soon_threadsafe(self._settle, [], [])

    def _look(self, session: Session) -> Vers:
        now = self._clock.now()
        if self._unknown:
            return everything(session, self._config, now)
        return newer(session, self._config, now, self._serial, self._acties.keys())

    def _forget(self) -> None:
        """Let go of acties that are over, once no scherm can show their closing message any more."""
        with self._lock:
            if all(actie.leeft for actie in self._acties.values()):
                return
            grens = self._clock.now() - rules.SLOT_DUUR
            nodig = {state.stand.actie_id for state in self.states()}
            for state in self.states():
                nodig |= {item.actie_id for item in state.plaatsingen.values() if item.tot_op and item.tot_op > grens}
            self._acties = {naam: actie for naam, actie in self._acties.items() if actie.leeft or naam in nodig}

    def _take_acties(self, vers: Vers) -> list[str]:
        """Replace acties on the board; what must go is over before anything else is worked out."""
        voorbij = [
            actie_id
            for actie_id, getoond in vers.acties.items()
            if actie_id in self._acties and self._acties[actie_id].must_go(getoond)
        ]
        if vers.alles:
            voorbij += [actie_id for actie_id in self._acties if actie_id not in vers.acties]
        for actie_id in voorbij:
            self._acties[actie_id].leeft = False
        if vers.alles:
            self._acties = {}
        for actie_id, getoond in vers.acties.items():
            if getoond is None:
                self._acties.pop(actie_id, None)
            else:
                self._acties[actie_id] = Lopend(getoond)
        return voorbij

    def _take_schermen(self, vers: Vers) -> list[SchermStand]:
        """Renew the schermen that the change touches; returns those that show something else now."""
        per_scherm: dict[str, list[Plaatsing]] = {}
        for item in vers.plaatsingen:
            per_scherm.setdefault(item.scherm_id, []).append(item)
        now = self._clock.now()
        gelezen = {scherm.id for _, scherm in vers.schermen}
        for som, scherm in vers.schermen:
            self._register(som, scherm, vers.serial, now).place(per_scherm.get(scherm.id, ()))
        for item in vers.los:
            if item.scherm_id not in gelezen and (state := self._by_id.get(item.scherm_id)) is not None:
                state.place_one(item, now - TERUG)
        verdwenen = (set(self._by_id) if vers.alles else set(vers.gevraagd)) - gelezen
        for scherm_id in verdwenen & self._by_id.keys():
            self._by_som.pop(self._by_id.pop(scherm_id).som, None)
        gelezen.update(item.scherm_id for item in vers.los)
        geraakt = [
            state
            for state in self.states()
            if vers.alles or state.scherm.id in gelezen or not vers.acties.keys().isdisjoint(state.plaatsingen)
        ]
        return [state for state in geraakt if state.turn(self._acties, vers.serial, now, self._links)]

    def _register(self, som: str, scherm: Scherm, serial: int, now: datetime) -> SchermStand:
        state = self._by_id.get(scherm.id)
        if state is None:
            state = self._by_id[scherm.id] = SchermStand(som, scherm, serial, now)
        elif state.som != som:
            self._by_som.pop(state.som, None)
            # Another address is another player, of which nothing was heard yet.
            state.som, state.gezien, state.bewaard = som, None, None
        state.scherm = scherm
        self.renders.pin(scherm.plek)
        self._by_som[som] = state
        return state

    def _settle(self, voorbij: list[str], gewijzigd: list[SchermStand]) -> None:
        """On the event loop, after the flip: forget pictures, wake viewers, draw what comes next."""
        for actie_id in voorbij:
            self.renders.drop(actie_id)
        nieuw = not voorbij and bool(gewijzigd) and all(state.stand.soort == "actief" for state in gewijzigd)
        if not nieuw:
            self.wachters.ring("stand")
        if gewijzigd:
            self._ernaast.begin(self._prepare(gewijzigd, nieuw=nieuw))

    async def _prepare(self, states: list[SchermStand], *, nieuw: bool) -> None:
        """Draw ahead what these schermen need, neutral first and size by size.

        `nieuw`: viewers are to be told yet, each when its picture is there. All at once they would only wait for it,
        and hold up the kanalen of the same actie.
        """
        await asyncio.sleep(VOORSPRONG)
        if any(state.stand.soort == "actief" for state in states):
            self.renders.rest_later()
        for plek in sorted({state.scherm.plek for state in states}):
            await self.renders.neutral(*plek)
        for state in sorted(states, key=lambda state: state.scherm.plek):
            self._draw_ahead(state, state.stand, nieuw)

    def _draw_ahead(self, state: SchermStand, stand: Stand, nieuw: bool) -> None:
        """Draw while there is room to keep it; wake viewers again for a closing message."""
        drawn = None
        if stand.soort != "rust":
            opdracht = stand.opdracht(state.scherm.breedte, state.scherm.hoogte)
            drawn = self.renders.ahead(opdracht, partial(self._wanted, stand))
        tell = partial(self.wachters.ring, "stand", state) if nieuw else partial(self._drawn, state, stand)
        if drawn is None:
            tell()
        else:
            drawn.add_done_callback(lambda _: tell())

    def _drawn(self, state: SchermStand, stand: Stand) -> None:
        """A picture of its own may be there: then tell the viewers of this scherm."""
        scherm = state.scherm
        if (
            stand.soort != "actief"
            and state.stand is stand
            and self.renders.ready(stand.sleutel, scherm.breedte, scherm.hoogte) is not None
        ):
            state.nummer += 1
            self.wachters.ring("stand", state)

    def _quiet_ready(self, state: SchermStand, breedte: int, hoogte: int) -> Beeld | None:
        """The closing message, or where to join, if it is drawn; else it is ordered, and the neutral picture goes out
        meanwhile."""
        stand = state.stand
        if stand.soort == "actief" or not stand.eigen or self._unknown:
            return None
        found = self.renders.ready(stand.sleutel, breedte, hoogte)
        if found is None and stand.soort == "slot":
            self._ernaast.begin(self._order(stand, breedte, hoogte))
        elif found is None:
            drawn = self.renders.ahead(stand.opdracht(breedte, hoogte), partial(self._wanted, stand))
            if drawn is not None:
                drawn.add_done_callback(lambda _: self._drawn(state, stand))
        return found

    async def _order(self, stand: Stand, breedte: int, hoogte: int) -> None:
        await self.renders.draw(stand.opdracht(breedte, hoogte), partial(self._wanted, stand))

    def _wanted(self, stand: Stand) -> bool:
        """Whether a picture of this may still be kept: nothing newer is known, and what should run runs."""
        if stand.soort == "rust":
            return True
        if self._acties.get(stand.actie_id) is not stand.lopend:
            return False
        return stand.soort == "slot" or self.live(stand)

    def _public(self, familie: Familie) -> Stand | None:
        """What the public poster address shows: the newest landelijke actie, or for `test` an oefening."""
        now = self._clock.now()
        lopend = [actie for actie in list(self._acties.values()) if actie.live(now) and actie.of(familie)]
        gekozen = rules.choose([actie.getoond for actie in lopend])
        if gekozen is None or self._unknown:
            return None
        actie = next(item for item in lopend if item.getoond is gekozen)
        foto = source.photo_allowed(gekozen, "web")
        link = link_to(gekozen.view.pagina_url.rpartition("/")[0], gekozen.view.pagina_url.rpartition("/")[2])
        return Stand("actief", f"{familie} {actie.som}", gekozen.view.gestart_op or now, actie, link, foto)

    def states(self) -> list[SchermStand]:
        """Every scherm on the board."""
        return list(self._by_id.values())
