"""The files of this project, read once: what git tracks and what it would track."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("hub", "channels", "renderers")


@cache
def files() -> tuple[str, ...]:
    """Paths from the root of the checkout; ignored files are no part of the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> list[str]:
    """The Python files in these top folders."""
    return [name for name in files() if name.endswith(".py") and name.split("/")[0] in folders]


@cache
def text(name: str) -> str:
    """The text of one file; pictures and other bytes are empty text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(name: str) -> ast.Module:
    """One Python file, parsed."""
    return ast.parse(text(name), filename=name)


def dotted(node: ast.AST) -> str:
    """`a.b.c` as written in the source, or an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""


def calls(name: str) -> Iterator[ast.Call]:
    """Every call in one Python file."""
    return (node for node in ast.walk(tree(name)) if isinstance(node, ast.Call))
