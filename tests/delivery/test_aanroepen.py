"""What a process that was killed certainly did not send goes out again; what it may have sent is looked up."""

import os
import subprocess
import sys
from pathlib import Path

from hub.delivery import aanroepen, claim, store
from hub.delivery.aanroepen import Aanroepen
from hub.delivery.model import Bezorging, Plan
from hub.kit.db import Db
from tests.builders import NU

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from types import SimpleNamespace
from hub.delivery.aanroepen import Aanroepen

calls = Aanroepen(Path(sys.argv[1]), "weg")
calls.begin(SimpleNamespace(id=sys.argv[2], fence=int(sys.argv[3])))
print("begun", flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


def sending(db: Db, kanalen: int) -> list[Bezorging]:
    """Posts that a process named `weg` is sending."""
    plans = [Plan("a1", 1, f"k{n}", "publiceren", "maakt", "tijdkritisch", False, "K7M2QX") for n in range(kanalen)]
    db.write_sync(lambda s: store.plan(s, plans, NU))
    items = db.write_sync(lambda s: claim.claim(s, "weg", NU, {}, 1))
    assert all(db.write_sync(lambda s, item=item: store.intend(s, item, "weg", NU)) for item in items)
    return items


def test_a_killed_process_leaves_in_doubt_only_what_it_began(db: Db, tmp_path: Path) -> None:
    begun, not_begun = sending(db, 2)
    command = [sys.executable, "-c", KILLED, str(tmp_path), begun.id, str(begun.fence)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert aanroepen.begun(tmp_path, "weg") is None, "it lives, so it may still send"
        process.stdin.write("\n")
    calls = {"weg": aanroepen.begun(tmp_path, "weg")}
    assert calls == {"weg": frozenset({(begun.id, begun.fence)})}
    db.write_sync(lambda s: claim.recover(s, NU, begonnen=calls))
    rows = [db.read_sync(lambda s, item=item: store.get(s, item.id)) for item in (begun, not_begun)]
    assert [row.staat for row in rows if row] == ["onbekend", "wachtrij"]


def test_without_a_file_everything_that_was_being_sent_is_in_doubt(db: Db, tmp_path: Path) -> None:
    sending(db, 2)
    db.write_sync(lambda s: claim.recover(s, NU, begonnen={"weg": aanroepen.begun(tmp_path, "weg")}))
    assert [row.staat for row in db.read_sync(lambda s: store.of_actie(s, "a1"))] == ["onbekend", "onbekend"]


def test_a_file_of_before_the_machine_started_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "weg.aanroepen").write_text("een-andere-start\n", encoding="ascii")
    assert aanroepen.begun(tmp_path, "weg") is None


def test_a_file_that_cannot_be_kept_is_taken_away(db: Db, tmp_path: Path) -> None:
    [item] = sending(db, 1)
    calls = Aanroepen(tmp_path, "vol")
    held = calls._file
    assert held is not None
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), held)
    calls.begin(item)
    assert list(tmp_path.glob("*.aanroepen")) == []


def test_a_tidy_stop_leaves_no_file(tmp_path: Path) -> None:
    calls = Aanroepen(tmp_path, "net")
    calls.close()
    assert list(tmp_path.iterdir()) == []
