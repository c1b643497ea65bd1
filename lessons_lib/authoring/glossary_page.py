"""The glossary as a page of Markdown, which JupyterLab and GitHub open at a term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lessons_lib.authoring.finding import Complaint
from lessons_lib.practice.course import Lesson, course
from lessons_lib.practice.glossary import PAGE, Term, glossary

NAME = PAGE.removesuffix(".md")
_INTRODUCTION = """\
# Glossary

The words of these lessons, each with one meaning. Notebooks link to this page where they first
use a word. The [flashcards](13_flashcards.ipynb) ask for them.

| word | meaning | in code | more in |
|---|---|---|---|
"""


def glossary_page(
    terms: Sequence[Term] | None = None, lessons: Sequence[Lesson] | None = None
) -> str:
    """Return the page: one table in the order of the alphabet, an anchor at each term."""
    titles = {one.slug: f"{one.number}. {one.title}" for one in lessons or course().lessons}
    rows = sorted(terms or glossary(), key=lambda one: one.slug)
    return _INTRODUCTION + "".join(f"{_row(one, titles[one.lesson])}\n" for one in rows)


def write_page(notebooks: Path) -> Path:
    """Write the page into a folder of notebooks and return its path."""
    path = notebooks / PAGE
    path.write_text(glossary_page(), encoding="utf-8", newline="\n")
    return path


def page_is_up_to_date(notebooks: Path) -> Iterator[Complaint]:
    """Yield the page if it is there and not what the table makes of it."""
    path = notebooks / PAGE
    if path.exists() and path.read_text(encoding="utf-8") != glossary_page():
        rule = "the glossary says what quizzes/glossary.yaml says"
        advice = f"Build it: python -m lessons_lib.authoring build {NAME}."
        yield Complaint("", rule, "another text", advice)


def _row(term: Term, title: str) -> str:
    code = f"`{term.code}`" if term.code else ""
    synonym = f" ({term.synonym})" if term.synonym else ""
    name = f'<a id="{term.slug}"></a>**{term.name}**{synonym}'
    return f"| {name} | {term.meaning} | {code} | [{title}]({term.lesson}.ipynb) |"
