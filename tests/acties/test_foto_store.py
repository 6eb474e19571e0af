"""Photos in the database: only by policy to the public, and gone without a way back."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hub.acties import store
from hub.acties.fotos import CleanPhoto
from hub.acties.model import Actie, FotoInfo, Persoon
from hub.acties.rules import NietMogelijk
from hub.acties.tables import FotoRij, FotoSleutelRij, FotoWegRij
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import NU, een_invoer

JPEG = CleanPhoto(b"\xff\xd8 een gezicht", 30, 40, "a" * 64)
ANDER = CleanPhoto(b"\xff\xd8 een ander gezicht", 30, 40, "b" * 64)


def een_actie(db: Db, *, actief: bool = True, **anders: object) -> Actie:
    actie = db.write_sync(lambda s: store.create(s, een_invoer(**anders), wie="Ans", now=NU))
    if not actief:
        return actie
    return db.write_sync(lambda s: store.set_fase(s, actie.id, "vrijgeven", now=NU))


def add(
    db: Db, vault: Vault, actie: Actie, photo: CleanPhoto = JPEG, *, toestemming: bool = True, erbij: bool = False
) -> FotoInfo:
    how = {"focus_x": 0.4, "focus_y": 9.0, "wie": "Ans", "now": NU}
    return db.write_sync(
        lambda s: store.add_foto(s, vault, actie.id, photo, toestemming=toestemming, erbij=erbij, **how)  # type: ignore[arg-type]
    )


def public(db: Db, vault: Vault, som: str = JPEG.som) -> bytes | None:
    return db.read_sync(lambda s: store.foto_public(s, vault, som))


def test_a_photo_is_stored_unreadable_and_comes_back_for_rendering(db: Db, vault: Vault) -> None:
    actie = een_actie(db)
    info = add(db, vault, actie)
    assert (info.som, info.focus_x, info.focus_y, info.toestemming_schriftelijk) == (JPEG.som, 0.4, 1.0, True)
    again = db.read_sync(lambda s: store.get(s, actie.id))
    assert again is not None
    assert again.foto == info
    (foto,) = db.read_sync(lambda s: store.load_fotos(s, vault, actie.id))
    assert (foto.data, foto.focus_x) == (JPEG.jpeg, 0.4)
    assert JPEG.jpeg not in db.read_sync(lambda s: s.scalars(select(FotoRij.inhoud)).one())


@pytest.mark.parametrize(
    ("anders", "toestemming", "shown"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"niveau": "lokaal"}, True, False),
        ({"niveau": "lokaal", "persoon": Persoon()}, True, False),
        ({"niveau": "lokaal", "persoon": Persoon(40)}, True, True),
        ({"actief": False}, True, False),
    ],
)
def test_the_public_sees_a_photo_only_by_policy_and_while_the_actie_runs(
    db: Db, vault: Vault, anders: dict[str, object], toestemming: bool, shown: bool
) -> None:
    add(db, vault, een_actie(db, **anders), toestemming=toestemming)  # type: ignore[arg-type]
    assert (public(db, vault) is not None) is shown
    assert not db.read_sync(lambda s: store.foto_gone(s, JPEG.som))


def test_a_new_photo_erases_the_one_before(db: Db, vault: Vault) -> None:
    actie = een_actie(db)
    add(db, vault, actie)
    add(db, vault, actie, ANDER)
    assert public(db, vault) is None
    assert public(db, vault, ANDER.som) == ANDER.jpeg
    assert db.read_sync(lambda s: store.foto_gone(s, JPEG.som))
    add(db, vault, actie)
    assert public(db, vault) == JPEG.jpeg
    assert not db.read_sync(lambda s: store.foto_gone(s, JPEG.som))


def test_further_photos_stand_beside_the_first_and_all_go_together(db: Db, vault: Vault) -> None:
    actie = een_actie(db)
    add(db, vault, actie, erbij=True)
    add(db, vault, actie, ANDER, erbij=True)
    again = db.read_sync(lambda s: store.get(s, actie.id))
    assert again is not None
    assert again.foto is not None
    assert (again.foto.som, again.foto.meer) == (JPEG.som, (ANDER.som,))
    fotos = db.read_sync(lambda s: store.load_fotos(s, vault, actie.id))
    assert [foto.data for foto in fotos] == [JPEG.jpeg, ANDER.jpeg]
    db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="Klaar.", now=NU))
    assert db.read_sync(lambda s: (store.foto_gone(s, JPEG.som), store.foto_gone(s, ANDER.som))) == (True, True)


def test_a_further_photo_needs_the_consent_of_the_first_and_there_are_three_at_most(db: Db, vault: Vault) -> None:
    actie = een_actie(db)
    add(db, vault, actie)
    with pytest.raises(NietMogelijk, match="schriftelijke toestemming"):
        add(db, vault, actie, ANDER, toestemming=False, erbij=True)
    add(db, vault, actie, ANDER, erbij=True)
    add(db, vault, actie, ANDER, erbij=True)
    with pytest.raises(NietMogelijk, match="hoogstens 3"):
        add(db, vault, actie, ANDER, erbij=True)


def test_after_withdrawal_photo_and_key_are_gone_and_the_address_says_so(db: Db, vault: Vault) -> None:
    actie = een_actie(db)
    add(db, vault, actie)
    later = NU + timedelta(minutes=5)
    gone = db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="Klaar.", now=later))
    assert gone == [JPEG.som]
    assert public(db, vault) is None
    assert db.read_sync(lambda s: store.foto_gone(s, JPEG.som))
    assert db.read_sync(lambda s: store.load_fotos(s, vault, actie.id)) == ()
    for table in (FotoRij, FotoSleutelRij):
        assert db.read_sync(lambda s, t=table: s.scalar(select(func.count()).select_from(t))) == 0  # type: ignore[misc]
    assert db.read_sync(lambda s: s.scalars(select(FotoWegRij.gewist_op)).one()) == later
    assert db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="Klaar.", now=later)) == []


def test_after_the_log_is_emptied_no_byte_of_the_stored_photo_is_on_disk(db: Db, vault: Vault, tmp_path: Path) -> None:
    actie = een_actie(db)
    add(db, vault, actie)
    stored = db.read_sync(lambda s: s.scalars(select(FotoRij.inhoud)).one())[20:60]
    key = db.read_sync(lambda s: s.scalars(select(FotoSleutelRij.sleutel)).one())[20:60]
    db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="Klaar.", now=NU))
    assert db.erase(())
    on_disk = b"".join(path.read_bytes() for path in tmp_path.glob("hub.db*"))
    for trace in (stored, key, b"Kanaalstraat", b"Sanne"):
        assert trace not in on_disk


def test_two_acties_with_the_same_photo_do_not_erase_each_other(db: Db, vault: Vault) -> None:
    first, second = een_actie(db), een_actie(db, kenmerk="B")
    add(db, vault, first)
    add(db, vault, second)
    db.write_sync(lambda s: store.erase_person(s, first.id, slottekst="", now=NU))
    assert public(db, vault) == JPEG.jpeg
    assert not db.read_sync(lambda s: store.foto_gone(s, JPEG.som))


def test_a_correction_that_makes_the_person_a_child_erases_the_photo_of_a_local_actie(db: Db, vault: Vault) -> None:
    actie = een_actie(db, niveau="lokaal", persoon=Persoon(40))
    add(db, vault, actie)
    child = {"persoon": Persoon(14)}
    newer = db.write_sync(lambda s: store.add_versie(s, actie.id, child, wie="Bo", now=NU, reden="leeftijd"))
    assert newer.foto is None
    assert db.read_sync(lambda s: store.foto_gone(s, JPEG.som))


def test_an_ended_or_unknown_actie_takes_no_photo(db: Db, vault: Vault) -> None:
    actie = een_actie(db)
    db.write_sync(lambda s: store.set_fase(s, actie.id, "intrekken", now=NU, reden="fout"))
    with pytest.raises(NietMogelijk):
        add(db, vault, actie)
    assert not db.read_sync(lambda s: store.foto_gone(s, "c" * 64))
