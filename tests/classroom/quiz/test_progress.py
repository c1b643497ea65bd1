"""Progress computed from a record, and the state of one quiz."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.progress import (
    Progress,
    QuestionProgress,
    QuestionState,
    Tally,
    state_of,
    summarise,
)
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.quiz.regrade import hint_event, position_event, solution_event
from lessons_lib.classroom.record.event import new_event
from tests.classroom.quiz.conftest import WIDE_BANK, answered

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def quiz(bank: QuizBank) -> Quiz:
    return bank.quiz("01_sample")


@pytest.fixture
def archive(bank: QuizBank) -> Question:
    return bank.question("choose-mode-for-archive")


@pytest.fixture
def calls(bank: QuizBank) -> Question:
    return bank.question("which-calls-are-batch")


def one(progress: Progress, question: Question) -> QuestionProgress:
    return next(found for found in progress.questions if found.id == question.id)


def test_an_empty_record_has_every_graded_question_open(bank: QuizBank) -> None:
    progress = summarise([], bank)
    names = ["choose-mode-for-archive", "which-calls-are-batch", "count-the-passes"]
    assert [question.id for question in progress.questions] == names
    assert progress.overall == Tally(3, 0, 0, 0, 0)


def test_first_and_last_tries_are_distinguished(bank: QuizBank, calls: Question) -> None:
    record = [
        answered(calls, "A"),
        *(hint_event(calls, number, "01_sample") for number in (1, 1, 2)),
        solution_event(calls, "01_sample"),
        structs.replace(answered(calls, "AC"), time_utc=NOON),
    ]
    assert one(summarise(record, bank), calls) == QuestionProgress(
        id="which-calls-are-batch",
        quiz="01_sample",
        objective="make-a-batch-call",
        stage="batch",
        difficulty="easy",
        attempts=2,
        right_first=False,
        right_last=True,
        last_credit=1.0,
        hints_used=2,
        solution_opened=True,
        last_time=NOON,
    )
    assert one(summarise(record[:1], bank), calls).last_credit == 0.5


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("passes", ["20", "16"])
def test_answers_are_graded_by_the_row_shown(bank: QuizBank, row: int, passes: str) -> None:
    number = bank.question("count-the-passes")
    progress = summarise([answered(number, passes, row=row)], bank)
    assert one(progress, number).right_last is (passes == ("20", "16")[row])
    event = answered(number, "3", row=row)
    claims = {"right": True, "credit": 1.0, "outcome": "right", "score": 100}
    forged = structs.replace(event, payload={**event.payload, **claims})
    assert not one(summarise([forged], bank), number).right_last


@pytest.mark.parametrize(
    "change",
    [{"revision": 9}, {"variant": 9}, {"variant": None}, {"letters": ["Z"]}, {"letters": 3}],
)
def test_an_answer_that_no_longer_fits_the_bank_does_not_count(
    bank: QuizBank, archive: Question, change: dict[str, object]
) -> None:
    good = answered(archive, "B")
    changed = structs.replace(good, payload={**good.payload, **change})
    removed = structs.replace(good, subject="gone")
    progress = summarise([changed, removed], bank)
    assert (one(progress, archive).attempts, progress.not_counted) == (0, 2)


def test_a_survey_is_not_counted_at_all(bank: QuizBank, survey_bank: QuizBank) -> None:
    progress = summarise([answered(bank.question("how-sure-do-you-feel"), "A")], bank)
    assert (progress.overall.attempted, progress.not_counted) == (0, 0)
    assert summarise([], survey_bank).questions == ()


def test_counts_by_group_add_up_to_the_total() -> None:
    progress = summarise([answered(one, "B") for one in WIDE_BANK.questions[::3]], WIDE_BANK)
    assert progress.by("difficulty")["easy"] == Tally(28, 14, 14, 14, 0)
    for group in ("quiz", "objective", "stage", "difficulty"):
        tallies = progress.by(group).values()
        assert sum(tally.questions for tally in tallies) == 84
        assert sum(tally.right_last for tally in tallies) == 28


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["answer", "hint", "solution", "position", "test", "other"]),
            st.sampled_from(["choose-mode-for-archive", "count-the-passes", "gone", "01_sample"]),
            st.dictionaries(
                st.sampled_from(["letters", "number", "variant", "revision", "quiz", "question"]),
                st.one_of(st.none(), st.integers(), st.text(max_size=3), st.lists(st.just("B"))),
            ),
        )
    )
)
def test_no_record_whatever_it_holds_breaks_progress(
    bank: QuizBank, entries: list[tuple[str, str, dict[str, object]]]
) -> None:
    progress = summarise([new_event(*entry) for entry in entries], bank)
    assert progress.overall.attempted <= sum(kind == "answer" for kind, _, _ in entries)


def test_a_card_is_restored_as_it_was_left(quiz: Quiz, archive: Question, calls: Question) -> None:
    record = [
        answered(archive, "A"),
        hint_event(archive, 1, quiz.name),
        answered(archive, "B"),
        solution_event(archive, quiz.name),
    ]
    state = state_of(quiz, record)
    assert state.position == archive.id
    assert state.of(archive) == QuestionState(Response(letters=("B",)), 0, 2, 1, True)
    assert state.of(calls) == QuestionState()
    record += [position_event(calls, quiz.name), hint_event(calls, 99, quiz.name)]
    state = state_of(quiz, record)
    assert state.position == calls.id
    assert state.of(calls) == QuestionState(hints_used=2)  # there are no more


def test_events_of_other_quizzes_and_tests_are_ignored(quiz: Quiz, calls: Question) -> None:
    elsewhere = [
        answered(calls, "A", "11_practice"),
        answered(calls, "A", test="t1"),
        hint_event(calls, 1, "11_practice"),
        position_event(calls, "11_practice"),
        position_event(calls, quiz.name, test="t1"),
    ]
    state = state_of(quiz, elsewhere)
    assert (state.position, state.of(calls)) == (None, QuestionState())
    assert state_of(quiz, elsewhere, test="t1").of(calls).attempts == 1


def test_invalid_events_and_earlier_revisions_are_ignored(quiz: Quiz, calls: Question) -> None:
    place = {"quiz": quiz.name}
    record = [
        answered(structs.replace(calls, revision=7), "A"),
        *(new_event("answer", calls.id, place | {"letters": one}) for one in (["Z"], "A", [])),
        new_event("hint", calls.id, place | {"number": "one"}),
        new_event("position", quiz.name, {"question": "gone"}),
        new_event("position", quiz.name, {}),
        new_event("mood", calls.id, place),
        new_event("answer", "gone", place | {"letters": ["A"]}),
    ]
    state = state_of(quiz, record)
    assert (state.position, state.of(calls)) == (None, QuestionState())


def test_an_answer_to_a_retired_question_counts_in_its_lesson() -> None:
    first, *others = WIDE_BANK.quizzes
    name = first.questions[0].id
    retired = structs.replace(first, name="retired", questions=first.questions[:2])
    quizzes = (structs.replace(first, questions=first.questions[2:]), *others)
    bank = QuizBank(quizzes, retired=retired)
    assert name in bank and name not in {one.id for one in bank.questions}
    with pytest.raises(ValueError, match="'retired' is not a quiz"):
        bank.quiz("retired")
    before = summarise([], bank).by("quiz")[first.name]
    progress = summarise([answered(WIDE_BANK.question(name), "B")], bank)
    after = progress.by("quiz")[first.name]
    assert (before.questions, after.questions) == (10, 11)
    assert (before.attempted, after.attempted, after.right_last) == (0, 1, 1)
    assert progress.overall.questions == summarise([], bank).overall.questions + 1


def test_questions_that_no_notebook_shows_count_once_they_are_seen(bank: QuizBank) -> None:
    quiz = bank.quiz("01_sample")
    pool = tuple(structs.replace(one, place="pool") for one in quiz.questions)
    hidden = QuizBank((structs.replace(quiz, questions=pool),))
    assert summarise([], hidden).overall.questions == 0
    question = bank.question("count-the-passes")
    assert summarise([answered(question, "1")], hidden).overall == Tally(1, 1, 0, 0, 0)
    hinted = summarise([hint_event(question, 1, "01_sample")], hidden)
    assert hinted.overall == Tally(1, 0, 0, 0, hints_used=1)


def test_what_only_a_test_asked_is_in_no_notebook() -> None:
    first, *others = WIDE_BANK.quizzes
    hidden = structs.replace(first.questions[0], place="pool")
    questions = (hidden, *first.questions[1:])
    bank = QuizBank((structs.replace(first, questions=questions), *others))
    before = summarise([], bank).in_notebooks
    here, there, unopened = first.questions[1], first.questions[2], others[0].questions[0]
    of_test = [answered(one, "B", "12_test", test="t") for one in (hidden, there, unopened)]
    progress = summarise([*of_test, answered(here, "B", first.name)], bank)
    found = progress.in_notebooks
    assert found.overall.questions == before.overall.questions == 83
    rows = {name: one.attempted for name, one in found.by("quiz").items() if one.attempted}
    assert rows == {first.name: 2}
    assert str(progress).endswith(
        "Asked only in tests and practice: 2, 2 of them answered correctly."
    )
