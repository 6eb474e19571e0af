"""`POST /haken/{kanaal}`: where a netwerk brings what people say to the bot of a kanaal."""

import hmac
import json
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from starlette.exceptions import HTTPException

from hub.content import Converses
from hub.web.deps import Hub, brake, deps_of

router = APIRouter(include_in_schema=False)


class Haakgeheim:
    """The right of every address under /haken: not a role, but the secret that the hub agreed with the netwerk."""

    async def __call__(self, request: Request, kanaal: str) -> Converses:
        """The bot of this kanaal; who does not know its secret does not even hear that there is one."""
        bot = await deps_of(request).gesprek.bot(kanaal)
        header, secret = bot.haakgeheim if bot is not None else ("", "")
        if bot is None or not hmac.compare_digest(request.headers.get(header, "").encode(), secret.encode()):
            brake(request)
            raise HTTPException(404)
        return bot


@router.post("/haken/{kanaal}")
async def haak(
    kanaal: str, request: Request, hub: Hub, bot: Annotated[Converses, Depends(Haakgeheim())], later: BackgroundTasks
) -> Response:
    """Deal with one update and say 200, also when it is nothing for us: else the netwerk repeats it for a day.

    Only when nothing can be stored it must be repeated. Answering the person waits until the netwerk has its 200.
    """
    try:
        payload = json.loads(await request.body())
    except (ValueError, RecursionError):
        payload = None
    if isinstance(payload, dict):
        later.add_task(hub.gesprek.say, bot, await hub.gesprek.hear(kanaal, bot, payload))
    return Response(status_code=200, background=later)
