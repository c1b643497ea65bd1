"""The declared types describe what the kernel really sends: the compiler reads pages as values."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.controls import Choice, Control, Number, Slider, Text
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, Curve, Explore, Table
from lessons_lib.classroom.widgets.page import Card
from lessons_lib.classroom.widgets.quiz.card import show_test
from lessons_lib.lesson.views.trace import TextExplorer
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from tests.classroom.sessions import play
from tests.classroom.widgets.pretend_browser import send
from tests.javascript.conftest import FOLDER, LIBRARY, Run
from tests.support.queue_view import ask, press_measure, queue, simulator, without_loop
from tests.support.race_view import finished
from tests.support.start_view import start_page
from tests.support.training_view import Training, lab_of, train

WIDGETS, VIEWS = "classroom/widgets", "lesson/views"
OF_A_PLAY = {
    "quiz": ("quiz", "QuizPage"),
    "test": ("quiz", "QuizPage"),
    "practice": ("quiz", "QuizPage"),
    "flashcards": ("flashcards", "FlashcardsPage"),
    "guess": ("explore", "Guess"),
    "exercise": ("exercises", "Exercise"),
    "exercises": ("exercises", "Exercises"),
    "progress": ("quiz", "Progress"),
}
CURVE = Curve([(1, 0), (2, 5)], (1.5, 2), "requests", "ms", "It rises.")
PARTS = [
    "A sentence.",
    Table(("label", "p"), [("negative", "0.1")], bars=(0.1,)),
    Table(("label",), [("negative",)]),
    Chips("Tokens", [Chip("a", "unknown", "warned")]),
    CURVE,
]
CONTROLS: dict[str, Control] = {
    "rate": Slider("Requests", (10, 20), 20),
    "full": Choice("When it is full", ("refuse", "wait")),
    "price": Number("Price", 0.04, "$"),
    "text": Text("Your text"),
}

Value = tuple[str, str, object]  # a folder, a type that is declared in it, and what must have it


def traits(card: Card) -> dict[str, Any]:
    """Return what a card sends."""
    return {"about": card.about, "page": card.page}


def of_sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Value]:
    """Yield the pages that a learner sees who goes through every session."""
    pages: list[dict[str, Any]] = []

    def keep(page: dict[str, Any]) -> dict[str, Any]:
        pages.append(page)
        return page

    monkeypatch.setattr(play, "plain", keep)
    bank, record = load_bank(), LearnerRecord(InMemoryLog(), "ada")
    for name, of_session in play.PLAYS.items():
        of_session(bank, record)
        folder, kind = OF_A_PLAY[name]
        yield from ((f"{WIDGETS}/{folder}", kind, page) for page in pages)
        pages.clear()
    yield f"{WIDGETS}/quiz", "QuizPage", show_test(log=InMemoryLog()).content()


def of_explorations() -> Iterator[Value]:
    """Yield an exploration with every control and part, one that failed, and a result."""
    for parts in (PARTS, [7]):
        explore = Explore(CONTROLS, lambda parts=parts, **_: parts, title="It", lead="Do")
        yield f"{WIDGETS}/explore", "Exploration", traits(explore)
    session = GuessSession(GuessTask("n", "How many?"), LearnerRecord(InMemoryLog(), "ada"))
    session.resolve(7)
    yield f"{WIDGETS}/explore", "Guess", session.submit(GuessAction("show"))


def of_queues() -> Iterator[Value]:
    """Yield a queue that is simulated, measured, and asked for what it cannot simulate."""
    figures = {"p50_ms": 4.0, "p99_ms": 8.0, "texts_per_s": 20.0, "n": 12}
    view = queue(simulator(), measure=lambda *_: SimpleNamespace(**figures))
    yield f"{VIEWS}/queue", "Queue", traits(view)
    without_loop(lambda: press_measure(view))
    assert view.page["measured"]["simulated"]
    yield f"{VIEWS}/queue", "Queue", traits(view)
    assert ask(view, max_batch_size=10**6)["error"]
    yield f"{VIEWS}/queue", "Queue", traits(view)


def of_views() -> Iterator[Value]:
    """Yield the other views of the pipeline, before and after they were used."""
    lab = lab_of(Training())
    yield f"{VIEWS}/training", "Training", traits(lab)
    for _ in range(2):
        train(lab)
    yield f"{VIEWS}/training", "Training", traits(lab)
    yield VIEWS, "Race", traits(finished())
    start = start_page()
    yield VIEWS, "Start", traits(start)
    send(start, "batch")
    yield VIEWS, "Start", traits(start)
    explorer = TextExplorer(SentimentPipeline.load().trace, text="What a zyxxq")
    yield VIEWS, "Explorer", traits(explorer)


def test_what_the_kernel_sends_has_the_declared_type(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [*of_sessions(monkeypatch), *of_explorations(), *of_queues(), *of_views()]
    lines = [
        f'import type {{ {kind} as T{n} }} from "{(LIBRARY / folder / "types").as_posix()}";\n'
        f"export const value{n}: T{n} = {json.dumps(value)};"
        for n, (folder, kind, value) in enumerate(values)
    ]
    (tmp_path / "values.ts").write_text("\n".join(lines), encoding="utf-8")
    project = {"extends": str(FOLDER / "tsconfig.json"), "include": ["values.ts"], "exclude": []}
    (tmp_path / "tsconfig.json").write_text(json.dumps(project), encoding="utf-8")
    run("npx", "tsc", "--project", str(tmp_path))
