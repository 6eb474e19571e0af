"""QR symbols of addresses alike, thousands of times as fast as encoding each one.

With length, version, level and mask fixed, every module is a sum (exclusive or) over the bits of the text: the error
correction is linear and the rest only moves or flips bits. So a symbol is the symbol of another text of that length,
changed by what each differing bit does. Characters of capitals and digits travel in pairs, 45 a + b in eleven bits,
counted from the start of the text; a table per pair holds what every value of it does.
"""

from collections.abc import Callable

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PAIR_BITS, _SINGLE_BITS = 11, 6

Encode = Callable[[str], int]


class Family:
    """All texts that open with `start` and have so many characters out of `LETTERS` after it.

    `encode` gives the modules of one of them as the bits of an integer.
    """

    def __init__(self, start: str, length: int, encode: Encode) -> None:
        first = start + "0" * length
        self._symbol = encode(first)
        # After a start of odd length the first character shares its pair with the last of the start.
        self._tables: list[tuple[slice, _Table]] = []
        for at in range(len(start) // 2 * 2, len(first), 2):
            cut = slice(max(0, at - len(start)), at + 2 - len(start))
            self._tables.append((cut, _Table(first, at, start[at : at + 2], encode)))

    def symbol(self, code: str) -> int:
        """The modules of the text that ends in this code; equal to what `encode` gives."""
        symbol = self._symbol
        for cut, table in self._tables:
            symbol ^= table[code[cut]]
        return symbol


class _Table(dict[str, int]):
    """What the characters at one place do to the modules; each value is worked out when it is first asked."""

    def __init__(self, first: str, at: int, fixed: str, encode: Encode) -> None:
        super().__init__()
        self._fixed = fixed
        single = len(first) - at == 1

        def changed(worth: int) -> int:
            new = LETTERS[worth] if single else LETTERS[worth // 45] + LETTERS[worth % 45]
            return encode(first[:at] + new + first[at + len(new) :])

        nothing = changed(0)
        self._bits = [changed(1 << bit) ^ nothing for bit in range(_SINGLE_BITS if single else _PAIR_BITS)]
        self._first = _worth(first[at : at + 2])

    def __missing__(self, characters: str) -> int:
        differs = _worth(self._fixed + characters) ^ self._first
        change = 0
        for bit, does in enumerate(self._bits):
            if differs >> bit & 1:
                change ^= does
        self[characters] = change
        return change


def _worth(characters: str) -> int:
    worth = 0
    for character in characters:
        worth = 45 * worth + LETTERS.index(character)
    return worth
