"""More time is known everywhere at once: the living page, the feeds of existing clients, the API."""

from collections.abc import Iterator

import pytest

from hub.kit.config import Compatibel, Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok
from tests.web.huis import ADRES, Huis, open_huis


@pytest.fixture
def huis(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub that serves existing clients too."""
    config = Config(adres=ADRES, compatibel=Compatibel(landactiehost=True))
    with open_huis(db, vault, klok, config) as found:
        yield found


def test_an_extension_is_seen_on_the_page_in_the_feed_and_in_the_api(huis: Huis) -> None:
    made = huis.start().json()

    def ends() -> tuple[bool, int, str]:
        page = huis.client.get(f"/a/{made['code']}").text
        (action,) = huis.client.get("/burgernet/burgernet-api/v2/actions").json()["actions"]
        return (
            '<time datetime="2026-03-01T14:35' in page,
            action["endTimestamp"],
            huis.get("lezer", f"/acties/{made['id']}").json()["eindigtOp"],
        )

    shown, stamp, einde = ends()
    assert (shown, einde) == (False, "2026-03-01T14:05:00.000Z")
    assert huis.post("meldkamer", f"/acties/{made['id']}/verlengingen", {"minuten": 30}).status_code in (200, 201)
    later = ends()
    assert later == (True, stamp + 30 * 60_000, "2026-03-01T14:35:00.000Z")
