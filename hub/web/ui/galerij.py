"""Every designed format of one actie on a page, family by family, also as small as it looks from afar."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.acties.view import view
from hub.content import FormaatInfo, Keuring, Thema
from hub.desk.errors import NietGevonden
from hub.screens.model import THEMAS
from hub.toegang.model import Wie
from hub.web import auth, keuring
from hub.web.ui.bewaring import BEWAAR, Bewaring, Schets
from hub.web.ui.kader import Ui
from hub.web.ui.voorbeeld import Voorbeelden
from hub.web.zicht import may_preview, need_actie

AFSTANDEN: Mapping[str, str] = {"": "Passend op de pagina", "5": "5 meter", "10": "10 meter", "25": "25 meter"}
FAMILIES: Mapping[str, str] = {
    "staand": "Staand",
    "vierkant": "Vierkant en bijna vierkant",
    "liggend": "Liggend, 4 bij 3",
    "drietwee": "Liggend, 3 bij 2",
    "breed": "Breed",
    "banier": "Banieren",
    "lint": "Lange linten",
    "weg": "Langs de weg",
    "kaart": "Kaart bij een link",
    "verhaal": "Verhaal op een telefoon",
}
"""The families in the order of the page, with their title for people; one that is not here comes last, by its name."""
SCHERM_PX_PER_MM = 3.78
"""Of a screen of 96 dots per inch, as browsers reckon."""
OOG_M = 0.6
"""How far the eye is from such a screen."""
Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Starter = Annotated[Wie, Depends(auth.wie("acties", pagina=True))]


@dataclass(frozen=True, slots=True)
class Poster:
    """One poster on the page. `beeld`: its address. `op_een_meter`: CSS pixels wide for who stands one metre away."""

    info: FormaatInfo
    beeld: str
    op_een_meter: float
    bezwaren: tuple[str, ...]
    opmerkingen: tuple[str, ...]
    scanafstand_m: float


class Galerij:
    """Judges and shows every format of a sketch."""

    def __init__(self, ui: Ui, voorbeelden: Voorbeelden) -> None:
        self._ui, self._deps, self._voorbeelden = ui, ui.deps, voorbeelden

    async def show(
        self, request: Request, schets: Schets, thema: Thema, afstand: str, basis: str, bij: str
    ) -> Response:
        """The page of a sketch; pictures are at `basis`/formaat.jpg, with `bij` behind the question mark."""
        keuringen = await self._voorbeelden.verdicts(schets, thema, request.is_disconnected)
        posters = [
            _poster(self._deps.renderer.about(naam), oordeel, f"{basis}/{naam}.jpg?thema={thema}{bij}")
            for naam, oordeel in keuringen.items()
        ]
        known = list(FAMILIES)
        place = {naam: known.index(naam) if naam in known else len(known) for naam in map(_familie, posters)}
        posters.sort(key=lambda item: (place[item.info.familie], item.info.familie, -item.info.hoogte_mm))
        return await self._ui.page(
            request,
            "galerij.html",
            titel=f"Alle formaten van {schets.view.titel or schets.view.code}",
            sectie="acties",
            oefening=schets.view.oefening,
            actie=schets.view,
            bewaard=bool(schets.actie_id),
            families={naam: list(items) for naam, items in groupby(posters, _familie)},
            familietitels=FAMILIES,
            themas=THEMAS,
            thema=thema,
            afstanden=AFSTANDEN,
            afstand=afstand if afstand in AFSTANDEN else "",
        )

    async def sketch(self, actie_id: str, wie: Wie) -> Schets:
        """A stored actie as it is now; an ended one shows its closing words. Raises MagNiet for who may not look."""
        deps = self._deps
        actie = await need_actie(deps, actie_id, wie)
        if not may_preview(actie, wie):
            raise auth.MagNiet("Deze actie is nog niet uit. De posters ziet alleen wie acties mag starten.", "rol")
        may = keuring.photo_rule(actie).mag
        return Schets(wie.naam, view(actie, deps.config), actie.id, "", (0.5, 0.35), may, deps.clock.now() + BEWAAR)


def gekozen(thema: str) -> Thema:
    """The colours that an address asks for; the usual ones for anything else."""
    known: tuple[Thema, ...] = get_args(Thema)
    return next((naam for naam in known if naam == thema), "gewoon")


def add(router: APIRouter, ui: Ui, bewaring: Bewaring, voorbeelden: Voorbeelden) -> None:
    """The routes of the gallery: of a stored actie, and of one that is still being typed."""
    galerij = Galerij(ui, voorbeelden)

    @router.get("/acties/{actie_id}/posters")
    async def posters(request: Request, actie_id: str, wie: Lezer, thema: str = "", afstand: str = "") -> Response:
        schets = await galerij.sketch(actie_id, wie)
        return await galerij.show(request, schets, gekozen(thema), afstand, f"/acties/{actie_id}/posters", "")

    @router.get("/acties/{actie_id}/posters/{formaat}.jpg")
    async def poster(request: Request, actie_id: str, formaat: str, wie: Lezer, thema: str = "") -> Response:
        schets = await galerij.sketch(actie_id, wie)
        drawn = await voorbeelden.picture(schets, formaat, True, request.is_disconnected, gekozen(thema), heel=True)
        if drawn is None:
            return Response(status_code=404)
        return Response(drawn.data, media_type=drawn.media_type, headers={"Cache-Control": "no-store"})

    @router.get("/acties/voorbeeld/{schets}")
    async def sketched(request: Request, schets: str, wie: Starter, thema: str = "", afstand: str = "") -> Response:
        found = bewaring.schets(wie.naam, schets)
        if found is None:
            raise NietGevonden("Dit voorbeeld is er niet meer. Ga terug naar het formulier en open het opnieuw.")
        basis = f"/acties/voorbeeld/{schets}"
        return await galerij.show(request, found, gekozen(thema), afstand, basis, "&foto=ja&heel=ja")


def _poster(info: FormaatInfo, oordeel: Keuring, beeld: str) -> Poster:
    return Poster(
        info=info,
        beeld=beeld,
        op_een_meter=round(info.breedte_mm * OOG_M * SCHERM_PX_PER_MM, 1),
        bezwaren=oordeel.bezwaren,
        opmerkingen=oordeel.opmerkingen,
        scanafstand_m=oordeel.scanafstand_m,
    )


def _familie(item: Poster) -> str:
    return item.info.familie
