"""The finished posters: every format in every state, and what may never be on them."""

import dataclasses
import gc
import hashlib
import io
import subprocess
import sys
import weakref
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from bench._naief import request as bench_request
from hub.content import ActieView, Foto, Link, PosterRequest, Renderer
from renderers import layout, qr, splice
from renderers.base import QUALITIES, Base, Bases
from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.fonts import Fonts
from renderers.formats import Rect, load_formats
from renderers.poster import PosterRenderer
from renderers.sheet import Sheet
from renderers.splice import Spot
from renderers.story import headline
from renderers.words import inhoud
from tests.renderers.conftest import FONTS, FORMATS, KORT, LANG, START, MakeActie, picture

NAMES = sorted(path.stem for path in FORMATS.glob("*.yaml"))
WITH_QR = [naam for naam, formaat in load_formats(FORMATS).items() if formaat.qr and formaat.scherm]
WITHOUT_QR = [naam for naam, formaat in load_formats(FORMATS).items() if not formaat.qr]
ODD = (
    "540x960 432x1008 1280x720 1440x760 1920x1200 720x540 640x540 1560x1440 800x600 1152x896 768x384 480x270 "
    "1792x640 1150x160 1280x120"
).split()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def codes(data: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(opened(data))]


def test_is_a_renderer(renderer: PosterRenderer) -> None:
    assert isinstance(renderer, Renderer)
    assert {"staand-1080x1920", "breed-1920x1080", "banier-970x250", "kaart-1200x630"} <= set(renderer.formats())
    assert renderer.formats()["staand-1080x1920"] == (1080, 1920)


