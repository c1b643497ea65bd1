"""The session of an exercise: what its page shows, and what it keeps back until it is asked for."""

import json

from lessons_lib.classroom.practice.exercises.catalog import exercise, exercise_table
from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.exercises import ExerciseAction, ExerciseSession, exercises_page
from lessons_lib.classroom.sessions.page import Page
from tests.classroom.sessions.actions import ada

EXERCISES = exercise_table().exercises
FIRST, SECOND, *_, LAST = EXERCISES
HINT, SOLUTION = ExerciseAction("hint"), ExerciseAction("solution")
RIGHT = ExerciseReport("Right.", is_right=True)
WRONG = ExerciseReport("It is <b>2</b>.", "Use `3`.")


def session(log: InMemoryLog, name: str = FIRST.id) -> ExerciseSession:
    return ExerciseSession(exercise(name), ada(log))


def holds(page: Page, text: str) -> bool:
    return json.dumps(text)[1:-1] in json.dumps(page)


def test_a_page_holds_no_hint_and_no_solution_before_they_are_asked_for() -> None:
    for task in EXERCISES:
        one = session(InMemoryLog(), task.id)
        texts = [*map(render_inline, task.hints), task.solution, *(m.advice for m in task.mistakes)]
        one.try_out("x = 1", WRONG)
        assert [text for text in texts if holds(one.page(), text)] == []
        shown = one.submit(HINT)
        assert (shown["hints_html"], shown["hints_left"]) == ([texts[0]], len(task.hints) - 1)
        assert [text for text in texts if holds(shown, text)] == texts[:1]
        assert holds(one.submit(SOLUTION), task.solution)


def test_a_hint_that_another_kernel_showed_is_not_recorded_again() -> None:
    log = InMemoryLog()
    here, there = session(log), session(log)
    there.submit(HINT)
    assert len(here.submit(HINT)["hints_html"]) == 2


def test_a_try_opens_the_solution_and_a_later_mistake_does_not_undo_its_mark() -> None:
    log = InMemoryLog()
    page = session(log).submit(SOLUTION)
    assert (page["standing"], page["solution"], page["may_open_solution"]) == ("open", "", False)
    for report, standing in ((WRONG, "answered"), (RIGHT, "right"), (WRONG, "right")):
        one = session(log)
        one.try_out("results = 1", report)
        page = one.page()
        assert (page["standing"], page["may_open_solution"]) == (standing, True)
        assert page["report"]["is_right"] is report.is_right


def test_a_report_is_text_with_advice_in_html_and_an_unchanged_cell_shows_the_last_try() -> None:
    log = InMemoryLog()
    one = session(log)
    one.try_out("results = 1", WRONG)
    report = one.page()["report"]
    assert (report["sentence"], report["advice_html"]) == (WRONG.sentence, "Use <code>3</code>.")
    assert one.page()["last_try"] == ""  # the cell above holds it
    assert session(log).page()["last_try"] == "results = 1"


def test_the_next_exercise_is_the_first_unsolved_one_after_this_and_then_from_the_top() -> None:
    log = InMemoryLog()

    def following(name: str) -> int:
        return int(session(log, name).page()["all"]["next"])

    assert exercises_page(ada(log))["next"] == 0
    session(log, SECOND.id).try_out("pass", RIGHT)
    assert (following(FIRST.id), following(SECOND.id), following(LAST.id)) == (2, 2, 0)
    for task in EXERCISES[:-1]:
        session(log, task.id).try_out("pass", RIGHT)
    assert following(FIRST.id) == following(LAST.id) == len(EXERCISES) - 1
    session(log, LAST.id).try_out("pass", RIGHT)
    page = exercises_page(ada(log))
    assert (page["next"], page["count"]) == (-1, "17 of 17 exercises solved.")
    assert {row["standing"] for row in page["rows"]} == {"right"}
