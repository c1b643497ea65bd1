"""Collecting answers to questions that were asked with a learner's own figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lessons_lib.hub.regrade import Result, regrade
from lessons_lib.hub.screening import UNFIT, Notes
from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.record.event import Event, new_event

ARCHIVE = "own-archive-one-by-one"


@pytest.fixture(scope="module")
def course() -> QuizBank:
    return load_bank(Path(__file__).parents[2] / "quizzes", strict=True)


def collected(course: QuizBank, payload: dict[str, Any]) -> tuple[Result, list[str]]:
    event: Event = new_event("answer", ARCHIVE, {"revision": 1} | payload)
    notes = Notes({event.id: ("record", 1)})
    return regrade([event], course, notes), notes.sentences()


@pytest.mark.parametrize(("number", "is_right"), [("2.5", True), ("4", False)])
def test_the_answer_is_computed_from_the_recorded_figures(
    course: QuizBank, number: str, is_right: bool
) -> None:
    figures = [["realtime_texts_per_s", 4000]]
    result, said = collected(course, {"number": number, "figures": figures, "seconds": 4})
    assert (result.answers, result.changed, said) == (1, 0, [])
    assert result.first[ARCHIVE].is_right is is_right


def test_figures_that_no_card_showed_are_not_counted(course: QuizBank) -> None:
    result, _ = collected(course, {"number": "0", "figures": [["realtime_texts_per_s", 1e300]]})
    assert (result.answers, result.changed) == (0, 1)


def test_a_response_that_is_no_number_is_noted(course: QuizBank) -> None:
    figures = [["realtime_texts_per_s", 4000]]
    result, said = collected(course, {"number": "soon", "figures": figures})
    assert (result.answers, result.changed) == (0, 0)
    assert said == [f"record: line 1: {UNFIT}."]
