"""Log in and log out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.toegang.model import Wie
from hub.toegang.users import InlogGeweigerd
from hub.web import auth
from hub.web.ui.kader import Ui, naar


def add(router: APIRouter, ui: Ui) -> None:
    """The routes /, /inloggen and /uitloggen."""

    @router.get("/inloggen")
    async def form(request: Request, verder: str = "") -> Response:
        if await ui.who(request) is not None:
            return naar(auth.safe_way_back(verder))
        return await ui.page(request, "inloggen.html", titel="Inloggen", naam="", verder=verder, fout="")

    @router.post("/inloggen", dependencies=[Depends(auth.own_origin)])
    async def log_in(request: Request) -> Response:
        data = await request.form()
        naam, wachtwoord, verder = (str(data.get(veld, "")) for veld in ("naam", "wachtwoord", "verder"))
        answer = naar(auth.safe_way_back(verder))
        try:
            await auth.log_in(request, answer, naam.strip(), wachtwoord)
        except InlogGeweigerd as error:
            refused = await ui.page(
                request,
                "inloggen.html",
                titel="Inloggen",
                naam=naam,
                verder=verder,
                fout=str(error),
                status=429 if error.na_seconden else 401,
            )
            if error.na_seconden:
                refused.headers["Retry-After"] = str(error.na_seconden)
            return refused
        return answer

    @router.post("/uitloggen")
    async def log_out(request: Request, wie: Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]) -> Response:
        answer = naar("/inloggen", gedaan="uit")
        await auth.log_out(request, answer)
        return answer
