"""A test of ten questions: drawn, resumed, judged."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.exam import (
    COMPARED,
    RECENT_TESTS,
    DrawError,
    Score,
    TakenTest,
    draw_test,
    drawable,
    end_test,
    ended_tests,
    guess_chance,
    judge,
    last_test,
    rule_text,
    start_test,
)
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.progress import recent_questions, state_of
from lessons_lib.classroom.quiz.question import Option, Quiz, SingleQuestion
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.log import InMemoryLog
from tests.classroom.quiz.conftest import answered

COURSE, ABOUT = load_bank(), course().about


def answers_to(bank: QuizBank, names: list[str]) -> list[Event]:
    return [answered(bank.question(name), "B") for name in names]


@given(seed=st.integers())
def test_questions_on_objectives_of_no_subject_are_spread_over_the_stages(
    wide_bank: QuizBank, seed: int
) -> None:
    drawn = draw_test(wide_bank, [], seed)
    assert [one.difficulty for one in drawn] == ["easy"] * 4 + ["medium"] * 3 + ["hard"] * 3
    assert len({one.id for one in drawn}) == 10
    stages = Counter(one.stage for one in drawn)
    assert sorted(stages.values()) == [1, 1, 1, 1, 2, 2, 2]


@given(seed=st.integers())
def test_eight_of_ten_questions_are_about_calls_shapes_decisions_and_latency(seed: int) -> None:
    drawn = draw_test(COURSE, [], seed)
    assert [one.difficulty for one in drawn] == ["easy"] * 4 + ["medium"] * 3 + ["hard"] * 3
    assert len({one.id for one in drawn}) == 10
    subjects = Counter(ABOUT[one.objective] for one in drawn)
    assert subjects["pipeline"] == 2
    assert subjects[None] == 0
    assert subjects >= Counter(call=1, shape=1, decision=2, latency=1)
    stages = Counter(one.stage for one in drawn if one.stage not in course().exam.repeated_stages)
    assert max(stages.values()) == 1


def test_questions_that_no_notebook_shows_are_drawn_first(wide_bank: QuizBank) -> None:
    quizzes = [
        structs.replace(
            quiz,
            questions=tuple(
                structs.replace(one, place="pool" if one.id.endswith("-2") else "end")
                for one in quiz.questions
            ),
        )
        for quiz in wide_bank.quizzes
    ]
    drawn = draw_test(QuizBank(tuple(quizzes)), [], 0)
    assert {one.place for one in drawn} == {"pool"}
    record = answers_to(wide_bank, [one.id for one in drawn])
    following = draw_test(QuizBank(tuple(quizzes)), record, 0)
    assert not {one.id for one in drawn} & {one.id for one in following}


def test_a_bank_on_one_subject_gives_any_ten_but_none_about_nothing(wide_bank: QuizBank) -> None:
    nothing = next(slug for slug, about in ABOUT.items() if about is None)
    quizzes = []
    for place, quiz in enumerate(wide_bank.quizzes):
        objective = nothing if place == 0 else "tell-the-modes-apart"
        some = tuple(structs.replace(one, objective=objective) for one in quiz.questions)
        quizzes.append(structs.replace(quiz, questions=some))
    drawn = draw_test(QuizBank(tuple(quizzes)), [], 0)
    assert len({one.id for one in drawn}) == 10
    assert nothing not in {one.objective for one in drawn}


@given(st.integers(), st.lists(st.integers(0, 83), max_size=RECENT_TESTS * 10, unique=True))
def test_recently_answered_questions_are_not_drawn(
    wide_bank: QuizBank, seed: int, places: list[int]
) -> None:
    names = [wide_bank.questions[place].id for place in places]
    drawn = draw_test(wide_bank, answers_to(wide_bank, names), seed)
    assert not {one.id for one in drawn} & set(names)


def test_the_same_seed_gives_the_same_test_and_another_gives_another(wide_bank: QuizBank) -> None:
    assert draw_test(wide_bank, [], 3) == draw_test(wide_bank, [], 3)
    assert draw_test(wide_bank, [], 3) != draw_test(wide_bank, [], 4)


def test_every_question_is_drawn_in_the_long_run(wide_bank: QuizBank) -> None:
    counts = Counter(one.id for seed in range(300) for one in draw_test(wide_bank, [], seed))
    assert set(counts) == {one.id for one in wide_bank.questions}


def test_a_small_bank_is_rejected_with_what_is_missing(bank: QuizBank) -> None:
    with pytest.raises(DrawError, match="needs 4 easy questions, but the bank has 1: add some"):
        draw_test(bank, [], 0)


def test_a_bank_of_exactly_ten_can_be_drawn_repeatedly(wide_bank: QuizBank) -> None:
    ten = draw_test(wide_bank, [], 0)
    small = QuizBank((Quiz(name="02_ten", title="Ten", questions=ten),))  # type: ignore[arg-type]
    record = answers_to(small, [one.id for one in ten])
    assert {one.id for one in draw_test(small, record, 5)} == {one.id for one in ten}


def test_surveys_and_easily_guessed_questions_are_not_drawn(
    wide_bank: QuizBank, survey_bank: QuizBank, bank: QuizBank
) -> None:
    assert drawable(survey_bank) == []
    assert "how-sure-do-you-feel" not in {one.id for one in drawable(bank)}
    first = wide_bank.questions[0]
    assert isinstance(first, SingleQuestion)
    options = {"A": Option("Yes", "No."), "B": Option("No", "Yes.")}
    two = structs.replace(first, options=options)
    assert drawable(QuizBank((Quiz(name="02_two", title="Two", questions=(two,)),))) == []


def test_each_kind_has_a_chance_to_guess(bank: QuizBank) -> None:
    chances = {one.id: guess_chance(one) for one in bank.questions}
    assert chances == {
        "choose-mode-for-archive": 1 / 4,
        "which-calls-are-batch": 1 / 15,
        "count-the-passes": 0,
        "how-sure-do-you-feel": 1 / 3,
    }


def test_recent_questions_are_listed_once_and_latest_first(wide_bank: QuizBank) -> None:
    names = [one.id for one in wide_bank.questions[:4]]
    record = answers_to(wide_bank, [*names, names[1]])
    assert recent_questions(record, 3) == [names[1], names[3], names[2]]


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
def test(wide_bank: QuizBank, log: InMemoryLog) -> TakenTest:
    assert last_test(log.events(), wide_bank) is None
    return started(wide_bank, log)


def test_an_interrupted_test_resumes_with_its_questions_and_answers(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest
) -> None:
    for index in (0, 1, 3):
        answer(log, test, index, "B")
    resumed = found(log, wide_bank)
    assert resumed.questions == test.questions
    assert list(resumed.answers) == [test.questions[index].id for index in (0, 1, 3)]
    assert not resumed.has_ended


def test_the_last_answer_counts_if_it_was_given_in_the_test_before_its_end(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest
) -> None:
    answer(log, test, 0, "B")
    answer(log, test, 0, "A")
    answer(log, test, 1, "A")
    answer(log, test, 1, "B")
    log.append(answered(test.questions[2], "B", "02_text"))
    log.append(end_test(found(log, wide_bank), wide_bank))
    answer(log, test, 0, "B")
    ended = found(log, wide_bank)
    assert ended.has_ended
    assert judge(ended, wide_bank).score == Score(1, 10)


def test_a_new_test_replaces_the_previous_one(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest
) -> None:
    answer(log, test, 0, "B")
    log.append(end_test(found(log, wide_bank), wide_bank))
    second = started(wide_bank, log)
    assert second.id != test.id
    assert (second.answers, second.has_ended) == ({}, False)


def test_only_the_latest_tests_are_compared_oldest_first(
    wide_bank: QuizBank, log: InMemoryLog
) -> None:
    taken = []
    for seed in range(COMPARED + 2):
        taken.append(started(wide_bank, log, seed).id)
        log.append(end_test(found(log, wide_bank), wide_bank))
    assert [one.id for one in ended_tests(log.events(), wide_bank)] == taken[2:]


@pytest.mark.parametrize(
    ("right", "level"), [(4, "not yet"), (5, "developing"), (7, "developing"), (8, "strong")]
)
def test_the_result_has_the_level_and_the_scores_behind_it(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest, right: int, level: str
) -> None:
    for index in range(10):
        answer(log, test, index, "B" if index < right else "C")
    verdict = judge(found(log, wide_bank), wide_bank)
    assert (verdict.level, verdict.score) == (level, Score(right, 10))
    assert verdict.by_difficulty["easy"] == Score(4, 4)
    assert list(verdict.by_difficulty) == ["easy", "medium", "hard"]
    assert sum(one.questions for one in verdict.by_stage.values()) == 10
    assert sum(one.right for one in verdict.by_stage.values()) == right
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


def test_a_test_with_a_changed_question_cannot_be_resumed(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest
) -> None:
    first, *_ = wide_bank.quizzes
    assert {one.stage for one in test.questions} >= {first.questions[0].stage}
    assert last_test(log.events(), revised(wide_bank)) is None
    assert last_test(log.events(), QuizBank((first,))) is None


@pytest.mark.parametrize("quizzes", [1, 7])
def test_a_finished_test_keeps_its_verdict_when_questions_change(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest, quizzes: int
) -> None:
    for index in range(10):
        answer(log, test, index, "B" if index < 8 else "C")
    log.append(end_test(found(log, wide_bank), wide_bank))
    before = judge(found(log, wide_bank), wide_bank)
    for bank in (revised(wide_bank, quizzes), QuizBank((wide_bank.quizzes[-1],))):
        (ended,) = ended_tests(log.events(), bank)
        after = judge(ended, bank)
        assert (after.level, after.score, after.right) == ("strong", Score(8, 10), before.right)
        assert not ended.is_current


def test_a_test_that_the_first_edition_ended_is_judged_by_the_bank(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest
) -> None:
    answer(log, test, 0, "B")
    log.append(new_event("test-end", test.id))
    ended = found(log, wide_bank)
    assert ended.recorded is None
    assert judge(ended, wide_bank).score == Score(1, 10)
    assert last_test(log.events(), revised(wide_bank, 7)) is None


def test_results_of_other_questions_in_a_record_do_not_count(
    wide_bank: QuizBank, log: InMemoryLog, test: TakenTest
) -> None:
    right = [test.questions[0].id, "elsewhere", test.questions[0].id]
    log.append(new_event("test-end", test.id, {"right": right}))
    assert judge(found(log, wide_bank), wide_bank).score == Score(1, 10)


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
def test_an_incomplete_start_is_ignored(wide_bank: QuizBank, payload: dict[str, object]) -> None:
    assert last_test([new_event("test", "t1", payload)], wide_bank) is None


def test_a_test_is_shown_as_a_quiz_without_feedback(log: InMemoryLog, test: TakenTest) -> None:
    answer(log, test, 4, "C")
    quiz = test.quiz
    assert quiz.policy_of(quiz.questions[0]) == "no-feedback"
    state = state_of(quiz, log.events(), test=test.id)
    assert state.position == test.questions[4].id
    assert state.of(test.questions[4]).response == Response(letters=("C",))


def test_the_rule_states_its_numbers() -> None:
    numbers = [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", rule_text())]
    assert numbers == [8, 10, 5, 5, 10_000, 95, 98, 100]
