"""Bring a database to the newest schema; runs at every start and does nothing when it is there already."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(engine: Engine) -> None:
    """Apply every migration that is missing, each in a transaction of its own."""
    with engine.connect() as connection:
        settings = AlembicConfig()
        settings.set_main_option("script_location", str(FOLDER))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        connection.commit()


def revision(engine: Engine) -> str | None:
    """The schema version a database has, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The schema version that this code works with."""
    return ScriptDirectory(str(FOLDER)).get_current_head()
