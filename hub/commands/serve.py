"""`hub serve`: the web, the worker and the ticker in one process."""

import asyncio
from typing import Annotated

import typer

from hub.commands import options, server
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.commands.proces import Hub, running
from hub.kit import log
from hub.kit.config import Config
from hub.web import site


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub serve`."""

    @cli.command()
    def serve(
        config: ConfigPad = options.STANDAARD,
        poort: Annotated[int | None, typer.Option("--poort", help="Andere poort dan in config.yaml.")] = None,
    ) -> None:
        """Start de hub: website, schermen, bezorging en klok."""
        log.setup(json_lines=True)
        settings = options.load(config)
        asyncio.run(_serve(settings, parts, settings.poort if poort is None else poort))


async def _serve(config: Config, parts: Parts, port: int) -> None:
    listener = server.bind(config.luister, port)
    async with running(Hub(config, parts)) as hub:
        log.get("hub").info("gestart", adres=config.adres, luister=config.luister, poort=listener.getsockname()[1])
        await server.serve(site.build(hub.deps()), listener)
