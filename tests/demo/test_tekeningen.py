"""The drawn portraits: present, plain, light enough, and always drawn the same."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hub.demo import tekeningen
from hub.demo.tekeningen.reeks import PORTRETTEN, teken

MAP = Path(tekeningen.__file__).parent


@pytest.mark.parametrize("naam", PORTRETTEN)
def test_portrait_is_a_plain_jpeg_of_poster_size(naam: str) -> None:
    pad = MAP / f"{naam}.jpg"
    assert pad.stat().st_size <= 400_000
    with Image.open(pad) as beeld:
        assert (beeld.format, beeld.mode, beeld.size) == ("JPEG", "RGB", (1200, 1500))
        assert not beeld.getexif()
        # Without a profile a JPEG is read as sRGB.
        assert "icc_profile" not in beeld.info
        assert "comment" not in beeld.info


def test_portraits_differ_from_each_other() -> None:
    klein = []
    for naam in PORTRETTEN:
        with Image.open(MAP / f"{naam}.jpg") as beeld:
            klein.append(np.asarray(beeld.resize((24, 30)), dtype=float))
    for i, een in enumerate(klein):
        for ander in klein[i + 1 :]:
            assert np.abs(een - ander).mean() > 8


def test_drawing_again_gives_the_same_picture() -> None:
    assert teken("vrouw-hoofddoek", 0.06).tobytes() == teken("vrouw-hoofddoek", 0.06).tobytes()


def test_the_file_is_what_the_program_draws() -> None:
    getekend = np.asarray(teken("vrouw-hoofddoek", 0.1).resize((24, 30)), dtype=float)
    with Image.open(MAP / "vrouw-hoofddoek.jpg") as beeld:
        bewaard = np.asarray(beeld.resize((24, 30)), dtype=float)
    assert np.abs(getekend - bewaard).mean() < 12
