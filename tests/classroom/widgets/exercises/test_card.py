"""The card of an exercise and the strip of all of them, without a browser."""

from typing import Any

from lessons_lib.classroom.practice.exercises.catalog import exercise
from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.exercises import ExerciseSession
from lessons_lib.classroom.widgets.exercises.card import (
    ExerciseCard,
    refresh_strips,
    show_exercises,
)
from tests.classroom.sessions.actions import ada
from tests.classroom.widgets.pretend_browser import send

TASK = exercise("batch-call")
HOSTILE = ExerciseReport("<img src=x onerror=alert(1)>", code="<script>", case="<b>")


def card(log: InMemoryLog, report: ExerciseReport | None = None) -> ExerciseCard:
    session = ExerciseSession(TASK, ada(log))
    if report:
        session.try_out("results = 1", report)
    return ExerciseCard(session)


def html(widget: Any) -> str:
    return str(widget._repr_mimebundle_()[0]["text/html"])


def test_a_stored_report_is_escaped_and_offers_to_run_the_cell() -> None:
    stored = html(card(InMemoryLog(), HOSTILE))
    assert "&lt;img" in stored and "lessons:run-exercise" in stored
    assert not any(tag in stored for tag in ("<img", "<script", "<b>"))


def test_a_browser_gets_hints_by_message_and_nothing_for_a_forged_one() -> None:
    one = card(InMemoryLog())
    send(one, "hint")
    assert one.page["hints_left"] == len(TASK.hints) - 1
    for forged in ("solve", {"hint": 1}, None):
        send(one, forged)
    assert (one.page["hints_left"], one.page["standing"]) == (len(TASK.hints) - 1, "open")


def test_the_strip_follows_the_record_and_what_is_stored_does_not() -> None:
    log = InMemoryLog()
    strip = show_exercises(log=log)
    stored = html(card(log)), html(strip), repr(strip)
    assert {row["standing"] for row in strip.page["rows"]} == {"open"}
    card(log, ExerciseReport("Right.", is_right=True))
    refresh_strips()
    assert (strip.page["rows"][0]["standing"], strip.page["next"]) == ("right", 1)
    assert (html(card(log)), html(strip), repr(strip)) == stored  # not of the learner
    send(strip, "hint")
    assert list(log.events("hint")) == []
