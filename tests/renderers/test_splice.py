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
    (grid,) = splice.grids(width, height, [box])
    template = splice.Template(base, [grid], quality)
    whole = base.copy()
    whole.paste(other, box[:2])
    made = template.with_tiles([whole.crop(grid.box)]).joined()
    assert made == splice.encode(whole, quality, grid.interval)
    with Image.open(io.BytesIO(made)) as spliced, Image.open(io.BytesIO(splice.encode(whole, quality))) as plain:
        assert spliced.tobytes() == plain.tobytes()


@pytest.mark.parametrize(("low", "parts"), [(700, 2), (610, 1)])
def test_two_rectangles_are_replaced_apart_or_together_where_they_share_rows(low: int, parts: int) -> None:
    boxes = [(200, 100, 408, 612), (150, low, 500, 740)]
    base, whole = _noise(1080, 1920, 1), _noise(1080, 1920, 1)
    for seed, (left, top, right, bottom) in enumerate(boxes, 2):
        whole.paste(_noise(right - left, bottom - top, seed), (left, top))
    grids = splice.grids(1080, 1920, boxes)
    assert len(grids) == parts
    made = splice.Template(base, grids, 90).with_tiles([whole.crop(grid.box) for grid in grids]).joined()
    assert made == splice.encode(whole, 90, grids[0].interval)


def test_intervals_divide_the_row_and_cover_the_box_with_few_blocks() -> None:
    (grid,) = splice.grids(1080, 1920, [(700, 1500, 1000, 1900)])
    assert splice.blocks(1080) % grid.interval == 0
    left, top, right, bottom = grid.box
    assert left <= 700 < 1000 <= right <= 1080
    assert (top, bottom) == (1496, 1904)
    assert right - left < 600


def test_a_width_that_has_no_divisor_is_cut_into_whole_rows() -> None:
    (grid,) = splice.grids(1064, 200, [(500, 80, 520, 90)])  # 133 = 7 x 19
    assert grid.interval in (19, 133)
    assert splice.grids(8 * 127, 200, [(500, 80, 520, 90)])[0].interval == 127


def test_a_tile_of_another_size_is_refused() -> None:
    template = splice.Template(_noise(160, 160, 1), splice.grids(160, 160, [(16, 16, 32, 32)]), 90)
    with pytest.raises(ValueError, match="not encoded like"):
        template.with_tiles([_noise(160, 32, 2)])
