from __future__ import annotations

import pytest
from msgspec import structs

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answer_event
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.progress import state_of
from lessons_lib.quiz.test import (
    TEST_QUIZ,
    Score,
    TenQuestions,
    end_test,
    judge,
    last_test,
    start_test,
)
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import new_event
from lessons_lib.record.log import InMemoryLog


def started(bank: QuizBank, log: InMemoryLog, seed: int = 0) -> TenQuestions:
    log.append(start_test(bank, log.events(), seed))
    test = last_test(log.events(), bank)
    if test is None:
        pytest.fail("the test that was started is not found")
    return test


def answer(log: InMemoryLog, test: TenQuestions, place: int, letter: str) -> None:
    personal = personalize(test.questions[place], "ada")
    log.append(answer_event(personal, Response(letters=(letter,)), TEST_QUIZ, test=test.id))


def found(log: InMemoryLog, bank: QuizBank) -> TenQuestions:
    test = last_test(log.events(), bank)
    if test is None:
        pytest.fail("there is no test")
    return test


def test_without_a_start_there_is_no_test(wide_bank: QuizBank) -> None:
    assert last_test([], wide_bank) is None


def test_a_test_that_was_left_is_resumed_at_the_first_open_question(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    for place in (0, 1, 3):
        answer(log, test, place, "B")
    resumed = found(log, wide_bank)
    assert resumed.questions == test.questions
    assert resumed.next_question == test.questions[2]
    assert not resumed.has_ended


def test_the_last_answer_to_a_question_is_the_one_that_counts(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 0, "A")
    answer(log, test, 0, "B")
    assert judge(found(log, wide_bank), wide_bank).right[test.questions[0].id]


def test_an_answer_after_the_end_or_from_elsewhere_does_not_count(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 0, "A")
    elsewhere = answer_event(
        personalize(test.questions[1], "ada"), Response(letters=("B",)), "02_text"
    )
    log.append(elsewhere)
    log.append(end_test(test))
    answer(log, test, 0, "B")
    ended = found(log, wide_bank)
    assert ended.has_ended
    assert judge(ended, wide_bank).score == Score(0, 10)


def test_a_new_test_takes_the_place_of_the_old_one(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    first = started(wide_bank, log)
    answer(log, first, 0, "B")
    log.append(end_test(first))
    second = started(wide_bank, log)
    assert second.id != first.id
    assert (second.answers, second.has_ended) == ({}, False)


@pytest.mark.parametrize(("right", "level"), [(4, "not yet"), (7, "developing"), (8, "strong")])
def test_the_judgement_says_the_level_and_where_it_comes_from(
    wide_bank: QuizBank, right: int, level: str
) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    for place in range(10):
        answer(log, test, place, "B" if place < right else "C")
    verdict = judge(found(log, wide_bank), wide_bank)
    assert (verdict.level, verdict.score) == (level, Score(right, 10))
    assert verdict.by_difficulty["easy"] == Score(4, 4)
    assert list(verdict.by_difficulty) == ["easy", "medium", "hard"]
    assert sum(one.questions for one in verdict.by_stage.values()) == 10
    assert sum(one.right for one in verdict.by_stage.values()) == right
    missed = {one.objective for one in test.questions[right:]}
    assert set(verdict.objectives_missed) == missed


def test_what_is_not_answered_counts_as_wrong(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 0, "B")
    assert judge(found(log, wide_bank), wide_bank).score == Score(1, 10)


def test_a_test_of_which_a_question_changed_cannot_be_resumed(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    changed = test.questions[0].id
    quizzes = tuple(
        structs.replace(
            quiz,
            questions=tuple(
                structs.replace(one, revision=2) if one.id == changed else one
                for one in quiz.questions
            ),
        )
        for quiz in wide_bank.quizzes
    )
    assert last_test(log.events(), QuizBank(quizzes)) is None
    assert last_test(log.events(), QuizBank(quizzes[:1])) is None


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"questions": [], "seed": 0},
        {"questions": [["text-easy-0", 1]] * 10, "seed": 0},
        {"questions": [[f"{stage}-easy-{n}", 1] for stage in ("text", "batch") for n in range(4)]},
        {"questions": "text-easy-0", "seed": 0},
    ],
)
def test_a_start_that_makes_no_whole_test_is_passed_over(
    wide_bank: QuizBank, payload: dict[str, object]
) -> None:
    assert last_test([new_event("test", "t1", payload)], wide_bank) is None


def test_a_test_is_shown_as_a_quiz_without_feedback(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 4, "C")
    quiz = test.quiz
    assert quiz.policy_of(quiz.questions[0]) == "no-feedback"
    state = state_of(quiz, log.events(), test=test.id)
    assert state.position == test.questions[4].id
    assert state.of(test.questions[4]).response == Response(letters=("C",))
