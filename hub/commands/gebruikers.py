"""`hub gebruikers`: who may log in."""

import sys
from typing import Annotated

import typer

from hub.commands import huis, options, tabel
from hub.commands.options import ConfigPad, Regios, Rol
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.kit.clock import SystemClock
from hub.toegang import users, wachtwoorden
from hub.toegang.keys import check_rol

Naam = Annotated[str, typer.Argument(metavar="NAAM", help="De naam waarmee iemand inlogt.")]


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub gebruikers`."""
    group = Opdrachtregel("gebruikers", "Mensen die kunnen inloggen.")
    cli.add_typer(group)

    @group.command()
    def maak(
        naam: Naam,
        rol: Rol,
        regio: Regios = None,
        wachtwoord_stdin: Annotated[
            bool, typer.Option("--wachtwoord-stdin", help="Lees het wachtwoord van de invoer, voor scripts.")
        ] = False,
        config: ConfigPad = options.STANDAARD,
    ) -> None:
        """Maak een gebruiker, of geef een bestaande een nieuwe rol en een nieuw wachtwoord."""
        check_rol(rol)
        regios = options.checked_regios(regio, rol)
        settings = options.load(config)
        secret = _secret(wachtwoord_stdin)
        now = SystemClock().now()
        hasher = wachtwoorden.Wachtwoorden()
        try:
            with huis.database(settings) as db:
                db.write_sync(
                    lambda s: users.make(s, hasher, naam=naam, rol=rol, wachtwoord=secret, regios=regios, now=now)
                )
        finally:
            hasher.close()
        sys.stdout.write(f"{naam} kan inloggen als {rol}.\n")

    @group.command()
    def lijst(config: ConfigPad = options.STANDAARD) -> None:
        """Toon alle gebruikers."""
        with huis.database(options.load(config)) as db:
            found = db.read_sync(users.every)
        tabel.show(
            ("NAAM", "ROL", "GEBIED", "AAN"),
            [(user.naam, user.rol, " ".join(user.regios) or "alles", tabel.yes(user.aan)) for user in found],
            "Er zijn nog geen gebruikers. Maak er een met: hub gebruikers maak NAAM --rol beheerder",
        )

    @group.command()
    def uit(naam: Naam, config: ConfigPad = options.STANDAARD) -> None:
        """Zet een gebruiker uit. Wie ingelogd is, is dat meteen niet meer."""
        now = SystemClock().now()
        with huis.database(options.load(config)) as db:
            done = db.write_sync(lambda s: users.switch(s, naam, False, now=now))
        if not done:
            raise options.Fout("Deze gebruiker bestaat niet. `hub gebruikers lijst` noemt ze.")
        sys.stdout.write(f"{naam} kan niet meer inloggen.\n")


def _secret(from_stdin: bool) -> str:
    """The password: one line from a script, or asked twice without showing it."""
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    else:
        secret = str(typer.prompt("Wachtwoord", hide_input=True, err=True))
        if secret != typer.prompt("Nog een keer", hide_input=True, err=True):
            raise options.Fout("De twee wachtwoorden zijn niet gelijk. Probeer het opnieuw.")
    if melding := wachtwoorden.fault(secret):
        raise options.Fout(melding)
    return secret
