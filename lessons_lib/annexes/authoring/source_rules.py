"""Rules for the source of a notebook: its parts and their order, its code, prose and links."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import nbformat
from nbformat import NotebookNode

from lessons_lib.annexes.authoring.frame import minutes_of, words_in
from lessons_lib.annexes.authoring.source import ANSWERS, IGNORE_OUTPUT, RAISES
from lessons_lib.classroom.copy.update import exercise_of_cell
from lessons_lib.classroom.course import CARD_KEY, COURSE_FILE, Notebook, course
from lessons_lib.classroom.quiz.question import PLACEHOLDER


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One broken rule.

    Attributes
    ----------
    cell : str
        The cell's id, for example `prose-2`; empty for the whole file.
    rule : str
        What must hold for every notebook.
    got : str
        What was found instead.
    advice : str
        What to do.
    file : str
        The file's path relative to the course folder; empty until `check` fills it in.
    """

    cell: str
    rule: str
    got: str
    advice: str
    file: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, cell {self.cell}" if self.cell else self.file
        return f"{where}: {self.rule}; got {self.got.rstrip('.')}. {self.advice}"


class Template(NamedTuple):
    """The tags of each part of a notebook, in order, and of cells anywhere; how many cells."""

    parts: Mapping[str, tuple[int, int]]
    anywhere: Mapping[str, tuple[int, int]]


FRAMED = Template(
    parts={
        "header": (1, 1),
        "story": (1, 1),
        "stage-map/guess/explore": (1, 5),
        "setup": (1, 3),
        "prose/code/check/guess/explore": (6, 40),
        "try-it": (1, 3),
        "check": (0, 3),
        "key-insight": (1, 1),
        "next": (1, 1),
    },
    anywhere={"code": (3, 7), "guess": (2, 4)},
)
FREE = Template(
    parts={
        "header": (1, 1),
        "stage-map/setup/prose/code/guess/explore/try-it/check": (1, 30),
        "key-insight": (0, 1),
        "next": (1, 1),
    },
    anywhere={"code": (0, 6), "guess": (0, 4)},
)
MARKDOWN_TAGS = ("header", "story", "prose", "key-insight", "next")
CODE_TAGS = ("code", "guess", "explore")
CELL_TYPES = dict.fromkeys(CODE_TAGS, "code") | dict.fromkeys(MARKDOWN_TAGS, "markdown")
EXTRA_TAGS = (IGNORE_OUTPUT, RAISES, ANSWERS)
# The first or last words of cells by their tags.
FIRST_WORDS = {"header": "${header}", "key-insight": "> "}
LAST_WORDS = {"next": "${next}"}
MOST_LINES = 8
MINUTES_OFF, LEAST_OFF = 0.15, 2  # a share, and minutes: code and plots take longer or less

_LISTED = re.compile(r"^from .+ import \([^)]*\)", re.MULTILINE)

_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\([^)\s]*\)|<https?://[^>]*>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_LIST_NUMBER = re.compile(r"^\s*\d+\.(?= )", re.MULTILINE)
_MATH = re.compile(r"\$\$(.+?)\$\$|\$(?!\{)([^$\n]+?)\$", re.DOTALL)
_NUMERAL = re.compile(r"\d(?:[\d.,]*\d)?")
_STRUCTURE = ("0", "1", "2")  # in math: an index, a square
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:href|src)\s*=\s*[\"']([^\"']+)[\"']")
_CODE = re.compile(rf"{_FENCE.pattern}|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def check_source(
    raw: NotebookNode, filled: NotebookNode, lesson: Notebook, folder: Path
) -> Iterator[BrokenRule]:
    """Yield the rules that a source breaks.

    Parameters
    ----------
    raw, filled : NotebookNode
        The source before and after its placeholders are filled.
    lesson : Notebook
        The notebook in the course's plan.
    folder : Path
        Where the notebook is stored; its links are relative to it.
    """
    yield from _order(raw, FREE if lesson.is_free else FRAMED)
    before = None
    for cell in raw.cells:
        yield from _tagged(cell, before)
        before = cell
    yield from typed_numbers(raw)
    # In exercises, learners write code of any form.
    own = [cell for cell in raw.cells if exercise_of_cell(cell.source) is None]
    code = [cell for cell in own if cell.cell_type == "code"]
    for cell in code:
        yield from _short(cell)
        yield from _definitions(cell)
    yield from _guesses(code)
    if not lesson.is_free:
        yield from _input(filled, lesson.words_before_input)
        yield from _minutes(filled, lesson)
    yield from _taught(raw, lesson)
    yield from _links(filled, folder)


