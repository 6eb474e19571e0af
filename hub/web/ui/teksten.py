"""The texts of one kanaal: which it uses, and a form to write its own, with the post as it would be."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from hub.compose import eigen
from hub.compose.compose import Draft
from hub.desk import teksten
from hub.desk.errors import Ongeldig
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui.formulier import Fout
from hub.web.ui.kader import Ui, naar

Adviseur = Annotated[Wie, Depends(auth.wie("adviseur", pagina=True))]
Getypt = Annotated[str, Form()]


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /kanalen/{naam}/teksten."""
    _looking(router, ui)
    _keeping(router, ui)


async def _show(
    ui: Ui,
    request: Request,
    naam: str,
    stem: str,
    wie: Wie,
    getypt: str | None = None,
    beeld: Draft | None = None,
    fouten: tuple[tuple[str, str], ...] = (),
) -> Response:
    """The form of one text, with what was typed exactly as it was typed."""
    found = await teksten.one(ui.deps.desk, naam, stem, wie)
    return await ui.page(
        request,
        "tekst.html",
        titel=f"{found.regel.titel} op {naam}",
        sectie="kanalen",
        naam=naam,
        t=found,
        getypt=found.tekst if getypt is None else getypt,
        beeld=beeld,
        velden=eigen.VELDEN,
        filters=eigen.MAG,
        max=eigen.MAX,
        fouten=[Fout(veld, "Tekst", melding) for veld, melding in fouten],
        status=400 if fouten else 200,
    )


def _looking(router: APIRouter, ui: Ui) -> None:
    @router.get("/kanalen/{naam}/teksten")
    async def every(request: Request, naam: str, wie: Adviseur) -> Response:
        regels = await teksten.every(ui.deps.desk, naam, wie)
        titel = f"Teksten van {naam}"
        return await ui.page(request, "teksten.html", titel=titel, sectie="kanalen", naam=naam, regels=regels)

    @router.get("/kanalen/{naam}/teksten/{stem}")
    async def one(request: Request, naam: str, stem: str, wie: Adviseur) -> Response:
        return await _show(ui, request, naam, stem, wie)


def _keeping(router: APIRouter, ui: Ui) -> None:
    @router.post("/kanalen/{naam}/teksten/{stem}")
    async def keep(
        request: Request, naam: str, stem: str, wie: Adviseur, tekst: Getypt = "", doe: Getypt = "bekijk"
    ) -> Response:
        tekst = tekst.replace("\r\n", "\n")
        try:
            if doe == "bewaar":
                await teksten.bewaar(ui.deps.desk, naam, stem, tekst, wie)
                return naar(f"/kanalen/{naam}/teksten/{stem}", gedaan="tekst")
            beeld = await teksten.probeer(ui.deps.desk, naam, stem, tekst, wie)
        except Ongeldig as error:
            return await _show(ui, request, naam, stem, wie, tekst, fouten=error.fouten)
        return await _show(ui, request, naam, stem, wie, tekst, beeld)

    @router.post("/kanalen/{naam}/teksten/{stem}/standaard")
    async def standard(naam: str, stem: str, wie: Adviseur) -> Response:
        await teksten.standaard(ui.deps.desk, naam, stem, wie)
        return naar(f"/kanalen/{naam}/teksten/{stem}", gedaan="standaardtekst")

    @router.post("/kanalen/{naam}/teksten/{stem}/terug")
    async def back(request: Request, naam: str, stem: str, wie: Adviseur, versie: Annotated[int, Form()]) -> Response:
        try:
            await teksten.zet_terug(ui.deps.desk, naam, stem, versie, wie)
        except Ongeldig as error:
            return await _show(ui, request, naam, stem, wie, fouten=error.fouten)
        return naar(f"/kanalen/{naam}/teksten/{stem}", gedaan="tekst")
