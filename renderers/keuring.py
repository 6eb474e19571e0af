"""The gate: what is wrong with a render before it may leave, in sentences for the adviseur.

Legibility is judged by the notes of a `Proefvel`, the file and its QR by the bytes that would leave.

- Letters: the capital in mm per metre of distance, at least formats.FLOORS (ISO 9241-3: 5 mm/m; Smith 1979: 7 mm/m is
  read by nearly everyone). A sheet of another size than the design hangs on a screen of the same size.
- Words: three a second (words.woorden_in), a little less than people read on paper. Label, headline and number must
  be caught in one look, of six seconds at most: 18 words, which is 3 for the label and the number and the 3 lines of 5
  words that out-of-home guidance allows a headline. All that is told must be read while the poster shows twice: it
  comes back in its loop, and who waits at a stop sees it again. The words themselves aim at once; only what nobody
  may miss (where someone was seen last) goes beyond that.
- Roads: a driver looks one to two seconds at most, so 7 words in all; no telephone number or other row of digits to
  remember but the number plate that is looked for, and no QR (CROW, Reclame langs wegen).
- Contrast of 7:1 (WCAG AAA): what holds indoors at 4.5:1 drowns in daylight.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from threading import Lock

from hub.content import Keuring
from renderers import afstand, ladder, qr
from renderers.errors import PosterError
from renderers.fonts import CAP
from renderers.formats import FLOORS, Formaat, Rect
from renderers.ladder import CIJFERS
from renderers.layout import Plan
from renderers.proefvel import Proefvel, Regel
from renderers.words import BLIK_S, Inhoud, woorden_in

LANGS_DE_WEG = 7
KEREN = 2
"""Times that a poster is seen by who has the time to read it."""
_IN_EEN_BLIK = frozenset({"label", "kop", "nummer"})
_RAND = frozenset({"rand", "klein"})
"""What surrounds the message; nobody has to have read it."""
_LICHT, _ZWAAR = 500_000, 1_500_000
_ROND_EEN_SCHERM = 1920 * 1200
_STRIP = 200
"""A scherm of fewer pixels high is a LED strip: its QR may be for who stands closer by."""
_PIXELS_MET_QR = 80_000
"""A scherm of fewer pixels has room for the words alone; a poster without a QR is better than none."""

_TE_KLEIN = {
    "kop": "de kop is te lang om op {meter} meter te lezen. Maak de titel korter.",
    "feiten": "'{tekst}' is te klein om op {meter} meter te lezen. Maak het signalement of 'laatst gezien' korter.",
    "tekst": "de tekst is te klein om op {meter} meter te lezen. Maak het bericht korter.",
}
_TE_KLEIN_ANDERS = "'{tekst}' is te klein om op {meter} meter te lezen. Dit formaat past niet bij deze actie."


@dataclass(frozen=True, slots=True)
class Render:
    """All that the gate looks at. `plan`: where everything went; `jpeg`: the file as it would leave."""

    formaat: Formaat
    size: tuple[int, int]
    words: Inhoud
    plan: Plan
    vel: Proefvel
    jpeg: bytes

    @property
    def pixels_per_mm(self) -> float:
        """Of the screen it hangs on."""
        return self.formaat.pixels_per_mm * self.formaat.scale(Rect(0, 0, *self.size))


def keur(render: Render) -> Keuring:
    """The verdict over one render."""
    found = [*_letters(render), *_places(render), *_words(render), *_sign(render), *_file(render), *_qr(render)]
    naam = render.formaat.naam
    bezwaren, opmerkingen = (
        tuple(f"{naam}: {text}" for text in dict.fromkeys(texts)) for texts in (found, _near(render))
    )
    return Keuring(naam, bezwaren, opmerkingen, _reach(render))


def niet_gezet(formaat: Formaat, error: PosterError) -> Keuring:
    """The verdict over a render that could not be made at all."""
    told = re.search(r"'([^']+)' past niet leesbaar", str(error))
    text = f"er is geen plaats voor '{told[1]}'. Dit formaat past niet bij deze actie." if told else str(error)
    if "de kop past niet" in text:
        text = _TE_KLEIN["kop"].format(meter=_meter(formaat.kijkafstand_m))
    return Keuring(formaat.naam, (f"{formaat.naam}: {text.removeprefix(f'{formaat.naam}: ')}",))


class Keuringen:
    """Verdicts that were given before, a bounded number. Their names hold words of a person, so `forget` drops them."""

    _MOST = 512

    def __init__(self) -> None:
        self._kept: dict[Hashable, Keuring] = {}
        self._times_forgotten = 0
        self._lock = Lock()

    def get(self, key: Hashable, judge: Callable[[], Keuring]) -> Keuring:
        """The verdict of this name, given now if it is new."""
        if (found := self._kept.get(key)) is not None:
            return found
        before = self._times_forgotten
        made = judge()
        with self._lock:
            if before == self._times_forgotten:
                while len(self._kept) >= self._MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = made
        return made

    def forget(self) -> None:
        """Drop them all, also the one that is being given."""
        with self._lock:
            self._times_forgotten += 1
            self._kept = {}


def soort(regel: Regel, words: Inhoud) -> str:
    """Which kind of text a line is: a key of FLOORS, or "rand" for the words of a frame."""
    if regel.tekst == "OEFENING" or regel.tekst.startswith("VOORBEELD"):
        return "rand"
    alinea = _bare(regel.alinea)
    exact = {_bare(text): kind for text, kind in _fixed(words)}
    if alinea in exact:
        return exact[alinea]
    told = [("feiten", f"{name}{value}") for name, value in words.feiten]
    told += [("feiten", text) for text in words.signalementen] + [("tekst", text) for text in words.teksten]
    told += [("vraag", words.vraag), *(("kop", text) for text in _koppen(words))]
    part = alinea.removesuffix("…")
    return next((kind for kind, text in told if part in _bare(text)), "klein")


def _fixed(words: Inhoud) -> Iterator[tuple[str, str]]:
    """Texts that are set as a whole; the last kind of equal ones counts."""
    yield from ((name, "feiten") for name, _ in words.feiten)
    yield from ((text, "toelichting") for text in (words.toelichting, words.sinds, words.waarschuwing))
    yield words.toelichting + words.sinds, "toelichting"
    yield from ((text, "klein") for text in (words.adres, words.qr_tekst, words.afzender))
    yield from ((text, "kop") for text in (*words.koppen, words.kenteken))
    yield from ((words.label, "label"), (words.vraag, "vraag"), (words.bel, "nummer"))


def _koppen(words: Inhoud) -> Iterator[str]:
    """Every headline this poster may have; beside its number plate it does not say that again."""
    for kop in words.koppen:
        yield kop
        if words.kenteken:
            yield ladder.zonder_kenteken(kop, words.kenteken)


def _bare(text: str) -> str:
    """Without spaces: where a text was broken into lines says nothing."""
    return "".join(text.split())


def _letters(render: Render) -> Iterator[str]:
    """Letters too small for the distance, or too faint."""
    formaat = render.formaat
    for regel in render.vel.regels:
        kind = soort(regel, render.words)
        height = regel.letter * CAP / (render.pixels_per_mm * formaat.kijkafstand_m)
        if height < 0.99 * FLOORS.get(kind, FLOORS["klein"]):
            text = _TE_KLEIN.get(kind, _TE_KLEIN_ANDERS)
            yield text.format(tekst=regel.tekst, meter=_meter(formaat.kijkafstand_m))
        if not regel.leesbaar:
            yield f"'{regel.tekst}' steekt te weinig af tegen zijn achtergrond. Kies voor dit scherm een ander thema."


def _places(render: Render) -> Iterator[str]:
    """Text outside the sheet, over other text or over the QR."""
    regels = render.vel.regels
    slack = 2
    for regel in regels:
        left, top, right, bottom = regel.vlak
        if min(left, top) < -slack or right > render.size[0] + slack or bottom > render.size[1] + slack:
            yield f"'{regel.tekst}' valt buiten het beeld. Maak die tekst korter."
    for number, one in enumerate(regels):
        for other in regels[number + 1 :]:
            if one.alinea != other.alinea and _over(one.vlak, other.vlak, slack):
                yield f"'{one.tekst}' en '{other.tekst}' staan over elkaar. Maak de langste van de twee korter."
    if render.plan.card is not None:
        box = render.plan.boxes["qr"]
        own = {_bare(render.words.qr_tekst), _bare(render.words.adres)}
        for regel in regels:
            if _bare(regel.alinea) not in own and _over(regel.vlak, (box.x, box.y, box.right, box.bottom), slack):
                yield f"'{regel.tekst}' staat over de QR-code. Maak die tekst korter."


def _over(one: tuple[int, int, int, int], other: tuple[int, int, int, int], slack: int) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > slack and down > slack


def _words(render: Render) -> Iterator[str]:
    """More words than can be read in the time there is."""
    counted = [(soort(regel, render.words), _count(regel.tekst)) for regel in render.vel.regels]
    if render.words.stand != "actief":
        return
    if render.formaat.weg:
        yield from _road(render, sum(count for kind, count in counted if kind != "rand"))
        return
    kijktijd_s = render.formaat.kijktijd_s
    if sum(count for kind, count in counted if kind in _IN_EEN_BLIK) > woorden_in(min(kijktijd_s, BLIK_S)):
        yield "de kop is te lang om in één blik te lezen. Maak de titel korter."
    told = sum(count for kind, count in counted if kind not in _RAND)
    if told > KEREN * woorden_in(kijktijd_s):
        yield f"{told} woorden zijn te veel om in {_meter(kijktijd_s)} seconden te lezen. Maak de tekst korter."


def _road(render: Render, count: int) -> Iterator[str]:
    if count > LANGS_DE_WEG:
        yield f"{count} woorden zijn te veel langs een weg; hoogstens {LANGS_DE_WEG}. Maak de titel korter."
    for regel in render.vel.regels:
        if CIJFERS.search(regel.tekst.replace(render.words.kenteken, "")):
            yield f"'{regel.tekst}' is een nummer om te onthouden; dat mag niet langs een weg. Haal het uit de titel."


def _count(text: str) -> int:
    return sum(any(char.isalnum() for char in word) for word in text.split())


def _sign(render: Render) -> Iterator[str]:
    """An exercise that does not say so."""
    if render.words.oefening and not any(regel.tekst == "OEFENING" for regel in render.vel.regels):
        yield "het woord OEFENING ontbreekt. Dit formaat past niet bij deze actie."


def _file(render: Render) -> Iterator[str]:
    """What a player might refuse."""
    width, height = render.size
    limit = _LICHT if width * height <= _ROND_EEN_SCHERM else _ZWAAR
    weight = len(render.jpeg)
    if weight > limit:
        yield f"het bestand is te zwaar ({weight // 1000} kB; hoogstens {limit // 1000}). Kies een rustigere foto."
    if not plain_jpeg(render.jpeg, width, height):
        yield "het bestand is geen gewone JPEG van de gevraagde maat. Meld dit aan de beheerder."


def plain_jpeg(data: bytes, width: int, height: int) -> bool:
    """Whether this is a baseline JPEG of this size in three colours, with nothing in it but the picture."""
    if data[:2] != b"\xff\xd8" or data[-2:] != b"\xff\xd9":
        return False
    at = 2
    frames: list[bytes] = []
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == 0xDA:
            size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
            return len(frames) == 1 and frames[0][:6] == b"\x08" + size + b"\x03"
        if marker == 0xC0:
            frames.append(body)
        elif not (marker in (0xDB, 0xC4, 0xDD) or (marker == 0xE0 and body[:5] == b"JFIF\0")):
            return False
        at += 2 + length
    return False


def _reach(render: Render) -> float:
    made = render.plan.card
    return 0.0 if made is None else round(afstand.scanafstand(made.module / render.pixels_per_mm), 2)


def _near(render: Render) -> Iterator[str]:
    """A QR that is missing or only for who stands close: the poster is read without it."""
    if not render.words.qr_url or render.size[0] * render.size[1] < _PIXELS_MET_QR:
        return
    if render.plan.card is None:
        yield "er is geen plaats voor de QR-code."
        return
    wanted = render.formaat.kijkafstand_m * (0.25 if render.size[1] < _STRIP else 0.5)
    if (reach := _reach(render)) < wanted:
        yield f"een telefoon leest de QR-code tot {_meter(reach)} meter; {_meter(wanted)} is beter."


def _qr(render: Render) -> Iterator[str]:
    """A QR that a telephone does not read from where it should, or that may not be there."""
    made, words, reach = render.plan.card, render.words, _reach(render)
    if render.formaat.weg and words.qr_url:
        yield "langs een weg mag geen QR-code staan. Dit formaat past niet bij deze actie."
    if made is None or not plain_jpeg(render.jpeg, *render.size):
        return
    box = render.plan.boxes["qr"]
    part = afstand.crop(render.jpeg, (box.x, box.y, box.right, box.bottom))
    if afstand.gelezen(part, made.module, afstand.KEURBLIK) != [qr.payload(words.qr_url)]:
        yield f"een telefoon leest de QR-code niet op {_meter(reach)} meter. Dit formaat past niet bij deze actie."


def _meter(value: float) -> str:
    return f"{round(value, 1):g}".replace(".", ",")


def named(words: Inhoud, *others: Hashable) -> Hashable:
    """What decides the verdict; links whose QR looks alike share one."""
    return (replace(words, qr_url=qr.alike(words.qr_url), alt=""), *others)
