"""`hub render`: the posters of an invented actie as files, to look at before anything is set up."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from hub.commands import options, tabel, voortgang
from hub.commands.options import AlsJson
from hub.commands.parts import Parts
from hub.content import ActieView, Cirkel, Foto, Link, PosterRequest, Renderer
from hub.kit.clock import SystemClock

CODE = "DEM0P0ST"
ADRES = "https://actiehub.example"
MAAT = re.compile(r"(\d{2,4})x(\d{2,4})")


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub render`."""

    @cli.command()
    def render(
        actie: Annotated[str, typer.Option("--actie", help="Welke actie; alleen `demo`, een verzonnen vermissing.")],
        uit: Annotated[Path, typer.Option("--uit", help="Map voor de beelden; wordt gemaakt als ze er niet is.")],
        formaat: Annotated[
            list[str] | None,
            typer.Option("--formaat", help="Naam van een formaat, of een maat zoals 1080x1920; mag vaker."),
        ] = None,
        foto: Annotated[Path | None, typer.Option("--foto", help="JPEG voor op de poster.")] = None,
        als_json: AlsJson = False,
    ) -> None:
        """Teken de posters van een verzonnen actie. Echte acties komen nooit in een bestand: dat trekt u niet in."""
        if actie != "demo":
            raise options.Fout("Alleen --actie demo. Een poster van een echte actie staat op het adres van elk scherm.")
        renderer = parts.renderer()
        sizes = list(_sizes(renderer, formaat or list(renderer.formats())))
        picture = _foto(foto or portret(parts))
        uit.mkdir(parents=True, exist_ok=True)
        made = []
        for naam, (width, height) in voortgang.steps(sizes, "posters tekenen", len(sizes)):
            image = renderer.render(invented(naam, SystemClock().now(), picture), width, height)
            name = naam if naam.endswith(f"{width}x{height}") else f"{naam}-als-{width}x{height}"
            path = uit / f"{name}.jpg"
            path.write_bytes(image.data)
            made.append(
                {
                    "formaat": naam,
                    "bestand": str(path),
                    "breedte": image.width,
                    "hoogte": image.height,
                    "bytes": len(image.data),
                    "link": f"{ADRES}/{CODE}",
                    "alt": image.alt,
                }
            )
        if als_json:
            tabel.write_json(made)
        else:
            rows = [(str(item["bestand"]), f"{item['breedte']}x{item['hoogte']}", str(item["bytes"])) for item in made]
            tabel.show(("BESTAND", "MAAT", "BYTES"), rows, "Niets getekend.")


def invented(formaat: str, now: datetime, foto: Foto | None = None) -> PosterRequest:
    """A poster of a missing girl who does not exist, with a short link that leads nowhere."""
    actie = ActieView(
        id="demo",
        code="DEM0",
        versie=1,
        soort="tijdkritisch",
        type="vermist-persoon",
        niveau="regionaal",
        fase="actief",
        titel="Noor (9) vermist in Utrecht",
        bericht="Noor is vanmiddag niet thuisgekomen van school. Kijkt u mee uit?",
        signalement="Donker krullend haar, gele regenjas, blauwe rugzak met sterren.",
        laatst_gezien="Kanaalstraat in Lombok, rond 15.10 uur",
        leeftijd=9,
        minderjarig=True,
        gemeente="GM0344",
        plaats="Utrecht",
        gemeenten=("GM0344",),
        cirkel=Cirkel(52.0907, 5.1034, 5000),
        gestart_op=now,
        eindigt_op=now + timedelta(hours=1),
        oefening=False,
        voorbeeld=True,
        pagina_url=f"{ADRES}/a/DEM0",
        afzender="Actiehub",
    )
    link = Link(f"{ADRES}/{CODE}", CODE, f"{ADRES.partition('://')[2]}/{CODE}")
    return PosterRequest(formaat, actie, foto, link, voorbeeld=True, afzender="Actiehub")


def portret(parts: Parts) -> Path | None:
    """The first drawn portrait, where there is one."""
    return next(iter(sorted(parts.portretten.glob("*.jpg"))), None) if parts.portretten else None


def _foto(path: Path | None) -> Foto | None:
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise options.Fout(f"De foto {path.name} is niet te lezen. Verbeter het pad achter --foto.") from error
    if not data.startswith(b"\xff\xd8"):
        raise options.Fout(f"{path.name} is geen JPEG. Sla de foto eerst op als JPEG.")
    return Foto(data)


def _sizes(renderer: Renderer, wanted: list[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each wanted format with its size; a size takes the format that suits it best."""
    known = renderer.formats()
    for value in wanted:
        size = MAAT.fullmatch(value)
        if value in known:
            yield value, known[value]
        elif size and min(int(size[1]), int(size[2])) >= 64:
            width, height = int(size[1]), int(size[2])
            yield renderer.nearest(width, height), (width, height)
        else:
            raise options.Fout(f"Het formaat {value[:40]} bestaat niet. Kies uit: {', '.join(known)}, of een maat.")
