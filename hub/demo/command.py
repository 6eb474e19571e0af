"""The command `hub demo`: a whole hub with a simulated network, six screens and one invented actie."""

import asyncio
import json
import shutil
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from hub.commands import server
from hub.commands.parts import Parts
from hub.commands.proces import Hub, running
from hub.demo import meekijken, netwerk, omgeving, opbouw, publiek
from hub.kit import config as settings
from hub.kit import log
from hub.kit.ids import token
from hub.web import site

HOST = "127.0.0.1"


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub demo` to the command line."""

    @cli.command()
    def demo(
        map_: Annotated[Path, typer.Option("--map", help="Map waarin de demo alles bewaart.")] = Path("demo"),
        poort: Annotated[
            int, typer.Option("--poort", min=0, max=65535, help="Poort op 127.0.0.1; 0 kiest een vrije.")
        ] = 8000,
        als_json: Annotated[
            bool, typer.Option("--json", help="Schrijf op de eerste regel waar alles is; start nog geen actie.")
        ] = False,
    ) -> None:
        """Probeer alles uit: een nagebootst netwerk, zes schermen en een verzonnen actie."""
        log.setup(json_lines=False)
        uvloop.run(_demo(parts, map_.absolute(), poort, als_json))


async def _demo(parts: Parts, folder: Path, port: int, als_json: bool) -> None:
    """Proefnet first, then the hub, then the page; on the way out in the other order."""
    omgeving.claim(folder)
    listener = server.bind(HOST, port)
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    geheimen = omgeving.load(folder)
    tokens = omgeving.account_tokens(geheimen)
    proefnet = await netwerk.ensure(folder, geheimen, tokens)
    omgeving.save(folder, geheimen)
    config = settings.load(omgeving.write_config(folder, address, proefnet, tokens))
    try:
        async with running(Hub(config, parts, meet_steeds=True)) as hub:
            await opbouw.prepare(hub, geheimen)
            geheimen.move(address)
            omgeving.save(folder, geheimen)
            deps = hub.deps()
            toegang = token()
            app = site.build(deps, meekijken.router(hub, deps, geheimen, proefnet, toegang))
            # Whoever reads the announcement may come at once: until the server takes over, connections wait.
            listener.listen()
            _announce(geheimen, folder, toegang, als_json)
            serving = asyncio.create_task(server.serve(app, listener))
            people = None
            if not als_json:
                if await opbouw.running_story(hub) is None:
                    await opbouw.start_story(hub)
                people = asyncio.create_task(publiek.play(hub, proefnet))
                _open(f"{address}/meekijken/binnen/{toegang}")
            await serving
            if people is not None:
                people.cancel()
    finally:
        netwerk.stop(geheimen)
        omgeving.save(folder, geheimen)


def _announce(geheimen: omgeving.Geheimen, folder: Path, toegang: str, als_json: bool) -> None:
    """One line of JSON for scripts, or a few lines for people."""
    if als_json:
        sys.stdout.write(json.dumps(geheimen.public(), ensure_ascii=False) + "\n")
    else:
        login = geheimen.logins["meldkamer"]
        sys.stdout.write(
            f"\n  Actiehub draait op {geheimen.url}\n"
            f"  Meekijken:  {geheimen.url}/meekijken/binnen/{toegang}\n"
            f"  Inloggen:   {login['naam']} / {login['wachtwoord']} (andere rollen: zie {folder / omgeving.BESTAND})\n"
            "  Stoppen:    Ctrl+C\n\n"
        )
    sys.stdout.flush()


def _open(url: str) -> None:
    """Open a browser where there is a screen to show it on."""
    if sys.platform == "darwin" or shutil.which("xdg-open") is not None:
        webbrowser.open(url)
