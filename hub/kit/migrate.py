"""Bring a database to the newest schema; runs at every start and does nothing when it is there already."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

ALONE = 7_205_760
"""The advisory lock of whoever changes the schema."""
FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply every migration that is missing, all or none: a hub that dies half-way begins anew at its next start.

    Of several processes that start together one does it, the others wait.
    """
    postgres = engine.dialect.name == "postgresql"
    with (engine.execution_options(isolation_level="READ COMMITTED") if postgres else engine).connect() as connection:
        if postgres:
            connection.execute(select(func.pg_advisory_xact_lock(ALONE)))
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        run(connection, to)
        connection.commit()


def run(connection: Connection, to: str) -> None:
    """Apply the migrations up to `to` on this connection; one that is in a transaction already stays in it."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)


def revision(engine: Engine) -> str | None:
    """The schema version a database has, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revisions() -> frozenset[str]:
    """All schema versions that this code knows."""
    return frozenset(script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions())


def newest() -> str | None:
    """The schema version that this code works with."""
    return ScriptDirectory(str(FOLDER)).get_current_head()
