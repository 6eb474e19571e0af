"""Alembic's entry: runs on the connection that the hub hands in, so that one place knows the database."""

from typing import Any, Literal

from alembic import context

from hub.kit.db import Base, Moment


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration must not change when our code does: write our column types as the plain ones below them."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain)
with context.begin_transaction():
    context.run_migrations()
