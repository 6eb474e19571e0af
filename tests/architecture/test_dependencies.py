"""Every dependency has a reason and an exact version; the locks know hashes, never addresses."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.sources import PRODUCT, ROOT, python_files, text, tree

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "requirements-peers.lock"]
REQUIREMENT = re.compile(r'^    "(?P<name>[\w.-]+)[^"]*",\s*(?P<comment>.*)$')


def declared() -> dict[str, str]:
    """Each dependency in pyproject.toml with the comment behind it."""
    project = text("pyproject.toml").split("[project]")[1].split("[project.scripts]")[0]
    matches = [REQUIREMENT.match(line) for line in project.splitlines()]
    return {match["name"]: match["comment"] for match in matches if match}


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", text(name), flags=re.MULTILINE))


def test_every_dependency_has_its_reason_beside_it() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert len(declared()) == len(project["dependencies"]) + len(project["optional-dependencies"]["dev"])
    for name, comment in declared().items():
        assert re.fullmatch(r"# \S.{12,}\.", comment), name


def imported() -> set[str]:
    """The top-level names of other people's packages that the product imports."""
    names = set()
    for node in (node for name in python_files(*PRODUCT) for node in ast.walk(tree(name))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names - sys.stdlib_module_names - set(PRODUCT)


def test_what_the_product_imports_is_a_declared_dependency() -> None:
    owners = packages_distributions()
    needed = {re.sub(r"[-_.]+", "-", owners[name][0]).lower() for name in imported()}
    assert needed - {name.lower() for name in declared()} == set()


def test_every_dependency_is_locked() -> None:
    assert {name.lower() for name in declared()} <= locked("requirements-dev.lock").keys()


def test_development_and_production_use_the_same_versions() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_no_address(lock: str) -> None:
    assert "://" not in text(lock)
    assert not re.search(r"^\s*--(?!hash)", text(lock), flags=re.MULTILINE)
    assert text(lock).count("--hash=sha256:") >= len(locked(lock)) > 0


@pytest.mark.parametrize("folder", [".", "tests/peers"])
def test_npm_packages_are_exact_and_without_address(folder: str) -> None:
    package = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    for version in package["dependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        assert not name or entry["integrity"].startswith("sha512-"), name
