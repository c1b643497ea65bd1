"""The exercise card without a browser: what it shows, keeps, and holds back."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from lessons_lib.practice.exercises.catalog import EXERCISES, exercise
from lessons_lib.practice.exercises.check import LONGEST_CODE
from lessons_lib.practice.exercises.exercise import Exercise, ExerciseReport
from lessons_lib.record.event import EventLog
from lessons_lib.record.log import InMemoryLog
from lessons_lib.widgets.exercises.card import ExerciseCard, ExerciseSession, show_exercises
from lessons_lib.widgets.record import LearnerRecord

FIRST, SECOND, THIRD, *_ = EXERCISES
LIGHT = exercise("count-the-passes")


def judged(task: Exercise, code: str) -> ExerciseReport:
    """A check that runs nothing: the reference alone is right."""
    if code == "interrupt":
        raise KeyboardInterrupt
    if code == task.solution:
        return ExerciseReport("right", "Right.")
    return ExerciseReport(
        "wrong", f"Not so: {code[:20]}", "Try `this`.", 1, code[:20], "n = 1", "hi"
    )


def card_of(log: EventLog | None = None) -> ExerciseCard:
    record = LearnerRecord(InMemoryLog() if log is None else log)
    return ExerciseCard(ExerciseSession(EXERCISES, record, judged))


def send(card: ExerciseCard, do: str, **more: object) -> dict[str, Any]:
    card._handle_custom_msg({"do": do, "exercise": card.page.get("id", ""), **more}, [])
    return dict(card.page)


def test_the_text_form_does_not_depend_on_what_was_done() -> None:
    log = InMemoryLog()
    card = card_of(log)
    before = repr(card)
    send(card, "run", code=FIRST.solution)
    assert before == repr(card) == repr(card_of(log))
    assert before == f"ExerciseCard({len(EXERCISES)} exercises: run this cell to try them)"


def test_a_wrong_try_is_reported_and_opens_the_solution() -> None:
    card = card_of()
    assert not card.page["may_open_solution"]
    page = send(card, "run", code="results = 1")
    assert page["report"]["sentence"] == "Not so: results = 1"
    assert page["report"]["word_html"] == "Try <code>this</code>."
    assert (page["standing"], page["solution"]) == ("tried", "")
    assert send(card, "solution")["solution"] == FIRST.solution


def test_a_solution_stays_shut_before_a_try() -> None:
    card = card_of()
    for do in ("solution", "hint", "solution"):
        page = send(card, do)
    assert (page["solution"], page["may_open_solution"]) == ("", False)
    page = send(card, "run", code=FIRST.start)
    assert not page["may_open_solution"], "running the starting code is no try"


def test_hints_come_one_at_a_time_with_the_count_left() -> None:
    card = card_of()
    count = len(FIRST.hints)
    assert (card.page["hints_html"], card.page["hints_left"]) == ([], count)
    for taken in range(1, count + 2):
        page = send(card, "hint")
        shown = min(taken, count)
        assert (len(page["hints_html"]), page["hints_left"]) == (shown, count - shown)


def test_everything_that_is_synchronised_is_free_of_solutions_and_hints() -> None:
    card = card_of()
    state = str({name: value for name, value in card.get_state().items() if name[0] != "_"})
    secrets = [FIRST.solution, *FIRST.hints, *(one.word for one in FIRST.mistakes)]
    assert [one for one in secrets if one in state] == []


def test_code_place_and_standing_are_found_again() -> None:
    log = InMemoryLog()
    card = card_of(log)
    send(card, "run", code=FIRST.solution)
    send(card, "next", code=FIRST.solution)
    send(card, "draft", code="half a thought")
    page = card_of(log).page
    assert (page["id"], page["code"], page["number"]) == (SECOND.id, "half a thought", 2)
    assert page["standings"][:3] == ["solved", "open", "open"]
    assert page["report"] is None


def test_what_is_typed_is_kept_with_every_action() -> None:
    log = InMemoryLog()
    card = card_of(log)
    send(card, "hint", code="typed before the hint")
    send(card, "next", code="typed before moving on")
    page = send(card, "back", code=SECOND.start)
    assert page["code"] == "typed before moving on"
    assert page["id"] == FIRST.id


def test_the_same_draft_is_written_once() -> None:
    log = InMemoryLog()
    card = card_of(log)
    for _ in range(3):
        send(card, "draft", code="the same")
    assert len(list(log.events("exercise"))) == 1


def test_code_beyond_the_limit_is_not_kept() -> None:
    log = InMemoryLog()
    card = card_of(log)
    send(card, "draft", code="x" * (LONGEST_CODE + 1))
    send(card, "run", code="x" * (LONGEST_CODE + 1))
    assert list(log.events("exercise")) == []


def test_a_reset_puts_the_starting_code_back_and_keeps_what_was_solved() -> None:
    card = card_of()
    before = send(card, "run", code=FIRST.solution)["turn"]
    page = send(card, "reset", code="mine")
    assert (page["code"], page["standing"], page["report"]) == (FIRST.start, "solved", None)
    assert page["turn"] != before, "the editor is filled anew"


def test_an_interrupt_is_told_and_the_card_goes_on() -> None:
    card = card_of()
    page = send(card, "run", code="interrupt")
    assert page["report"]["what"] == "stopped"
    assert "interrupted" in page["report"]["sentence"]
    assert send(card, "run", code=FIRST.solution)["report"]["what"] == "right"


def test_a_message_about_another_exercise_is_passed_over() -> None:
    log = InMemoryLog()
    card = card_of(log)
    for do in ("run", "hint", "solution", "reset"):
        card._handle_custom_msg({"do": do, "exercise": THIRD.id}, [])
    card._handle_custom_msg({"do": "run", "exercise": THIRD.id, "code": "x"}, [])
    assert list(log.events()) == []


def test_code_typed_while_the_kernel_was_slow_stays_with_its_exercise() -> None:
    card = card_of()
    send(card, "next", code="first")
    card._handle_custom_msg({"do": "draft", "exercise": FIRST.id, "code": "first, typed on"}, [])
    assert card.page["id"] == SECOND.id
    assert send(card, "back")["code"] == "first, typed on"


@pytest.mark.parametrize(
    "message",
    [
        None,
        "run",
        {"do": "format"},
        {"do": "run", "code": 3},
        {"do": "run"},
        {"do": "go", "to": 99},
        {"do": "go", "to": 0},
        {"do": "back"},
        {"do": "run", "exercise": FIRST.id, "code": None},
    ],
)
def test_messages_that_cannot_be_are_passed_over(message: object) -> None:
    log = InMemoryLog()
    card = card_of(log)
    card._handle_custom_msg(message, [])
    assert card.page["id"] == FIRST.id
    assert list(log.events()) == []


def test_half_characters_do_no_harm() -> None:
    page = send(card_of(), "run", code="x = '\ud83d'")
    assert page["code"] == "x = '\ufffd'"
    str(page).encode("utf-8")


def test_the_overview_lists_all_with_their_standing() -> None:
    card = card_of()
    send(card, "run", code=FIRST.solution)
    page = send(card, "overview")
    assert page["view"] == "overview"
    assert page["solved"] == f"1 of {len(EXERCISES)} exercises solved"
    assert [row["standing"] for row in page["rows"][:2]] == ["solved", "open"]
    assert send(card, "go", to=3)["id"] == THIRD.id


def test_behind_the_last_exercise_comes_the_overview() -> None:
    card = card_of()
    send(card, "go", to=len(EXERCISES))
    assert send(card, "next")["view"] == "overview"


def test_a_browser_cannot_set_the_page() -> None:
    card = card_of()
    before = card.page
    card.set_state({"page": {"view": "overview", "rows": []}})
    assert card.page == before


def test_code_really_runs_behind_the_card() -> None:
    card = show_exercises(LIGHT.id, log=InMemoryLog())
    page = send(card, "run", code=f"{LIGHT.solution}\nprint('<b>seen</b>')")
    assert page["report"]["what"] == "right"
    assert page["report"]["output"] == "<b>seen</b>"
    assert send(card, "run", code="while")["report"]["line"] == 1


def test_an_unknown_exercise_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'nothing' is no exercise: choose one of batch-call"):
        show_exercises("nothing", log=InMemoryLog())


def test_the_card_needs_nothing_of_the_left_half() -> None:
    code = (
        "import sys\n"
        "from lessons_lib.widgets.exercises.card import show_exercises\n"
        "card = show_exercises('batch-call')\n"
        "card._handle_custom_msg({'do': 'run', 'exercise': 'batch-call', 'code': 'x = 1'}, [])\n"
        "assert card.page['report']['what'] == 'unfinished', card.page['report']\n"
        "print(*sorted({'torch', 'numpy', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
