"""Secrets at rest: values encrypted with a key that lives in a file beside the database, never in it."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.kit.paden import file_fault, folder_fault, reden


class KeyFileError(Exception):
    """The key file cannot be read, is empty or does not fit what was encrypted. The message says what to do."""


class Vault:
    """Encrypts and decrypts small values and photo keys; the newest key encrypts, older ones still decrypt."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys:
            raise KeyFileError("Het sleutelbestand is leeg. Zet de sleutel terug uit uw eigen kluis.")
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._keys = keys

    def encrypt(self, value: bytes) -> bytes:
        """Authenticated encryption; the result is text-safe bytes."""
        return self._fernet.encrypt(value)

    def decrypt(self, value: bytes) -> bytes:
        """The original bytes; raises KeyFileError when no key in the file fits."""
        try:
            return self._fernet.decrypt(value)
        except InvalidToken as error:
            raise KeyFileError("Geen sleutel in het sleutelbestand past op deze gegevens.") from error

    def derive(self, purpose: str) -> bytes:
        """Thirty-two bytes bound to one purpose, stable as long as the first key stays."""
        return self.derived(purpose)[0]

    def derived(self, purpose: str) -> list[bytes]:
        """As `derive` for every key in the file, newest first: what was made with an older one is still known."""
        return [sha256(key + b"|" + purpose.encode()).digest() for key in self._keys]

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs manifests and receipts."""
        return Ed25519PrivateKey.from_private_bytes(self.derive("ondertekenen"))


def open_vault(path: Path) -> Vault:
    """The vault of the key file; makes the file (mode 0600) when there is none yet."""
    if fault := key_fault(path):
        raise KeyFileError(f"sleutelbestand: {fault}")
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path)
        return Vault(_keys(path))
    except OSError as error:
        raise KeyFileError(f"sleutelbestand: {path} is niet te gebruiken: {reden(error)}.") from error
    except ValueError as error:
        raise KeyFileError(
            f"sleutelbestand: in {path} staat geen sleutel van de hub. Zet het goede bestand terug uit uw eigen kluis."
        ) from error


def key_fault(path: Path) -> str:
    """Why the key file cannot be read, or made where it is missing; the hub also writes beside it."""
    return file_fault(path, os.R_OK) or folder_fault(path.parent)


def _make(path: Path) -> None:
    """A key file with one new key. Of processes that start together one makes it, and none reads it half written."""
    handle, beside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    _fill(handle, [Fernet.generate_key()])
    with contextlib.suppress(FileExistsError):
        os.link(beside, path)
    os.unlink(beside)


def rotate(path: Path, reseal: Callable[[Vault, Vault], int]) -> int:
    """Make a new key, have `reseal` encrypt everything anew with it, then drop the old ones; returns what that did.

    A power cut anywhere leaves a file that opens whatever there is by then.
    """
    old, new = _keys(path), Fernet.generate_key()
    _write(path, [new, *old])
    done = reseal(Vault([new, *old]), Vault([new]))
    _write(path, [new])
    return done


def _keys(path: Path) -> list[bytes]:
    return [line.strip() for line in path.read_bytes().splitlines() if line.strip()]


def _fill(handle: int, keys: list[bytes]) -> None:
    """One key per line, on disk before the file gets its name."""
    with os.fdopen(handle, "wb") as file:
        file.write(b"\n".join(keys) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, keys: list[bytes]) -> None:
    """Replace the key file in one step."""
    beside = path.with_name(f"{path.name}.nieuw")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _fill(handle, keys)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def fingerprint(secret: str) -> str:
    """What is stored of a token or key: its SHA-256, so that a copy of the database opens no door."""
    return sha256(secret.encode()).hexdigest()
