"""A real desk without kanalen: the intake is tested against what it will really talk to."""

from pathlib import Path

import pytest

from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.desk.desk import Desk
from hub.kanalen.accounts import Accounts
from hub.kanalen.registry import Registry
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(db: Db, vault: Vault, klok: Klok, tmp_path: Path) -> Desk:
    """The desk of a hub that has no kanaal and no scherm."""
    accounts = Accounts(db, Registry(tmp_path), vault, Timeouts())
    return Desk(db, accounts, Templates(ROOT / "templates" / "posts"), vault, Config(werkmap=str(tmp_path)), klok)
