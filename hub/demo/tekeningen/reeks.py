"""The series of six portraits: their file names and how to draw one or all."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from hub.demo.tekeningen import kinderen, ouderen, volwassenen
from hub.demo.tekeningen.afwerking import bewaar, werk_af
from hub.demo.tekeningen.doek import Doek

PORTRETTEN: dict[str, Callable[[Doek], None]] = {
    "meisje-regenjas": kinderen.meisje,
    "jongen-blond": kinderen.jongen,
    "vrouw-bril": ouderen.oma,
    "man-baard": volwassenen.man,
    "vrouw-hoofddoek": volwassenen.vrouw,
    "man-pet": ouderen.opa,
}
_SCHAAL = 1.4  # drawn larger than printed, so that edges come out smooth


def teken(naam: str, schaal: float = _SCHAAL) -> Image.Image:
    """Draw one portrait; the same name and scale always give the same picture."""
    doek = Doek(schaal, zaad=list(PORTRETTEN).index(naam) + 7)
    PORTRETTEN[naam](doek)
    return werk_af(doek)


def teken_alle(map_uit: Path) -> list[Path]:
    """Draw all portraits into a folder and return the files."""
    map_uit.mkdir(parents=True, exist_ok=True)
    paden = []
    for naam in PORTRETTEN:
        pad = map_uit / f"{naam}.jpg"
        bewaar(teken(naam), pad)
        paden.append(pad)
    return paden
