"""A kanaal that can only notify: everyone who chooses it reads first what it cannot do."""

import pytest

from tests.web.huis import Huis

ADRES = "mmosts://chat.voorbeeld.test/geheimtokenvaneenander"


@pytest.mark.parametrize(("pad", "zinnen"), [("/kanalen", ["Alleen plaatsen"]), ("/acties/nieuw", [])])
def test_a_kanaal_that_only_notifies_says_that_nothing_can_be_taken_back(
    huis: Huis, pad: str, zinnen: list[str]
) -> None:
    body = {"naam": "piket", "netwerk": "apprise", "instellingen": {"adres": ADRES}}
    assert huis.post("adviseur", "/kanalen", body).status_code == 201
    huis.inloggen("adviseur")
    page = huis.client.get(pad, headers={"Accept": "text/html"}).text
    for zin in ("an niet worden ingetrokken", "kan niet worden gewijzigd", *zinnen):
        assert zin in page
    assert "geheimtoken" not in page
