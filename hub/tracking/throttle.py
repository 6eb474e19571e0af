"""Slowing down who asks too often, without keeping who that is: token buckets in memory, keyed by a salted hash."""

import hashlib
import ipaddress
import secrets
from collections import OrderedDict
from typing import Final

from hub.kit.clock import Clock

REMEMBERED: Final = 10_000


class Bucket:
    """A token bucket: `size` at once, refilled with `rate` a second; the time comes in from outside."""

    __slots__ = ("at", "level")

    def __init__(self, size: float, at: float) -> None:
        self.level = size
        self.at = at

    def take(self, size: float, rate: float, at: float) -> bool:
        """Take one; False when it is empty."""
        self.level = min(size, self.level + max(0.0, at - self.at) * rate)
        self.at = at
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Throttle:
    """One bucket for everyone together and one per address; the address is hashed with a salt of this process.

    The oldest addresses are forgotten first, so that a scanner with many addresses cannot fill the memory.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        each: float = 30,
        each_rate: float = 0.5,
        total: float = 2000,
        total_rate: float = 50,
    ) -> None:
        self._clock = clock
        self._each, self._each_rate = each, each_rate
        self._total, self._total_rate = total, total_rate
        self._salt = secrets.token_bytes(16)
        self._all = Bucket(total, self._at())
        self._per: OrderedDict[bytes, Bucket] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Note one request of this address; False once it, or everyone together, asked too often."""
        at = self._at()
        key = hashlib.blake2b(_network(address), key=self._salt, digest_size=12).digest()
        bucket = self._per.pop(key, None) or Bucket(self._each, at)
        self._per[key] = bucket
        if len(self._per) > REMEMBERED:
            self._per.popitem(last=False)
        # An address that is over its own limit no longer weighs on the others.
        return bucket.take(self._each, self._each_rate, at) and self._all.take(self._total, self._total_rate, at)

    def _at(self) -> float:
        return self._clock.now().timestamp()


def _network(address: str) -> bytes:
    """The address itself, of IPv6 the /64 that one subscriber holds; anything else as it came."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address.encode()
    return parsed.packed[:8] if parsed.version == 6 else parsed.packed
