"""A spliced JPEG is the file that encoding the whole picture would give."""

import io
import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from renderers import qr, splice
from renderers.base import QUALITIES
from renderers.splice import BitTemplate, Spot, TileTemplate

SIZES = [(1080, 1920), (1920, 1080), (540, 960), (726, 482), (728, 330), (587, 301), (1064, 320)]


def _noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8))


def _base(width: int, height: int, seed: int, spot: Spot) -> Image.Image:
    """Noise with the even edge at its right that posters have, white where the QR and its quiet zone go."""
    picture = _noise(width, height, seed)
    picture.paste((142, 15, 54), (max(spot.box[2], width - 9), 0, width, height))
    quiet = qr.QUIET * spot.module
    left, top, right, bottom = spot.box
    picture.paste("white", (left - quiet, top - quiet, right + quiet, bottom + quiet))
    return picture


def _whole(base: Image.Image, spot: Spot, symbol: int) -> Image.Image:
    whole = base.copy()
    spot.paste(whole, symbol)
    return whole


def _spot(chance: random.Random, width: int, height: int, *, on_grid: bool) -> Spot:
    """Somewhere in the picture, quiet zone included."""
    modules = chance.choice([21, 25, 29])
    most = min(width, height) // (modules + 2 * qr.QUIET)
    step = splice.BLOCK if on_grid else 1
    module = chance.randrange(step, most + 1, step)
    quiet, side = qr.QUIET * module, modules * module
    left = chance.randrange(quiet // step, (width - side - quiet) // step + 1) * step
    top = chance.randrange(quiet // step, (height - side - quiet) // step + 1) * step
    return Spot(left, top, modules, module)


def _pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.soak
def test_a_splice_is_byte_for_byte_the_whole_picture_encoded_anew(rounds: Callable[[int], int]) -> None:
    chance = random.Random(5)
    on_grid = 0
    for case in range(rounds(500)):
        width, height = SIZES[case % len(SIZES)]
        spot = _spot(chance, width, height, on_grid=case % 5 > 0)
        symbol = chance.getrandbits(spot.modules**2)
        base, quality = _base(width, height, case, spot), chance.choice([100, 95, *QUALITIES])
        grid = splice.cell(base, spot)
        if grid is None:
            grid = splice.around(width, height, spot.box)
            made = TileTemplate(base, spot, quality)
        else:
            on_grid += 1
            made = BitTemplate(base, spot, grid, quality)
        whole, data = _whole(base, spot, symbol), made.with_symbol(symbol)
        assert data.joined() == splice.encode(whole, quality, grid.interval)
        assert _pixels(data.joined()) == _pixels(splice.encode(whole, quality))
        assert len(data.joined()) == data.size <= (made.most if quality <= QUALITIES[0] else data.size)
    assert on_grid >= rounds(500) // 2


@pytest.mark.parametrize("fill", [0, -1])
@pytest.mark.parametrize("module", [8, 16, 24])
def test_all_black_and_all_white_symbols_fit_as_well(fill: int, module: int) -> None:
    spot = Spot(8 * module, 8 * module, 21, module)
    base = _base(960, 960, 1, spot)
    grid = splice.cell(base, spot)
    assert grid is not None
    symbol = fill & (1 << 21 * 21) - 1
    made = BitTemplate(base, spot, grid, 90).with_symbol(symbol).joined()
    assert made == splice.encode(_whole(base, spot, symbol), 90, grid.interval)


def test_a_symbol_at_the_end_of_its_interval_has_nothing_behind_it() -> None:
    spot = Spot(8, 32, 25, 8)
    base = Image.new("RGB", (8 * 26 * 2, 300), "white")
    grid = splice.cell(base, spot)
    assert grid is not None
    assert (grid.interval, len(grid.columns)) == (26, 1)
    symbol = random.Random(1).getrandbits(625)
    made = BitTemplate(base, spot, grid, 90).with_symbol(symbol).joined()
    assert made == splice.encode(_whole(base, spot, symbol), 90, 26)


def test_what_is_not_white_below_a_symbol_is_refused() -> None:
    spot = Spot(64, 64, 21, 8)
    base = Image.new("RGB", (480, 320), "white")
    grid = splice.cell(base, spot)
    assert grid is not None
    base.putpixel((80, 80), (0, 0, 0))
    with pytest.raises(ValueError, match="not white"):
        BitTemplate(base, spot, grid, 90)


@pytest.mark.parametrize("spot", [Spot(63, 64, 21, 8), Spot(64, 60, 21, 8), Spot(64, 64, 21, 9), Spot(0, 64, 21, 8)])
def test_off_the_grid_or_at_the_left_edge_no_bits_are_put_in_place(spot: Spot) -> None:
    assert splice.cell(Image.new("RGB", (480, 320), "white"), spot) is None


@pytest.mark.parametrize("quality", [100, 90, 35])
@pytest.mark.parametrize("width", [480, 477])
def test_a_row_may_end_in_a_photo(width: int, quality: int) -> None:
    spot = Spot(64, 64, 21, 8)
    base = _noise(width, 320, 3)
    base.paste("white", (32, 32, 264, 264))
    grid = splice.cell(base, spot)
    assert grid is not None
    symbol = random.Random(4).getrandbits(21 * 21)
    made = BitTemplate(base, spot, grid, quality).with_symbol(symbol).joined()
    assert made == splice.encode(_whole(base, spot, symbol), quality, grid.interval)


def test_intervals_divide_the_row_and_cover_the_box_with_few_blocks() -> None:
    grid = splice.around(1080, 1920, (700, 1500, 1000, 1900))
    assert splice.blocks(1080) % grid.interval == 0
    left, top, right, bottom = grid.box
    assert left <= 700 < 1000 <= right <= 1080
    assert (top, bottom) == (1496, 1904)
    assert right - left < 600


def test_a_width_that_has_no_divisor_is_cut_into_whole_rows() -> None:
    grid = splice.around(1064, 200, (500, 80, 520, 90))  # 133 = 7 x 19
    assert grid.interval in (19, 133)
    assert splice.around(8 * 127, 200, (500, 80, 520, 90)).interval == 127
