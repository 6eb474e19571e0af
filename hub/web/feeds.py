"""The feeds of existing clients, under the addresses they know; there only when the configuration says so."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from hub.feeds import actions, eigen, landactiehost
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db

# Any page may read these, also out of a browser; a stale copy would show a photo that was taken back.
HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
METHODS = ["GET", "HEAD"]


def feeds_router(db: Db, config: Config, clock: Clock) -> APIRouter:
    """The three feeds, open to everyone; an empty router while `compatibel.landactiehost` is off."""
    router = APIRouter(tags=["openbaar"], include_in_schema=False)
    if not config.compatibel.landactiehost:
        return router

    async def answer(make: Callable[[Session, datetime], bytes]) -> Response:
        now = clock.now()
        body = await db.read(lambda session: make(session, now))
        return Response(body, media_type="application/json", headers=HEADERS)

    @router.api_route("/landactiehost/api/v1/alerts", methods=METHODS)
    async def alerts() -> Response:
        """Running national and regional missing-child alerts, and the Cancels of the last 65 minutes."""
        return await answer(lambda s, now: landactiehost.render(eigen.land_berichten(s, config, now, oefening=False)))

    @router.api_route("/landactiehost/api/test/alerts", methods=METHODS)
    async def test_alerts() -> Response:
        """The same form, exercises only."""
        return await answer(lambda s, now: landactiehost.render(eigen.land_berichten(s, config, now, oefening=True)))

    @router.api_route("/burgernet/burgernet-api/v2/actions", methods=METHODS)
    async def local_actions() -> Response:
        """Local acties in the actions v2 form."""
        return await answer(lambda s, now: actions.render(eigen.action_berichten(s, config, now)))

    return router
