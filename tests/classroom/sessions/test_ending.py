"""The end of a lesson: only where it has one, and only by what the learner did."""

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.question_page import ending_of
from lessons_lib.classroom.sessions.quiz_run import QuizSession
from tests.classroom.sessions.actions import act, ada
from tests.classroom.sessions.small_bank import SMALL_BANK
from tests.support.answers import finished, wrong

LESSON = "06_batch_inference"


def ending(events: list[Event], bank: QuizBank) -> Page:
    found = ending_of(bank.quiz(LESSON), events)
    assert found
    return found


def standings(events: list[Event], bank: QuizBank) -> set[str]:
    return {goal["standing"] for goal in ending(events, bank)["can"]}


def test_each_objective_says_whether_its_questions_were_right(bank: QuizBank) -> None:
    assert standings([], bank) == {"open"}
    assert standings(finished(LESSON, bank), bank) == {"right"}
    assert "wrong" in standings(wrong(bank, LESSON), bank)
    events = finished(LESSON, bank)  # nothing is missed on the way
    found = set[str]().union(*(standings(events[:n], bank) for n in range(len(events))))
    assert found == {"open", "answered", "right"}
    assert "partly" in standings([*finished(LESSON, bank), *wrong(bank, LESSON)[-1:]], bank)


def test_it_lists_every_objective_that_was_asked_with_a_link_to_the_cell(bank: QuizBank) -> None:
    quiz = bank.quiz("07_realtime_inference")
    found = ending_of(quiz, [])
    assert found
    asked = [one.objective for one in quiz.questions if one.place != "pool"]
    sentences = {
        goal.sentence: (lesson.file_name, f"#cell-id={goal.cell}")
        for lesson in course().lessons
        for goal in lesson.objectives
        if goal.slug in asked
    }
    links = {one["about"]: (one["file"], one["fragment"]) for one in found["can"]}
    assert links == sentences
    own = [one["file"] for one in found["can"]]
    assert own == sorted(own, key=lambda file: file != "07_realtime_inference.ipynb")
    assert len(set(own)) > 1


def test_guesses_of_the_lesson_stand_beside_those_of_all_lessons(bank: QuizBank) -> None:
    here, there = (
        next(one for one in guess_table().guesses if one.lesson == lesson and one.slider)
        for lesson in (LESSON, "05_training")
    )
    events = [event_of(here.id, Guess(8.0, 8.0))]
    assert "1 of your 1 guesses" in ending(events, bank)["guesses"]
    events += [event_of(there.id, Guess(1.0, 9.0))]
    assert "1 of 2" in ending(events, bank)["guesses"]


def test_the_review_of_the_last_questions_ends_the_lesson_and_no_other_does(bank: QuizBank) -> None:
    quiz = bank.quiz(LESSON)
    last = QuizSession(quiz.at("end"), ada(InMemoryLog()), ends=quiz)
    page = act(last, "go", to=len(quiz.at("end").questions))
    assert "ending" not in page
    page = act(last, "review")["ending"]
    assert page["onward"]["file"] == "07_realtime_inference.ipynb"
    assert len(page["can"]) == len(course().lesson(LESSON).objectives)
    missed = QuizSession(quiz.at("shapes"), ada(InMemoryLog(wrong(bank, LESSON))), ends=None)
    assert {one["file"] for one in act(missed, "review")["reading"]} == {f"{LESSON}.ipynb"}
    early = QuizSession(quiz.at("shapes"), ada(InMemoryLog()))
    assert "ending" not in act(early, "review")


def test_a_quiz_of_no_lesson_leads_nowhere() -> None:
    lessons = {one.slug for one in course().lessons}
    strange = next(one for one in SMALL_BANK.quizzes if one.name not in lessons)
    assert ending_of(strange, []) is None
