"""What the tests drawn from the course's own banks contain, and who reaches `strong` in them."""

from collections import Counter

import msgspec
import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.up_next import endless_quiz, next_question
from lessons_lib.classroom.quiz.draw import MOST_GUESSABLE, draw_test, guess_chance
from lessons_lib.classroom.quiz.exam import TakenTest, chance_of_strong, judge
from lessons_lib.classroom.quiz.regrade import answer_event, position_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer
from tests.lesson.quizzes.answer_key import course as bank
from tests.lesson.quizzes.first_tests import ABOUT, WRONG, first_tests, right_response


def exact_chance_of_strong(chances: list[float]) -> float:
    """Return the chance of enough right answers, each with a chance of its own."""
    exactly = [1.0]  # at index n: the chance of n right answers so far
    for chance in chances:
        missed, hit = [*exactly, 0.0], [0.0, *exactly]
        exactly = [a * (1 - chance) + b * chance for a, b in zip(missed, hit, strict=True)]
    return sum(exactly[course().exam.strong_from :])


def test_guessing_is_strong_in_no_drawn_test_with_a_chance_of_one_in_a_thousand() -> None:
    # Harsher than the rule: a number, too, is guessed as easily as one option of four.
    for drawn in first_tests():
        chances = [guess_chance(one) or MOST_GUESSABLE for one in drawn]
        assert exact_chance_of_strong(chances) < 0.001


def test_each_first_test_has_the_agreed_composition() -> None:
    for drawn in first_tests():
        subjects = Counter(ABOUT[one.objective] for one in drawn)
        assert subjects >= Counter(mode=2, weigh=1, size=1, call=1, latency=1, pipeline=2)
        assert (subjects["pipeline"], sum(subjects.values())) == (2, 10)
        assert Counter(one.difficulty for one in drawn) == Counter(easy=4, medium=3, hard=3)


def test_no_question_is_in_more_than_a_quarter_of_first_tests() -> None:
    counts = Counter(one.id for drawn in first_tests() for one in drawn)
    assert {name: count for name, count in counts.items() if count > 250} == {}


def test_strong_needs_the_modes_and_not_the_rest_of_the_pipeline() -> None:
    of_modes, of_pipeline = 0.0, 0.0
    for drawn in first_tests():
        about = [(ABOUT[one.objective], guess_chance(one)) for one in drawn]
        known = "modes", "mode", "weigh", "size", "latency"
        of_modes += exact_chance_of_strong(
            [1.0 if name in known else guess for name, guess in about]
        )
        of_pipeline += exact_chance_of_strong(
            [1.0 if name == "pipeline" else guess for name, guess in about]
        )
    assert of_modes / 1000 >= 0.5
    assert of_pipeline / 1000 <= 0.05


@pytest.mark.parametrize("is_right", [True, False])
def test_after_sixty_practice_questions_the_next_test_repeats_none(is_right: bool) -> None:
    record, practiced = list[Event](), set[str]()
    for seed in range(60):
        question = next_question(bank(), record, seed)
        practiced.add(question.id)
        record.append(position_event(question, endless_quiz()))
        personal = personalize(question, "ada")
        response = right_response(personal.question) if is_right else WRONG[question.kind]
        record.append(answer_event(personal, response, endless_quiz()))
    for seed in range(10):
        assert not practiced & {one.id for one in draw_test(bank(), record, seed)}


def test_the_verdict_is_divided_by_the_subjects_that_the_test_is_drawn_by() -> None:
    drawn = first_tests()[0]
    scores = judge(TakenTest("t", tuple(one.id for one in drawn), drawn, {}), bank()).by_subject
    asked = Counter(ABOUT[one.objective] for one in drawn)
    assert {name: score.questions for name, score in scores.items()} == asked
    assert course().exam.titles.keys() >= scores.keys()


@pytest.mark.parametrize("seed", range(100))
def test_knowing_every_answer_is_strong(seed: int) -> None:
    questions, answers = draw_test(bank(), [], seed), {}
    for question in questions:
        personal = personalize(question, f"learner {seed}")
        event = answer_event(personal, right_response(personal.question), "12_test")
        answers[question.id] = msgspec.convert(event.payload, Answer)
    asked = tuple(one.id for one in questions)
    assert judge(TakenTest("t", asked, questions, answers), bank()).level == "strong"


def test_the_formula_of_the_rule_agrees_with_the_exact_sum() -> None:
    for chance in (0.0, 0.1, 0.25, 0.5, 0.95, 1.0):
        exact = exact_chance_of_strong([chance] * 10)
        assert (exact > 0.9) == (chance >= 0.95)
        assert chance_of_strong(chance) == pytest.approx(exact, abs=1e-12)
