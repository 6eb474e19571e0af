"""Assets by name: what one asset names of another is the address that pages use, so nothing is fetched twice."""

import re
from pathlib import Path

from hub.web.statisch import Bestanden
from tests.web.lezer import WORTEL


def test_a_style_sheet_names_a_font_by_the_address_that_pages_preload() -> None:
    files = Bestanden.van(WORTEL)
    for naam in ("publiek.css", "hub.css", "meekijken.css"):
        found = files.get(naam)
        assert found is not None
        named = re.findall(r'url\("(/assets/[^"]+)"\)', found.data.decode())
        assert files.url("noto-sans-latin-wght-normal.woff2") in named
        assert all("?v=" in address for address in named)


def test_another_font_gives_the_style_sheet_another_address(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@font-face { src: url("/assets/l.woff2") }', encoding="utf-8")
    (tmp_path / "l.woff2").write_bytes(b"een")
    before = Bestanden([tmp_path]).url("a.css")
    (tmp_path / "l.woff2").write_bytes(b"twee")
    assert Bestanden([tmp_path]).url("a.css") != before
