"""How the hub itself is doing, alarms first; the page needs no other program, and no JavaScript."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui.kader import Ui
from hub.web.ui.woorden import Teken

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
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
        return ui.fragment(request, "_toestand.html", toestand=await ui.toestand(), tekens=TEKENS)
