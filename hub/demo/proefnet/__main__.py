"""Start proefnet: `python -m hub.demo.proefnet --map DIR --poort N`."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from pathlib import Path

from aiohttp import web

from hub.demo.proefnet.server import Server


def main() -> None:
    """Serve on 127.0.0.1 until told to stop; with `--json` the first line tells the address."""
    lezer = argparse.ArgumentParser(prog="python -m hub.demo.proefnet", description="Een nagebootst netwerk.")
    lezer.add_argument("--map", type=Path, required=True, help="waar proefnet zijn bestand bewaart")
    lezer.add_argument("--poort", type=int, default=8010, help="poort op 127.0.0.1; 0 kiest een vrije")
    lezer.add_argument("--vertraging", type=float, default=0.0, help="seconden die elke aanroep langer duurt")
    lezer.add_argument("--json", action="store_true", help='schrijf eerst één regel {"url": ...}')
    keuze = lezer.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_draai(keuze.map, keuze.poort, keuze.vertraging, keuze.json))


async def _draai(map_: Path, poort: int, vertraging: float, als_json: bool) -> None:
    runner = web.AppRunner(Server(map_, vertraging=vertraging).app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", poort)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sys.stdout.write((json.dumps({"url": url}) if als_json else f"Proefnet draait op {url}") + "\n")
    sys.stdout.flush()
    klaar = asyncio.Event()
    for teken in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(teken, klaar.set)
    await klaar.wait()
    await runner.cleanup()


if __name__ == "__main__":
    main()
