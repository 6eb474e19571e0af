"""Forms that anyone may send: bounded, in UTF-8 only, whatever their head says."""

import pytest

from hub.web.headers import MAX_OPENBAAR
from tests.web.huis import Huis

FORM = b'--x\r\nContent-Disposition: form-data; name="naam"\r\n\r\n%s\r\n--x--\r\n'
MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    "charset",
    [
        "charset=punycode",
        'CharSet="unicode_escape"',
        "charset*=utf-8''punycode",
        "charset*0=puny; charset*1=code",
        "charset=utf-8; charset=punycode",
        "charset=undefined",
        "charset=utf-7",
    ],
)
def test_a_form_chooses_no_codec(huis: Huis, charset: str) -> None:
    answer = huis.client.post(
        "/inloggen", content=FORM % b"\\ud800", headers={"Content-Type": f"{MULTIPART}; {charset}"}
    )
    assert answer.status_code == 415


def test_the_codec_counts_as_the_routes_read_it(huis: Huis) -> None:
    heads = [("Content-Type", f"{MULTIPART}; charset=punycode"), ("Content-Type", "application/json")]
    assert huis.client.post("/inloggen", content=FORM % b"a-b", headers=heads).status_code == 415


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"'])
def test_a_form_in_utf8_is_read(huis: Huis, charset: str) -> None:
    answer = huis.client.post("/inloggen", content=FORM % b"noor", headers={"Content-Type": MULTIPART + charset})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/inloggen", "/a/K4M7QZ/bron", "/a/K4M7QZ/reactie"])
def test_a_form_of_a_stranger_is_small(huis: Huis, path: str) -> None:
    answer = huis.client.post(path, content=FORM % (b"x" * MAX_OPENBAAR), headers={"Content-Type": MULTIPART})
    assert answer.status_code in (404, 413)
    plain = {"Content-Type": "application/x-www-form-urlencoded"}
    assert huis.client.post(path, content=b"naam=" + b"x" * MAX_OPENBAAR, headers=plain).status_code == 413
