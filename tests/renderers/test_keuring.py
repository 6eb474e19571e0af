"""The gate: what is wrong with a poster is found in what was really drawn, and said so that someone can act on it."""

import dataclasses
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from PIL import Image

from hub.content import ActieView, Foto, Keuring, Link, PosterRequest
from renderers import afstand, keuring, layout, qr
from renderers.errors import PosterError
from renderers.fonts import Fonts
from renderers.formats import Rect, load_formats
from renderers.keuring import Keuringen, Render, plain_jpeg
from renderers.poster import PosterRenderer
from renderers.proefvel import proef, stands_out
from renderers.sheet import Sheet
from renderers.words import inhoud
from tests.renderers.conftest import FONTS, FORMATS, LANG, MakeActie

NAAM = "staand-1080x1920"

MakeRender = Callable[[ActieView], Render]


@pytest.fixture
def make_render(renderer: PosterRenderer, link: Link) -> MakeRender:
    """All that the gate sees of one poster, to spoil a part of."""
    formaat, fonts = load_formats(FORMATS)[NAAM], Fonts(FONTS)
    size = (formaat.breedte, formaat.hoogte)

    def make(actie: ActieView) -> Render:
        request = PosterRequest(NAAM, actie, link=link)
        words = inhoud(request, fonts, kijktijd_s=formaat.kijktijd_s)
        plan = layout.plan(Sheet(formaat, fonts, Rect(0, 0, *size)), words, False)
        vel = proef(formaat, fonts, size, words, plan, False)
        return Render(formaat, size, words, plan, vel, renderer.render(request).data)

    return make


def _with(folder: Path, change: Callable[[dict[str, dict[str, list[float]]]], None]) -> PosterRenderer:
    """A renderer of one format, whose family was changed."""
    shutil.copytree(FORMATS / "families", folder / "families")
    shutil.copy(FORMATS / f"{NAAM}.yaml", folder)
    family = folder / "families" / "staand.yaml"
    shared = yaml.safe_load(family.read_text("utf-8"))
    change(shared)
    family.write_text(yaml.safe_dump(shared), "utf-8")
    own = yaml.safe_load((folder / f"{NAAM}.yaml").read_text("utf-8"))
    kept = {key: value for key, value in own.items() if key not in ("marge", "letters", *shared)}
    (folder / f"{NAAM}.yaml").write_text(yaml.safe_dump(kept), "utf-8")
    return PosterRenderer(folder, FONTS)


def _bezwaren(render: Render, **spoiled: object) -> str:
    return " ".join(keuring.keur(dataclasses.replace(render, **spoiled)).bezwaren)  # type: ignore[arg-type]


