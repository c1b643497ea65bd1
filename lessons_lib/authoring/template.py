"""The order in which every notebook is told, as one table, and the rules that go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from lessons_lib.authoring.finding import Complaint
from lessons_lib.authoring.stored import IGNORE_OUTPUT, RAISES


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the template: cells with one of its tags stand together, so many of them."""

    tags: tuple[str, ...]
    least: int
    most: int

    @property
    def name(self) -> str:
        """The part as messages call it."""
        return "/".join(self.tags)


@dataclass(frozen=True, slots=True)
class Template:
    """The parts of a notebook in their order, and how many `code` cells it has."""

    parts: tuple[Part, ...]
    code_cells: tuple[int, int]


LESSON = Template(
    parts=(
        Part(("header",), 1, 1),
        Part(("stage-map",), 1, 2),
        Part(("setup",), 1, 3),
        Part(("predict",), 1, 1),
        Part(("prose", "code"), 6, 20),
        Part(("try-it",), 1, 3),
        Part(("check",), 0, 3),
        Part(("key-insight",), 1, 1),
        Part(("next",), 1, 1),
    ),
    code_cells=(3, 6),
)
FREE = Template(
    parts=(
        Part(("header",), 1, 1),
        Part(("stage-map", "setup", "predict", "prose", "code", "try-it", "check"), 1, 20),
        Part(("key-insight",), 0, 1),
        Part(("next",), 1, 1),
    ),
    code_cells=(0, 6),
)
TEMPLATES: Mapping[str, Template] = {
    "00_start_here": FREE,
    "11_practice": FREE,
    "12_test": FREE,
    "13_flashcards": FREE,
    "14_code_along": FREE,
}

KINDS = {
    "header": "markdown",
    "predict": "markdown",
    "prose": "markdown",
    "code": "code",
    "key-insight": "markdown",
    "next": "markdown",
}
OPENINGS = {"header": "${header}", "next": "${next}", "key-insight": "> "}
EXTRA_TAGS = (IGNORE_OUTPUT, RAISES)


def template_of(name: str) -> Template:
    """Return the template of a notebook."""
    return TEMPLATES.get(name, LESSON)


def follows_template(notebook: NotebookNode, template: Template) -> Iterator[Complaint]:
    """Yield what departs from the template; placeholders are unfilled, as in the source."""
    order = " → ".join(part.name for part in template.parts)
    counts = [0] * len(template.parts)
    furthest = 0
    for cell in notebook.cells:
        tag, *extra = cell.metadata.tags
        places = [place for place, part in enumerate(template.parts) if tag in part.tags]
        if not places or set(extra) - set(EXTRA_TAGS):
            yield _unknown_tag(cell, template)
            continue
        counts[places[0]] += 1
        if places[0] < furthest:
            late = template.parts[furthest].name
            yield Complaint(
                cell.id, f"parts come in the order {order}", f"{tag} after {late}", "Move the cell."
            )
        furthest = max(furthest, places[0])
    for part, count in zip(template.parts, counts, strict=True):
        yield from _counted(part.name, count, part.least, part.most)
    code = sum(cell.metadata.tags[0] == "code" for cell in notebook.cells)
    yield from _counted("code", code, *template.code_cells)


def cells_fit_their_tags(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield cells of the wrong kind, cells that begin wrongly, and code that nothing introduces."""
    before = None
    for cell in notebook.cells:
        tag = cell.metadata.tags[0]
        kind = KINDS.get(tag, cell.cell_type)
        if cell.cell_type != kind:
            yield Complaint(
                cell.id,
                f"a {tag} cell is a {kind} cell",
                cell.cell_type,
                "Change its kind or its tag.",
            )
        opening = OPENINGS.get(tag, "")
        if not cell.source.startswith(opening):
            yield Complaint(
                cell.id,
                f"a {tag} cell begins with {opening.strip()!r}",
                repr(cell.source[:30]),
                "Begin it so.",
            )
        if tag == "predict" and "?" not in cell.source:
            yield Complaint(cell.id, "a predict cell asks one question", "none", "Ask it.")
        if tag == "code" and before is not None and before.cell_type == "code":
            yield Complaint(
                cell.id,
                "prose stands before every code cell",
                f"code after code ({before.id})",
                "Say in a prose cell what is about to be seen.",
            )
        before = cell


def _counted(name: str, count: int, least: int, most: int) -> Iterator[Complaint]:
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        advice = "Write what is missing." if count < least else "Join or drop some."
        yield Complaint("", f"a notebook has {wanted} {name} cells", str(count), advice)


def _unknown_tag(cell: NotebookNode, template: Template) -> Complaint:
    known = [tag for part in template.parts for tag in part.tags]
    return Complaint(
        cell.id,
        "a cell's first tag is its part, and further tags are for nbval",
        ", ".join(cell.metadata.tags),
        f"Parts are {', '.join(known)}; further tags {', '.join(EXTRA_TAGS)}.",
    )
