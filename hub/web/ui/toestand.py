"""How the hub itself is doing, alarms first; the page needs no other program, and no JavaScript."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from hub.desk import noodstop
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui.kader import Ui, naar
from hub.web.ui.woorden import Teken

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Stopper = Annotated[Wie, Depends(auth.wie("noodstop", pagina=True))]
Vrijgever = Annotated[Wie, Depends(auth.wie("adviseur", pagina=True))]
TEKENS: Mapping[str, Teken] = {
    "goed": Teken("vink", "Goed"),
    "let-op": Teken("let-op", "Let op", "let-op"),
    "alarm": Teken("kruis", "Alarm", "alarm"),
}


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /toestand."""

    @router.get("/toestand")
    async def whole(request: Request, wie: Lezer) -> Response:
        found = await ui.toestand()
        return await ui.page(
            request, "toestand.html", titel="Toestand", sectie="toestand", toestand=found, tekens=TEKENS
        )

    @router.get("/toestand/punten")
    async def moving(request: Request, wie: Lezer) -> Response:
        """The part that moves."""
        return ui.fragment(request, "_toestand.html", toestand=await ui.toestand(), tekens=TEKENS, wie=wie)

    @router.post("/toestand/noodstop")
    async def stop(wie: Stopper, reden: Annotated[str, Form()] = "") -> Response:
        await noodstop.stop_hub(ui.deps.desk, reden, wie)
        return naar("/toestand", gedaan="noodstop")

    @router.post("/toestand/noodstop/vrij")
    async def release(wie: Vrijgever) -> Response:
        await noodstop.release_hub(ui.deps.desk, wie)
        return naar("/toestand", gedaan="hub-vrij")
