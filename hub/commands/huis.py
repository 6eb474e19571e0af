"""What a short command works with: the database of the configuration, beside a hub that may be running."""

import contextlib
from collections.abc import Iterator

from hub.kit import migrate
from hub.kit.config import Config
from hub.kit.databases import open_db
from hub.kit.db import Db


@contextlib.contextmanager
def database(config: Config) -> Iterator[Db]:
    """The database on the newest schema. A running hub keeps it; only an older schema needs it for ourselves."""
    db = open_db(config.db_url)
    try:
        if migrate.revision(db.engine) != migrate.newest():
            db.claim()
            migrate.upgrade(db.engine)
        yield db
    finally:
        db.close()
