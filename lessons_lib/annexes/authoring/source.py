"""Read a notebook's source: turn a percent script into cells with ids, and fill in numbers."""

import ast
import copy
import difflib
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from lessons_lib.classroom.course import CARD_KEY, STARTS_KEY
from lessons_lib.classroom.lesson import Numbers
from lessons_lib.classroom.quiz.question import PLACEHOLDER
from lessons_lib.classroom.server.extension import LESSON_KEY

IGNORE_OUTPUT = "nbval-ignore-output"
RAISES = "raises-exception"
ANSWERS = "answers-guess"  # the stored output is collapsed, so that it is not seen before the guess
HIDDEN = ("source_hidden", "outputs_hidden")
_MAGIC = re.compile(r"^%.*$", re.MULTILINE)
NEWS = "tell_news()"  # of the start page: prints what is new, if anything is
CARD = re.compile(r"show(?:_(\w+))?")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # Without the version, so that rebuilding under another Python changes nothing.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
    # How the server extension and the pages' style recognize notebooks of the course.
    LESSON_KEY: {"is_lesson": True},
}


class SourceError(ValueError):
    """A source cannot be built; the message says where and what to do."""


def source_names(notebooks: Path) -> list[str]:
    """Return the names of all sources in a folder of notebooks, in order."""
    return sorted(path.stem for path in (notebooks / "source").glob("*.py"))


def read_source(path: Path) -> NotebookNode:
    """Return the notebook of a percent script, with unfilled placeholders and without outputs.

    Raises
    ------
    SourceError
        If a cell has no tag.
    """
    import jupytext

    script = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    numbers: Counter[str] = Counter()
    cells = []
    for position, cell in enumerate(script.cells, 1):
        tags = cell.metadata.get("tags", [])
        if not tags:
            first_line = (cell.source.strip().splitlines() or ["empty"])[0][:60]
            raise SourceError(
                f"{path}: every cell must have a tag naming its part, got none on cell {position} "
                f'({first_line}). Write it as `# %% tags=["code"]`.'
            )
        numbers[tags[0]] += 1
        hidden = dict(cell.metadata.get("jupyter", {}))
        if cell.cell_type == "code" and is_folded(cell.source):
            hidden["source_hidden"] = True
        if ANSWERS in tags:
            hidden["outputs_hidden"] = True
        card = card_of(cell.source) if cell.cell_type == "code" else {}
        if card and only_shows_a_widget(cell.source):
            card |= {STARTS_KEY: mark_of(cell.source)}
        metadata = kept_metadata({"tags": tags, "jupyter": hidden, CARD_KEY: card})
        new_cell = getattr(nbformat.v4, f"new_{cell.cell_type}_cell")
        name = f"{tags[0]}-{numbers[tags[0]]}"
        cells.append(new_cell(cell.source, id=name, metadata=metadata))
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=copy.deepcopy(METADATA))
    notebook.nbformat_minor = 5
    return notebook


def mark_of(source: str) -> str:
    """Return a short mark of a cell's source, which our JupyterLab extension computes as well.

    It is FNV-1a: a page that is not served by HTTPS has no sha256. JupyterLab's trust protects.
    """
    mark = 0x811C9DC5
    for byte in source.encode():
        mark = (mark ^ byte) * 0x01000193 % 2**32
    return f"{mark:08x}"


def is_folded(source: str) -> bool:
    """Return whether code is stored collapsed: it only imports, or only shows a widget."""
    lines = _lines(source)
    is_import = all(isinstance(line, ast.Import | ast.ImportFrom) for line in lines)
    return (bool(lines) and is_import) or only_shows_a_widget(source)


def _lines(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):  # a magic
        return []


def only_shows_a_widget(source: str) -> bool:
    """Return whether code does nothing but import and show a widget, without using other cells.

    Such a cell can be run alone when a notebook is opened again.
    """
    *before, last = _lines(source) or [ast.Pass()]
    value = last.value if isinstance(last, ast.Expr) else None
    called = value.func if isinstance(value, ast.Call) else None
    is_widget = isinstance(called, ast.Name) and CARD.fullmatch(called.id) is not None
    before = [one for one in before if ast.unparse(one) != NEWS]
    imports = [one for one in before if isinstance(one, ast.ImportFrom)]
    imported = {alias.name for one in imports for alias in one.names}
    used = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)}
    return is_widget and imports == before and used <= imported


def card_of(source: str) -> dict[str, str]:
    """Return which card a cell ends with, and the texts that it is called with, by their names.

    It is stored with the cell, so that nobody else has to read the code.
    """
    last = (_lines(_MAGIC.sub("", source)) or [ast.Pass()])[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return {}
    if not (shown := CARD.fullmatch(call.func.id)):
        return {}
    names = ("name", "place") if shown[1] else ("card",)
    given = [*zip(names, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
    words = {
        name: one.value
        for name, one in given
        if name and isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    card = {"card": shown[1]} if shown[1] else {}
    return card | words if "card" in card | words else {}


def kept_metadata(metadata: Mapping[str, Any]) -> NotebookNode:
    """Return the metadata of a cell that is stored: its tags, its card, and if it is collapsed."""
    jupyter = metadata.get("jupyter", {})
    hidden = {key: jupyter[key] for key in HIDDEN if key in jupyter}
    kept: dict[str, Any] = {"tags": list(metadata.get("tags", []))}
    kept |= {"jupyter": hidden} if hidden else {}
    kept |= {CARD_KEY: metadata[CARD_KEY]} if metadata.get(CARD_KEY) else {}
    if hidden.get("outputs_hidden"):
        kept["collapsed"] = True  # as JupyterLab saves it
    node: NotebookNode = nbformat.from_dict(kept)
    return node


def fill(notebook: NotebookNode, numbers: Numbers, file: str) -> None:
    """Fill the placeholders `${name}` of a notebook's prose, in place.

    Parameters
    ----------
    notebook : NotebookNode
        As `read_source` returns it.
    numbers : mapping of str to callable
        Functions that return the text for each name, called only for names that are used.
    file : str
        The file to name in errors.

    Raises
    ------
    SourceError
        If a placeholder has no number or its number cannot be computed.

    Notes
    -----
    Math is not affected: `$x$` has no brace after the dollar sign. `${x}$` is rejected as unknown.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _filled(cell.source, numbers, f"{file}, cell {cell.id}")


def _filled(markdown: str, numbers: Numbers, where: str) -> str:
    return PLACEHOLDER.sub(lambda found: _number(found[1], numbers, where), markdown)


def _number(name: str, numbers: Numbers, where: str) -> str:
    if name not in numbers:
        near = difflib.get_close_matches(name, numbers, n=3)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise SourceError(
            f"{where}: a placeholder must name one of the lesson's numbers, got ${{{name}}}. "
            f"{meant}Add it to the numbers of LESSON, or write math without the brace, like $x$."
        )
    try:
        return numbers[name]()
    except Exception as error:
        raise SourceError(f"{where}: ${{{name}}} could not be computed: {error}") from error
