"""A test of ten questions: started, resumed, judged, extended."""

import re

import numpy as np
import pytest
from msgspec import structs

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import (
    CERTAINTY,
    COMPARED,
    Score,
    TakenTest,
    end_test,
    ended_tests,
    judge,
    last_test,
    level_of,
    possible_levels,
    rule_text,
    start_test,
)
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.progress import state_of
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.log import InMemoryLog
from tests.classroom.quiz.conftest import WIDE_BANK, answered


def started(bank: QuizBank, log: InMemoryLog, seed: int = 0) -> TakenTest:
    log.append(start_test(bank, log.events(), seed))
    return found(log, bank)


def found(log: InMemoryLog, bank: QuizBank) -> TakenTest:
    test = last_test(log.events(), bank)
    assert test is not None
    return test


def answer(log: InMemoryLog, test: TakenTest, index: int, letter: str) -> None:
    log.append(answered(test.questions[index], letter, course().exam.notebook, test=test.id))


@pytest.fixture
def log() -> InMemoryLog:
    return InMemoryLog()


@pytest.fixture
def test(log: InMemoryLog) -> TakenTest:
    assert last_test(log.events(), WIDE_BANK) is None
    return started(WIDE_BANK, log)


def test_the_last_answer_counts_if_it_was_given_in_the_test_before_its_end(
    log: InMemoryLog, test: TakenTest
) -> None:
    answer(log, test, 0, "B")
    answer(log, test, 0, "A")
    answer(log, test, 1, "A")
    answer(log, test, 1, "B")
    log.append(answered(test.questions[2], "B", "02_text"))
    log.append(end_test(found(log, WIDE_BANK), WIDE_BANK))
    answer(log, test, 0, "B")
    ended = found(log, WIDE_BANK)
    assert ended.has_ended
    assert judge(ended, WIDE_BANK).score == Score(1, 10)


def test_the_latest_tests_are_compared_oldest_first(log: InMemoryLog) -> None:
    taken = []
    for seed in range(COMPARED + 2):
        taken.append(started(WIDE_BANK, log, seed).id)
        log.append(end_test(found(log, WIDE_BANK), WIDE_BANK))
    assert [one.id for one in ended_tests(log.events(), WIDE_BANK)] == taken[2:]


@pytest.mark.parametrize(
    ("right", "level"), [(4, "not yet"), (5, "developing"), (7, "developing"), (8, "strong")]
)
def test_the_result_has_the_level_and_the_scores_behind_it(
    log: InMemoryLog, test: TakenTest, right: int, level: str
) -> None:
    for index in range(10):
        answer(log, test, index, "B" if index < right else "C")
    verdict = judge(found(log, WIDE_BANK), WIDE_BANK)
    assert (verdict.level, verdict.score) == (level, Score(right, 10))
    assert verdict.by_difficulty["easy"] == Score(4, 4)
    assert list(verdict.by_difficulty) == ["easy", "medium", "hard"]
    assert [verdict.right[one.id] for one in test.questions] == [n < right for n in range(10)]


def revised(bank: QuizBank, quizzes: int = 1) -> QuizBank:
    """Return a bank in which all questions of the first quizzes have a new revision."""
    changed = (
        structs.replace(
            quiz, questions=tuple(structs.replace(one, revision=2) for one in quiz.questions)
        )
        for quiz in bank.quizzes[:quizzes]
    )
    return QuizBank((*changed, *bank.quizzes[quizzes:]))


def test_changed_questions_are_left_out(log: InMemoryLog, test: TakenTest) -> None:
    for index in range(10):
        answer(log, test, index, "B")
    changed = revised(WIDE_BANK, 3)
    stages = {quiz.questions[0].stage for quiz in changed.quizzes[:3]}
    gone = tuple(one.id for one in test.questions if one.stage in stages)
    rest = Score(10 - len(gone), 10 - len(gone))
    resumed = found(log, changed)
    assert (resumed.left_out, judge(resumed, changed).score) == (gone, rest)
    log.append(end_test(resumed, changed))
    for bank in (changed, WIDE_BANK):
        ended = found(log, bank)
        assert (ended.left_out, judge(ended, bank).score) == (gone, rest)
        assert ended.is_current
    assert last_test(list(log.events())[:-1], revised(WIDE_BANK, 7)) is None  # nothing is left


@pytest.mark.parametrize("quizzes", [1, 7])
def test_a_finished_test_keeps_its_verdict_when_questions_change(
    log: InMemoryLog, test: TakenTest, quizzes: int
) -> None:
    for index in range(10):
        answer(log, test, index, "B" if index < 8 else "C")
    log.append(end_test(found(log, WIDE_BANK), WIDE_BANK))
    before = judge(found(log, WIDE_BANK), WIDE_BANK)
    for bank in (revised(WIDE_BANK, quizzes), QuizBank((WIDE_BANK.quizzes[-1],))):
        (ended,) = ended_tests(log.events(), bank)
        after = judge(ended, bank)
        assert (after.level, after.score, after.right) == ("strong", Score(8, 10), before.right)
        assert not ended.is_current


