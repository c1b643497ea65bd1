"""What practice with the course's own banks asks of simulated learners."""

import random
from collections import Counter
from functools import cache
from math import exp

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.up_next import endless_quiz, next_question
from lessons_lib.classroom.quiz.question import DIFFICULTIES
from lessons_lib.classroom.quiz.regrade import answer_event, position_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from tests.lesson.quizzes.answer_key import course as bank
from tests.lesson.quizzes.first_tests import ABOUT, WRONG, first_tests, right_response

ONLY_MODES = {"what-micro-batching-does", "true-of-every-mode"}


@cache
def asked(weak: str) -> Counter[str]:
    """Return how many new questions on each subject three learners get who are weak on one."""
    counts = Counter[str]()
    for learner in range(3):
        rng, record, seen = random.Random(learner), list[Event](), set[str]()
        for _ in range(40):
            question = next_question(bank(), record, rng.randrange(2**31))
            subject = ABOUT[question.objective] or ""
            counts.update((subject, question.id) if question.id not in seen else ())
            seen.add(question.id)
            skill = -3 if subject == weak else 1.5
            difficulty = DIFFICULTIES.index(question.difficulty) - 1
            is_right = rng.random() < 1 / (1 + exp(difficulty - skill))
            personal = personalize(question, "ada")
            given = right_response(personal.question) if is_right else WRONG[question.kind]
            record.append(position_event(question, endless_quiz()))
            record.append(answer_event(personal, given, endless_quiz()))
    return counts


@pytest.mark.parametrize("subject", course().exam.subjects)
def test_who_is_weak_on_a_subject_gets_at_least_as_many_questions_on_it(subject: str) -> None:
    assert asked(subject)[subject] >= asked("")[subject] > 0


def test_questions_that_only_tell_the_modes_apart_are_asked_in_practice_and_in_tests() -> None:
    assert asked("").keys() >= ONLY_MODES
    assert {one.id for drawn in first_tests() for one in drawn} >= ONLY_MODES
