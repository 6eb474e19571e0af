"""Identifiers: sortable row ids, short codes for links and tokens for screens and keys."""

import secrets
import time
import uuid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a printed code can be read aloud and typed over."""

CODE_LENGTH = 8


def row_id() -> str:
    """A UUID version 7 (RFC 9562): unique, and in order of making, so that lists and indexes stay in order."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return str(uuid.UUID(int=value))


def short_code() -> str:
    """Eight random characters (40 bits): guessing one of 1,000 live codes takes about a billion tries."""
    bits = secrets.randbits(5 * CODE_LENGTH)
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 5 * CODE_LENGTH, 5))


def token(size: int = 24) -> str:
    """A secret that is safe in a URL path; `size` is in bytes of randomness."""
    return secrets.token_urlsafe(size)
