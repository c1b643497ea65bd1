"""Lessons in Firefox and in WebKit, Safari's engine: by mouse and keyboard, and after a reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engines import Engine, firefox, webkit
from tests.support.lab import CELLS, DIRTY, Lab
from tests.support.waiting import now

GUESS = ".lessons-guess"
QUIZ = ".lessons-quiz"
CARD = f"{GUESS}, {QUIZ}"
RIGHT = ".qc-verdict[data-standing=right]"
Learner = tuple[Engine, Lab]


@pytest.fixture(params=[firefox, webkit], ids=["Firefox", "WebKit"])
def learner(request: pytest.FixtureRequest, lab: Lab, tmp_path: Path) -> Iterator[Learner]:
    """A browser, and a JupyterLab in which nobody has answered anything."""
    with request.param(tmp_path) as engine:
        yield engine, lab


def open_lesson(learner: Learner, name: str) -> Engine:
    """Open a notebook; opened again, it has been saved with Ctrl+S before."""
    engine, lab = learner
    engine.open(lab.page(f"notebooks/{name}.ipynb"))
    engine.wait_for("return !!window.jupyterapp?.shell.currentWidget?.content")  # later if busy
    return engine


def save(engine: Engine) -> None:
    """Save with the keyboard, from inside a card, and expect that nothing has failed so far."""
    engine.keys("Control+s")
    engine.wait_for(f"return !{DIRTY}")
    assert now(engine.run("return window.errors")) == []


def find_cards_of_01(engine: Engine) -> None:
    """Wait for the cards, which start by themselves."""
    for title in ("Sixteen people", "Waiting", "Modes"):
        engine.find(CARD, title)


def test_a_guess_and_answers_by_mouse_and_keyboard_come_back(learner: Learner) -> None:
    engine = open_lesson(learner, "01_concept")
    find_cards_of_01(engine)
    cells = engine.run(f"return {CELLS}")
    engine.click(GUESS, inner="input[type=range]")
    engine.keys("Home", "ArrowRight", "b", "Enter")
    engine.find(f"{GUESS} .gs-line", "You: 1")
    engine.click(f"{GUESS} button", "Show me the result")
    engine.find(f"{GUESS} .gs-line", "Your guess was right")
    engine.find(f"{GUESS} .gs-why", "fixed cost")
    engine.click(QUIZ, "Waiting", "label:has([value=B])")
    engine.click(QUIZ, "Waiting", "[type=submit]")
    engine.find(QUIZ, "Waiting", RIGHT)
    engine.click(QUIZ, "Modes", ".qc-heading")
    engine.keys("Tab", "Space", "ArrowDown", "b", "Enter")
    engine.find(QUIZ, "Modes", ".qc-verdict[data-standing=wrong]")
    engine.keys("ArrowUp", "Enter")
    engine.find(QUIZ, "Modes", RIGHT)
    assert now(engine.run(f"return {CELLS}")) == cells
    save(engine)

    open_lesson(learner, "01_concept")
    find_cards_of_01(engine)
    engine.find(f"{GUESS} .gs-line", "You: 1")
    for title, letter in (("Waiting", "B"), ("Modes", "A")):
        engine.find(QUIZ, title, RIGHT)
        engine.find(QUIZ, title, f"label:has([value={letter}]:checked)")
    assert now(engine.run("return window.errors")) == []


def test_practice_goes_on_by_keyboard_where_it_was(learner: Learner) -> None:
    engine = open_lesson(learner, "11_practice")
    engine.click(QUIZ, "Question 1 of 5", ".qc-heading")
    engine.keys("Tab", "Space", "ArrowDown", "Enter")
    engine.find(QUIZ, "Question 1 of 5", RIGHT)
    engine.keys("Enter")
    engine.find(QUIZ, "Question 2 of 5", ".qc-heading:focus")
    save(engine)

    open_lesson(learner, "11_practice")
    engine.find(QUIZ, "Question 2 of 5")
    engine.click(f"{QUIZ} button", "Back")
    engine.find(QUIZ, "Question 1 of 5", RIGHT)
    engine.find(QUIZ, "Question 1 of 5", "label:has([value=B]:checked)")
    assert now(engine.run("return window.errors")) == []
