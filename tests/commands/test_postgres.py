"""The same commands with PostgreSQL, chosen by `database_url` alone."""

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.commands.conftest import Doe


def kies(folder: Path, url: str) -> None:
    """Put this database in config.yaml."""
    (folder / "config.yaml").write_text(f"database_url: {url}\nsleutelbestand: hub.sleutel\n", encoding="utf-8")


@contextlib.contextmanager
def refusing(told: str) -> Iterator[int]:
    """The port of a server that answers every first message of a PostgreSQL client with this error."""

    class Door(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1024)
            fields = b"SFATAL\0VFATAL\0C28000\0M" + told.encode() + b"\0\0"
            self.request.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)

    with socketserver.TCPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_an_empty_postgresql_is_filled_by_the_first_command(doe: Doe, tmp_path: Path) -> None:
    kies(tmp_path, postgres.fresh("opdracht"))
    assert "De database (PostgreSQL) is nog leeg" in doe("check").uit
    assert doe("sleutels", "maak", "--rol", "lezer", "--naam", "krant").code == 0
    assert "krant" in doe("sleutels", "lijst").uit
    assert "De database PostgreSQL is te lezen en bij." in doe("check").uit


def test_a_postgresql_that_does_not_answer_is_a_sentence(doe: Doe, tmp_path: Path) -> None:
    kies(tmp_path, "postgresql://hub:geheimpje@127.0.0.1:1/hub")
    started, checked = doe("serve"), doe("check")
    assert started.code == 2
    zin = "database_url: op 127.0.0.1, poort 1 draait geen PostgreSQL. Start de server, of verbeter machine en poort."
    assert started.fout.splitlines()[-1] == zin
    assert f"fout    {zin}" in checked.uit
    assert "geheimpje" not in started.fout + started.uit + checked.uit


@pytest.mark.parametrize(
    ("told", "zin"),
    [
        ('password authentication failed for user "piet"', "kent gebruiker piet niet, of niet met dit wachtwoord."),
        ('database "hub" does not exist', "bestaat de database hub niet."),
        ("sorry, too many clients already", "heeft geen plaats voor nog een verbinding."),
        ("no pg_hba.conf entry for host", "laat de hub niet toe."),
    ],
)
def test_what_a_postgresql_says_at_the_door_is_told_in_dutch_without_the_password(
    doe: Doe, tmp_path: Path, told: str, zin: str
) -> None:
    with refusing(told) as port:
        kies(tmp_path, f"postgresql://piet:geheimpje@127.0.0.1:{port}/hub?sslmode=disable&gssencmode=disable")
        started, checked = doe("serve", "--poort", "0"), doe("check")
    assert zin in started.fout.splitlines()[-1]
    assert zin in checked.uit
    assert "geheimpje" not in started.fout + started.uit + checked.uit
    assert told not in started.fout + checked.uit


def test_extra_workers_need_postgresql(doe: Doe) -> None:
    refused = doe("work")
    assert refused.code == 2
    assert "Zet database_url op PostgreSQL" in refused.fout
