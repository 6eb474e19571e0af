"""The drawn portraits: six plain pictures, and a drawing program that always gives the same one."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import hub.demo.portretten
from hub.demo.portretten.mensen import MENSEN
from hub.demo.portretten.persoon import Persoon
from hub.demo.portretten.tekenaar import jpeg, portret

MAP = Path(hub.demo.portretten.__file__).parent


@pytest.mark.parametrize("wie", MENSEN, ids=lambda wie: wie.bestand)
def test_portrait_is_a_plain_jpeg_of_poster_size(wie: Persoon) -> None:
    pad = MAP / wie.bestand
    assert pad.stat().st_size <= 400_000
    with Image.open(pad) as beeld:
        assert (beeld.format, beeld.mode, beeld.size) == ("JPEG", "RGB", (1200, 1500))
        assert not beeld.getexif()
        assert not {"icc_profile", "exif", "comment", "xmp"} & set(beeld.info)


def test_same_person_gives_the_same_drawing() -> None:
    wie = next(wie for wie in MENSEN if wie.deksel == "hoofddoek")
    klein = portret(wie, 80)
    assert klein.size == (80, 100)
    assert klein.tobytes() == portret(wie, 80).tobytes()
    assert klein.tobytes() != portret(replace(wie, zaad=wie.zaad + 1), 80).tobytes()


def test_jpeg_gives_up_quality_before_it_grows_too_big() -> None:
    ruis = Image.effect_noise((300, 300), 90.0).convert("RGB")
    assert len(jpeg(ruis, hoogstens=60_000)) < len(jpeg(ruis, hoogstens=10_000_000))


def test_drawing_on_file_is_the_one_the_program_makes() -> None:
    wie = next(wie for wie in MENSEN if wie.deksel == "hoofddoek")
    with Image.open(MAP / wie.bestand) as beeld:
        bewaard = beeld.resize((8, 10), Image.Resampling.BOX).tobytes()
    getekend = portret(wie, 160).resize((8, 10), Image.Resampling.BOX).tobytes()
    verschil = [abs(a - b) for a, b in zip(bewaard, getekend, strict=True)]
    assert sum(verschil) / len(verschil) < 8