def _order(notebook: NotebookNode, template: Template) -> Iterator[BrokenRule]:
    parts, order = list(template.parts), " → ".join(template.parts)
    counts, furthest = Counter[str](), 0
    for cell in notebook.cells:
        tag, *extra = cell.metadata.tags
        fitting = [n for n, part in enumerate(parts) if tag in part.split("/")]
        index = next((n for n in fitting if n >= furthest), fitting[0] if fitting else None)
        if index is None or set(extra) - set(EXTRA_TAGS):
            yield _unknown_tag(cell, parts)
            continue
        counts[parts[index]] += 1
        if index < furthest:
            got = f"{tag} after {parts[furthest]}"
            yield BrokenRule(cell.id, f"parts are in the order {order}", got, "Move the cell.")
        furthest = max(furthest, index)
    for part, limits in template.parts.items():
        yield from _counted(part, counts[part], *limits)
    tags = Counter(cell.metadata.tags[0] for cell in notebook.cells)
    for tag, limits in template.anywhere.items():
        yield from _counted(tag, tags[tag], *limits)


def _unknown_tag(cell: NotebookNode, parts: Sequence[str]) -> BrokenRule:
    known = dict.fromkeys("/".join(parts).split("/"))
    return BrokenRule(
        cell.id,
        "a cell's first tag is its part, and further tags say how its output is stored",
        ", ".join(cell.metadata.tags),
        f"Parts are {', '.join(known)}; further tags {', '.join(EXTRA_TAGS)}.",
    )


def _counted(name: str, count: int, least: int, most: int) -> Iterator[BrokenRule]:
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        advice = "Add the missing cells." if count < least else "Merge or remove some."
        yield BrokenRule("", f"a notebook has {wanted} {name} cells", str(count), advice)


def _tagged(cell: NotebookNode, before: NotebookNode | None) -> Iterator[BrokenRule]:
    """Yield a cell of the wrong type or with the wrong start, and code without an introduction."""
    tag = cell.metadata.tags[0]
    kind = CELL_TYPES.get(tag, cell.cell_type)
    if cell.cell_type != kind:
        advice = "Change its type or its tag."
        yield BrokenRule(cell.id, f"a {tag} cell is a {kind} cell", cell.cell_type, advice)
    first, last = FIRST_WORDS.get(tag, ""), LAST_WORDS.get(tag, "")
    if not cell.source.startswith(first):
        rule = f"a {tag} cell begins with {first.strip()!r}"
        yield BrokenRule(cell.id, rule, repr(cell.source[:30]), "Begin it like that.")
    if not cell.source.endswith(last):
        rule = f"a {tag} cell ends with {last!r}"
        yield BrokenRule(cell.id, rule, repr(cell.source[-30:]), "End it like that.")
    if tag == "code" and before is not None and before.cell_type == "code":
        got = f"code after code ({before.id})"
        advice = "Add a prose cell that says what comes next."
        yield BrokenRule(cell.id, "prose comes before every code cell", got, advice)


def _short(cell: NotebookNode) -> Iterator[BrokenRule]:
    """Yield a cell with too many lines; blank lines do not count, and an import counts as one."""
    lines = sum(bool(line.strip()) for line in _LISTED.sub("import", cell.source).splitlines())
    if not 1 <= lines <= MOST_LINES:
        advice = "Split the cell, or move the code into the library."
        yield BrokenRule(cell.id, f"a code cell has 1 to {MOST_LINES} lines", str(lines), advice)


def _guesses(code: list[NotebookNode]) -> Iterator[BrokenRule]:
    """Yield guesses without a result below them, results without a guess, and open results."""
    asked: dict[str, str] = {}
    for cell in code:
        card = cell.metadata.get(CARD_KEY, {})
        name = card.get("name", "")
        if card.get("card") == "guess":
            asked[name] = cell.id
        elif card.get("card") != "outcome":
            continue
        elif asked.pop(name, None) is None:
            rule = "a result follows the guess that it answers"
            yield BrokenRule(cell.id, rule, name, "Ask with show_guess() above it.")
        elif ANSWERS not in cell.metadata.tags:
            rule = "a result that answers a guess is stored collapsed"
            yield BrokenRule(cell.id, rule, name, f"Add the tag {ANSWERS}.")
    for name, where in asked.items():
        rule = "every guess is compared with a result"
        yield BrokenRule(where, rule, name, "End the cell that computes it with show_outcome().")


def _input(notebook: NotebookNode, most: int) -> Iterator[BrokenRule]:
    """Yield a notebook in which a learner reads too much before entering something."""
    words = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.tags[0] in ("guess", "explore", "try-it"):
            break
        if cell.cell_type == "markdown":
            words += words_in(cell.source)
    if words > most:
        rule = f"a learner's own first input comes after at most {most} words"
        yield BrokenRule("", rule, str(words), "Move a guess or an exploration up.")


