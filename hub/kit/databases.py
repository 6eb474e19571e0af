"""Open the database that `database_url` names."""

import contextlib
from collections.abc import Iterator

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from hub.kit.db import DatabaseError, Db
from hub.kit.sqlite import SqliteDb

UITLEG = "database_url: kies sqlite:///pad/naar/hub.db of postgresql://naam:wachtwoord@machine/hub."


def open_db(url: str) -> Db:
    """The database at this address; raises DatabaseError for one that the hub does not know."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseError(UITLEG) from error
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return SqliteDb(url)
    if parsed.get_backend_name() == "postgresql":
        # Its driver is loaded only where it is used: a small hub starts without it.
        from hub.kit.postgres import PostgresDb

        return PostgresDb(url)
    raise DatabaseError(UITLEG)


@contextlib.contextmanager
def opened(url: str) -> Iterator[Db]:
    """A Db for the length of a `with` block."""
    db = open_db(url)
    try:
        yield db
    finally:
        db.close()
