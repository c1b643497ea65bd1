"""Files with one job and functions that fit on a screen: outer limits, not aims."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LIBRARY = Path(__file__).parents[2] / "lessons_lib"
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40


def _functions() -> Iterator[tuple[str, int]]:
    """Yield each function and how many lines its body has, its docstring aside."""
    for path in sorted(LIBRARY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                told = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (told[-1].end_lineno or 0) - told[0].lineno + 1 if told else 0
                yield f"{path.relative_to(LIBRARY)}: {node.name}", lines


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path.relative_to(LIBRARY)): len(path.read_text(encoding="utf-8").splitlines())
        for path in LIBRARY.rglob("*.py")
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long() -> None:
    assert {name: n for name, n in _functions() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_packages_say_what_they_are_and_import_nothing() -> None:
    busy = []
    for path in LIBRARY.glob("*/**/__init__.py"):  # the library's own is tests/test_facade.py's
        tree = ast.parse(path.read_text(encoding="utf-8"))
        rest = tree.body[1:] if ast.get_docstring(tree) else [tree]
        if any(not _costs_nothing(node) for node in rest):
            busy.append(str(path.relative_to(LIBRARY)))
    assert busy == []


def _costs_nothing(node: ast.AST) -> bool:
    """Say whether a line of a package's own file imports and runs nothing when it is read."""
    is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return is_future or isinstance(node, ast.Assign | ast.AnnAssign | ast.FunctionDef)
