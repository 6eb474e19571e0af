"""What the demo creates once: log-ins, keys and schermen; and the invented acties it can start."""

import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.commands.proces import Hub
from hub.demo.omgeving import GEMEENTE, ROLLEN, SCHERMEN, DemoScherm, Geheimen
from hub.demo.verhalen import VERHALEN
from hub.reports import historie
from hub.screens import store as screens
from hub.toegang import keys, users
from hub.toegang.model import Wie

DEMO = Wie("demo", "beheerder")
PORTRETTEN = Path(__file__).with_name("tekeningen")


async def prepare(hub: Hub, geheimen: Geheimen) -> None:
    """Create log-ins, keys, schermen and the figures of 2021 that are not there yet, and note the secrets."""
    if not geheimen.logins:
        await hub.db.write(historie.import_burgernet_2021)
    for rol in ROLLEN:
        if rol not in geheimen.logins:
            wachtwoord = "-".join(secrets.token_hex(2) for _ in range(3))
            await hub.db.write(partial(_user, hub=hub, rol=rol, wachtwoord=wachtwoord))
            geheimen.logins[rol] = {"naam": rol, "wachtwoord": wachtwoord}
        if rol not in geheimen.sleutels:
            geheimen.sleutels[rol] = await hub.db.write(partial(_key, hub=hub, rol=rol))
    known = {item["naam"] for item in geheimen.schermen}
    for scherm in SCHERMEN:
        if scherm.naam not in known:
            token = await hub.db.write(partial(_screen, hub=hub, scherm=scherm))
            geheimen.schermen.append({"naam": scherm.naam, "url": f"{hub.config.adres}/s/{token}/"})


async def start_story(hub: Hub) -> Actie:
    """Start the next invented actie: concept, photo with written consent, then out to everything."""
    number = await hub.db.read(lambda s: len(acties.find_many(s, limit=1000))) + 1
    verhaal = VERHALEN[(number - 1) % len(VERHALEN)]
    kenmerk = f"DEMO-{hub.clock.now():%Y%m%d}-{number:04d}"
    made = await hub.desk.open(replace(verhaal.invoer, kenmerk=kenmerk), DEMO, bron="demo")
    await hub.desk.add_foto(
        made.actie.id,
        (PORTRETTEN / verhaal.portret).read_bytes(),
        focus=verhaal.focus,
        toestemming=True,
        wie=DEMO,
    )
    return await hub.desk.publish(made.actie.id, DEMO)


async def newest_story(hub: Hub) -> Actie | None:
    """The newest actie that was sent out, running or over."""
    recent = await hub.db.read(lambda s: acties.find_many(s, limit=50))
    return next((actie for actie in recent if actie.gestart_op is not None), None)


async def running_story(hub: Hub) -> Actie | None:
    """The newest actie that runs, if any."""
    return next(iter(await hub.db.read(lambda s: acties.find_many(s, fasen=("actief",), limit=1))), None)


def _user(session: Session, *, hub: Hub, rol: str, wachtwoord: str) -> None:
    users.make(
        session, hub.inloggen.wachtwoorden, naam=rol, rol=rol, wachtwoord=wachtwoord, now=hub.clock.now(), wie="demo"
    )


def _key(session: Session, *, hub: Hub, rol: str) -> str:
    return keys.make(session, rol=rol, naam=f"demo {rol}", now=hub.clock.now(), wie="demo")


def _screen(session: Session, *, hub: Hub, scherm: DemoScherm) -> str:
    _, token = screens.create(
        session,
        naam=scherm.naam,
        gemeente=GEMEENTE,
        punt=(scherm.lat, scherm.lon),
        breedte=scherm.breedte,
        hoogte=scherm.hoogte,
        soort=scherm.soort,
        beheerder=scherm.beheerder,
        now=hub.clock.now(),
    )
    return token
