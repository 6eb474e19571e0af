"""The web as one ASGI application: `build(deps)` puts API, pages, feeds and the door together."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from starlette.formparsers import MultiPartParser

from hub.web import algemeen, errors, haken
from hub.web.api import router as api
from hub.web.api.beschrijving import describe
from hub.web.api.strikt import Json
from hub.web.deps import Deps
from hub.web.door import Door
from hub.web.feeds import feeds_router
from hub.web.headers import API_VERSION, MAX_FOTO, Headers
from hub.web.public import public_router
from hub.web.ui import pages


def build(deps: Deps, *extra: APIRouter) -> Door:
    """The application that the server runs, with the `extra` routes of a demo."""
    app = application(deps, *extra)
    ring = Headers(app, https=deps.config.adres.startswith("https://"))
    return Door(ring, deps.screens, deps.links, deps.kliks, deps.config)


def application(deps: Deps, *extra: APIRouter) -> FastAPI:
    """The FastAPI application behind the door, without its outer ring; a test lists its routes."""
    app = FastAPI(
        title="Actiehub",
        version=API_VERSION,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.deps = deps
    # An uploaded face stays in memory: beyond this size the framework would write it to disk in clear.
    MultiPartParser.spool_max_size = MAX_FOTO
    errors.install(app)
    app.include_router(_description(app, deps))
    app.include_router(api.router)
    app.include_router(algemeen.router)
    app.include_router(haken.router)
    app.include_router(feeds_router(deps.db, deps.config, deps.clock))
    app.include_router(_public(deps))
    app.include_router(pages.router(deps))
    for router in extra:
        app.include_router(router)
    return app


def _public(deps: Deps) -> APIRouter:
    return public_router(
        db=deps.db,
        vault=deps.vault,
        config=deps.config,
        clock=deps.clock,
        renderer=deps.renderer,
        atelier=deps.atelier,
        bestanden=deps.bestanden,
        wortel=deps.wortel,
    )


def _description(app: FastAPI, deps: Deps) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/api/v1/openapi.json")
    async def openapi(request: Request) -> Response:
        """The description of the API, for everyone and for tools on other sites."""
        document = describe(app, deps.config.adres, deps.config.organisatie.contact)
        return Json(document, headers={"Access-Control-Allow-Origin": "*"})

    return router
