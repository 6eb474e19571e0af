"""What the routes work with: one frozen object, made by the composition root and handed to every router."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from hub.content import Image, Renderer
from hub.delivery.model import Bezorging
from hub.desk.desk import Desk
from hub.desk.gesprek import Gesprek
from hub.kanalen.accounts import Accounts
from hub.kanalen.registry import Registry
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens.board import ScreenBoard
from hub.toegang.users import Inloggen
from hub.tracking.board import LinkBoard
from hub.tracking.kliks import Kliks
from hub.web.atelier import Atelier
from hub.web.statisch import Bestanden


@dataclass(frozen=True, slots=True)
class Deps:
    """The tools of the web. `wortel` is the folder that holds templates/ and static/.

    `beeld` draws the picture of a bezorging; it raises GoneAway where its photo is no longer there. `hartslag` gives
    the age in seconds of the worker's last sign of life; None while there is no worker. `bestanden.url("hub.css")` is
    the address of an asset with its hash.
    """

    db: Db
    desk: Desk
    gesprek: Gesprek
    config: Config
    clock: Clock
    vault: Vault
    registry: Registry
    accounts: Accounts
    screens: ScreenBoard
    links: LinkBoard
    kliks: Kliks
    renderer: Renderer
    atelier: Atelier
    inloggen: Inloggen
    bestanden: Bestanden
    wortel: Path
    beeld: Callable[[Bezorging], Awaitable[Image | None]]
    hartslag: Callable[[], float | None]


def deps_of(request: Request) -> Deps:
    """The tools of the running application."""
    deps: Deps = request.app.state.deps
    return deps


def brake(request: Request) -> None:
    """Note that this visitor named a secret that opens nothing; raises 429 for who does so too often."""
    if not deps_of(request).links.miss(request.client.host if request.client else ""):
        raise HTTPException(429, "Dit was te vaak achter elkaar.", {"Retry-After": "60"})


Hub = Annotated[Deps, Depends(deps_of)]
"""Parameter type of a route that needs the tools."""
