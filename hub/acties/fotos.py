"""Photos from outside made safe: fresh pixels, one JPEG without metadata, decoded in a process that may fail.

`clean` starts `hub/acties/foto_proces.py` with little memory and little time, so that an image bomb costs a
refusal and nothing else. What is stored is encrypted with a key of its own; without that key nobody can
read it.
"""

import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

from hub.acties import foto_proces
from hub.acties.foto_proces import HEADER, MAX_BYTES_IN, ONLEESBAAR, SENTENCES, TE_GROOT
from hub.kit.secrets import KeyFileError, Vault

TIMEOUT_SECONDS = 10.0


class FotoGeweigerd(Exception):
    """This photo cannot be used; the message is a Dutch sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo that is safe to keep: JPEG bytes, size in pixels and the SHA-256 of the bytes."""

    jpeg: bytes
    breedte: int
    hoogte: int
    som: str


def clean(data: bytes, timeout: float = TIMEOUT_SECONDS) -> CleanPhoto:
    """Decode and re-draw a photo in a process of its own; raises FotoGeweigerd.

    Blocks until that process is done: call it in a thread.
    """
    if len(data) > MAX_BYTES_IN:
        raise FotoGeweigerd(SENTENCES[TE_GROOT])
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", foto_proces.__file__],
            input=data,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FotoGeweigerd("Deze foto kost te veel tijd om te lezen. Maak hem kleiner.") from None
    if done.returncode != 0 or len(done.stdout) <= HEADER.size:
        raise FotoGeweigerd(SENTENCES.get(done.returncode, SENTENCES[ONLEESBAAR]))
    breedte, hoogte = HEADER.unpack_from(done.stdout)
    jpeg = done.stdout[HEADER.size :]
    return CleanPhoto(jpeg, breedte, hoogte, sha256(jpeg).hexdigest())


def encrypt(vault: Vault, jpeg: bytes) -> tuple[bytes, bytes]:
    """The photo under a fresh key, and that key under the key of the hub."""
    key = Fernet.generate_key()
    return Fernet(key).encrypt(jpeg), vault.encrypt(key)


def decrypt(vault: Vault, content: bytes, wrapped_key: bytes) -> bytes:
    """The JPEG bytes; raises KeyFileError where key and photo do not belong together."""
    try:
        return Fernet(vault.decrypt(wrapped_key)).decrypt(content)
    except InvalidToken as error:
        raise KeyFileError("De sleutel van deze foto past niet.") from error
