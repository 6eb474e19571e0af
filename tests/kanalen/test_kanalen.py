"""Kanalen: credentials stay encrypted, config.yaml wins, and an account is remade when its settings change."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.content import Channel, Timeouts
from hub.kanalen import store
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import Kanaal, KanaalInvoer
from hub.kanalen.registry import OnbekendNetwerk, Registry, check_settings
from hub.kanalen.tables import KanaalRij
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import NU, een_view

CHANNELS = Path(__file__).resolve().parents[2] / "channels"


def invoer(**anders: object) -> KanaalInvoer:
    usual: dict[str, object] = {
        "naam": "proef-stad",
        "netwerk": "proef",
        "instellingen": {"basisUrl": "http://127.0.0.1:1", "account": "stad", "token": "geheim-7731"},
    }
    return KanaalInvoer(**{**usual, **anders})  # type: ignore[arg-type]


def test_a_token_is_never_readable_in_the_database(db: Db, vault: Vault) -> None:
    db.write_sync(lambda s: store.save(s, vault, invoer(), NU))
    stored = db.read_sync(lambda s: s.scalars(select(KanaalRij)).one().instellingen)
    assert b"geheim-7731" not in stored
    assert db.read_sync(lambda s: store.settings_of(s, vault, "proef-stad"))["token"] == "geheim-7731"


def test_an_empty_field_keeps_the_secret_that_was_there(db: Db, vault: Vault) -> None:
    db.write_sync(lambda s: store.save(s, vault, invoer(), NU))
    db.write_sync(lambda s: store.save(s, vault, invoer(instellingen={"token": "", "account": "ander"}), NU))
    kept = db.read_sync(lambda s: store.settings_of(s, vault, "proef-stad"))
    assert (kept["token"], kept["account"]) == ("geheim-7731", "ander")


def test_a_kanaal_from_the_configuration_cannot_be_changed_in_the_pages(db: Db, vault: Vault) -> None:
    db.write_sync(lambda s: store.provision(s, vault, [invoer(vastgelegd=True)], NU))
    with pytest.raises(store.KanaalVast, match=r"config\.yaml"):
        db.write_sync(lambda s: store.save(s, vault, invoer(), NU))


def test_a_kanaal_that_left_the_configuration_is_switched_off_and_keeps_its_credentials(db: Db, vault: Vault) -> None:
    db.write_sync(lambda s: store.provision(s, vault, [invoer(vastgelegd=True)], NU))
    db.write_sync(lambda s: store.provision(s, vault, [], NU))
    kanaal = db.read_sync(lambda s: store.get(s, "proef-stad"))
    assert kanaal is not None
    assert not kanaal.aan
    assert db.read_sync(lambda s: store.settings_of(s, vault, "proef-stad"))["token"] == "geheim-7731"


def test_a_kanaal_that_needs_a_person_waits_until_someone_resumes_it(db: Db, vault: Vault) -> None:
    db.write_sync(lambda s: store.save(s, vault, invoer(), NU))
    db.write_sync(lambda s: store.note_failure(s, "proef-stad", "token ingetrokken", NU, pause=True))
    paused = db.read_sync(lambda s: store.get(s, "proef-stad"))
    db.write_sync(lambda s: store.resume(s, "proef-stad"))
    resumed = db.read_sync(lambda s: store.get(s, "proef-stad"))
    assert paused is not None
    assert resumed is not None
    assert (paused.gepauzeerd, resumed.gepauzeerd) == ("token ingetrokken", "")


@pytest.mark.parametrize(
    ("kanaal", "past"),
    [
        (Kanaal("k", "proef"), True),
        (Kanaal("k", "proef", aan=False), False),
        (Kanaal("k", "proef", gebied=("GM0344",)), True),
        (Kanaal("k", "proef", gebied=("GM0307",)), False),
        (Kanaal("k", "proef", types=("overval",)), False),
        (Kanaal("k", "proef", niveaus=("lokaal",)), False),
    ],
)
def test_a_kanaal_serves_what_fits_its_area_type_and_niveau(kanaal: Kanaal, past: bool) -> None:
    assert kanaal.serves(een_view()) is past


def test_a_national_actie_reaches_every_area() -> None:
    assert Kanaal("k", "proef", gebied=("GM0307",)).serves(een_view(niveau="landelijk"))


def test_the_registry_names_what_exists_when_asked_for_something_else() -> None:
    with pytest.raises(OnbekendNetwerk, match="telegram"):
        Registry(CHANNELS).load("hyves")


def test_missing_and_unknown_settings_are_told_in_sentences() -> None:
    faults = check_settings(Registry(CHANNELS).settings("proef"), {"acount": "stad"})
    assert any("acount" in fault for fault in faults)
    assert any("token" in fault and "ontbreekt" in fault for fault in faults)


@pytest.mark.parametrize("fout", [{"kostenMetLink": "gratis"}, {"budgetPerMaand": "veel"}, {"linkInTekst": "soms"}])
async def test_an_account_with_a_wrong_amount_can_be_used_and_says_what_is_wrong(
    db: Db, vault: Vault, fout: dict[str, str]
) -> None:
    geheim = dict.fromkeys(("apiSleutel", "apiGeheim", "toegangstoken", "toegangsgeheim"), "bedacht")
    op_x = invoer(naam="op-x", netwerk="x", instellingen={"account": "Meldkamer", **geheim, **fout})
    db.write_sync(lambda s: store.save(s, vault, op_x, NU))
    account = await Accounts(db, Registry(CHANNELS), vault, Timeouts()).rekening("op-x", "x")
    assert account.kosten is None
    assert next(iter(fout)) in account.kosten_fout


async def test_an_account_is_made_once_and_again_after_a_change(db: Db, vault: Vault) -> None:
    accounts = Accounts(db, Registry(CHANNELS), vault, Timeouts())
    await db.write(lambda s: store.save(s, vault, invoer(), NU))
    first, same = [await accounts.get("proef-stad", "proef") for _ in range(2)]
    await db.write(lambda s: store.save(s, vault, invoer(instellingen={"account": "ander"}), NU))
    changed = await accounts.get("proef-stad", "proef")
    await accounts.close()
    assert first is same
    assert changed is not first


class Sluitend(Registry):
    """A registry whose netwerken tell when they are closed."""

    def __init__(self, gesloten: asyncio.Queue[str]) -> None:
        super().__init__(CHANNELS)

        class Net(super().load("proef")):  # type: ignore[misc]
            async def close(self) -> None:
                await super().close()
                gesloten.put_nowait(self._token)

        self._net = Net

    def load(self, netwerk: str) -> type[Channel]:
        return self._net


async def test_an_account_that_was_remade_is_closed_once_no_call_can_be_under_way_on_it(db: Db, vault: Vault) -> None:
    gesloten = asyncio.Queue[str]()
    snel, traag = (Accounts(db, Sluitend(gesloten), vault, Timeouts(1, total)) for total in (0.001, 20))
    for token in ("een", "twee"):
        settings = {"account": "stad", "token": token}
        await db.write(lambda s, settings=settings: store.save(s, vault, invoer(instellingen=settings), NU))
        for accounts in (snel, traag):
            await accounts.get("proef-stad", "proef")
    assert await gesloten.get() == "een"
    assert gesloten.empty()
    await snel.close()
    await traag.close()
    assert sorted(gesloten.get_nowait() for _ in range(3)) == ["een", "twee", "twee"]
    assert gesloten.empty()
