"""Commands that work straight after set-up, with no config.yaml and no database."""

import json
from pathlib import Path

import pytest
from PIL import Image

from bench import posters
from bench._naief import synthetic_photo
from hub.app import PARTS, command_line
from hub.commands import bench as bench_command
from hub.commands import gevallen, naslag
from hub.content import ABILITIES, Foto
from tests.commands.conftest import Doe


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """There is none."""
    return tmp_path / "config.yaml"


def test_every_netwerk_is_described_as_data(doe: Doe) -> None:
    kinds = {kind["naam"]: kind for kind in json.loads(doe("kanalen", "soorten", "--json").uit)}
    assert set(kinds) == {path.stem for path in PARTS.channels.glob("[!_]*.py")}
    for kind in kinds.values():
        assert set(kind["vaardigheden"]) <= set(ABILITIES)
        assert kind["grenzen"]["max_text"] > 0
        assert {"naam", "titel", "help", "geheim", "verplicht", "standaard"} <= {*kind["instellingen"][0]}
    assert "intrekken" in kinds["telegram"]["vaardigheden"]
    assert kinds["handmatig"]["handmatig"] is True


def test_the_same_netwerken_for_people(doe: Doe) -> None:
    assert "Telegram" in doe("kanalen", "soorten").uit


def test_posters_of_the_invented_actie_are_drawn_in_every_format(doe: Doe, tmp_path: Path) -> None:
    drawn = doe("render", "--actie", "demo", "--alle", "--uit", str(tmp_path / "p"), "--json")
    assert (drawn.code, drawn.fout) == (0, "")
    made = json.loads(drawn.uit)
    assert len(made) == len(list((PARTS.templates / "schermen").glob("*.yaml")))
    for item in made:
        with Image.open(item["bestand"]) as picture:
            assert picture.size == (item["breedte"], item["hoogte"])
        assert item["alt"]
        assert isinstance(item["qr"], bool)
    assert {item["qr"] for item in made} == {True, False}
    with Image.open(tmp_path / "p" / "contactvel.jpg") as sheet:
        assert min(sheet.size) > 1000


def test_each_case_has_posters_and_words_of_its_own(doe: Doe, tmp_path: Path) -> None:
    wanted = ("--formaat", "staand-1080x1920", "--geval", "alle", "--thema", "nacht", "--tweetalig", "--json")
    drawn = doe("render", "--actie", "demo", "--uit", str(tmp_path), *wanted)
    made = {item["geval"]: item for item in json.loads(drawn.uit)}
    assert set(made) == set(gevallen.GEVALLEN)
    assert len({Path(item["bestand"]).read_bytes() for item in made.values()}) == len(made)
    assert "Volvo" in made["voertuig"]["alt"]
    assert "Noor" not in made["afgesloten"]["alt"]
    assert {naam for naam, item in made.items() if not item["qr"]} == {"afgesloten"}


def test_a_poster_is_judged_and_its_qr_read_back(doe: Doe, tmp_path: Path) -> None:
    wanted = ("--formaat", "staand-1080x1920", "--keuring", "--json")
    judged = doe("render", "--actie", "demo", "--uit", str(tmp_path), *wanted)
    (item,) = json.loads(judged.uit)
    assert item["qrGelezen"] == item["qrGeprobeerd"] > 0
    assert judged.code == (1 if item["bezwaren"] else 0)


def test_a_poster_of_any_size_takes_the_format_that_suits_it(doe: Doe, tmp_path: Path) -> None:
    (item,) = json.loads(
        doe("render", "--actie", "demo", "--uit", str(tmp_path), "--formaat", "720x1280", "--json").uit
    )
    assert (item["formaat"], item["breedte"], item["hoogte"]) == ("staand-540x960", 720, 1280)


@pytest.mark.parametrize(
    ("args", "zin"),
    [
        (("--actie", "MN-1"), "Alleen --actie demo."),
        (("--actie", "demo", "--formaat", "rond"), "Het formaat rond bestaat niet. Kies uit:"),
        (("--actie", "demo", "--alle", "--formaat", "720x1280"), "Kies --alle of --formaat"),
        (("--actie", "demo", "--geval", "raar"), "Het geval raar bestaat niet. Kies uit:"),
        (("--actie", "demo", "--thema", "roze"), "Het thema roze bestaat niet. Kies uit:"),
        (("--actie", "demo", "--foto", "weg.jpg"), "weg.jpg is niet te lezen"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(doe: Doe, tmp_path: Path, args: tuple[str, ...], zin: str) -> None:
    refused = doe("render", "--uit", str(tmp_path / "p"), *args)
    assert refused.code == 2
    assert zin in refused.fout


def test_a_gemeente_is_found_by_name_alias_and_code(doe: Doe) -> None:
    for words in ("utrecht", "GM0344", "gm0344"):
        assert "GM0344  Utrecht" in doe("gemeenten", "zoek", words).uit
    assert json.loads(doe("gemeenten", "zoek", "Den Haag", "--json").uit)[0]["code"] == "GM0518"


def test_a_merged_gemeente_says_where_it_went(doe: Doe) -> None:
    assert "nu GM1991 Maashorst" in doe("gemeenten", "zoek", "GM0856").uit


def test_an_unknown_gemeente_ends_with_one_and_a_guess(doe: Doe) -> None:
    unknown = doe("gemeenten", "zoek", "Utrechd")
    assert (unknown.code, unknown.uit) == (1, "")
    assert "Bedoelt u Utrecht" in unknown.fout


def test_a_bench_prints_value_baseline_and_ratio() -> None:
    made = bench_command.meting("poster-first", 10.0, "posters/s", 2.0)
    assert made == {"bench": "poster-first", "value": 10.0, "unit": "posters/s", "baseline": 2.0, "ratio": 5.0}


def test_an_unknown_suite_is_said_so_with_those_that_exist(doe: Doe) -> None:
    unknown = doe("bench", "snel")
    assert (unknown.code, unknown.uit) == (2, "")
    assert "Kies uit: " in unknown.fout
    assert {"posters", "bezorging"} <= {line.split()[0] for line in doe("bench").uit.splitlines()}


def test_the_first_benches_of_posters_measure_both_ways() -> None:
    foto = Foto(synthetic_photo(800, 600))
    first, own = posters.own_qr(PARTS.renderer(), foto, rounds=1, count=3)
    assert (first["bench"], own["bench"]) == ("poster-first", "poster-own-qr-jpeg")
    assert float(str(own["ratio"])) > float(str(first["ratio"])) > 0


def test_every_group_and_command_is_in_dutch() -> None:
    page = naslag.commands_page(command_line())
    for english in ("Usage", "Options:", "Commands", "Show this", "[required]", "default:", "env var"):
        assert english not in page
