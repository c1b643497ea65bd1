"""The way through a lesson: plain numbers, which our extension of JupyterLab reads."""

import json

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.modes import MINUTES_A_QUESTION
from lessons_lib.classroom.practice.way import way
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.kinds import Guess, event_of
from tests.support.answers import finished

LESSON = "05_training"
ITEMS = [("guess", "best-epoch", ""), ("quiz", LESSON, "loss"), ("quiz", LESSON, "")]


def test_guesses_and_questions_are_counted_and_the_minutes_shrink(bank: QuizBank) -> None:
    quiz = bank.quiz(LESSON)
    early, last = (len(quiz.at(place).questions) for place in ("loss", "end"))
    minutes, *none = json.loads(repr(way(ITEMS, events=[], bank=bank)))  # as a kernel prints it
    assert none == [[0, 1], [0, early], [0, last]]
    questions = 1 + early + last
    assert minutes == course().lesson(LESSON).minutes + questions * MINUTES_A_QUESTION
    events = [event_of("best-epoch", Guess(3.0))]
    less, first, *_ = way(ITEMS, events=events, bank=bank)
    assert isinstance(less, int) and less < minutes
    assert first == [1, 1]
    events += finished(LESSON, bank)
    assert way(ITEMS, events=events, bank=bank) == [0, [1, 1], [early, early], [last, last]]


def test_unknown_names_are_refused(bank: QuizBank) -> None:
    for item in (("quiz", LESSON, "nowhere"), ("quiz", "99", ""), ("guess", "none", "")):
        with pytest.raises(ValueError, match=r"nowhere|99|none"):
            way([item], events=[], bank=bank)
