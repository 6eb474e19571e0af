"""`hub work`: only the worker and the clock, beside one or more `hub serve` on the same PostgreSQL."""

import asyncio
import signal

import typer
import uvloop

from hub.commands import keuring, options
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.commands.proces import Hub, running
from hub.kanalen.registry import Registry
from hub.kit import log
from hub.kit.clock import AMSTERDAM, SystemClock
from hub.kit.config import Config


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub work`."""

    @cli.command()
    def work(config: ConfigPad = options.STANDAARD) -> None:
        """Start een extra bezorger naast de hub, als de database PostgreSQL is."""
        log.setup(json_lines=True)
        settings = options.load(config)
        today = SystemClock().now().astimezone(AMSTERDAM).date()
        keuring.for_start(config, settings, Registry(parts.channels), today)
        if settings.db_url.startswith("sqlite"):
            raise options.Fout(
                "Met SQLite bezorgt `hub serve` zelf. Zet database_url op PostgreSQL om er bezorgers bij te starten."
            )
        keuring.refuse_lost_key(settings)
        uvloop.run(_work(settings, parts))


async def _work(config: Config, parts: Parts) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(Hub(config, parts, web=False)):
        log.get("hub").info("gestart", soort="work")
        await stop.wait()
