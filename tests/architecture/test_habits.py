"""Habits that a reader may rely on everywhere in this project."""

import ast
import re

import pytest

from tests.architecture.sources import PRODUCT, ROOT, calls, dotted, files, python_files, text, tree

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
# Split or escaped, so that this file does not match itself.
REGISTRY = re.compile(r"pypi\.(org|io)|pythonhosted\.|npmjs\.|registry\.npm|yarnpkg\.|(deb|security|snapshot)\.debian")
MACHINE_PATH = re.compile(r"(?<![\w.*-])/(?:work|root|home|Users)/[\w.]")
READS_THE_CLOCK = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
LEFT_OUT = {"skip", "skipif", "xfail", "importorskip", "skipTest", "expectedFailure"}


def found(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """`file:line` of every match."""
    return [
        f"{name}:{number}"
        for name in names
        for number, line in enumerate(text(name).splitlines(), start=1)
        if pattern.search(line)
    ]


def ours(name: str) -> set[str]:
    """The names that this file imports from our own packages."""
    names = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PRODUCT:
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.split(".")[0] for alias in node.names if alias.name.split(".")[0] in PRODUCT
            }
    return names


def replaces_our_own(call: ast.Call, own: set[str]) -> bool:
    """Whether this call swaps a part of our own code for something else."""
    called = dotted(call.func)
    if called.startswith("mocker.") or "mock.patch" in called or called == "patch":
        return True
    if not called.endswith("monkeypatch.setattr") or not call.args:
        return False
    target = call.args[0]
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return target.value.split(".")[0] in PRODUCT
    return dotted(target).split(".")[0] in own


def test_no_module_is_called_utils() -> None:
    parts = {part.removesuffix(".py") for name in python_files(*PRODUCT, "tests") for part in name.split("/")}
    assert parts.isdisjoint({"util", "utils", "helpers", "common", "misc"})


def test_nothing_is_left_for_later() -> None:
    assert found(UNFINISHED, [name for name in files() if name != "LICENSE"]) == []
    for name in python_files(*PRODUCT):
        unbuilt = [node for node in ast.walk(tree(name)) if dotted(node) == "NotImplementedError"]
        assert not unbuilt, name


def test_no_registry_is_named() -> None:
    assert found(REGISTRY, list(files())) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert found(MACHINE_PATH, list(files())) == []


@pytest.mark.parametrize("folder", PRODUCT)
def test_only_the_clock_reads_the_time(folder: str) -> None:
    readers = {
        f"{name}:{call.lineno}"
        for name in python_files(folder)
        for call in calls(name)
        if ".".join(dotted(call.func).split(".")[-2:]) in READS_THE_CLOCK and name != "hub/kit/clock.py"
    }
    assert readers == set()


def test_tests_replace_nothing_of_our_own() -> None:
    owned = {name: ours(name) for name in python_files("tests")}
    replaced = {
        f"{name}:{call.lineno}" for name, own in owned.items() for call in calls(name) if replaces_our_own(call, own)
    }
    assert replaced == set()


def test_tests_wait_for_events_not_for_time() -> None:
    sleeping = {
        f"{name}:{call.lineno}"
        for name in python_files("tests")
        for call in calls(name)
        if dotted(call.func) in {"time.sleep", "sleep"}
    }
    assert sleeping == set()


def test_every_test_runs() -> None:
    left_out = {
        f"{name}:{node.lineno}"
        for name in python_files("tests")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and node.attr in LEFT_OUT
    }
    assert left_out == set()


def test_every_netwerk_is_one_class_and_its_recorded_traffic() -> None:
    networks = [name for name in python_files("channels") if not name.endswith("__init__.py")]
    for name in networks:
        classes = {node.name for node in tree(name).body if isinstance(node, ast.ClassDef)}
        assert "Channel" in classes, name
    traffic = {path.stem for path in (ROOT / "tests" / "traffic").glob("*.json")}
    assert traffic == {name.removeprefix("channels/").removesuffix(".py") for name in networks}
