"""`hub render`: the posters of an invented actie as files, to look at before anything is set up."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from hub.commands import gevallen, options, tabel, voortgang
from hub.commands.contactvel import Contactvel, Plaat, plaat
from hub.commands.options import AlsJson
from hub.commands.parts import Parts
from hub.content import Foto, NietTeTekenen, PosterRequest, Renderer, Thema
from hub.kit.clock import SystemClock
from hub.kit.paden import reden

MAAT = re.compile(r"(\d{2,4})x(\d{2,4})")
ALLE = "alle"
POGINGEN = 20
"""How often `--keuring` looks at the QR of one format, each time with another code, distance and angle."""


@dataclass(frozen=True, slots=True)
class Tekening:
    """One poster to draw: which case of the actie, which format, at which size."""

    geval: str
    formaat: str
    breedte: int
    hoogte: int


@dataclass(frozen=True, slots=True)
class Opdracht:
    """What was asked of all posters together. `per_geval`: each case has a folder of its own."""

    uit: Path
    thema: Thema
    tweetalig: bool
    foto: Foto | None
    keuring: bool
    per_geval: bool

    def bestand(self, item: Tekening) -> Path:
        """Where a poster goes."""
        size = f"{item.breedte}x{item.hoogte}"
        name = item.formaat if item.formaat.endswith(size) else f"{item.formaat}-als-{size}"
        return (self.uit / item.geval if self.per_geval else self.uit) / f"{name}.jpg"

    def vel(self, geval: str) -> Path:
        """Where the contact sheet of a case goes."""
        return self.uit / (f"contactvel-{geval}.jpg" if self.per_geval else "contactvel.jpg")


class Tekenkamer:
    """Draws the posters of one command and remembers what could not be drawn, or may not leave."""

    def __init__(self, parts: Parts, opdracht: Opdracht) -> None:
        self._parts, self._opdracht = parts, opdracht
        self._renderer = parts.renderer()
        self._now = SystemClock().now()
        self.platen: dict[str, list[Plaat]] = {}
        self.mis: list[str] = []

    @property
    def renderer(self) -> Renderer:
        """Who draws."""
        return self._renderer

    def make(self, item: Tekening) -> dict[str, Any] | None:
        """Draw one poster to its file; None where it cannot be drawn."""
        asked = self._opdracht
        info = self._renderer.about(item.formaat)
        # Along a road policy never lets a photo be seen, whatever a format has room for.
        fotos = () if info.weg else gevallen.drawings(item.geval, self._parts.portretten)
        if asked.foto is not None and fotos:
            fotos = (asked.foto, *fotos[1:])
        order = gevallen.request(item.geval, item.formaat, self._now, fotos, asked.thema, asked.tweetalig)
        try:
            image = self._renderer.render(order, item.breedte, item.hoogte)
        except NietTeTekenen as error:
            self.mis.append(f"{item.geval}: {error}")
            return None
        path = asked.bestand(item)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image.data)
        # A closing message has nothing to scan.
        qr = info.qr and (order.actie is None or order.actie.stand == "actief")
        made: dict[str, Any] = {
            "formaat": item.formaat,
            "breedte": image.width,
            "hoogte": image.height,
            "bestand": str(path),
            "qr": qr,
            "geval": item.geval,
            "bytes": len(image.data),
            "link": _link(order, info.scherm) if info.qr else "",
            "alt": image.alt,
        }
        bij = ""
        if asked.keuring:
            found = self._renderer.keur(order, item.breedte, item.hoogte)
            tries = POGINGEN if qr else 0
            read, tried = self._parts.aflezen(self._renderer, item.formaat, tries, order.actie)
            made |= {"bezwaren": list(found.bezwaren), "qrGelezen": read, "qrGeprobeerd": tried}
            self.mis += [f"{item.geval}: {bezwaar}" for bezwaar in found.bezwaren]
            bij = _oordeel(made)
        self.platen.setdefault(item.geval, []).append(plaat(info, image.data, (image.width, image.height), bij))
        return made


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub render`."""

    @cli.command()
    def render(
        actie: Annotated[str, typer.Option("--actie", help="Welke actie; alleen `demo`, een verzonnen vermissing.")],
        uit: Annotated[Path, typer.Option("--uit", help="Map voor de beelden; wordt gemaakt als ze er niet is.")],
        alle: Annotated[bool, typer.Option("--alle", help="Alle formaten, met een contactvel erbij.")] = False,
        formaat: Annotated[
            list[str] | None,
            typer.Option("--formaat", help="Naam van een formaat, of een maat zoals 1080x1920; mag vaker."),
        ] = None,
        geval: Annotated[
            list[str] | None,
            typer.Option("--geval", help=f"{', '.join(gevallen.GEVALLEN)} of {ALLE}; mag vaker."),
        ] = None,
        thema: Annotated[str, typer.Option("--thema", help=f"De kleuren: {', '.join(get_args(Thema))}.")] = "gewoon",
        tweetalig: Annotated[
            bool, typer.Option("--tweetalig", help="Vaste woorden ook in het Engels, waar dat past.")
        ] = False,
        foto: Annotated[Path | None, typer.Option("--foto", help="JPEG voor op de poster.")] = None,
        keuring: Annotated[
            bool, typer.Option("--keuring", help="Keur elke poster en lees de QR terug; duurt langer.")
        ] = False,
        als_json: AlsJson = False,
    ) -> None:
        """Teken de posters van een verzonnen actie. Echte acties komen nooit in een bestand: dat trekt u niet in."""
        if actie != "demo":
            raise options.Fout("Alleen --actie demo. Een poster van een echte actie staat op het adres van elk scherm.")
        if alle and formaat:
            raise options.Fout("Kies --alle of --formaat, niet allebei.")
        opdracht = Opdracht(uit, _thema(thema), tweetalig, _foto(foto), keuring, per_geval=bool(geval))
        kamer = Tekenkamer(parts, opdracht)
        orders = list(_orders(kamer.renderer, _gevallen(geval), formaat))
        try:
            uit.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise options.Fout(f"In {uit} kan geen map komen: {reden(error)}. Kies een andere met --uit.") from error
        steps = voortgang.steps(orders, "posters tekenen", len(orders))
        made = [item for item in map(kamer.make, steps) if item is not None]
        if not formaat:
            _vellen(kamer.platen, opdracht, parts.root / "static" / "fonts")
        if als_json:
            tabel.write_json(made)
        else:
            _show(made, keuring)
        sys.stderr.writelines(f"{sentence}\n" for sentence in kamer.mis)
        if kamer.mis:
            raise typer.Exit(1)


