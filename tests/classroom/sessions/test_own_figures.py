"""A quiz whose questions are about the learner's own measurements."""

import json

from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED
from lessons_lib.classroom.record.kinds import Position, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.practice import PracticeSession
from lessons_lib.classroom.sessions.quiz_run import QuizSession
from tests.classroom.sessions.actions import act, ada, quiz_session

QUIZ = "10_latency_and_throughput"
RATIO = "own-tail-ratio"
FIRST, LATER = {"p50_ms": 0.1, "p99_ms": 0.37}, {"p50_ms": 0.1, "p99_ms": 0.74}
OWN = "Your own measurement: "
BANK = load_bank()


def at_the_ratio(log: InMemoryLog, figures: dict[str, float] | None = None) -> QuizSession:
    session = quiz_session(BANK, QUIZ, log, figures or NOTHING_MEASURED)
    act(session, "go", to=[one.id for one in BANK.quiz(QUIZ).questions].index(RATIO) + 1)
    return session


def stem(session: QuizSession | PracticeSession) -> str:
    return str(session.page()["question"]["stem_html"])


def test_the_page_shows_the_learners_figures_and_grades_with_them() -> None:
    session = at_the_ratio(InMemoryLog(), FIRST)
    shown = f"<p>{OWN}the p50 of the real-time calls was 0.1 ms, and the p99 was 0.37 ms."
    assert shown in stem(session)
    assert "3.7" not in json.dumps(session.page())
    question = act(session, "answer", number="6.5")["question"]
    assert question["standing"] == "wrong"  # right in a variant
    question = act(session, "answer", number="3.7")["question"]
    assert (question["standing"], question["key"]["number"]) == ("right", "3.7 times")


def test_an_answered_question_keeps_its_numbers_whatever_is_measured_later() -> None:
    log = InMemoryLog()
    act(at_the_ratio(log, FIRST), "answer", number="99")
    assert "0.37 ms" in stem(at_the_ratio(log))
    again = at_the_ratio(log, LATER)
    assert "0.37 ms" in stem(again)
    assert act(again, "answer", number="3.7")["question"]["standing"] == "right"


def test_a_later_measurement_is_used_while_a_question_is_open() -> None:
    log = InMemoryLog()
    act(at_the_ratio(log, FIRST), "hint")
    assert "0.74 ms" in stem(at_the_ratio(log, LATER))


def test_a_question_answered_as_a_variant_stays_that_variant() -> None:
    log = InMemoryLog()
    before = at_the_ratio(log)
    act(before, "answer", number="1")
    assert stem(at_the_ratio(log, FIRST)) == stem(before)
    assert OWN not in stem(before)


def test_endless_practice_asks_with_a_variant() -> None:
    log = InMemoryLog()
    act(at_the_ratio(log, FIRST), "answer", number="3.7")
    log.append(event_of("11_practice_endless", Position(RATIO)))
    session = PracticeSession(BANK, ada(log), lambda: 1)
    assert session.page()["question"]["id"] == RATIO
    assert OWN not in stem(session)
