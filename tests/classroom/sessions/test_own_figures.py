"""A quiz whose questions are about the learner's own measurements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lessons_lib.classroom.practice.endless import endless_quiz
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.practice import EndlessSession
from lessons_lib.classroom.sessions.quiz import QuizSession
from lessons_lib.classroom.sessions.record import LearnerRecord
from tests.classroom.sessions.actions import act

QUIZ = "10_latency_and_throughput"
RATIO = "own-tail-ratio"
FIRST, LATER = {"p50_ms": 0.1, "p99_ms": 0.37}, {"p50_ms": 0.1, "p99_ms": 0.74}
OWN = "Your own measurement: "


@pytest.fixture(scope="module")
def course() -> QuizBank:
    return load_bank(Path(__file__).parents[3] / "quizzes")


def at_the_ratio(
    course: QuizBank, log: InMemoryLog, figures: dict[str, Any] | None = None
) -> QuizSession:
    session = QuizSession(
        course.quiz(QUIZ), course, LearnerRecord(log, "ada"), measured=figures or {}
    )
    session.index = [one.id for one in session.quiz.questions].index(RATIO)
    return session


def stem(session: QuizSession) -> str:
    return str(session.page()["question"]["stem_html"])


def test_the_page_shows_the_learners_figures_and_grades_with_them(course: QuizBank) -> None:
    session = at_the_ratio(course, InMemoryLog(), FIRST)
    assert f"<p>{OWN}the p50 of the real-time calls was 0.1 ms, and the p99 was 0.37 ms." in stem(
        session
    )
    assert "3.7" not in json.dumps(session.page())
    question = act(session, "answer", number="6.5")["question"]
    assert question["standing"] == "wrong"  # right in a variant
    question = act(session, "answer", number="3.7")["question"]
    assert (question["standing"], question["key"]["number"]) == ("right", "3.7 times")


def test_an_answer_is_restored_with_its_numbers_before_anything_is_measured(
    course: QuizBank,
) -> None:
    log = InMemoryLog()
    act(at_the_ratio(course, log, FIRST), "answer", number="3.7")
    again = at_the_ratio(course, log)
    assert "0.37 ms" in stem(again)
    assert again.page()["question"]["standing"] == "right"


def test_a_later_measurement_changes_no_answered_question(course: QuizBank) -> None:
    log = InMemoryLog()
    act(at_the_ratio(course, log, FIRST), "answer", number="99")
    again = at_the_ratio(course, log, LATER)
    assert "0.37 ms" in stem(again)
    assert act(again, "answer", number="3.7")["question"]["standing"] == "right"


def test_a_later_measurement_is_used_while_a_question_is_open(course: QuizBank) -> None:
    log = InMemoryLog()
    act(at_the_ratio(course, log, FIRST), "hint")
    assert "0.74 ms" in stem(at_the_ratio(course, log, LATER))


def test_a_question_answered_as_a_variant_stays_that_variant(course: QuizBank) -> None:
    log = InMemoryLog()
    before = at_the_ratio(course, log)
    act(before, "answer", number="1")
    assert stem(at_the_ratio(course, log, FIRST)) == stem(before)
    assert OWN not in stem(before)


def test_endless_practice_asks_with_a_variant(course: QuizBank) -> None:
    log = InMemoryLog()
    act(at_the_ratio(course, log, FIRST), "answer", number="3.7")
    turn = EndlessSession(course.question(RATIO), course, LearnerRecord(log, "ada"))
    page = turn.page()
    assert turn.quiz.name == endless_quiz()
    assert OWN not in page["question"]["stem_html"]
