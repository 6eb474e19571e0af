"""Changing a running actie: other words, more time, a photo. Every change of words is a new versie."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from hub.acties import fotos, rules
from hub.acties import store as acties
from hub.acties.model import Actie, FotoInfo
from hub.acties.view import EINDE, view
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, Ongeldig
from hub.screens import store as screens
from hub.toegang import audit
from hub.toegang.model import Wie


class Wijzigen(Basis):
    """Correct, extend and add a photo."""

    async def correct(self, actie_id: str, wijziging: Mapping[str, object], wie: Wie, reden: str = "") -> Actie:
        """A new versie with other words; every post, poster, feed and page follows. Never after an end."""
        actie = await self._actie(actie_id, wie)
        if actie.fase in EINDE:
            raise Conflict(f"Deze actie is {actie.fase}; wijzigen kan niet meer.")
        invoer = replace(actie.as_invoer(), **wijziging)  # type: ignore[arg-type]
        self._check(invoer, wie, self.clock.now())
        cirkel = invoer.cirkel if invoer.cirkel != actie.cirkel else None
        self._within(wie, set(invoer.gemeenten) - set(actie.gemeenten), cirkel)
        accounts = await self._accounts()
        added = [naam for naam in invoer.kanalen or () if naam not in (actie.kanalen or ())]
        self._check_chosen(actie, added, accounts)

        def work(session: Session) -> Actie:
            now = self.clock.now()
            before = self._need(session, actie_id)
            if before.fase in EINDE:
                raise Conflict("Deze actie is intussen beëindigd; wijzigen kan niet meer.")
            changed = acties.add_versie(session, actie_id, wijziging, wie=wie.naam, now=now, reden=reden)
            audit.write(
                session,
                wie=wie.naam,
                deed="gewijzigd",
                now=now,
                actie_id=actie_id,
                bijzonderheden={"versie": changed.versie, "velden": sorted(wijziging)},
            )
            self._follow(session, before, changed, accounts, now)
            if changed.fase == "actief" and {"gemeenten", "cirkel"} & set(wijziging):
                self._light(session, changed, now)
                served = {scherm.id for scherm in screens.serving(session, view(changed, self.config))}
                beyond = [scherm.id for scherm in screens.all(session) if scherm.id not in served]
                screens.end(session, actie_id, now, scherm_ids=beyond)
            return changed

        return await self.db.write(work)

    async def extend(self, actie_id: str, minuten: int, wie: Wie) -> Actie:
        """Make a running actie last `minuten` longer."""
        if not 1 <= minuten <= 10080:
            raise Ongeldig([("minuten", "Verleng met 1 tot 10080 minuten (een week).")])
        await self._actie(actie_id, wie)
        now = self.clock.now()

        def work(session: Session) -> Actie:
            if self._need(session, actie_id).fase != "actief":
                raise Conflict("Alleen een lopende actie kan langer duren.")
            actie = acties.extend(session, actie_id, minuten, now)
            audit.write(
                session,
                wie=wie.naam,
                deed="verlengd",
                now=now,
                actie_id=actie_id,
                bijzonderheden={"minuten": minuten},
            )
            return actie

        return await self.db.write(work)

    async def add_foto(
        self,
        actie_id: str,
        data: bytes,
        *,
        focus: tuple[float, float],
        toestemming: bool,
        wie: Wie,
        erbij: bool = False,
    ) -> FotoInfo:
        """Clean a photo in a process of its own and attach it; a running actie gets a new versie with it.

        `erbij`: beside the photos that are there, else in their place. Raises Ongeldig for a file that is no usable
        picture, Geweigerd where the policy forbids a photo.
        """
        actie = await self._actie(actie_id, wie)
        if actie.fase in EINDE:
            raise Conflict(f"Deze actie is {actie.fase}; er kan geen foto meer bij.")
        self._permit(_photo_rule(actie, toestemming))
        clean = await _cleaned(data)
        accounts = await self._accounts()

        def work(session: Session) -> FotoInfo:
            now = self.clock.now()
            current = self._need(session, actie_id)
            if current.fase in EINDE:
                raise Conflict("Deze actie is intussen beëindigd.")
            self._permit(_photo_rule(current, toestemming))  # a correction may have come in between
            if current.fase == "actief":
                acties.add_versie(session, actie_id, {}, wie=wie.naam, now=now, reden="foto toegevoegd")
            try:
                info = acties.add_foto(
                    session,
                    self.vault,
                    actie_id,
                    clean,
                    focus_x=focus[0],
                    focus_y=focus[1],
                    toestemming=toestemming,
                    wie=wie.naam,
                    now=now,
                    erbij=erbij,
                )
            except rules.NietMogelijk as error:
                raise Ongeldig([("bestand", str(error))]) from error
            audit.write(
                session,
                wie=wie.naam,
                deed="foto toegevoegd",
                now=now,
                actie_id=actie_id,
                bijzonderheden={"foto": info.som[:12], "toestemmingSchriftelijk": toestemming},
            )
            if current.fase == "actief":
                self._follow(session, current, self._need(session, actie_id), accounts, now)
            return info

        return await self.db.write(work)


async def _cleaned(data: bytes) -> fotos.CleanPhoto:
    try:
        return await asyncio.get_running_loop().run_in_executor(None, fotos.clean, data)
    except fotos.FotoGeweigerd as error:
        raise Ongeldig([("bestand", str(error))]) from error


def _photo_rule(actie: Actie, toestemming: bool) -> rules.Besluit:
    return rules.foto_uploaden(
        niveau=actie.niveau,
        type=actie.type,
        minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
        toestemming=toestemming,
    )
