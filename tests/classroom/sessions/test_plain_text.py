"""A quiz in plain text, as a learner types and reads it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.progress import summarise
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog
from tests.classroom.quiz.conftest import BANKS
from tests.classroom.sessions.actions import dialog

BANK = load_bank(BANKS)
ALL_RIGHT = ["B", "A C", "16", "C"]


@pytest.fixture
def log() -> InMemoryLog:
    return InMemoryLog()


@pytest.fixture
def play(log: InMemoryLog) -> Callable[..., str]:
    def _play(*lines: str | type[BaseException], bank: QuizBank = BANK, log: EventLog = log) -> str:
        return dialog(bank, log, *lines)

    return _play


def test_a_quiz_is_asked_from_its_title_to_its_review(play: Callable[..., str]) -> None:
    seen = play(*ALL_RIGHT)
    assert seen.startswith("Choosing a mode by the numbers\n")
    assert "Question 2 of 4 (easy)" in seen
    assert "  A. `model.predict(['good', 'bad'])`" in seen
    assert "One of A–D: " in seen
    assert "A number (passes): " in seen
    assert seen.endswith("3 of 3 right.\n")


def test_a_wrong_answer_says_why_and_may_be_corrected(play: Callable[..., str]) -> None:
    seen = play("A", "B")
    assert "Not right.\n  − A: Each is quick, but 10,000 passes add up to 200 s." in seen
    assert "Right.\n  + B: Right: 100 passes replace 10,000." in seen


def test_a_partly_right_answer_says_how_much(play: Callable[..., str]) -> None:
    assert "Credit: 50 %; 1 more to find." in play("B", "a")
    assert "Credit: 50 %; leave out a wrong one." in play("B", "a,b c")


def test_hints_come_one_at_a_time_with_their_count(play: Callable[..., str]) -> None:
    seen = play("B", "hint", "hint", "hint")
    assert "Hint 1 of 2: Look at what stands" in seen
    assert "Hint 2 of 2: A batch call takes a list." in seen
    assert "There are no more hints." in seen


def test_the_solution_opens_after_a_try(play: Callable[..., str]) -> None:
    seen = play("solution", "A", "solution")
    first, second = seen.split("Not right.")
    assert "Answer once first." in first
    assert "1. Read the constraint: Nobody waits" in second
    assert "Answer: Batch inference" in second


def test_an_invalid_response_is_not_recorded(play: Callable[..., str], log: InMemoryLog) -> None:
    seen = play("", "E", "A B", "hello")
    assert "You haven't chosen an option yet" in seen
    assert "Choose from A, B, C, D; got E." in seen
    assert "Choose only one option; got A, B." in seen
    assert list(log.events("answer")) == []


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt, "stop"])
def test_it_can_be_stopped_and_keeps_the_answers_so_far(
    play: Callable[..., str], log: InMemoryLog, end: str | type[BaseException]
) -> None:
    assert "Stopped. Your answers so far are saved." in play("B", end)
    assert summarise(log.events(), BANK).overall.right_last == 1


def test_an_interrupted_quiz_continues_a_finished_one_restarts(play: Callable[..., str]) -> None:
    play("B", "hint", "stop")
    seen = play("hint", "A C", "16", "C")
    assert "Question 1 of 4 (hard): already answered." in seen
    assert "Hint 2 of 2" in seen
    assert seen.endswith("3 of 3 right.\n")
    assert "One of A–D: " in play("stop")


def test_the_review_names_what_was_missed_and_where_to_read(play: Callable[..., str]) -> None:
    seen = play("A", "skip", "A C", "16", "C")
    assert seen.endswith("2 of 3 right.\n  To review: choose-a-mode (notebook 01_sample)\n")


def test_without_feedback_nothing_is_revealed(play: Callable[..., str]) -> None:
    quiz = structs.replace(BANK.quizzes[0], policy="no-feedback")
    quiet = QuizBank((quiz,))
    seen = play("hint", "solution", "A", "A", "3", "A", bank=quiet)
    assert "This quiz shows no hints." in seen
    assert "This quiz shows no solutions." in seen
    assert seen.count("Answer saved.") == 4
    assert "ight." not in seen


def test_without_input_it_says_what_to_use_instead(play: Callable[..., str]) -> None:
    seen = play(NotImplementedError)
    assert seen.endswith("You can't type here. Use a terminal, or show_quiz() in JupyterLab.\n")


def test_a_notice_of_the_record_is_printed_once(play: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "record").write_text("a file in place of the folder", encoding="utf-8")
    seen = play(*ALL_RIGHT, log=JsonlEventLog(tmp_path / "record"))
    assert seen.count("Your answers cannot be saved in") == 1
