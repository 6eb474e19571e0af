"""What import-linter does not say: no cycles, and content stands on the standard library alone."""

import graphlib
import sys
from functools import cache

import grimp
import pytest

from tests.architecture.sources import PRODUCT


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        *PRODUCT, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def imported_by(module: str) -> set[str]:
    return graph().find_modules_directly_imported_by(module)


def test_no_module_imports_itself_by_a_detour() -> None:
    order = graphlib.TopologicalSorter({module: imported_by(module) for module in graph().modules})
    assert list(order.static_order())


def test_content_stands_on_the_standard_library_alone() -> None:
    parts = {"hub.formaten", "hub.lijn"}
    known = set().union(*(imported_by(module) for module in ("hub.content", *parts))) - parts
    assert {name.split(".")[0] for name in known} <= sys.stdlib_module_names


@pytest.mark.parametrize("folder", ["channels", "renderers"])
def test_channels_and_renderers_know_only_hub_content(folder: str) -> None:
    modules = {folder} | graph().find_descendants(folder)
    known = {name for module in modules for name in imported_by(module) if name.split(".")[0] == "hub"}
    assert known <= {"hub.content"}
