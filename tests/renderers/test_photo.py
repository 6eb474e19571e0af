"""Photos on a poster: a head is never cut by default, several share a box, and nothing is left after a withdrawal."""

import io

import pytest
from PIL import Image, ImageDraw

from hub.content import Foto
from renderers.photo import Photos, cells, inner_width

HEAD = (0.2, 0.8)
"""Top and bottom of the head on the photo below, as parts of its height."""


def upright(width: int = 600, height: int = 800, colour: str = "green") -> Foto:
    """A grey photo with a head from a fifth to four fifths of its height."""
    picture = Image.new("RGB", (width, height), "#999999")
    top, bottom = (round(part * height) for part in HEAD)
    ImageDraw.Draw(picture).rectangle((width // 3, top, 2 * width // 3, bottom), fill=colour)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return Foto(out.getvalue(), focus_y=0.5)


def is_green(picture: Image.Image, x: int, y: int) -> bool:
    red, green, blue = picture.getpixel((x, y))  # type: ignore[misc]
    return bool(green > red + 40 and green > blue + 40)


@pytest.mark.parametrize("width", [200, 400, 700, 1400])
def test_the_whole_head_is_in_view_however_wide_the_box(width: int) -> None:
    cut = Photos().cut([upright()], width, 400)
    assert cut.size == (width, 400)
    column = [is_green(cut, width // 2, y) for y in range(400)]
    assert True in column
    # Grey above and below it: neither hair nor chin was cut off.
    assert not any(column[:4])
    assert not any(column[-4:])


def test_the_sides_of_a_wide_box_are_not_stretched_from_the_photo() -> None:
    cut = Photos().cut([upright()], 1400, 400)
    assert inner_width((600, 800), 1400, 400) < 500
    assert not is_green(cut, 100, 200)
    assert is_green(cut, 700, 200)


def test_a_photo_on_its_side_fills_the_box() -> None:
    assert inner_width((1600, 900), 1400, 400) == 1400


def test_the_focus_point_stays_in_view() -> None:
    picture = Image.new("RGB", (1600, 400), "grey")
    picture.paste((0, 160, 0), (1500, 150, 1560, 250))
    out = io.BytesIO()
    picture.save(out, "PNG")
    cut = Photos().cut([Foto(out.getvalue(), focus_x=0.95, focus_y=0.5)], 400, 400)
    assert any(is_green(cut, x, 200) for x in range(400))


def test_several_photos_stand_beside_each_other_in_a_wide_box_and_below_each_other_in_a_tall_one() -> None:
    assert [top for _, top, _, _ in cells(900, 500, 2)] == [0, 0]
    assert [left for left, _, _, _ in cells(400, 900, 2)] == [0, 0]
    for width, height, count in ((900, 500, 2), (400, 900, 3), (333, 777, 3)):
        made = cells(width, height, count)
        assert made[-1][2:] == (width, height)
    photos = Photos().cut([upright(), upright(colour="#00aa00")], 900, 500)
    assert photos.getpixel((450, 250)) == (255, 255, 255)
    assert is_green(photos, 225, 250)
    assert is_green(photos, 675, 250)


def test_a_cut_is_the_same_whatever_was_cut_before() -> None:
    foto, fresh, used = upright(1200, 1600), Photos(), Photos()
    for size in ((900, 1200), (30, 40), (400, 300)):
        used.cut([foto], *size)
    assert used.cut([foto], 90, 120).tobytes() == fresh.cut([foto], 90, 120).tobytes()


def test_the_name_of_photos_tells_their_bytes_their_order_and_their_focus() -> None:
    photos, one, other = Photos(), upright(), upright(colour="#00aa00")
    names = {
        photos.digest(fotos)
        for fotos in ([one], [other], [one, other], [other, one], [Foto(one.data, focus_y=0.2)], [])
    }
    assert len(names) == 6


def test_after_a_withdrawal_no_photo_is_left() -> None:
    photos = Photos()
    photos.cut([upright()], 300, 400)
    photos.forget()
    assert not photos._cuts
    assert not photos._decoded
