"""Endless practice: which question comes next."""

from collections import Counter

import pytest
from msgspec import structs

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.up_next import (
    chance_right,
    endless_quiz,
    first_tries,
    next_question,
    reason_for,
    skills_after,
)
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.quiz.regrade import GradedRecord, position_event
from lessons_lib.classroom.record.event import Event
from tests.classroom.quiz.conftest import WIDE_BANK, answered


def test_one_missed_question_comes_and_then_two_unseen_ones() -> None:
    questions = WIDE_BANK.questions
    record = [answered(one, "A") for one in questions[:10]]
    seen = {one.id for one in questions[:10]}
    kinds = []
    for seed in range(9):
        question = next_question(WIDE_BANK, record, seed)
        kinds.append("missed" if question.id in seen else "unseen")
        seen.add(question.id)
        record.append(answered(question, "B"))
    assert kinds == ["missed", "unseen", "unseen"] * 3


def test_unseen_questions_come_before_those_answered_correctly() -> None:
    record = [answered(one, "B") for one in WIDE_BANK.questions[:-1]]
    assert next_question(WIDE_BANK, record, 0) == WIDE_BANK.questions[-1]


@pytest.mark.parametrize("letter", ["A", "B"])
def test_trying_again_does_not_change_what_comes_next(letter: str) -> None:
    first = answered(WIDE_BANK.questions[4], letter)
    for seed in range(5):
        again = [answered(WIDE_BANK.questions[4], letter) for _ in range(9)]
        once, often = (next_question(WIDE_BANK, one, seed) for one in ([first], [first, *again]))
        assert once == often


def test_then_the_one_answered_longest_ago_comes_back() -> None:
    order = [*WIDE_BANK.questions[10:], *WIDE_BANK.questions[:10]]
    assert next_question(WIDE_BANK, [answered(one, "B") for one in order], 0) == order[0]


def test_a_missed_question_rests_for_six_others() -> None:
    record = [answered(WIDE_BANK.questions[0], "A")]
    for _ in range(6):
        question = next_question(WIDE_BANK, record, 0)
        assert question != WIDE_BANK.questions[0]
        record.append(answered(question, "B"))
    assert next_question(WIDE_BANK, record, 0) == WIDE_BANK.questions[0]


def test_a_question_that_was_skipped_rests_as_well() -> None:
    record = [answered(one, "A") for one in WIDE_BANK.questions]
    shown: list[Question] = []
    for _ in range(20):
        question = next_question(WIDE_BANK, record, 0)
        assert question not in shown[-6:]
        shown.append(question)
        record.append(position_event(question, endless_quiz()))


def test_every_question_is_asked_before_one_comes_back() -> None:
    record: list[Event] = []
    for seed in range(84):
        record.append(answered(next_question(WIDE_BANK, record, seed), "B"))
    assert len({event.subject for event in record}) == 84


def test_optional_lessons_do_not_come_before_what_no_notebook_shows() -> None:
    bank, record = load_bank(), list[Event]()
    pool = sum(one.place == "pool" for one in bank.questions)
    for seed in range(pool):
        record.append(answered(next_question(bank, record, seed), "B"))
    optional = {lesson.slug for lesson in course().lessons if lesson.is_optional}
    assert pool > 60
    assert not optional & {bank.quiz_of(event.subject).name for event in record}


def test_a_single_question_may_come_again_at_once(bank: QuizBank) -> None:
    record = [answered(bank.question("which-calls-are-batch"), "A")] * 3
    assert next_question(bank, record, 0).is_graded


def test_a_bank_without_graded_questions_is_rejected(survey_bank: QuizBank) -> None:
    with pytest.raises(ValueError, match="needs a graded question"):
        next_question(survey_bank, [], 0)


def test_hidden_questions_come_first_and_retired_ones_never() -> None:
    first, *others = WIDE_BANK.quizzes
    retired = structs.replace(others.pop(), name="retired")
    hidden = structs.replace(first.questions[3], place="pool")
    questions = (*first.questions[:3], hidden, *first.questions[4:])
    quizzes = (structs.replace(first, questions=questions), *others)
    bank = QuizBank(quizzes, retired=retired)
    assert next_question(bank, [], 0) == hidden
    record = [answered(one, "A") for one in retired.questions]
    ids = {next_question(bank, record, seed).id for seed in range(20)}
    assert not ids & {one.id for one in retired.questions}


def turns(bank: QuizBank, letter: str) -> list[Question]:
    """Return the first twenty questions of a learner who always gives the same answer."""
    record, questions = list[Event](), list[Question]()
    for seed in range(20):
        questions.append(next_question(bank, record, seed))
        record.append(answered(questions[-1], letter))
    return questions


def test_what_comes_next_is_harder_after_right_answers() -> None:
    of_right, of_wrong = (
        Counter(one.difficulty for one in turns(WIDE_BANK, letter)) for letter in "BA"
    )
    assert of_right["hard"] >= 7 > 0 == of_wrong["hard"]
    assert of_wrong["easy"] == 20
    assert turns(WIDE_BANK, "B")[0].difficulty == "easy"


def test_a_missed_objective_gets_easier_questions_than_the_others() -> None:
    missed, *others = WIDE_BANK.quizzes
    record = [answered(one, "A") for one in missed.questions[:2]]  # both easy
    record += [answered(one, "B") for quiz in others for one in quiz.questions[:4]]
    skills = skills_after(first_tries(GradedRecord(record, WIDE_BANK), WIDE_BANK))
    third, other = missed.questions[4], others[0].questions[4]
    assert third.difficulty == other.difficulty == "medium"
    assert chance_right(third, skills) < 0.5 < chance_right(other, skills)


def test_the_reason_follows_from_the_tries() -> None:
    easy, second, *_ = WIDE_BANK.quizzes[0].questions
    medium, hard = WIDE_BANK.quizzes[0].questions[4], WIDE_BANK.quizzes[0].questions[8]

    def reason(question: Question, *tries: tuple[Question, str]) -> str:
        record = [answered(one, letter) for one, letter in tries]
        return reason_for(question, first_tries(GradedRecord(record, WIDE_BANK), WIDE_BANK))

    other = WIDE_BANK.quizzes[1].questions[0]
    assert reason(easy, (other, "B")).startswith("You haven't answered a question on this obj")
    assert (
        reason(second, (easy, "A"), (other, "B"))
        == "You missed the last question on this objective."
    )
    # Correcting a wrong answer at once is not a new try.
    assert reason(easy, (easy, "A"), (easy, "B")) == "You missed this question before."
    right = (easy, "B"), (second, "B")
    assert (
        reason(hard, *right) == "A step harder: your last 2 answers on this objective were right."
    )
    assert reason(medium, (hard, "B")) == "Your last answer on this objective was right."
    assert reason(easy, *right) == "You answered this question a while ago."