def test_a_good_poster_may_leave_and_says_from_how_far_its_qr_is_read(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    found = renderer.keur(PosterRequest(NAAM, make_actie(), foto, link))
    assert found.bezwaren == ()
    assert found.goed
    assert found.scanafstand_m >= load_formats(FORMATS)[NAAM].kijkafstand_m / 2
    assert renderer.keur(PosterRequest(NAAM, make_actie(), foto)).scanafstand_m == 0


def test_every_line_that_is_noted_stands_where_the_file_has_ink(make_render: MakeRender, make_actie: MakeActie) -> None:
    render = make_render(make_actie(**LANG, oefening=True, voorbeeld=True))
    with Image.open(io.BytesIO(render.jpeg)) as image:
        grey = image.convert("L")
    assert {"OEFENING", "VERMIST", "Bel\u00a0112"} <= {regel.tekst for regel in render.vel.regels}
    for regel in render.vel.regels:
        low, high = grey.crop(regel.vlak).getextrema()
        assert isinstance(low, int)
        assert isinstance(high, int)
        assert high - low > 100, regel.tekst


def test_a_screen_of_another_size_is_judged_as_one_that_is_as_large(
    renderer: PosterRenderer, make_actie: MakeActie, link: Link
) -> None:
    request = PosterRequest(NAAM, make_actie(), link=link)
    whole, half = renderer.keur(request), renderer.keur(request, 540, 960)
    assert half.goed
    assert half.scanafstand_m == pytest.approx(whole.scanafstand_m, rel=0.3)


def test_a_headline_that_does_not_fit_says_what_to_do(tmp_path: Path, make_actie: MakeActie) -> None:
    def narrow(shared: dict[str, dict[str, list[float]]]) -> None:
        shared["zonder_foto"]["kop"] = [0.05, 0.11, 0.1, 0.1]

    found = _with(tmp_path, narrow).keur(PosterRequest(NAAM, make_actie()))
    assert found.bezwaren == (f"{NAAM}: de kop is te lang om op 5 meter te lezen. Maak de titel korter.",)


def test_letters_too_small_for_the_distance_are_found(
    tmp_path: Path, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    def low_band(shared: dict[str, dict[str, list[float]]]) -> None:
        shared["met_foto"]["band"] = [0, 0, 1, 0.02]

    found = _with(tmp_path, low_band).keur(PosterRequest(NAAM, make_actie(), foto, link))
    assert f"{NAAM}: 'VERMIST' is te klein om op 5 meter te lezen." in " ".join(found.bezwaren)


def test_text_over_text_and_over_the_photo_is_found(
    tmp_path: Path, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    def story_on_photo(shared: dict[str, dict[str, list[float]]]) -> None:
        shared["met_foto"]["verhaal"] = [0.05, 0.4, 0.9, 0.5]

    request = PosterRequest(NAAM, make_actie(**LANG), foto, link)
    found = " ".join(_with(tmp_path, story_on_photo).keur(request).bezwaren)
    assert "staan over elkaar" in found
    assert "steekt te weinig af tegen zijn achtergrond" in found


def test_a_qr_too_small_for_the_distance_is_found(tmp_path: Path, make_actie: MakeActie, link: Link) -> None:
    def small_qr(shared: dict[str, dict[str, list[float]]]) -> None:
        shared["zonder_foto"]["qr"] = [0.75, 0.83, 0.13, 0.1]

    found = _with(tmp_path, small_qr).keur(PosterRequest(NAAM, make_actie(), link=link))
    assert found.goed
    assert "een telefoon leest de QR-code tot" in " ".join(found.opmerkingen)
    assert 0 < found.scanafstand_m < 2.5


def test_a_qr_without_a_place_is_found(tmp_path: Path, make_actie: MakeActie, link: Link) -> None:
    def no_qr(shared: dict[str, dict[str, list[float]]]) -> None:
        del shared["zonder_foto"]["qr"]

    found = _with(tmp_path, no_qr).keur(PosterRequest(NAAM, make_actie(), link=link))
    assert found.goed
    assert "er is geen plaats voor de QR-code" in " ".join(found.opmerkingen)


@pytest.mark.parametrize("size", [(320, 240), (192, 192), (120, 240)])
def test_a_screen_too_small_for_a_qr_may_do_without(
    size: tuple[int, int], renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    naam = renderer.nearest(*size)
    found = renderer.keur(PosterRequest(naam, make_actie(oefening=True), foto, link), *size)
    assert "QR" not in " ".join(found.bezwaren)


def test_another_qr_than_that_of_the_link_is_found(
    make_render: MakeRender, renderer: PosterRenderer, make_actie: MakeActie
) -> None:
    other = Link("https://hub.example/7KM3XQ2Y", "7KM3XQ2Y")
    jpeg = renderer.render(PosterRequest(NAAM, make_actie(), link=other)).data
    assert "een telefoon leest de QR-code niet" in _bezwaren(make_render(make_actie()), jpeg=jpeg)


def test_a_file_that_a_player_might_refuse_is_found(make_render: MakeRender, make_actie: MakeActie) -> None:
    render = make_render(make_actie())
    assert "te zwaar (612 kB; hoogstens 500)" in _bezwaren(render, jpeg=render.jpeg.ljust(612_000, b"\0"))
    assert "geen gewone JPEG" in _bezwaren(render, jpeg=render.jpeg[:-1])


def test_an_exercise_that_does_not_say_so_is_found(make_render: MakeRender, make_actie: MakeActie) -> None:
    render = make_render(make_actie(oefening=True))
    assert "OEFENING" not in _bezwaren(render)
    render.vel.regels = [regel for regel in render.vel.regels if regel.tekst != "OEFENING"]
    assert "het woord OEFENING ontbreekt" in _bezwaren(render)


def test_text_outside_the_sheet_is_found(make_render: MakeRender, make_actie: MakeActie) -> None:
    render = make_render(make_actie())
    first = render.vel.regels[0]
    left, top, _, bottom = first.vlak
    render.vel.regels[0] = dataclasses.replace(first, vlak=(left, top, 1100, bottom))
    assert f"'{first.tekst}' valt buiten het beeld" in _bezwaren(render)


def test_more_words_than_there_is_time_for_are_found(make_render: MakeRender, make_actie: MakeActie) -> None:
    render = make_render(make_actie(**LANG))
    short = dataclasses.replace(render.formaat, kijktijd_s=3.0)
    found = _bezwaren(render, formaat=short)
    assert "de kop is te lang om in één blik te lezen. Maak de titel korter." in found
    assert "woorden zijn te veel om in 3 seconden te lezen" in found


def test_along_a_road_there_are_few_words_nothing_to_remember_and_no_qr(
    make_render: MakeRender, make_actie: MakeActie
) -> None:
    render = make_render(make_actie())
    found = _bezwaren(render, formaat=dataclasses.replace(render.formaat, weg=True))
    assert "woorden zijn te veel langs een weg; hoogstens 7" in found
    assert "is een nummer om te onthouden" in found
    assert "langs een weg mag geen QR-code staan" in found


def test_the_number_plate_that_is_looked_for_is_no_number_to_remember(
    make_render: MakeRender, make_actie: MakeActie
) -> None:
    render = make_render(make_actie(type="diefstal-voertuig", titel="Auto GB-123-X gestolen", leeftijd=None))
    assert any("GB-123-X" in regel.tekst for regel in render.vel.regels)
    found = keuring.keur(dataclasses.replace(render, formaat=dataclasses.replace(render.formaat, weg=True)))
    told = [text for text in found.bezwaren if "om te onthouden" in text]
    assert told
    assert not any("GB-123-X" in text for text in told)


@pytest.mark.parametrize("fase", ["afgesloten", "ingetrokken"])
def test_a_closing_message_never_fails_on_its_length(
    fase: str, renderer: PosterRenderer, make_actie: MakeActie
) -> None:
    slot = "De man is er nog en wij zijn er ook: hij is om een uur of twee in zijn bed gevonden. " + LANG["bericht"]
    assert renderer.keur(PosterRequest(NAAM, make_actie(fase=fase, slottekst=slot))).goed


def test_the_ground_below_a_line_decides_whether_it_stands_out() -> None:
    ink, paper, grey = (27, 20, 32), (252, 250, 246), (140, 140, 140)
    ground = Image.new("RGB", (100, 40), paper)
    assert stands_out(ink, ground)
    assert not stands_out(grey, ground)
    ground.paste(grey, (0, 0, 10, 40))
    assert not stands_out(ink, ground)


def _saved(kind: str = "JPEG", mode: str = "RGB", **how: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (60, 40), 200 if mode == "L" else "red").save(buffer, kind, **how)  # type: ignore[arg-type]
    return buffer.getvalue()


def test_only_a_plain_jpeg_is_one() -> None:
    exif = Image.Exif()
    exif[0x010E] = "waar"
    assert plain_jpeg(_saved(), 60, 40)
    assert plain_jpeg(_saved(restart_marker_blocks=1), 60, 40)
    for other in (
        _saved(progressive=True),
        _saved(exif=exif),
        _saved(icc_profile=b"profiel"),
        _saved(comment=b"waar"),
        _saved(mode="L"),
        _saved("PNG"),
        _saved()[:200],
        b"",
    ):
        assert not plain_jpeg(other, 60, 40)
    assert not plain_jpeg(_saved(), 40, 60)


def test_only_the_first_of_many_links_is_judged(
    renderer: PosterRenderer, make_actie: MakeActie, foto: Foto, link: Link
) -> None:
    def judged(code: str) -> Keuring:
        return renderer.keur(PosterRequest(NAAM, make_actie(), foto, Link(f"https://hub.example/{code}", code)))

    first = judged("7KM3XQ2Z")
    assert all(judged(code) is first for code in ("WWWWWWWW", "11111111", "0J0J0J0J"))
    assert judged("LANGERECODE") is not first
    assert renderer.keur(PosterRequest(NAAM, make_actie(titel="Anders"), foto, link)) is not first
    renderer.forget_photos()
    assert judged("7KM3XQ2Z") is not first


def test_verdicts_are_few_and_one_that_was_being_given_when_all_were_dropped_is_not_kept() -> None:
    kept = Keuringen()
    given = [kept.get(number, lambda: Keuring("een")) for number in range(600)]
    assert kept.get(599, lambda: Keuring("ander")) is given[599]
    assert kept.get(0, lambda: Keuring("ander")) is not given[0]

    def judge() -> Keuring:
        kept.forget()
        return Keuring("een")

    kept.get("nu", judge)
    assert kept.get("nu", lambda: Keuring("ander")).formaat == "ander"


def test_a_format_that_nobody_designed_is_an_error(renderer: PosterRenderer) -> None:
    with pytest.raises(PosterError, match="Onbekend formaat 'rond'"):
        renderer.keur(PosterRequest("rond"))


def test_a_camera_reads_a_qr_up_to_the_rated_distance_and_not_far_beyond(
    renderer: PosterRenderer, make_actie: MakeActie, link: Link
) -> None:
    jpeg = renderer.render(PosterRequest(NAAM, make_actie(), link=link)).data
    found = afstand.vind(jpeg)
    assert found is not None
    box, text = found
    assert text == qr.payload(link.url)
    module = (box[2] - box[0]) / (qr.modules(link.url) - 2 * qr.QUIET)
    part = afstand.crop(jpeg, box)
    assert afstand.gelezen(part, module, afstand.KEURBLIK) == [text]
    assert afstand.gelezen(part, module, afstand.KEURBLIK._replace(nabij=0.3)) == []


@pytest.mark.parametrize("naam", sorted(naam for naam, known in load_formats(FORMATS).items() if known.qr))
@pytest.mark.soak
def test_every_random_code_of_a_format_is_read_back_within_its_rated_distance(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie, rounds: Callable[[int], int]
) -> None:
    tries = rounds(200)
    assert afstand.afleesbaarheid(renderer, naam, tries, make_actie()) == (tries, tries)


def test_the_same_tries_give_the_same_answer_and_a_format_without_a_qr_has_none(renderer: PosterRenderer) -> None:
    assert afstand.afleesbaarheid(renderer, NAAM, 2) == afstand.afleesbaarheid(renderer, NAAM, 2) == (2, 2)
    without = next(naam for naam, known in load_formats(FORMATS).items() if not known.qr)
    assert afstand.afleesbaarheid(renderer, without, 2) == (0, 0)
