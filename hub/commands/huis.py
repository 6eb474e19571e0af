"""What a short command works with: the database of the configuration, and a desk, beside a hub that may be running."""

import contextlib
from collections.abc import AsyncIterator, Iterator

from hub.commands.parts import Parts
from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.desk.desk import Desk
from hub.kanalen.accounts import Accounts
from hub.kanalen.registry import Registry
from hub.kit import migrate
from hub.kit.clock import SystemClock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import open_vault


@contextlib.contextmanager
def database(config: Config) -> Iterator[Db]:
    """The database on the newest schema. A running hub keeps it; only an older schema needs it for ourselves."""
    db = Db(config.db_url)
    try:
        if migrate.revision(db.engine) != migrate.newest():
            db.claim()
            migrate.upgrade(db.engine)
        yield db
    finally:
        db.close()


@contextlib.asynccontextmanager
async def bureau(config: Config, parts: Parts) -> AsyncIterator[Desk]:
    """The desk without web, worker or clock: what it writes is sent by the hub that serves this database."""
    with database(config) as db:
        vault = open_vault(config.pad(config.sleutelbestand))
        limits = config.bezorging
        timeouts = Timeouts(connect=limits.verbinden_seconden, total=limits.totaal_seconden)
        accounts = Accounts(db, Registry(parts.channels), vault, timeouts)
        try:
            yield Desk(db, accounts, Templates(parts.templates / "posts"), vault, config, SystemClock())
        finally:
            await accounts.close()
