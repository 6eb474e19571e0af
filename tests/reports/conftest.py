"""A database that holds the printed figures of 2021."""

import pytest

from hub.kit.db import Db
from hub.reports.historie import import_burgernet_2021


@pytest.fixture
def burgernet(db: Db) -> Db:
    """The database after `hub import burgernet-2021`."""
    db.write_sync(import_burgernet_2021)
    return db