@pytest.mark.parametrize("naam", NAMES)
def test_every_format_draws_every_state(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    width, height = renderer.formats()[naam]
    for actie in (
        make_actie(**KORT),
        make_actie(**LANG),
        make_actie(**LANG, type="overval", oefening=True, voorbeeld=True),
        make_actie(fase="ingetrokken", slottekst=""),
        make_actie(fase="afgesloten", slottekst=LANG["bericht"], oefening=True),
        None,
    ):
        for picture_of, to in ((foto, link), (None, None)):
            made = renderer.render(PosterRequest(naam, actie, picture_of, to, voorbeeld=True, afzender="Gemeente"))
            assert (made.width, made.height, made.media_type) == (width, height, "image/jpeg")
            assert opened(made.data).size == (width, height)
            assert made.alt


@pytest.mark.parametrize("soort", ["tijdkritisch", "buurtonderzoek", "preventie", "alarmering"])
def test_every_soort_and_an_unknown_type_can_be_drawn(
    soort: str, renderer: PosterRenderer, make_actie: MakeActie, link: Link
) -> None:
    request = PosterRequest("breed-1920x1080", make_actie(soort=soort, type="iets-nieuws"), link=link)
    assert renderer.render(request, 960, 540).alt.startswith("Let op")


@pytest.mark.parametrize("naam", WITH_QR)
def test_another_decoder_reads_the_qr(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    for actie, picture_of in ((make_actie(), foto), (make_actie(**LANG, oefening=True), None), (None, None)):
        made = renderer.render(PosterRequest(naam, actie, picture_of, link, voorbeeld=True))
        assert codes(made.data) == ["HTTPS://HUB.EXAMPLE/7KM3XQ2Z"]


@pytest.mark.parametrize("size", ODD)
def test_sizes_between_the_designs_are_laid_out_anew(
    size: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    width, height = map(int, size.split("x"))
    naam = renderer.nearest(width, height)
    for actie, picture_of in ((make_actie(), foto), (make_actie(**LANG), None)):
        made = renderer.render(PosterRequest(naam, actie, picture_of, link), width, height)
        assert opened(made.data).size == (width, height)
        assert codes(made.data) == ["HTTPS://HUB.EXAMPLE/7KM3XQ2Z"]


@pytest.mark.parametrize("size", [(288, 384), (160, 160), (120, 240)])
def test_a_screen_too_small_for_a_qr_still_gets_a_poster(
    size: tuple[int, int], renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    naam = renderer.nearest(*size)
    made = renderer.render(PosterRequest(naam, make_actie(oefening=True), foto, link, voorbeeld=True), *size)
    assert opened(made.data).size == size


@pytest.mark.parametrize("naam", WITHOUT_QR)
def test_roads_and_web_banners_have_no_qr(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    assert naam.startswith("weg-") or naam in ("banier-728x90", "banier-970x250")
    assert codes(renderer.render(PosterRequest(naam, make_actie(), foto, link)).data) == []


def test_the_card_under_a_link_has_a_qr_to_the_page_of_its_actie(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    made = renderer.render(PosterRequest("kaart-1200x630", make_actie(), foto, link))
    assert codes(made.data) == ["https://hub.example/a/abc"]


@pytest.mark.parametrize("voorbeeld", [False, True])
def test_the_qr_of_a_low_strip_has_modules_of_three_pixels_at_the_right_end(
    voorbeeld: bool, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    made = renderer.render(PosterRequest("banier-800x130", make_actie(voorbeeld=voorbeeld), foto, link))
    (found,) = zxingcpp.read_barcodes(opened(made.data))
    width = found.position.top_right.x - found.position.top_left.x
    assert width >= 3 * 25 - 2
    assert found.position.top_left.x > 800 * 0.78


def test_the_card_never_shows_a_photo(renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link) -> None:
    with_photo = renderer.render(PosterRequest("kaart-1200x630", make_actie(), foto, link))
    assert with_photo == renderer.render(PosterRequest("kaart-1200x630", make_actie(), None, link))


@pytest.mark.parametrize("naam", NAMES)
@pytest.mark.parametrize("fase", ["afgesloten", "ingetrokken"])
def test_a_closed_poster_holds_nothing_of_the_person(
    naam: str, fase: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    slot = "De vermiste jongen is gevonden. Bedankt voor het meekijken."
    one = PosterRequest(naam, make_actie(fase=fase, slottekst=slot), foto, link)
    other_actie = make_actie(
        fase=fase, slottekst=slot, titel="Ander", bericht="Iets", signalement="", laatst_gezien="Elders",
        leeftijd=80, plaats="Zwolle", type="overval", versie=7, id="9", gestart_op=START - timedelta(days=3),
    )  # fmt: skip
    other = PosterRequest(naam, other_actie, Foto(picture((20, 90, 40))), None)
    assert renderer.render(one) == renderer.render(other)
    assert renderer.signature(one) == renderer.signature(other)
    assert "Sem" not in renderer.render(one).alt


def test_an_idle_poster_ignores_a_photo(renderer: PosterRenderer, foto: Foto, link: Link) -> None:
    naam = "breed-1920x1080"
    assert renderer.render(PosterRequest(naam, None, foto, link)) == renderer.render(
        PosterRequest(naam, None, None, link)
    )


def test_same_request_same_bytes_in_another_renderer(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    request = PosterRequest("staand-1080x1920", make_actie(), foto, link)
    fresh = PosterRenderer(FORMATS, FONTS)
    assert renderer.render(request) == renderer.render(request) == fresh.render(request)
    assert renderer.signature(request) == fresh.signature(request)


def test_signature_changes_with_every_input(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    base = PosterRequest("staand-1080x1920", make_actie(), foto, link, afzender="Meldkamer")
    actie: ActieView = make_actie()

    def change(**fields: object) -> PosterRequest:
        return dataclasses.replace(base, actie=dataclasses.replace(actie, **fields))  # type: ignore[arg-type]

    requests = [
        base,
        change(titel="Anders"),
        change(bericht="Anders"),
        change(signalement="Anders"),
        change(laatst_gezien="Anders"),
        change(plaats="Zwolle"),
        change(versie=2),
        change(oefening=True),
        change(fase="afgesloten", slottekst="Gevonden."),
        change(fase="afgesloten", slottekst="Gevonden. Bedankt."),
        dataclasses.replace(base, actie=None),
        dataclasses.replace(base, formaat="breed-1920x1080"),
        dataclasses.replace(base, foto=None),
        dataclasses.replace(base, foto=Foto(picture((1, 2, 3)))),
        dataclasses.replace(base, foto=dataclasses.replace(foto, focus_y=0.6)),
        dataclasses.replace(base, link=None),
        dataclasses.replace(base, link=Link("https://hub.example/00000000", "00000000", link.label)),
        dataclasses.replace(base, voorbeeld=True),
        dataclasses.replace(base, afzender="Ander"),
    ]
    names = [renderer.signature(request) for request in requests]
    names.append(renderer.signature(base, 540, 960))
    assert len(set(names)) == len(names)
    assert renderer.signature(base, 1080, 1920) == names[0]


@pytest.mark.parametrize("size", [(1080, 1920), (1200, 1920), (2160, 3840)])
def test_files_are_plain_jpeg_within_the_weight(
    size: tuple[int, int], renderer: PosterRenderer, make_actie: MakeActie, link: Link
) -> None:
    noise = Image.effect_noise((900, 1200), 90).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=95)
    request = PosterRequest("staand-1080x1920", make_actie(**LANG, oefening=True), Foto(buffer.getvalue()), link)
    made = renderer.render(request, *size)
    assert len(made.data) <= (500_000 if size[0] * size[1] <= 1920 * 1200 else 1_500_000)
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not image.getexif()
        assert image.layer[0][1:3] == image.layer[1][1:3]  # type: ignore[attr-defined]  # 4:4:4


def test_nearest_goes_by_shape_and_then_by_size(renderer: PosterRenderer) -> None:
    for naam, formaat in load_formats(FORMATS).items():
        if formaat.scherm:
            assert renderer.nearest(formaat.breedte, formaat.hoogte, "weg" if formaat.weg else "") == naam
    assert renderer.nearest(2560, 1440) == "breed-1920x1080"
    assert renderer.nearest(1600, 200) == "banier-1150x160"
    assert renderer.nearest(728, 90) == "banier-728x90"
    # A card belongs under a shared link and is never chosen for a screen; only roads get what is made for them.
    assert renderer.nearest(1200, 630).startswith("breed-")
    assert not renderer.nearest(288, 384).startswith("weg-")


def test_oefening_and_voorbeeld_are_visible_and_said(
    renderer: PosterRenderer, make_actie: MakeActie, link: Link
) -> None:
    naam = "breed-1920x1080"
    plain = renderer.render(PosterRequest(naam, make_actie(), None, link))
    exercise = renderer.render(PosterRequest(naam, make_actie(oefening=True), None, link))
    example = renderer.render(PosterRequest(naam, make_actie(voorbeeld=True), None, link))
    assert exercise.alt.startswith("Oefening. ")
    corner = opened(exercise.data).crop((0, 200, 20, 800)).getcolors(100_000)
    assert corner is not None
    assert len(corner) > 2
    assert plain.data != example.data


def test_a_headline_that_cannot_be_legible_is_an_error_naming_the_box() -> None:
    canvas = Canvas(load_formats(FORMATS)["staand-1080x1920"], Fonts(FONTS), 1080, 1920)
    with pytest.raises(PosterError, match=r"staand-1080x1920.*vak 'kop'"):
        headline(canvas, ["Vermist" * 20, "Vermist" * 12], Rect(60, 60, 960, 600), "kop")


def test_unknown_formats_and_impossible_sizes_are_refused(renderer: PosterRenderer) -> None:
    with pytest.raises(PosterError, match="Onbekend formaat 'rond'"):
        renderer.render(PosterRequest("rond"))
    with pytest.raises(PosterError, match="20x20"):
        renderer.render(PosterRequest("staand-1080x1920"), 20, 20)


def test_a_photo_cut_is_forgotten_on_request(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, tmp_path: Path
) -> None:
    request = PosterRequest("banier-970x250", make_actie(), foto)
    before = renderer.render(request)
    renderer.forget_photos()
    assert renderer.render(request) == before


def _with_code(link: Link, code: str) -> Link:
    return Link(link.url.replace(link.code, code), code, link.label.replace(link.code, code))


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (540, 960), (726, 482), (768, 864), (1920, 540)])
@pytest.mark.parametrize("oefening", [False, True])
def test_every_link_has_a_poster_of_its_own_that_no_earlier_link_changed(
    size: tuple[int, int], oefening: bool, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    naam = renderer.nearest(*size)
    for code in ("WWWMMMWW", "11111111", "7KM3XQ2Z"):
        request = PosterRequest(naam, make_actie(oefening=oefening), foto, _with_code(link, code), voorbeeld=True)
        made = renderer.render(request, *size)
        assert made.data == PosterRenderer(FORMATS, FONTS).render(request, *size).data
        found = [code.text for code in zxingcpp.read_barcodes(opened(made.data))]
        assert found == [f"HTTPS://HUB.EXAMPLE/{code}"]


def test_posters_that_differ_in_their_link_are_equal_outside_the_card(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    made = [
        opened(renderer.render(PosterRequest("staand-1080x1920", make_actie(), foto, _with_code(link, code))).data)
        for code in ("7KM3XQ2Z", "7KM3XQ2Y")
    ]
    left, top, right, bottom = ImageChops.difference(*made).getbbox() or (0, 0, 0, 0)
    assert 100 < right - left <= 25 * 8
    assert 100 < bottom - top <= 25 * 8


def test_no_pixel_of_a_withdrawn_poster_stays_in_memory(make_actie: MakeActie, foto: Foto, link: Link) -> None:
    renderer = PosterRenderer(FORMATS, FONTS)
    others = {id(thing) for thing in gc.get_objects() if isinstance(thing, Base)}
    renderer.render(PosterRequest("staand-1080x1920", make_actie(), foto, link))
    kept = weakref.WeakSet(thing for thing in gc.get_objects() if isinstance(thing, Base) and id(thing) not in others)
    assert len(kept) == 1
    renderer.forget_photos()
    gc.collect()
    assert not kept


def test_a_poster_that_was_being_drawn_when_it_was_withdrawn_is_not_kept() -> None:
    bases, made = Bases(), []

    def draw() -> Base:
        bases.forget()
        made.append(Base(Image.new("RGB", (160, 160)), Spot(16, 16, 21, 2)))
        return made[-1]

    assert bases.get("een", draw) is made[0]
    assert bases.get("een", lambda: made[0]) is made[0]
    assert bases.get("een", draw) is made[0]
    assert len(made) == 1


def test_many_large_posters_do_not_fill_the_memory() -> None:
    bases = Bases()
    for number in range(4):
        bases.get(str(number), lambda: Base(Image.new("RGB", (3840, 2160)), Spot(16, 16, 21, 2)))
    drawn: list[str] = []

    def draw(naam: str) -> Base:
        drawn.append(naam)
        return Base(Image.new("RGB", (64, 64)), Spot(0, 0, 21, 2))

    bases.get("3", lambda: draw("3"))
    bases.get("0", lambda: draw("0"))
    assert drawn == ["0"]


IN_ANOTHER_PROCESS = """
from renderers.poster import PosterRenderer
from tests.renderers.conftest import FONTS, FORMATS
from tests.renderers.test_poster import sums
print(sums(PosterRenderer(FORMATS, FONTS), 2))
"""


def sums(renderer: PosterRenderer, count: int) -> list[str]:
    """A sum over the bytes of one poster on the grid of JPEG and one off it, each drawn so many times."""
    found = []
    for naam, size in (("breed-1920x1080", (1920, 1080)), ("staand-1080x1920", (540, 960))):
        made = set()
        for number in range(count):
            if number % 50 == 0:
                renderer.forget_photos()
            made.add(renderer.render(bench_request(naam, Foto(picture((190, 200, 205)))), *size).data)
        assert len(made) == 1
        found.append(hashlib.sha256(made.pop()).hexdigest())
    return found


@pytest.mark.soak
def test_a_poster_is_the_same_file_a_thousand_times_and_in_another_process(rounds: Callable[[int], int]) -> None:
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS]
    there = subprocess.run(command, cwd=FORMATS.parents[1], capture_output=True, text=True, check=True).stdout
    assert there.strip() == str(sums(PosterRenderer(FORMATS, FONTS), rounds(1000)))


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (540, 960), (726, 482), (1920, 1200), (3840, 2160)])
def test_a_poster_is_its_base_with_the_modules_of_its_link_in_black(
    size: tuple[int, int], renderer: PosterRenderer, make_actie: MakeActie, foto: Foto
) -> None:
    for code in ("WWWMMMWW", "11111111", "QJ0QJ0QJ"):
        request = PosterRequest(renderer.nearest(*size), make_actie(), foto, Link(f"https://hub.example/{code}", code))
        whole = renderer.frame(request, *size)
        full = {opened(splice.encode(whole, quality)).tobytes() for quality in QUALITIES}
        assert opened(renderer.render(request, *size).data).tobytes() in full


@pytest.mark.parametrize("naam", WITH_QR)
def test_the_qr_stands_in_a_white_card_with_its_quiet_zone_and_the_same_address_for_every_link(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie
) -> None:
    formaat, fonts = load_formats(FORMATS)[naam], Fonts(FONTS)
    placed = set()
    for code in ("WWWMMMWW", "11111111"):
        link = Link(f"https://hub.example/{code}", code, f"hub.example/{code}")
        words = inhoud(PosterRequest(naam, make_actie(), link=link), fonts, kijktijd_s=formaat.kijktijd_s)
        made = layout.plan(Sheet(formaat, fonts, Rect(0, 0, *renderer.formats()[naam])), words, with_photo=False).card
        assert made is not None
        placed.add(made)
        quiet, (left, top, right, bottom) = qr.QUIET * made.module, made.spot.box
        assert made.box.x <= left - quiet < right + quiet <= made.box.right
        assert made.box.y <= top - quiet < bottom + quiet <= made.box.bottom
        assert all(bottom + quiet <= y and y + block.height <= made.box.bottom for block, y in made.lines)
    assert len(placed) == 1


@pytest.mark.parametrize("naam", WITH_QR)
def test_the_bits_of_a_qr_on_the_grid_of_jpeg_are_put_in_place(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    formaat, fonts = load_formats(FORMATS)[naam], Fonts(FONTS)
    for actie, shown in ((make_actie(), foto), (make_actie(oefening=True), None), (None, None)):
        request = PosterRequest(naam, actie, shown, link)
        words = inhoud(request, fonts, kijktijd_s=formaat.kijktijd_s)
        sheet = Sheet(formaat, fonts, Rect(0, 0, formaat.breedte, formaat.hoogte))
        made = layout.plan(sheet, words, with_photo=shown is not None).card
        if made is not None and made.spot.on_grid:
            assert splice.cell(renderer.frame(request), made.spot) is not None
