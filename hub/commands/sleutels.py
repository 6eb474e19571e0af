"""`hub sleutels`: keys for programs that call the API."""

import sys
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from hub.commands import huis, options, tabel
from hub.commands.options import ConfigPad, Regios, Rol
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.kit.clock import SystemClock, nl_moment
from hub.kit.config import Config
from hub.kit.processen import alive
from hub.kit.secrets import Vault, rotate
from hub.toegang import audit, keys

LANGSTE_NAAM = 80


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub sleutels`."""
    group = Opdrachtregel("sleutels", "Sleutels voor programma's die de API gebruiken.")
    cli.add_typer(group)

    @group.command()
    def maak(
        rol: Rol,
        naam: Annotated[str, typer.Option("--naam", help="Waar de sleutel voor is; komt in de auditregels.")] = "",
        regio: Regios = None,
        config: ConfigPad = options.STANDAARD,
    ) -> None:
        """Maak een sleutel. Alleen de sleutel komt op het scherm, en alleen deze ene keer."""
        if len(naam) > LANGSTE_NAAM:
            raise options.Fout(f"Een naam heeft hoogstens {LANGSTE_NAAM} tekens.")
        regios = options.checked_regios(regio, rol)
        now = SystemClock().now()
        with huis.database(options.load(config)) as db:
            key = db.write_sync(lambda s: keys.make(s, rol=rol, naam=naam or f"sleutel {rol}", regios=regios, now=now))
        sys.stdout.write(f"{key}\n")

    @group.command()
    def lijst(config: ConfigPad = options.STANDAARD) -> None:
        """Toon alle sleutels: van wie ze zijn en of ze werken, nooit de sleutel zelf."""
        with huis.database(options.load(config)) as db:
            found = db.read_sync(keys.every)
        tabel.show(
            ("ID", "NAAM", "ROL", "GEBIED", "AAN", "GEMAAKT"),
            [
                (k.id, k.naam, k.rol, " ".join(k.regios) or "alles", tabel.yes(k.aan), nl_moment(k.gemaakt_op))
                for k in found
            ],
            "Er zijn nog geen sleutels. Maak er een met: hub sleutels maak --rol lezer",
        )

    @group.command()
    def wissel(config: ConfigPad = options.STANDAARD) -> None:
        """Vervang het sleutelbestand en versleutel alles opnieuw. Zet eerst elke hub stil; maak daarna een kopie."""
        _wissel(options.load(config))

    @group.command()
    def intrekken(
        sleutel: Annotated[str, typer.Argument(metavar="ID", help="Het ID uit `hub sleutels lijst`.")],
        config: ConfigPad = options.STANDAARD,
    ) -> None:
        """Trek een sleutel in. Hij werkt meteen niet meer."""
        now = SystemClock().now()
        with huis.database(options.load(config)) as db:
            done = db.write_sync(lambda s: keys.revoke(s, sleutel, now=now))
        if not done:
            raise options.Fout("Deze sleutel bestaat niet. `hub sleutels lijst` noemt ze.")
        sys.stdout.write("De sleutel is ingetrokken.\n")


def _wissel(settings: Config) -> None:
    # Only this command needs all slices: the others should not wait for them to load.
    from hub.desk.sleutelwissel import reseal

    path = settings.pad(settings.sleutelbestand)
    if not path.exists():
        raise options.Fout("Er is nog geen sleutelbestand. De hub maakt het bij de eerste start.")
    now = SystemClock().now()
    with huis.database(settings) as db:
        db.claim()
        if db.read_sync(lambda s: alive(db, s, now)):
            raise options.Fout("Er draait nog een hub. Zet elke hub stil en probeer het opnieuw.")

        def work(session: Session, oud: Vault, nieuw: Vault) -> int:
            done = reseal(session, oud, nieuw)
            audit.write(session, wie="hub sleutels wissel", deed="sleutelbestand vervangen", now=now)
            return done

        done = rotate(path, lambda oud, nieuw: db.write_sync(lambda s: work(s, oud, nieuw)))
    sys.stdout.write(
        f"Er is een nieuwe sleutel; {done} geheimen zijn opnieuw versleuteld. De oude sleutel opent niets meer.\n"
        "Bewaar het nieuwe sleutelbestand in uw kluis. Reservekopieën van voor nu horen bij het oude.\n"
    )