def test_a_test_that_the_first_edition_ended_is_judged_by_the_bank(
    log: InMemoryLog, test: TakenTest
) -> None:
    answer(log, test, 0, "B")
    log.append(new_event("test-end", test.id))
    answer(log, test, 1, "B")  # after the end
    ended = found(log, WIDE_BANK)
    assert ended.recorded is None
    assert judge(ended, WIDE_BANK).score == Score(1, 10)
    assert last_test(log.events(), revised(WIDE_BANK, 7)) is None


def test_results_of_other_questions_are_ignored(log: InMemoryLog, test: TakenTest) -> None:
    right = [test.questions[0].id, "elsewhere", test.questions[0].id]
    log.append(new_event("test-end", test.id, {"right": right}))
    assert judge(found(log, WIDE_BANK), WIDE_BANK).score == Score(1, 10)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"questions": [], "seed": 0},
        {"questions": [["text-easy-0", 1]] * 10, "seed": 0},
        {"questions": [[f"text-easy-{n}", 1] for n in range(9)], "seed": 0},
        {"questions": "text-easy-0", "seed": 0},
    ],
)
def test_an_incomplete_start_is_ignored(payload: dict[str, object]) -> None:
    assert last_test([new_event("test", "t1", payload)], WIDE_BANK) is None


def test_a_test_is_shown_as_a_quiz_without_feedback(log: InMemoryLog, test: TakenTest) -> None:
    answer(log, test, 4, "C")
    quiz = test.quiz
    assert quiz.policy_of(quiz.questions[0]) == "no-feedback"
    state = state_of(quiz, log.events(), test=test.id)
    assert state.position == test.questions[4].id
    assert state.of(test.questions[4]).response == Response(letters=("C",))


def test_the_rule_states_its_numbers() -> None:
    numbers = [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", rule_text())]
    assert numbers == [8, 10, 5, 5, 10_000, 95, 98, 100, 70]


@pytest.mark.parametrize("of", [9, 10, 5])
def test_a_shorter_test_has_the_same_levels_by_its_share(of: int) -> None:
    for right in range(of + 1):
        expected = (
            "strong" if right / of >= 0.8 else "developing" if right / of >= 0.5 else "not yet"
        )
        assert level_of(right, of) == expected


def ended(right: int, more: int | None = None) -> TakenTest:
    """Return a test of ten with so many right answers, and those of five more."""

    def part(name: str, size: int, right: int) -> TakenTest:
        asked = tuple(f"{name}-{number}" for number in range(size))
        return TakenTest("t", asked, (), {}, has_ended=True, recorded=asked[:right])

    return structs.replace(part("a", 10, right), more=None if more is None else part("b", 5, more))


@pytest.mark.parametrize("more", [None, *range(6)])
def test_the_levels_named_are_the_most_probable_ones(more: int | None, bank: QuizBank) -> None:
    shares = np.linspace(0, 1, 20_001)  # of questions that the learner would answer correctly
    levels = np.where(shares < 0.5, "not yet", np.where(shares < 0.8, "developing", "strong"))
    for right in range(11):
        score, asked = (right, 10) if more is None else (right + more, 15)
        likely = shares**score * (1 - shares) ** (asked - score)
        named = possible_levels(ended(right, more), bank)
        chances = [float(likely[levels == one].sum() / likely.sum()) for one in named]
        assert sum(chances) >= CERTAINTY > sum(chances[:-1])


def test_more_questions_belong_to_the_test_before_them_and_leave_its_verdict(
    log: InMemoryLog, test: TakenTest
) -> None:
    for index in range(10):
        answer(log, test, index, "B" if index < 8 else "C")
    log.append(end_test(test := found(log, WIDE_BANK), WIDE_BANK))
    before = judge(test, WIDE_BANK)
    log.append(start_test(WIDE_BANK, log.events(), 0, test))
    part = found(log, WIDE_BANK).last_part
    assert len(part.questions) == 5 and not {*part.asked} & {*test.asked}
    for index in range(5):
        answer(log, part, index, "B")
    log.append(end_test(found(log, WIDE_BANK), WIDE_BANK))
    (taken,) = ended_tests(log.events(), WIDE_BANK)
    assert judge(taken, WIDE_BANK) == before
    assert taken.more and judge(taken.more, WIDE_BANK).score == Score(5, 5)
    assert [one.id for one in taken.quiz.questions] == [*test.asked, *part.asked]
    assert possible_levels(test, WIDE_BANK) == ["strong", "developing"]
    assert possible_levels(taken, WIDE_BANK) == ["strong", "developing"]
    second = started(WIDE_BANK, log)
    assert (second.id != test.id, second.more) == (True, None)