def _minutes(notebook: NotebookNode, lesson: Notebook) -> Iterator[BrokenRule]:
    minutes = minutes_of(notebook)
    if abs(minutes - lesson.minutes) > max(MINUTES_OFF * minutes, LEAST_OFF):
        rule, got = "a notebook's minutes are those it takes", f"{lesson.minutes} in the plan"
        yield BrokenRule("", rule, got, f"Write about {minutes} in {COURSE_FILE}.")


def _taught(notebook: NotebookNode, lesson: Notebook) -> Iterator[BrokenRule]:
    """Yield objectives that lead to no cell of prose, and modes that begin at no cell."""
    prose = [cell.id for cell in notebook.cells if cell.metadata.tags[0] == "prose"]
    for goal in () if lesson.is_free else lesson.objectives:
        if goal.cell not in prose:
            rule = "an objective names the cell of prose that teaches it"
            advice = f"Write one of {', '.join(prose)} as its `cell` in {COURSE_FILE}."
            yield BrokenRule("", rule, f"{goal.cell!r} for {goal.slug}", advice)
    cells = ["", *(cell.id for cell in notebook.cells)]
    for mode in course().modes:
        if mode.lessons[0] == lesson.slug and mode.place not in cells:
            rule, advice = "a mode begins at a cell", f"Change its `place` in {COURSE_FILE}."
            yield BrokenRule("", rule, f"{mode.place!r} for {mode.slug}", advice)


def _definitions(cell: NotebookNode) -> Iterator[BrokenRule]:
    """Yield functions and classes that a cell defines, or the cell if it is not plain Python."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = compile(cell.source.replace("%load_ext lessons_lib\n", "\n"), cell.id, "exec", flags)
    except SyntaxError as error:
        got = f"{error.msg} in line {error.lineno}"
        advice = "Fix it; of magics only `%load_ext lessons_lib` and `%%exercise` are allowed."
        yield BrokenRule(cell.id, "a code cell is plain Python", got, advice)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            rule = "a notebook defines no functions and no classes"
            yield BrokenRule(cell.id, rule, node.name, "Move it into the library, with a test.")


def typed_numbers(notebook: NotebookNode) -> Iterator[BrokenRule]:
    """Yield prose with numerals where a placeholder or a word belongs.

    Notes
    -----
    Headings, links, fenced code, list numbers, names such as `float32` or p99, and 0, 1 and 2
    inside math are exempt.
    """
    for cell in notebook.cells:
        typed = ", ".join(_numerals(cell.source)) if cell.cell_type == "markdown" else ""
        if typed:
            yield BrokenRule(
                cell.id,
                "numbers in prose come from code",
                f"{typed} typed by hand",
                "Write ${name} with one of the lesson's numbers, or a word such as 'three'.",
            )


def _numerals(markdown: str) -> Iterator[str]:
    text = PLACEHOLDER.sub(" ", markdown)
    for free in (_FENCE, _HEADING, _LINK, _TAG, _LIST_NUMBER):
        text = free.sub(" ", text)
    for formula in _MATH.finditer(text):
        yield from (one for one in _NUMERAL.findall(formula[0]) if one not in _STRUCTURE)
    yield from re.findall(rf"(?<![\w&#]){_NUMERAL.pattern}", _MATH.sub(" ", text))


def _links(notebook: NotebookNode, folder: Path) -> Iterator[BrokenRule]:
    """Yield relative links to files and headings that do not exist."""
    for cell in notebook.cells:
        text = _CODE.sub("", cell.source) if cell.cell_type == "markdown" else ""
        for found in _TARGET.finditer(text):
            link = found[1] or found[2]
            if problem := _problem(link, folder, notebook):
                rule = "relative links lead to files and headings that exist"
                yield BrokenRule(cell.id, rule, f"{link} ({problem})", "Fix the link.")


def _problem(link: str, folder: Path, notebook: NotebookNode) -> str:
    address = urlsplit(link)
    if address.scheme or address.netloc:
        return ""
    if address.path.startswith("/"):
        return "not relative"
    if address.path:
        target = folder / unquote(address.path)
        if not target.exists():
            return "no such file"
        if target.suffix != ".ipynb" or not address.fragment:
            return ""
        notebook = nbformat.read(target, as_version=4)
    is_missing = address.fragment and unquote(address.fragment) not in _anchors(notebook)
    return "no such heading" if is_missing else ""


def _anchors(notebook: NotebookNode) -> set[str]:
    """Return the anchors of a notebook's headings: their text, with hyphens for spaces."""
    markdown = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    headings = [heading for source in markdown for heading in _HEADING.findall(source)]
    return {re.sub(r"[`*]", "", heading).replace(" ", "-") for heading in headings}
