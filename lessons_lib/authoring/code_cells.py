"""Rules for the code of a notebook: short cells, one thing each, the logic lives in the library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from lessons_lib.authoring.finding import Complaint

MOST_LINES = 8
MOST_IMPORTS = 4
_OURS = re.compile(r"^from lessons_lib\b|^import lessons_lib\b", re.MULTILINE)
_LISTED = re.compile(r"^from .+ import \([^)]*\)", re.MULTILINE)
_DEFINES: tuple[type[ast.AST], ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def short_code(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield code cells with too many lines; blank lines are free, and an import is one line."""
    for cell in _code(notebook):
        source = _LISTED.sub("import", cell.source)
        lines = sum(bool(line.strip()) for line in source.splitlines())
        if not 1 <= lines <= MOST_LINES:
            yield Complaint(
                cell.id,
                f"a code cell has 1 to {MOST_LINES} lines",
                str(lines),
                "Part the cell, or move what it does into the library.",
            )


def few_imports(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield the first import from our library that is one too many."""
    cells = [cell for cell in _code(notebook) for _ in _OURS.findall(cell.source)]
    if len(cells) > MOST_IMPORTS:
        yield Complaint(
            cells[MOST_IMPORTS].id,
            f"a notebook imports from lessons_lib in at most {MOST_IMPORTS} lines",
            str(len(cells)),
            "Join two of them.",
        )


def no_definitions(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield functions and classes that a notebook defines, and cells that are not plain Python."""
    for cell in _code(notebook):
        try:
            tree = compile(
                cell.source, cell.id, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            )
        except SyntaxError as error:
            yield Complaint(
                cell.id,
                "a code cell is plain Python",
                f"{error.msg} in line {error.lineno}",
                "Mend it; leave magics out.",
            )
            continue
        for node in ast.walk(tree):
            if name := _defined(node):
                yield Complaint(
                    cell.id,
                    "a notebook defines no functions and no classes",
                    name,
                    "Move it into the library, with a test.",
                )


def _defined(node: ast.AST) -> str:
    if isinstance(node, _DEFINES):
        return f"{'class' if isinstance(node, ast.ClassDef) else 'def'} {getattr(node, 'name', '')}"
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and isinstance(
        node.value, ast.Lambda
    ):
        return f"a named lambda in line {node.lineno}"
    return ""


def _code(notebook: NotebookNode) -> Iterator[NotebookNode]:
    return (cell for cell in notebook.cells if cell.cell_type == "code")
