"""After the key was replaced the old one opens nothing, and everything is still there."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties.tables import FotoSleutelRij
from hub.desk.sleutelwissel import reseal
from hub.desk.tables import DossierRij
from hub.kanalen import abonnees, store
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.tables import AbonneeRij, KanaalRij
from hub.kit.db import Db
from hub.kit.secrets import KeyFileError, Vault, open_vault, rotate
from tests.builders import NU

SETTINGS = {"account": "stad", "token": "bedacht-token-7731"}
VELDEN = (KanaalRij.instellingen, FotoSleutelRij.sleutel, DossierRij.inhoud, AbonneeRij.adres)


def fill(session: Session, vault: Vault) -> None:
    store.save(session, vault, KanaalInvoer("stad", "proef", SETTINGS), NU)
    session.add(FotoSleutelRij(foto_id="f1", sleutel=vault.encrypt(b"fotosleutel")))
    session.add(DossierRij(actie_id="a1", inhoud=vault.encrypt(b"dossier"), gemaakt_op=NU))
    abonnees.follow(session, vault, "stad", "900100", "GM0344", NU)


def every(session: Session) -> list[bytes]:
    return [bytes(session.scalars(select(veld)).one()) for veld in VELDEN]


def test_the_old_key_opens_nothing_and_nothing_is_lost(db: Db, tmp_path: Path) -> None:
    path = tmp_path / "hub.sleutel"
    old = open_vault(path)
    db.write_sync(lambda s: fill(s, old))
    done = rotate(path, lambda oud, nieuw: db.write_sync(lambda s: reseal(s, oud, nieuw)))
    assert (done, path.stat().st_mode & 0o777, len(path.read_bytes().split())) == (4, 0o600, 1)
    new = open_vault(path)
    for sealed in db.read_sync(every):
        assert new.decrypt(sealed)
        with pytest.raises(KeyFileError):
            old.decrypt(sealed)
    assert db.read_sync(lambda s: store.settings_of(s, new, "stad")) == SETTINGS
    assert db.read_sync(lambda s: abonnees.find(s, new, "stad", "900100"))


def test_a_rotation_that_is_cut_off_leaves_a_file_that_opens_everything(db: Db, tmp_path: Path) -> None:
    path = tmp_path / "hub.sleutel"
    db.write_sync(lambda s: fill(s, open_vault(path)))

    def cut_off(oud: Vault, nieuw: Vault) -> int:
        db.write_sync(lambda s: reseal(s, oud, nieuw))
        raise RuntimeError("stroom weg")

    with pytest.raises(RuntimeError):
        rotate(path, cut_off)
    assert db.read_sync(lambda s: store.settings_of(s, open_vault(path), "stad")) == SETTINGS
    assert rotate(path, lambda oud, nieuw: db.write_sync(lambda s: reseal(s, oud, nieuw))) == 4
    assert len(path.read_bytes().split()) == 1


def test_without_the_right_key_nothing_changes(db: Db, tmp_path: Path) -> None:
    path = tmp_path / "hub.sleutel"
    db.write_sync(lambda s: fill(s, Vault([Fernet.generate_key()])))
    before = db.read_sync(every)
    open_vault(path)
    with pytest.raises(KeyFileError):
        rotate(path, lambda oud, nieuw: db.write_sync(lambda s: reseal(s, oud, nieuw)))
    assert db.read_sync(every) == before
