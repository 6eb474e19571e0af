"""The documents are true: generated ones equal the code, every link leads somewhere, every file named exists."""

import re
from pathlib import PurePosixPath

import pytest

from scripts.docs import GENERATED
from tests.architecture.sources import ROOT, files, text

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:hub|channels|renderers|templates|tests|scripts|docs)/[\w./-]+\.\w+)`")
GITHUB_DROPS = re.compile(r"[^\w\- ]")
MAX_PICTURE = 400_000
BEGIN = ("README.md", "docs/README.md")


def documents() -> list[str]:
    return [name for name in files() if name.endswith(".md") and not name.startswith("tests/")]


def links(name: str) -> list[str]:
    """Where the links of one document lead, outside addresses left out."""
    return [link for link in LINK.findall(text(name)) if "://" not in link and not link.startswith("mailto:")]


def target(name: str, link: str) -> str:
    """The path from the root that a link in this document means."""
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / link.partition("#")[0]).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def headings(name: str) -> set[str]:
    """The anchors of a document, as forges make them."""
    titles = re.findall(r"^#+ (.+)$", text(name), flags=re.MULTILINE)
    return {GITHUB_DROPS.sub("", title.lower()).replace(" ", "-") for title in titles}


def broken(name: str) -> list[str]:
    found = []
    for link in links(name):
        path, _, anchor = link.partition("#")
        there = target(name, link) if path else name
        if there not in files() or (anchor and anchor not in headings(there)):
            found.append(link)
    return found


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_a_generated_document_is_what_the_code_says(name: str) -> None:
    assert text(f"docs/{name}") == GENERATED[name](), "Run .venv/bin/python scripts/docs.py"


@pytest.mark.parametrize("name", documents())
def test_every_link_leads_to_a_file_of_this_project(name: str) -> None:
    assert broken(name) == []


@pytest.mark.parametrize("name", [name for name in documents() if name != "CHANGELOG.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    named = {path for path in NAMED.findall(text(name)) if "<" not in path}
    assert named - set(files()) == set()


def test_every_document_can_be_reached_from_the_readme_or_the_list_of_documents() -> None:
    linked = {target(name, link) for name in BEGIN for link in links(name)} | set(BEGIN)
    assert set(documents()) - linked == set()


def test_what_is_said_to_be_proven_against_a_real_server_has_its_tests() -> None:
    said = {path.stem for path in (ROOT / "tests" / "traffic").glob("*.json") if "echteServers" in path.read_text()}
    assert said == {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "peers").glob("test_*.py")} - {"hub"}


def test_pictures_stay_small() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in files() if name.startswith("docs/beelden/")}
    assert {name: size for name, size in sizes.items() if size > MAX_PICTURE} == {}


def test_the_flow_is_told_in_twelve_sentences_that_each_name_a_file() -> None:
    told = re.findall(r"^\d+\. (.+?)(?=^\d+\. |^## |\Z)", text("ARCHITECTURE.md"), flags=re.MULTILINE | re.DOTALL)
    assert len(told) == 12
    assert [sentence for sentence in told if not NAMED.search(sentence)] == []
