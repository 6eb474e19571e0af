"""Failed log-ins per address, in memory only: who guesses waits, and no address is ever stored."""

import secrets
from collections import OrderedDict
from hashlib import blake2b
from math import ceil

from hub.kit.clock import Clock

RUIMTE = 30
"""Failures an address may make at once; a control room shares one address, so not too few."""
PER_SECONDE = 0.1
ONTHOUDEN = 10_000


class Pogingen:
    """A leaky bucket per address: thirty failures at once, then one every ten seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._filled: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, adres: str) -> int:
        """Seconds to wait before the next attempt from this address; 0 = go ahead."""
        level = self._level(self._key(adres))
        return ceil((level - RUIMTE + 1) / PER_SECONDE) if level > RUIMTE - 1 else 0

    def begin(self, adres: str) -> None:
        """Note an attempt before its outcome is known, so that many at once cannot pass together."""
        self._raise(adres, 1)

    def succeeded(self, adres: str) -> None:
        """The attempt was no failure: it weighs nothing."""
        self._raise(adres, -1)

    def _raise(self, adres: str, by: int) -> None:
        key = self._key(adres)
        level = max(0.0, self._level(key) + by)
        self._filled.pop(key, None)
        self._filled[key] = (level, self._at())
        if len(self._filled) > ONTHOUDEN:
            self._filled.popitem(last=False)

    def _level(self, key: bytes) -> float:
        level, at = self._filled.get(key, (0.0, self._at()))
        return max(0.0, level - (self._at() - at) * PER_SECONDE)

    def _key(self, adres: str) -> bytes:
        return blake2b(adres.encode(), key=self._salt, digest_size=12).digest()

    def _at(self) -> float:
        return self._clock.now().timestamp()
