"""Which file is used, and what a template cannot do."""

from pathlib import Path

import pytest

from hub.compose.templates import Reeks, SjabloonFout, Templates


def write(folder: Path, **files: str) -> Templates:
    for name, text in files.items():
        (folder / f"{name.replace('_', '.')}.txt").write_text(text, encoding="utf-8")
    return Templates(folder)


def test_the_most_specific_file_wins(tmp_path: Path) -> None:
    folder = write(tmp_path, basis="basis", overval="type", overval_x="netwerk", overval_x_hoofd="kanaal")
    assert folder.render("overval", "x", "hoofd", {}) == "kanaal"
    assert folder.render("overval", "x", "anders", {}) == "netwerk"
    assert folder.render("overval", "telegram", "hoofd", {}) == "type"
    assert folder.render("straatroof", "x", "hoofd", {}) == "basis"


@pytest.mark.parametrize(
    "text",
    [
        "{{ titell }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ titel.__init__.__globals__ }}",
        "{% for a in range(99999) %}x{% endfor %}",
        "{% for a in lang %}xxxxxxxxxx{% endfor %}",
        "{% include '../geheim.txt' %}",
        "{{ 1 / 0 }}",
        "{{ titel",
        "{{ lijst.append(1) }}",
        "{{ 'x' * 10 ** 12 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ titel.ljust(10 ** 12) }}",
        "{{ titel|center(999999999) }}",
        "{{ lipsum(n=999) }}",
    ],
)
def test_a_template_that_is_wrong_or_greedy_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "geheim.txt").write_text("geheim", encoding="utf-8")
    (tmp_path / "posts").mkdir()
    folder = write(tmp_path / "posts", basis="basis", overval=text)
    with pytest.raises(SjabloonFout, match="overval"):
        folder.render("overval", "x", "hoofd", {"titel": "T", "lijst": [], "lang": "x" * 2001})


def test_a_folder_without_texts_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SjabloonFout, match="overval"):
        Templates(tmp_path).render("overval", "x", "hoofd", {})


def test_what_a_person_typed_is_never_read_as_a_template(tmp_path: Path) -> None:
    folder = write(tmp_path, basis="{{ titel|zin }}")
    assert folder.render("overval", "x", "y", {"titel": "{{ 7 * 7 }} <b>&"}) == "{{ 7 * 7 }} <b>&."


def test_a_series_gives_every_link_the_text_it_would_have_had_alone(tmp_path: Path) -> None:
    texts = {
        "overval": "{{ titel }}\nKijk op {{ link }} of {{ link }}",
        "brand": "{{ titel }} zonder adres",
        "steekpartij": "{{ link | lower }}\n{{ link }}",
        "inbraak": "{{ link | upper }} {{ link | length }}",
        "overval_x": "{{ link }} {% extends eerder %}",
    }
    alone = write(tmp_path, basis="{{ link }}", **texts)
    series = Reeks(alone)
    links = ["https://hub.example/A1B2C3D4", "https://hub.example/ZZYY0011", "https://hub.example/KORT", ""]
    for stem in ("overval", "brand", "steekpartij", "inbraak", "onbekend"):
        for titel in ("Gezocht", "Anders"):
            for link in links:
                values = {"titel": titel, "link": link, "eerder": "basis.txt"}
                for netwerk in ("x", "telegram"):
                    assert series.render(stem, netwerk, "hoofd", values) == alone.render(stem, netwerk, "hoofd", values)


def test_a_series_renders_what_differs_in_its_link_alone_once(tmp_path: Path) -> None:
    series = Reeks(write(tmp_path, basis="{{ titel }} {{ link }}"))
    first = series.render("overval", "x", "een", {"titel": "Gezocht", "link": "https://hub.example/A1B2C3D4"})
    (tmp_path / "basis.txt").write_text("{{ titel }} is veranderd {{ link }}", encoding="utf-8")
    second = series.render("overval", "x", "twee", {"titel": "Gezocht", "link": "https://hub.example/ZZYY0011"})
    assert second == first.replace("A1B2C3D4", "ZZYY0011")
