"""`hub serve`: the web, the worker and the ticker in one process."""

import contextlib
from typing import Annotated

import typer
import uvloop

from hub.commands import keuring, options, server
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.commands.proces import Hub, running
from hub.kanalen.registry import Registry
from hub.kit import log
from hub.kit.clock import AMSTERDAM, SystemClock
from hub.kit.config import Config
from hub.web import site


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub serve`."""

    @cli.command()
    def serve(
        config: ConfigPad = options.STANDAARD,
        poort: Annotated[
            int | None, typer.Option("--poort", min=0, max=65535, help="Andere poort dan in config.yaml.")
        ] = None,
    ) -> None:
        """Start de hub: website, schermen, bezorging en klok."""
        log.setup(json_lines=True)
        settings = options.load(config)
        today = SystemClock().now().astimezone(AMSTERDAM).date()
        for zin in keuring.for_start(config, settings, Registry(parts.channels), today):
            log.get("hub").warning("config.yaml klopt niet helemaal; zie hub check", uitleg=zin)
        keuring.refuse_lost_key(settings)
        uvloop.run(_serve(settings, parts, settings.poort if poort is None else poort))


async def _serve(config: Config, parts: Parts, port: int) -> None:
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(server.bind(config.luister, port))
        hub = await stack.enter_async_context(running(Hub(config, parts)))
        log.get("hub").info("gestart", adres=config.adres, luister=config.luister, poort=listener.getsockname()[1])
        await server.serve(site.build(hub.deps()), listener)
