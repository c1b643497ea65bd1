"""The end of a lesson: only where it has one, and only by what the learner did."""

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.quiz import QuizSession
from lessons_lib.classroom.sessions.review import ending_of
from tests.classroom.practice.modes.test_today import finished, wrong
from tests.classroom.sessions.actions import act, ada

LESSON = "06_batch_inference"


@pytest.fixture(scope="module")
def bank() -> QuizBank:
    return load_bank()


def standings(events: list[Event], bank: QuizBank) -> set[str]:
    ending = ending_of(bank.quiz(LESSON), events)
    assert ending
    return {goal["standing"] for goal in ending["can"]}


def test_each_objective_says_whether_its_questions_were_right(bank: QuizBank) -> None:
    assert standings([], bank) == {"open"}
    assert standings(finished(LESSON, bank), bank) == {"right"}
    assert "wrong" in standings(wrong(bank, LESSON), bank)
    assert "partly" in standings([*finished(LESSON, bank), *wrong(bank, LESSON)[:1]], bank)


def test_guesses_of_the_lesson_stand_beside_those_of_all_lessons(bank: QuizBank) -> None:
    here, there = (
        next(one for one in guess_table().guesses if one.lesson == lesson and one.slider)
        for lesson in (LESSON, "05_training")
    )
    events = [event_of(here.id, Guess(8.0, 8.0))]
    ending = ending_of(bank.quiz(LESSON), events)
    assert ending
    assert ending["guesses"] == "Here, 1 of your 1 guesses were right or close."
    events += [event_of(there.id, Guess(1.0, 9.0))]
    ending = ending_of(bank.quiz(LESSON), events)
    assert ending
    assert ending["guesses"].endswith("In all notebooks so far, 1 of 2 were.")


def test_the_review_of_the_last_questions_ends_the_lesson_and_no_other_does(bank: QuizBank) -> None:
    quiz = bank.quiz(LESSON)
    last = QuizSession(quiz.at("end"), ada(InMemoryLog()), ends=quiz)
    page = act(last, "go", to=len(quiz.at("end").questions))
    assert "ending" not in page
    ending = act(last, "review")["ending"]
    assert ending["onward"]["file"] == "07_realtime_inference.ipynb"
    assert len(ending["can"]) == len(course().lesson(LESSON).objectives)
    early = QuizSession(quiz.at("shapes"), ada(InMemoryLog()))
    assert "ending" not in act(early, "review")


def test_a_quiz_of_no_lesson_and_the_last_lesson_lead_nowhere(quiz_bank: QuizBank) -> None:
    strange = next(one for one in quiz_bank.quizzes if one.name not in LESSONS)
    assert ending_of(strange, []) is None


LESSONS = {one.slug for one in course().lessons}
