"""The front-end assets are the bytes we chose, and their licences travel with them."""

import hashlib

from scripts.setup_assets import ASSETS, LIST, STATIC


def listed() -> dict[str, str]:
    lines = (line.split("  ") for line in LIST.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in lines}


def test_every_asset_is_the_one_we_chose() -> None:
    digests = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in ASSETS}
    assert digests == listed()


def test_nothing_else_lies_between_them() -> None:
    present = {
        path.relative_to(STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).rglob("*")
        if path.is_file()
    }
    assert present == set(ASSETS)


def test_every_package_brings_its_licence() -> None:
    packages = {package for package, _ in ASSETS.values()}
    assert packages == {package for package, path in ASSETS.values() if "LICENSE" in path}
