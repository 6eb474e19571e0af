"""`hub kanalen`: the accounts of this hub, and the kinds of netwerk it knows."""

from collections.abc import Mapping
from dataclasses import asdict

import typer

from hub.commands import options, tabel
from hub.commands.options import AlsJson, ConfigPad
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.content import ABILITIES, Timeouts, offers
from hub.kanalen.model import Kanaal
from hub.kanalen.registry import Registry
from hub.kit.clock import nl_moment


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub kanalen`."""
    group = Opdrachtregel("kanalen", "Kanalen van deze hub, en de netwerken die er zijn.")
    cli.add_typer(group)

    @group.command()
    def lijst(config: ConfigPad = options.STANDAARD) -> None:
        """Toon de kanalen van deze hub en of ze werken."""
        # `soorten` needs no database: only this command waits for it to load.
        from hub.commands import huis
        from hub.kanalen import store

        with huis.database(options.load(config)) as db:
            found = db.read_sync(store.every)
        tabel.show(
            ("NAAM", "NETWERK", "AAN", "ECHT", "GEBIED", "LAATST GEPLAATST", "STAND"),
            [
                (
                    kanaal.naam,
                    kanaal.netwerk,
                    tabel.yes(kanaal.aan),
                    tabel.yes(kanaal.echt),
                    " ".join(kanaal.gebied) or "heel Nederland",
                    nl_moment(kanaal.laatste_succes) or "nog nooit",
                    _stand(kanaal),
                )
                for kanaal in found
            ],
            "Er zijn nog geen kanalen. Leg ze vast in config.yaml, of maak ze op de pagina Kanalen.",
        )

    @group.command()
    def soorten(als_json: AlsJson = False) -> None:
        """Toon elk netwerk: wat het kan, waar de grenzen liggen en welke instellingen een kanaal nodig heeft."""
        registry = Registry(parts.channels)
        kinds = [describe(registry, naam) for naam in registry.names()]
        if als_json:
            tabel.write_json(kinds)
            return
        tabel.show(
            ("NAAM", "NETWERK", "KAN", "INSTELLINGEN"),
            [
                (
                    str(kind["naam"]),
                    str(kind["titel"]),
                    ", ".join(("plaatsen", *_texts(kind["vaardigheden"]))),
                    ", ".join(item.naam + ("" if item.verplicht else " (mag)") for item in registry.settings(name)),
                )
                for name, kind in zip(registry.names(), kinds, strict=True)
            ],
            "Er zijn geen netwerken gevonden.",
        )


def describe(registry: Registry, naam: str) -> Mapping[str, object]:
    """A netwerk as data: abilities of its class, the limits of an account with standard settings, its settings."""
    kind = registry.load(naam)
    filled = {setting.naam: setting.standaard or setting.naam for setting in kind.SETTINGS if setting.verplicht}
    account = kind(filled, Timeouts())
    return {
        "naam": kind.naam,
        "titel": kind.titel,
        "handmatig": bool(getattr(kind, "handmatig", False)),
        "vaardigheden": [ability for ability in ABILITIES if offers(kind, ability)],
        "grenzen": asdict(account.limits),
        "instellingen": [asdict(setting) for setting in kind.SETTINGS],
    }


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _stand(kanaal: Kanaal) -> str:
    if kanaal.gepauzeerd:
        return f"wacht op u: {kanaal.gepauzeerd}"
    failed = kanaal.laatste_fout_op
    if failed is not None and (kanaal.laatste_succes is None or failed > kanaal.laatste_succes):
        return f"mislukt om {nl_moment(failed)}: {kanaal.laatste_fout}"
    return "goed" if kanaal.laatste_succes else "nog niet gebruikt"
