"""QR symbols of addresses alike, a hundred times as fast as encoding each one.

With length, version, level and mask fixed, every module is a sum (exclusive or) over the bits of the text: the error
correction is linear and the rest only moves or flips bits. So a symbol is the symbol of another text of that length,
changed by what each differing bit does. Characters of capitals and digits travel in pairs, 45 a + b in eleven bits.
"""

from collections.abc import Callable

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PAIR_BITS, _SINGLE_BITS = 11, 6

Encode = Callable[[str], int]


class Family:
    """All texts of one length out of `LETTERS`; `encode` gives the modules of one as the bits of an integer."""

    def __init__(self, first: str, encode: Encode) -> None:
        self._first = first
        self._encode = encode
        self._symbol = encode(first)
        self._changes: dict[int, list[int]] = {}

    def symbol(self, text: str) -> int:
        """The modules of this text; equal to what `encode` gives."""
        symbol = self._symbol
        for at in range(0, len(text), 2):
            differs = _worth(text[at : at + 2]) ^ _worth(self._first[at : at + 2])
            if differs:
                changes = self._changes_at(at)
                for bit in range(differs.bit_length()):
                    if differs >> bit & 1:
                        symbol ^= changes[bit]
        return symbol

    def _changes_at(self, at: int) -> list[int]:
        """What each bit of the characters at this place does to the modules; found by encoding, once."""
        if at not in self._changes:
            single = len(self._first) - at == 1
            nothing = self._encode(self._with(at, 0, single))
            bits = _SINGLE_BITS if single else _PAIR_BITS
            self._changes[at] = [self._encode(self._with(at, 1 << bit, single)) ^ nothing for bit in range(bits)]
        return self._changes[at]

    def _with(self, at: int, worth: int, single: bool) -> str:
        new = LETTERS[worth] if single else LETTERS[worth // 45] + LETTERS[worth % 45]
        return self._first[:at] + new + self._first[at + len(new) :]


def _worth(characters: str) -> int:
    worth = 0
    for character in characters:
        worth = 45 * worth + LETTERS.index(character)
    return worth
