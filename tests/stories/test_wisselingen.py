"""Generated interleavings: whatever happens in whatever order, nothing twice and nothing left behind.

Real database, desk, workers and look-up; only the network is in memory, and each call ends when and how the
interleaving says. A person answers honestly what stands on the network.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.kit.databases import open_db
from hub.kit.db import Base, Db
from tests import postgres
from tests.stories.verloop import Verloop
from tests.stories.wisselnet import NETTEN

STAPPEN = 60


@pytest.fixture(scope="module")
def netwerken() -> Iterator[Path]:
    """A folder with a netwerk that leads to the network in memory."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "wisselnetten").mkdir()
        (Path(name) / "wisselnetten" / "wissel.py").write_text("from tests.stories.wisselnet import Channel\n")
        yield Path(name)


def databases(soort: str, folder: Path) -> list[Db]:
    """An empty database, for one process, or with a second way in for others."""
    if soort == "postgresql":
        return [postgres.emptied(), open_db(postgres.shared())]
    folder.mkdir()
    db = open_db(f"sqlite:///{folder / 'hub.db'}")
    Base.metadata.create_all(db.engine)
    return [db]


async def doorloop(dbs: list[Db], map_: Path, seed: int) -> None:
    random.seed(seed)  # the waits of the hub itself
    verloop = Verloop(dbs, map_, random.Random(seed))
    try:
        await verloop.loop(STAPPEN)
        await verloop.tot_rust()
        await verloop.slot()
    finally:
        await verloop.ruim_op()
        NETTEN.clear()


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("soort", ["sqlite", "postgresql"])
async def test_nothing_twice_and_nothing_left_behind_in_any_order(
    soort: str, netwerken: Path, tmp_path: Path, rounds: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(netwerken))
    for seed in range(rounds(1000)):
        dbs = databases(soort, tmp_path / str(seed))
        try:
            await doorloop(dbs, netwerken, seed)
        except BaseException as error:
            error.add_note(f"zaad {seed} op {soort}")
            raise
        finally:
            for db in dbs:
                db.close()
