"""A running hub for the tests of the web."""

from collections.abc import Iterator

import pytest

from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok
from tests.web.huis import Huis, open_huis


@pytest.fixture
def huis(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub with a key per role and two channels kept by hand."""
    with open_huis(db, vault, klok) as found:
        yield found
