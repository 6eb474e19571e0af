"""Nothing grows past what one person can hold in the head."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import PRODUCT, python_files, text, tree

MODULE_LINES = 400
FUNCTION_LINES = 60


def measured() -> list[str]:
    """Migrations are left out: they are a log that nobody edits."""
    return [name for name in python_files(*PRODUCT, "bench", "scripts") if "/versions/" not in name]


def filled(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def functions(name: str) -> Iterator[tuple[str, int]]:
    lines = text(name).splitlines()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}:{node.lineno} {node.name}", filled(lines[node.lineno - 1 : node.end_lineno])


def test_no_module_is_longer_than_400_lines() -> None:
    sizes = {name: filled(text(name).splitlines()) for name in measured()}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    sizes = dict(function for name in measured() for function in functions(name))
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}
