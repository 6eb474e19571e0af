"""A desk for a short command, beside a hub that may be running."""

import contextlib
from collections.abc import AsyncIterator

from hub.commands import huis
from hub.commands.parts import Parts
from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.desk.desk import Desk
from hub.kanalen.accounts import Accounts
from hub.kanalen.registry import Registry
from hub.kit.clock import SystemClock
from hub.kit.config import Config
from hub.kit.secrets import open_vault


@contextlib.asynccontextmanager
async def bureau(config: Config, parts: Parts) -> AsyncIterator[Desk]:
    """The desk without web, worker or clock: what it writes is sent by the hub that serves this database."""
    with huis.database(config) as db:
        vault = open_vault(config.pad(config.sleutelbestand))
        limits = config.bezorging
        timeouts = Timeouts(connect=limits.verbinden_seconden, total=limits.totaal_seconden)
        accounts = Accounts(db, Registry(parts.channels), vault, timeouts)
        try:
            yield Desk(db, accounts, Templates(parts.templates / "posts"), vault, config, SystemClock())
        finally:
            await accounts.close()
