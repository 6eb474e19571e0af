"""Passwords: hashed with argon2id, at most two at a time, and just as slow for a user who does not exist."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MIN_LENGTE = 12
MAX_LENGTE = 200
TEGELIJK = 2
"""Hashing takes 64 MiB and a fifth of a second; more at once would let a log-in flood stop the hub."""


class Wachtwoorden:
    """Makes and checks hashes; one object per process, because it holds the two places for hashing."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(TEGELIJK, thread_name_prefix="argon2")
        self._decoy = ""

    def hash(self, wachtwoord: str) -> str:
        """The hash to store."""
        return self._hasher.hash(wachtwoord)

    async def matches(self, stored: str | None, wachtwoord: str) -> bool:
        """Whether the password fits; None (no such user) costs the same time and never fits."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._check, stored, wachtwoord)

    def close(self) -> None:
        """Give the two threads back."""
        self._pool.shutdown()

    def _check(self, stored: str | None, wachtwoord: str) -> bool:
        self._decoy = self._decoy or self._hasher.hash("niemand heeft dit wachtwoord")
        try:
            self._hasher.verify(stored or self._decoy, wachtwoord)
        except (VerifyMismatchError, InvalidHashError):
            return False
        return stored is not None


def fault(wachtwoord: str) -> str:
    """Why this cannot be a password, as a sentence; empty when it can."""
    if len(wachtwoord) < MIN_LENGTE:
        return f"Een wachtwoord heeft minstens {MIN_LENGTE} tekens."
    if len(wachtwoord) > MAX_LENGTE:
        return f"Een wachtwoord heeft hoogstens {MAX_LENGTE} tekens."
    return ""
