"""What proefnet remembers: accounts, posts, pictures and replies, in one SQLite file."""

import math
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (naam TEXT PRIMARY KEY, titel TEXT NOT NULL, token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ontdubbelt (account TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS bericht (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, sleutel TEXT NOT NULL, kenmerk TEXT NOT NULL,
    tekst TEXT NOT NULL, alt TEXT NOT NULL, beeld TEXT, gemaakt_op TEXT NOT NULL, gewijzigd_op TEXT,
    verwijderd_op TEXT, gezien INTEGER NOT NULL DEFAULT 0, leuk INTEGER NOT NULL DEFAULT 0,
    gedeeld INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS bericht_account ON bericht (account, id);
CREATE TABLE IF NOT EXISTS beeld (naam TEXT PRIMARY KEY, soort TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS reactie (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bericht INTEGER NOT NULL, van TEXT NOT NULL, tekst TEXT NOT NULL,
    op TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS volgers (bericht INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS verborgen (reactie INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS stand (een INTEGER PRIMARY KEY CHECK (een = 1), serie INTEGER NOT NULL);
INSERT OR IGNORE INTO stand VALUES (1, 0);
"""

_VOLGROEI_SECONDEN = 600.0
"""After this long a post has had about two thirds of the readers it will get."""


@dataclass(frozen=True, slots=True)
class Beeld:
    """A picture as it came in: its own name on the network, media type and bytes."""

    naam: str
    soort: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Bericht:
    """One post as the network keeps it; after a removal only the times and counters are left."""

    id: int
    account: str
    sleutel: str
    kenmerk: str
    tekst: str
    alt: str
    beeld: str | None
    gemaakt_op: datetime
    gewijzigd_op: datetime | None
    verwijderd_op: datetime | None
    gezien: int
    leuk: int
    gedeeld: int

    def tellingen(self, nu: datetime) -> dict[str, int]:
        """Counters that grow with time in a fixed way, plus what people really clicked on the timeline."""
        leeftijd = max(((self.verwijderd_op or nu) - self.gemaakt_op).total_seconds(), 0.0)
        hoogte = 400 + zlib.crc32(f"{self.account}/{self.id}".encode()) % 1600
        gegroeid = int(hoogte * (1 - math.exp(-leeftijd / _VOLGROEI_SECONDEN)))
        return {
            "weergaven": gegroeid + self.gezien,
            "vindIkLeuks": gegroeid // 40 + self.leuk,
            "gedeeld": gegroeid // 25 + self.gedeeld,
        }


@dataclass(frozen=True, slots=True)
class Reactie:
    """A reply a citizen left under a post; `verborgen`: the owner of the post hid it."""

    id: int
    bericht: int
    van: str
    tekst: str
    op: datetime
    verborgen: bool = False


class Opslag:
    """The one file of proefnet. Every method is short and synchronous; each change is one transaction."""

    def __init__(self, map_: Path) -> None:
        map_.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(map_ / "proefnet.sqlite", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        # A photo that was taken down must not linger in free pages of the file either.
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def serie(self) -> int:
        """A number that rises with every change; timelines ask only whether it moved."""
        return int(self._db.execute("SELECT serie FROM stand").fetchone()[0])

    def bewaar_account(self, naam: str, titel: str, token: str) -> bool:
        """Make the account, or give it this title and token; True when it is new."""
        nieuw = self._db.execute("SELECT 1 FROM account WHERE naam = ?", (naam,)).fetchone() is None
        self._wijzig(
            "INSERT INTO account VALUES (?, ?, ?) "
            "ON CONFLICT (naam) DO UPDATE SET titel = excluded.titel, token = excluded.token",
            (naam, titel, token),
        )
        return nieuw

    def ontdubbel(self, naam: str, aan: bool) -> None:
        """From now on a key that was used before makes no second post on this account, or does again."""
        sql = "INSERT OR IGNORE INTO ontdubbelt VALUES (?)" if aan else "DELETE FROM ontdubbelt WHERE account = ?"
        self._wijzig(sql, (naam,))

    def accounts(self) -> Mapping[str, str]:
        """Title of each account by its name."""
        rijen = self._db.execute("SELECT naam, titel FROM account ORDER BY naam")
        return {rij["naam"]: rij["titel"] for rij in rijen}

    def token(self, account: str) -> str | None:
        """The token that opens this account; None when there is no such account."""
        rij = self._db.execute("SELECT token FROM account WHERE naam = ?", (account,)).fetchone()
        return None if rij is None else str(rij["token"])

    def plaats(
        self,
        account: str,
        sleutel: str,
        kenmerk: str,
        tekst: str,
        beeld: Beeld | None,
        alt: str,
        nu: datetime,
    ) -> Bericht:
        """Make a post. The same key twice makes two posts on purpose: doubles must be visible here.

        An account that knows a key again gives the post of the first time, also when that was taken down since.
        """
        if (eerder := self._eerder(account, sleutel)) is not None:
            return eerder
        with _Transactie(self._db):
            self._bewaar_beeld(beeld)
            nummer = self._db.execute(
                "INSERT INTO bericht (account, sleutel, kenmerk, tekst, alt, beeld, gemaakt_op) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (account, sleutel, kenmerk, tekst, alt, beeld and beeld.naam, nu.isoformat()),
            ).lastrowid
        gemaakt = self.bericht(account, int(nummer or 0))
        if gemaakt is None:  # pragma: no cover - the row was committed one statement ago
            raise LookupError(nummer)
        return gemaakt

    def wijzig(
        self, bericht: Bericht, tekst: str, beeld: Beeld | None, alt: str, nu: datetime, *, bestand_blijft: bool = False
    ) -> None:
        """Replace text and picture in place; a picture that is left out disappears, unless its file stays."""
        with _Transactie(self._db):
            if not bestand_blijft:
                self.wis_beeld(bericht.beeld)
            self._bewaar_beeld(beeld)
            self._db.execute(
                "UPDATE bericht SET tekst = ?, alt = ?, beeld = ?, gewijzigd_op = ? WHERE id = ?",
                (tekst, alt, beeld and beeld.naam, nu.isoformat(), bericht.id),
            )

    def verwijder(self, bericht: Bericht, nu: datetime, *, bestand_blijft: bool = False) -> None:
        """Take a post down: text, picture and replies are erased, the counts stay; the file may stay as well."""
        with _Transactie(self._db):
            if not bestand_blijft:
                self.wis_beeld(bericht.beeld)
            self._db.execute("DELETE FROM reactie WHERE bericht = ?", (bericht.id,))
            self._db.execute(
                "UPDATE bericht SET tekst = '', alt = '', beeld = NULL, verwijderd_op = ? WHERE id = ?",
                (nu.isoformat(), bericht.id),
            )

    def bericht(self, account: str, nummer: int) -> Bericht | None:
        """One post, also when it was taken down; None when it never existed."""
        rij = self._db.execute("SELECT * FROM bericht WHERE id = ? AND account = ?", (nummer, account)).fetchone()
        return None if rij is None else _als_bericht(rij)

    def berichten(self, account: str, limiet: int = 100) -> list[Bericht]:
        """The newest posts of an account, newest first, those taken down included."""
        rijen = self._db.execute("SELECT * FROM bericht WHERE account = ? ORDER BY id DESC LIMIT ?", (account, limiet))
        return [_als_bericht(rij) for rij in rijen]

    def zoek(self, account: str, sleutel: str, kenmerk: str, sinds: datetime) -> list[Bericht]:
        """Posts that are up, made since then, with this key or (when the key is empty) this marker."""
        kolom, waarde = ("sleutel", sleutel) if sleutel else ("kenmerk", kenmerk)
        rijen = self._db.execute(
            f"SELECT * FROM bericht WHERE account = ? AND {kolom} = ? "  # noqa: S608 - one of two fixed names
            "AND verwijderd_op IS NULL AND gemaakt_op >= ? ORDER BY id",
            (account, waarde, sinds.isoformat()),
        )
        return [_als_bericht(rij) for rij in rijen]

    def beeld(self, naam: str) -> Beeld | None:
        """A picture by its name; None once its post was changed or taken down."""
        rij = self._db.execute("SELECT * FROM beeld WHERE naam = ?", (naam,)).fetchone()
        return None if rij is None else Beeld(rij["naam"], rij["soort"], bytes(rij["data"]))

    def tik(self, bericht: Bericht, wat: str) -> None:
        """Count one click of a reader: `gezien`, `leuk` or `gedeeld`."""
        if wat not in ("gezien", "leuk", "gedeeld"):
            raise ValueError(wat)
        self._wijzig(f"UPDATE bericht SET {wat} = {wat} + 1 WHERE id = ?", (bericht.id,))  # noqa: S608 - fixed names

    def reageer(self, bericht: Bericht, van: str, tekst: str, nu: datetime) -> Reactie:
        """Leave a reply under a post."""
        with _Transactie(self._db):
            nummer = self._db.execute(
                "INSERT INTO reactie (bericht, van, tekst, op) VALUES (?, ?, ?, ?)",
                (bericht.id, van, tekst, nu.isoformat()),
            ).lastrowid
        return Reactie(int(nummer or 0), bericht.id, van, tekst, nu)

    def reacties(self, bericht: Bericht) -> list[Reactie]:
        """Replies under a post, oldest first, the hidden ones too."""
        sql = (
            "SELECT *, EXISTS (SELECT 1 FROM verborgen WHERE verborgen.reactie = reactie.id) AS weg "
            "FROM reactie WHERE bericht = ? ORDER BY id"
        )
        return [
            Reactie(r["id"], r["bericht"], r["van"], r["tekst"], datetime.fromisoformat(r["op"]), bool(r["weg"]))
            for r in self._db.execute(sql, (bericht.id,))
        ]

    def beperk(self, bericht: Bericht, alleen_volgers: bool) -> None:
        """Let only followers answer this post, or everyone again."""
        sql = "INSERT OR IGNORE INTO volgers VALUES (?)" if alleen_volgers else "DELETE FROM volgers WHERE bericht = ?"
        self._wijzig(sql, (bericht.id,))

    def alleen_volgers(self, bericht: Bericht) -> bool:
        """Whether only followers may answer this post."""
        return self._db.execute("SELECT 1 FROM volgers WHERE bericht = ?", (bericht.id,)).fetchone() is not None

    def verberg(self, account: str, nummer: int) -> bool:
        """Hide a reply under a post of this account; False when there is none."""
        sql = "SELECT 1 FROM reactie JOIN bericht ON bericht.id = reactie.bericht WHERE reactie.id = ? AND account = ?"
        if self._db.execute(sql, (nummer, account)).fetchone() is None:
            return False
        self._wijzig("INSERT OR IGNORE INTO verborgen VALUES (?)", (nummer,))
        return True

    def tellingen(self, account: str) -> dict[str, Any]:
        """How many posts were ever made here, per key and marker; a key used twice is a double."""
        rijen = self._db.execute(
            "SELECT sleutel, kenmerk, verwijderd_op, gewijzigd_op FROM bericht WHERE account = ? ORDER BY id",
            (account,),
        ).fetchall()
        per_sleutel: dict[str, int] = {}
        per_kenmerk: dict[str, int] = {}
        for rij in rijen:
            per_sleutel[rij["sleutel"]] = per_sleutel.get(rij["sleutel"], 0) + 1
            per_kenmerk[rij["kenmerk"]] = per_kenmerk.get(rij["kenmerk"], 0) + 1
        weg = sum(rij["verwijderd_op"] is not None for rij in rijen)
        return {
            "gemaakt": len(rijen),
            "zichtbaar": len(rijen) - weg,
            "verwijderd": weg,
            "gewijzigd": sum(rij["gewijzigd_op"] is not None for rij in rijen),
            "dubbel": sum(aantal - 1 for sleutel, aantal in per_sleutel.items() if sleutel),
            "perSleutel": per_sleutel,
            "perKenmerk": per_kenmerk,
        }

    def _eerder(self, account: str, sleutel: str) -> Bericht | None:
        rij = self._db.execute(
            "SELECT bericht.* FROM bericht JOIN ontdubbelt USING (account) "
            "WHERE account = ? AND sleutel = ? AND sleutel <> '' ORDER BY id LIMIT 1",
            (account, sleutel),
        ).fetchone()
        return None if rij is None else _als_bericht(rij)

    def _wijzig(self, sql: str, waarden: tuple[object, ...]) -> None:
        with _Transactie(self._db):
            self._db.execute(sql, waarden)

    def _bewaar_beeld(self, beeld: Beeld | None) -> None:
        if beeld is not None:
            self._db.execute("INSERT INTO beeld VALUES (?, ?, ?)", (beeld.naam, beeld.soort, beeld.data))

    def wis_beeld(self, naam: str | None) -> None:
        """Erase the file of a picture."""
        self._db.execute("DELETE FROM beeld WHERE naam = ?", (naam,))


class _Transactie:
    """One committed change that also raises the serial; rolled back as a whole when anything fails."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, soort: type[BaseException] | None, *_: object) -> None:
        if soort is not None:
            self._db.execute("ROLLBACK")
            return
        self._db.execute("UPDATE stand SET serie = serie + 1")
        self._db.execute("COMMIT")


def _als_bericht(rij: sqlite3.Row) -> Bericht:
    velden = dict(rij)
    for naam in ("gemaakt_op", "gewijzigd_op", "verwijderd_op"):
        velden[naam] = velden[naam] and datetime.fromisoformat(velden[naam])
    return Bericht(**velden)
