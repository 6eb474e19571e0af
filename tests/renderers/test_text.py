"""How text is set: what stays together, what fits, and what gives way when it does not."""

import pytest

from renderers.fonts import Fonts
from renderers.text import NBSP, block_height, fit, fit_ladder, glue, wrap
from tests.renderers.conftest import FONTS


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FONTS)


@pytest.mark.parametrize(
    "text",
    ["Bel 112", "direct 112", "9 jaar", "1,80 m", "om 14:05 uur", "van 9", "2 september", "lijn 12", "A 27"],
)
def test_numbers_stay_with_their_word(text: str) -> None:
    assert glue(f"ja {text} nee").split(" ") == ["ja", text.replace(" ", NBSP), "nee"]


def test_glue_makes_one_line_of_single_spaces() -> None:
    assert glue("  Eén \n\n jas,\tblauw ") == "Eén jas, blauw"


def test_words_are_never_broken_while_they_fit(fonts: Fonts) -> None:
    text = glue("Kenteken 12-ABC-3 van een grijze bestelbus, gezien om 14:05 uur. Bel 112")
    lines = wrap(fonts, text, "gewoon", 7)
    assert lines is not None
    assert " ".join(lines) == text
    assert all(fonts.width("gewoon", line, 40) <= 7 * 40 * 1.02 for line in lines)


def test_a_word_wider_than_the_line_breaks_at_its_own_hyphen(fonts: Fonts) -> None:
    assert wrap(fonts, "Noord-Brabant", "gewoon", 5) == ("Noord-", "Brabant")
    assert wrap(fonts, "in- en uitgang", "gewoon", 20) == ("in- en uitgang",)
    assert wrap(fonts, "Verzorgingshuis", "gewoon", 3) is None


def test_the_largest_size_that_fits_is_taken(fonts: Fonts) -> None:
    small = fit(fonts, "Jongen van 9 vermist", "vet", 1.1, (600, 200), (20, 300))
    wide = fit(fonts, "Jongen van 9 vermist", "vet", 1.1, (1200, 400), (20, 300))
    assert small is not None
    assert wide is not None
    assert wide.size == pytest.approx(2 * small.size, abs=2)
    assert small.height <= 200
    assert fit(fonts, "Jongen van 9 vermist", "vet", 1.1, (600, 200), (20, 30)).size == 30  # type: ignore[union-attr]


def test_the_last_line_is_not_a_lonely_word(fonts: Fonts) -> None:
    block = fit(fonts, "Jongen van negen jaar vermist uit Utrecht", "vet", 1.1, (900, 200), (60, 60))
    assert block is not None
    widths = [fonts.width("vet", line, 60) for line in block.lines]
    assert len(widths) == 2
    assert min(widths) > 0.6 * max(widths)


def test_lines_part_at_a_comma_unless_one_would_be_short(fonts: Fonts) -> None:
    def lines(text: str) -> tuple[str, ...]:
        block = fit(fonts, text, "half", 1.25, (420, 150), (40, 40))
        assert block is not None
        return block.lines

    assert lines("Park Transwijk, rond half elf") == ("Park Transwijk,", "rond half elf")
    assert lines("Witte korte snor, ronde pet, met een stok") == ("Witte korte snor,", "ronde pet,", "met een stok")
    assert lines("Utrecht, in het park bij de sluis") == ("Utrecht, in het", "park bij de sluis")


def test_the_ladder_takes_the_first_text_that_fits_whole(fonts: Fonts) -> None:
    long, short = "woord " * 80 + "einde", "kort genoeg voor dit vak"
    box, sizes = (400, 60), (20, 30)
    assert fit_ladder(fonts, [long, short], "gewoon", 1.3, box, sizes) == fit(fonts, short, "gewoon", 1.3, box, sizes)
    assert fit_ladder(fonts, [long], "gewoon", 1.3, box, sizes) is None
    assert fit_ladder(fonts, [], "gewoon", 1.3, box, sizes) is None


def test_no_lines_take_no_room() -> None:
    assert block_height(0, 40, 1.3) == 0
