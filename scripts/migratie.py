"""Write a new migration from what differs between the tables in code and the schema of the older ones."""

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

import hub
from hub.kit.databases import open_db
from hub.kit.migrate import FOLDER, upgrade


def load_tables() -> None:
    """Import every slice's tables, so that they are known."""
    for part in pkgutil.iter_modules(hub.__path__, "hub."):
        if (Path(hub.__path__[0]) / part.name.removeprefix("hub.") / "tables.py").exists():
            importlib.import_module(f"{part.name}.tables")


def main(message: str) -> None:
    """`python scripts/migratie.py "what changes"`."""
    load_tables()
    with tempfile.TemporaryDirectory() as folder:
        db = open_db(f"sqlite:///{folder}/leeg.db")
        upgrade(db.engine)
        settings = Config()
        settings.set_main_option("script_location", str(FOLDER))
        number = f"{len(list((FOLDER / 'versions').glob('*.py'))) + 1:04d}"
        with db.engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.revision(settings, message, autogenerate=True, rev_id=number)
        db.close()


if __name__ == "__main__":
    main(sys.argv[1])
