"""The notebooks as a whole: the plan and the folder agree, and guesses come before results."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.widgets.static import RUN_CELL

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SLUGS = [lesson.slug for lesson in course().lessons]


def test_every_lesson_of_the_plan_has_a_source_and_no_source_is_outside_it() -> None:
    assert sorted(path.stem for path in NOTEBOOKS.glob("source/*.py")) == sorted(SLUGS)


def test_the_plan_is_in_the_order_of_the_numbers() -> None:
    numbers = [lesson.number for lesson in course().lessons]
    assert numbers == sorted(numbers)


def test_each_guess_names_the_notebook_that_asks_it_and_gives_a_reason() -> None:
    sources = {slug: (NOTEBOOKS / f"source/{slug}.py").read_text("utf-8") for slug in SLUGS}
    asked = {
        name: slug
        for slug, source in sources.items()
        for name in re.findall(r'show_guess\("([^"]+)"', source)
    }
    lab_book = course().mode("experiment").lessons[0]
    tasks = guess_table().guesses
    assert [one for one in tasks if one.lesson != asked.get(one.id, lab_book)] == []
    assert [one.id for one in tasks if not one.explain] == []


def test_no_card_has_the_title_of_another_notebook() -> None:
    cards = {
        (quiz.at(str(one.place)).title, quiz.name)
        for quiz in load_bank(NOTEBOOKS.parent / "quizzes").quizzes
        for one in quiz.questions
    }
    owners = {lesson.title: lesson.slug for lesson in course().lessons}
    assert [(title, name) for title, name in cards if owners.get(title, name) != name] == []


@pytest.mark.parametrize(
    ("name", "asked", "answered"),
    [
        ("10_latency_and_throughput", 'show_guess("newest-without-a-label")', "have none"),
        ("09_micro_batching", 'show_guess("the-lone-request")', "show_quiz("),
        ("10_latency_and_throughput", 'show("lab-book")', 'show("race")'),
    ],
)
def test_what_answers_a_guess_is_below_it(name: str, asked: str, answered: str) -> None:
    source = (NOTEBOOKS / f"source/{name}.py").read_text("utf-8")
    assert 0 < source.index(asked) < source.index(answered)


@pytest.mark.parametrize("name", SLUGS)
def test_a_view_that_says_run_this_cell_needs_no_other_cell(name: str) -> None:
    cells = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells
    alone = [one.source for one in cells if RUN_CELL[1] in _html(one) and one.source[0] != "%"]
    needed = {source: list(_names_from_elsewhere(source)) for source in alone}
    assert {source: names for source, names in needed.items() if names} == {}


def _html(cell: nbformat.NotebookNode) -> str:
    shown = (one.get("data", {}) for one in cell.get("outputs", ()))
    return "".join(str(data.get("text/html", "")) for data in shown)


def _names_from_elsewhere(source: str) -> Iterator[str]:
    nodes = list(ast.walk(ast.parse(source)))
    imported = {
        name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names
    }
    names = [node for node in nodes if isinstance(node, ast.Name)]
    known = (
        imported | {one.id for one in names if isinstance(one.ctx, ast.Store)} | {*dir(builtins)}
    )
    return (one.id for one in names if one.id not in known)
