"""QR symbols of addresses alike, thousands of times as fast as encoding each one.

With length, version, level and mask fixed, every module is a sum (exclusive or) over the bits of the text: the error
correction is linear and the rest only moves or flips bits. So a symbol is the symbol of another text of that length,
changed by what each differing bit does. In a text of capitals and digits characters travel in pairs, 45 a + b in
eleven bits, counted from the start of the text; in any other each is a byte. A table per pair or byte holds what every
value of it does.
"""

from collections.abc import Callable

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

Encode = Callable[[str], int]


class Family:
    """All texts that open with `start` and have so many capitals and digits after it.

    `encode` gives the modules of one of them as the bits of an integer.
    """

    def __init__(self, start: str, length: int, encode: Encode) -> None:
        first = start + "0" * length
        self._symbol = encode(first)
        paired = all(letter in LETTERS for letter in start)
        # After a start of odd length the first character shares its pair with the last of the start.
        begin, step = (len(start) // 2 * 2, 2) if paired else (len(start), 1)
        self._tables: list[tuple[slice, _Table]] = []
        for at in range(begin, len(first), step):
            cut = slice(max(0, at - len(start)), at + step - len(start))
            code = _Pair(len(first) - at) if paired else _Byte()
            self._tables.append((cut, _Table(first, at, start[at : at + step], code, encode)))

    def symbol(self, code: str) -> int:
        """The modules of the text that ends in this code; equal to what `encode` gives."""
        symbol = self._symbol
        for cut, table in self._tables:
            symbol ^= table[code[cut]]
        return symbol


class _Byte:
    """How one character of any text is coded."""

    bits = 7

    def worth(self, characters: str) -> int:
        return ord(characters)

    def characters(self, worth: int) -> str:
        return chr(worth)


class _Pair:
    """How two capitals or digits are coded, or the one that is left at the end."""

    def __init__(self, left: int) -> None:
        self._single = left == 1
        self.bits = 6 if self._single else 11

    def worth(self, characters: str) -> int:
        worth = 0
        for character in characters:
            worth = 45 * worth + LETTERS.index(character)
        return worth

    def characters(self, worth: int) -> str:
        return LETTERS[worth] if self._single else LETTERS[worth // 45] + LETTERS[worth % 45]


class _Table(dict[str, int]):
    """What the characters at one place do to the modules; each value is worked out when it is first asked."""

    def __init__(self, first: str, at: int, fixed: str, code: _Byte | _Pair, encode: Encode) -> None:
        super().__init__()
        self._fixed, self._code = fixed, code

        def changed(worth: int) -> int:
            new = code.characters(worth)
            return encode(first[:at] + new + first[at + len(new) :])

        nothing = changed(0)
        self._bits = [changed(1 << bit) ^ nothing for bit in range(code.bits)]
        self._first = code.worth(first[at : at + len(code.characters(0))])

    def __missing__(self, characters: str) -> int:
        differs = self._code.worth(self._fixed + characters) ^ self._first
        change = 0
        for bit, does in enumerate(self._bits):
            if differs >> bit & 1:
                change ^= does
        self[characters] = change
        return change
