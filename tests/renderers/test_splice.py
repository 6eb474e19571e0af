"""A spliced JPEG is the file that encoding the whole picture would give."""

import io

import numpy as np
import pytest
from PIL import Image

from renderers import splice

BOXES = {
    "middle": (0.4, 0.3, 0.6, 0.5),
    "first rows": (0.0, 0.0, 0.2, 0.1),
    "last rows": (0.7, 0.9, 1.0, 1.0),
    "everything": (0.0, 0.0, 1.0, 1.0),
}


def _noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (540, 960), (726, 482), (728, 90), (587, 101), (40, 33)])
@pytest.mark.parametrize("where", BOXES)
@pytest.mark.parametrize("quality", [90, 54])
def test_a_splice_is_byte_for_byte_the_whole_picture_encoded_anew(
    size: tuple[int, int], where: str, quality: int
) -> None:
    width, height = size
    left, top, right, bottom = BOXES[where]
    box = (int(left * width), int(top * height), int(right * width), int(bottom * height))
    base, other = _noise(width, height, 1), _noise(box[2] - box[0], box[3] - box[1], 2)
    grid = splice.grid(width, height, box)
    template = splice.Template(base, grid, quality)
    whole = base.copy()
    whole.paste(other, box[:2])
    made = template.with_tile(whole.crop(grid.box))
    assert made == splice.encode(whole, quality, grid.interval)
    with Image.open(io.BytesIO(made)) as spliced, Image.open(io.BytesIO(splice.encode(whole, quality))) as plain:
        assert spliced.tobytes() == plain.tobytes()


def test_intervals_divide_the_row_and_cover_the_box_with_few_blocks() -> None:
    grid = splice.grid(1080, 1920, (700, 1500, 1000, 1900))
    assert splice.blocks(1080) % grid.interval == 0
    left, top, right, bottom = grid.box
    assert left <= 700 < 1000 <= right <= 1080
    assert (top, bottom) == (1496, 1904)
    assert right - left < 600


def test_a_width_that_has_no_divisor_is_cut_into_whole_rows() -> None:
    grid = splice.grid(1064, 200, (500, 80, 520, 90))  # 133 = 7 x 19
    assert grid.interval in (19, 133)
    assert splice.grid(8 * 127, 200, (500, 80, 520, 90)).interval == 127


def test_a_tile_of_another_size_is_refused() -> None:
    grid = splice.grid(160, 160, (16, 16, 32, 32))
    template = splice.Template(_noise(160, 160, 1), grid, 90)
    with pytest.raises(ValueError, match="not encoded like"):
        template.with_tile(_noise(160, 32, 2))
