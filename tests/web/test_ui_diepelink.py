"""The link that opens a channel kept by hand, with the text in it where its app takes that."""

import pytest

from hub.web.ui.diepelink import diepe_link

TEKST = "Vermist & gezocht: Zoë\nBel 112"
IN_LINK = "Vermist%20%26%20gezocht%3A%20Zo%C3%AB%0ABel%20112"


@pytest.mark.parametrize(
    ("adres", "ingevuld"),
    [
        ("https://wa.me/", f"https://wa.me/?text={IN_LINK}"),
        ("https://wa.me/31612345678?text=oud", f"https://wa.me/31612345678?text={IN_LINK}"),
        ("https://api.whatsapp.com/send?phone=1", f"https://api.whatsapp.com/send?phone=1&text={IN_LINK}"),
        ("whatsapp://send", f"whatsapp://send?text={IN_LINK}"),
        ("https://t.me/buurtgroep", f"https://t.me/buurtgroep?text={IN_LINK}"),
        ("https://t.me/share/url?url=x", f"https://t.me/share/url?url=x&text={IN_LINK}"),
    ],
)
def test_the_text_is_filled_in_where_the_link_takes_it(adres: str, ingevuld: str) -> None:
    assert diepe_link(adres, TEKST) == (ingevuld, True)
    assert diepe_link(adres, "") == (adres, False)


@pytest.mark.parametrize(
    "adres",
    [
        "https://whatsapp.com/channel/0029Va",
        "https://chat.whatsapp.com/Abc123",
        "https://wa.me/message/ABC",
        "https://t.me/+AbCdEf123",
        "https://t.me/c/123/4",
        "https://buurtapp.example/groep",
    ],
)
def test_other_channels_are_opened_as_they_are(adres: str) -> None:
    assert diepe_link(adres, TEKST) == (adres, False)


@pytest.mark.parametrize("adres", ["", "javascript:alert(1)", "data:text/html,x", "geen adres", "//kwaad.example"])
def test_what_is_no_address_of_an_app_is_no_link(adres: str) -> None:
    assert diepe_link(adres, TEKST) == ("", False)
