"""The way through a lesson: plain numbers, which our extension of JupyterLab reads."""

import json

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.way import way
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.kinds import Guess, event_of
from tests.support.answers import finished, wrong

LESSON = "05_training"
ITEMS = [("guess", "best-epoch", ""), ("quiz", LESSON, "loss"), ("quiz", LESSON, "")]


def test_guesses_and_questions_are_counted_and_the_minutes_shrink(bank: QuizBank) -> None:
    quiz = bank.quiz(LESSON)
    early, last = (len(quiz.at(place).questions) for place in ("loss", "end"))
    minutes, *none = json.loads(repr(way(ITEMS, events=[], bank=bank)))  # as a kernel prints it
    assert none == [[0, 1], [0, early], [0, last]]
    assert minutes == course().lesson(LESSON).minutes
    events = [event_of("best-epoch", Guess(3.0))]
    less, first, *_ = way(ITEMS, events=events, bank=bank)
    assert isinstance(less, int) and less < minutes
    assert first == [1, 1]
    events += finished(LESSON, bank)
    assert way(ITEMS, events=events, bank=bank) == [0, [1, 1], [early, early], [last, last]]


def test_a_page_that_asks_another_pages_quiz_has_its_own_minutes(bank: QuizBank) -> None:
    minutes = course().lesson("02_raw_text").minutes
    assert minutes != course().lesson(LESSON).minutes
    assert way(ITEMS, "course/02_raw_text.ipynb", events=[], bank=bank)[0] == minutes


def test_a_wrong_answer_is_not_done(bank: QuizBank) -> None:
    early, last = way(ITEMS, events=wrong(bank, LESSON), bank=bank)[2:]
    assert [early, last] == way(ITEMS, events=[], bank=bank)[2:]


def test_unknown_names_are_refused(bank: QuizBank) -> None:
    for item in (("quiz", LESSON, "nowhere"), ("quiz", "99", ""), ("guess", "none", "")):
        with pytest.raises(ValueError, match=r"nowhere|99|none"):
            way([item], events=[], bank=bank)
