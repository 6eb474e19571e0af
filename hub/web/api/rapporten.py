"""Reports over the API, as JSON or CSV."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from hub.desk.errors import NietGevonden, Ongeldig
from hub.kit.clock import AMSTERDAM
from hub.reports.model import Periode
from hub.reports.register import OnbekendRapport, maak, rapporten
from hub.reports.weergave import Scheiding, to_csv, to_json
from hub.toegang.model import Wie
from hub.web.api.acties import Lezer
from hub.web.api.strikt import JSON, ApiRoute, Json, levert
from hub.web.deps import Hub
from hub.web.zicht import in_own_area

router = APIRouter(route_class=ApiRoute, tags=["rapporten"])

CSV = "text/csv"
FORMATEN = ("json", "csv")
# Years a report can be about; beyond these the calendar itself ends.
Dag = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


@router.get("/rapporten")
async def lijst_rapporten(hub: Hub, wie: Lezer) -> Json:
    """De rapporten die er zijn."""
    base = f"{hub.config.adres.rstrip('/')}/api/v1/rapporten"
    return Json(
        {
            "rapporten": [
                {"naam": r.naam, "titel": r.titel, "uitleg": r.uitleg, "url": f"{base}/{r.naam}"}
                for r in rapporten().values()
            ]
        }
    )


@router.get("/rapporten/{naam}")
@levert(JSON, CSV)
async def rapport(
    naam: str,
    request: Request,
    hub: Hub,
    wie: Lezer,
    van: Dag = None,
    tot: Dag = None,
    gemeente: Annotated[str | None, Query(max_length=6)] = None,
    formaat: str | None = None,
    scheiding: Scheiding = "komma",
) -> Response:
    """Eén rapport over een periode (standaard dit jaar tot vandaag), met alle definities erbij.

    CSV heeft komma's; met scheiding=puntkomma opent Excel in het Nederlands hem als tabel.
    """
    now = hub.clock.now()
    today = now.astimezone(AMSTERDAM).date()
    periode = Periode(van or (tot or today).replace(month=1, day=1), tot or today)
    if periode.tot < periode.van:
        raise Ongeldig([("tot", "Deze dag ligt voor het begin van de periode.")])
    chosen = _formaat(formaat, request.headers.get("accept", JSON))
    show = (lambda code: _shown(code, gemeente, wie)) if gemeente or wie.regios or wie.rol == "gemeente" else None
    try:
        made = await hub.db.read_long(lambda s: maak(s, naam, periode, now, zichtbaar=show))
    except OnbekendRapport as error:
        raise NietGevonden(str(error)) from error
    if chosen == "json":
        return Json(to_json(made))
    file = f"{made.naam}-{periode.van}-{periode.tot}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(to_csv(made, scheiding), media_type=f"{CSV}; charset=utf-8", headers=headers)


def _formaat(asked: str | None, accept: str) -> str:
    if asked is not None:
        if asked not in FORMATEN:
            raise Ongeldig([("formaat", f"Kies uit: {', '.join(FORMATEN)}.")])
        return asked
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    for kind in wanted:
        if kind in (JSON, "application/*", "*/*"):
            return "json"
        if kind in (CSV, "text/*"):
            return "csv"
    raise HTTPException(406)


def _shown(code: str, gemeente: str | None, wie: Wie) -> bool:
    return (gemeente is None or code == gemeente) and in_own_area(code, wie)
