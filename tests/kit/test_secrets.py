"""The key file: made once, readable by its owner only, and every key in it still opens what it closed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from hub.kit.secrets import KeyFileError, Vault, fingerprint, open_vault


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "map" / "hub.sleutel"
    closed = open_vault(path).encrypt(b"geheim")
    assert path.stat().st_mode & 0o777 == 0o600
    assert open_vault(path).decrypt(closed) == b"geheim"


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            path = tmp_path / str(number) / "hub.sleutel"
            first, *others = pool.map(open_vault, [path] * 8)
            assert all(other.decrypt(first.encrypt(b"geheim")) == b"geheim" for other in others)
            assert [file.name for file in path.parent.iterdir()] == ["hub.sleutel"]


def test_a_new_key_in_front_still_opens_the_old(tmp_path: Path) -> None:
    path = tmp_path / "hub.sleutel"
    closed = open_vault(path).encrypt(b"geheim")
    path.write_bytes(Fernet.generate_key() + b"\n" + path.read_bytes())
    assert open_vault(path).decrypt(closed) == b"geheim"


def test_another_key_opens_nothing() -> None:
    closed = Vault([Fernet.generate_key()]).encrypt(b"geheim")
    with pytest.raises(KeyFileError, match="Geen sleutel"):
        Vault([Fernet.generate_key()]).decrypt(closed)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"geen sleutel\n"])
def test_a_key_file_without_a_key_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hub.sleutel"
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="sleutelbestand"):
        open_vault(path)


def test_derived_keys_differ_per_purpose_and_stay(vault: Vault) -> None:
    assert vault.derive("a") == vault.derive("a") != vault.derive("b")
    signature = vault.signing_key().sign(b"bon")
    vault.signing_key().public_key().verify(signature, b"bon")


def test_a_fingerprint_is_not_the_secret() -> None:
    assert fingerprint("geheim") == fingerprint("geheim") != fingerprint("geheim2")
    assert "geheim" not in fingerprint("geheim")
