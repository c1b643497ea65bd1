"""What exercises write into the record comes back, and what does not fit is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.practice.exercises.catalog import EXERCISES
from lessons_lib.practice.exercises.record import (
    NOTEBOOK,
    ExerciseProgress,
    draft_event,
    exercise_progress,
    hint_event,
    position_event,
    solution_event,
    try_event,
)
from lessons_lib.quiz.bank import load_bank
from lessons_lib.quiz.progress import summarise
from lessons_lib.record.event import Event, new_event
from lessons_lib.record.kinds import Code, ExercisePosition, Hint
from lessons_lib.record.log import JsonlEventLog

FIRST, SECOND, *_ = EXERCISES


def progress(*events: Event) -> ExerciseProgress:
    return exercise_progress(events)


def test_nothing_done_is_the_starting_code_of_the_first_exercise() -> None:
    empty = progress()
    assert empty.position == FIRST.id
    assert empty.states[FIRST.id].code == FIRST.start
    assert empty.states[FIRST.id].standing == "open"
    assert str(empty) == f"0 of {len(EXERCISES)} exercises solved"


def test_drafts_tries_hints_solution_and_place_come_back_from_disk(tmp_path: Path) -> None:
    log = JsonlEventLog(tmp_path)
    for event in (
        draft_event(FIRST, "x = 'é\n\t'"),
        hint_event(FIRST, 1),
        try_event(SECOND, "wrong", False),
        solution_event(SECOND),
        position_event(SECOND),
    ):
        log.append(event)
    found = exercise_progress(JsonlEventLog(tmp_path).events())
    first, second = found.states[FIRST.id], found.states[SECOND.id]
    assert (first.code, first.hints, first.standing) == ("x = 'é\n\t'", {1}, "open")
    assert (second.code, second.standing, second.solution_opened) == ("wrong", "tried", True)
    assert found.position == SECOND.id


def test_what_was_solved_once_stays_solved() -> None:
    found = progress(try_event(FIRST, "right", True), try_event(FIRST, "wrong", False))
    assert found.states[FIRST.id].standing == "solved"
    assert found.states[FIRST.id].code == "wrong"
    assert found.solved == 1


def test_a_try_at_an_older_revision_keeps_the_code_and_does_not_count() -> None:
    payload = {"code": "old", "what": "try", "is_solved": True, "revision": 0}
    state = progress(new_event(Code.kind, FIRST.id, payload)).states[FIRST.id]
    assert (state.code, state.standing) == ("old", "open")


@pytest.mark.parametrize(
    "event",
    [
        new_event(Code.kind, FIRST.id, {"code": 3}),
        new_event(Code.kind, FIRST.id, {}),
        new_event(Code.kind, "no-such-exercise", {"code": "x"}),
        new_event(Hint.kind, FIRST.id, {"number": 99}),
        new_event(ExercisePosition.kind, NOTEBOOK, {"exercise": "no-such-exercise"}),
        new_event(ExercisePosition.kind, NOTEBOOK, {"question": "practice-main-difference"}),
    ],
)
def test_events_that_do_not_fit_are_passed_over(event: Event) -> None:
    assert progress(event) == progress()


def test_no_event_of_an_exercise_is_taken_for_one_of_a_quiz() -> None:
    events = [
        draft_event(FIRST, "x"),
        try_event(FIRST, "x", True),
        hint_event(FIRST, 1),
        solution_event(FIRST),
        position_event(FIRST),
    ]
    bank = load_bank()
    assert summarise(events, bank) == summarise([], bank)


def test_no_exercise_shares_its_id_with_a_question() -> None:
    assert {one.id for one in EXERCISES} & {one.id for one in load_bank().questions} == set()