def _link(order: PosterRequest, scherm: bool) -> str:
    """Where the QR of a poster leads: what is posted or shared carries the address of the page."""
    if order.actie is not None and order.actie.stand == "slot":
        return ""
    if order.actie is not None and not scherm:
        return order.actie.pagina_url
    return order.link.url if order.link else ""


def _vellen(platen: dict[str, list[Plaat]], opdracht: Opdracht, letters: Path) -> None:
    maker = Contactvel(letters)
    for geval, items in platen.items():
        titel = f"Posters: {geval} ({gevallen.GEVALLEN[geval].uitleg}), kleuren {opdracht.thema}"
        opdracht.vel(geval).write_bytes(maker.draw(titel, items))


def _show(made: Sequence[dict[str, Any]], keuring: bool) -> None:
    rows = []
    for item in made:
        row = [item["bestand"], f"{item['breedte']}x{item['hoogte']}", str(item["bytes"]), tabel.yes(item["qr"])]
        rows.append([*row, _oordeel(item)] if keuring else row)
    tabel.show(("BESTAND", "MAAT", "BYTES", "QR", *(["OORDEEL"] if keuring else [])), rows, "Niets getekend.")


def _oordeel(item: dict[str, Any]) -> str:
    """The verdict on one poster in a few words."""
    count = len(item["bezwaren"])
    verdict = "goed" if not count else f"{count} {'bezwaar' if count == 1 else 'bezwaren'}"
    return verdict + (f", QR {item['qrGelezen']} van {item['qrGeprobeerd']} gelezen" if item["qrGeprobeerd"] else "")


def _gevallen(wanted: list[str] | None) -> tuple[str, ...]:
    if not wanted:
        return (gevallen.GEWOON,)
    unknown = [value for value in wanted if value != ALLE and value not in gevallen.GEVALLEN]
    if unknown:
        known = ", ".join(gevallen.GEVALLEN)
        raise options.Fout(f"Het geval {unknown[0][:40]} bestaat niet. Kies uit: {known}, of {ALLE}.")
    return tuple(gevallen.GEVALLEN) if ALLE in wanted else tuple(dict.fromkeys(wanted))


def _thema(value: str) -> Thema:
    for known in get_args(Thema):
        if value == known:
            return known  # type: ignore[no-any-return]
    raise options.Fout(f"Het thema {value[:40]} bestaat niet. Kies uit: {', '.join(get_args(Thema))}.")


def _foto(path: Path | None) -> Foto | None:
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise options.Fout(f"De foto {path} is niet te lezen. Verbeter het pad achter --foto.") from error
    if not data.startswith(b"\xff\xd8"):
        raise options.Fout(f"{path.name} is geen JPEG. Sla de foto eerst op als JPEG.")
    return Foto(data)


def _orders(renderer: Renderer, cases: Iterable[str], wanted: list[str] | None) -> Iterator[Tekening]:
    """Every poster to draw, case by case."""
    sizes = list(_sizes(renderer, wanted or list(renderer.formats())))
    for geval in cases:
        for naam, (width, height) in sizes:
            yield Tekening(geval, naam, width, height)


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
