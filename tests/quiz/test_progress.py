from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answer_event, hint_event, position_event, solution_event
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.progress import Progress, QuestionProgress, Tally, summarise
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import Event, new_event

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answered(bank: QuizBank, name: str, *letters: str, quiz: str = "01_sample") -> Event:
    personal = personalize(bank.question(name), "ada")
    return answer_event(personal, Response(letters=letters), quiz, clock=lambda: NOON)


def one(progress: Progress, name: str) -> QuestionProgress:
    return next(question for question in progress.questions if question.id == name)


def test_an_empty_record_has_every_graded_question_open(bank: QuizBank) -> None:
    progress = summarise([], bank)
    assert [question.id for question in progress.questions] == [
        "choose-mode-for-archive",
        "which-calls-are-batch",
        "count-the-passes",
    ]
    assert progress.overall == Tally(3, 0, 0, 0, 0)


def test_first_and_last_tries_are_told_apart(bank: QuizBank) -> None:
    name = "which-calls-are-batch"
    question = bank.question(name)
    record = [
        answered(bank, name, "A"),
        hint_event(question, 1, "01_sample"),
        hint_event(question, 1, "01_sample"),
        hint_event(question, 2, "01_sample"),
        solution_event(question, "01_sample"),
        answered(bank, name, "A", "C"),
    ]
    assert one(summarise(record, bank), name) == QuestionProgress(
        id=name,
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
    assert one(summarise(record[:1], bank), name).last_credit == 0.5


def test_answers_given_anywhere_count(bank: QuizBank) -> None:
    record = [
        answered(bank, "choose-mode-for-archive", "B", quiz="11_practice"),
        answered(bank, "choose-mode-for-archive", "A", quiz="12_test"),
    ]
    question = one(summarise(record, bank), "choose-mode-for-archive")
    assert (question.attempts, question.right_first, question.right_last) == (2, True, False)


def test_a_claim_in_the_record_is_not_believed(bank: QuizBank) -> None:
    wrong = answered(bank, "which-calls-are-batch", "B")
    claims = {"right": True, "credit": 1.0, "outcome": "right", "score": 100}
    forged = structs.replace(wrong, payload={**wrong.payload, **claims})
    assert not one(summarise([forged], bank), "which-calls-are-batch").right_last


def test_answers_are_graded_by_the_row_that_was_shown(bank: QuizBank) -> None:
    number = bank.question("count-the-passes")
    for row, passes, other in ((0, "20", "16"), (1, "16", "20")):
        personal = personalize(number, "ada", variant=row)
        good = answer_event(personal, Response(number=passes), "01_sample")
        bad = answer_event(personal, Response(number=other), "01_sample")
        assert one(summarise([good], bank), number.id).right_last
        assert not one(summarise([bad], bank), number.id).right_last


@pytest.mark.parametrize(
    "change",
    [{"revision": 9}, {"variant": 9}, {"variant": None}, {"letters": ["Z"]}, {"letters": 3}],
)
def test_an_answer_that_no_longer_fits_the_bank_does_not_count(
    bank: QuizBank, change: dict[str, object]
) -> None:
    good = answered(bank, "choose-mode-for-archive", "B")
    changed = structs.replace(good, payload={**good.payload, **change})
    progress = summarise([changed], bank)
    assert one(progress, "choose-mode-for-archive").attempts == 0
    assert progress.not_counted == 1


def test_an_answer_to_a_question_that_left_the_bank_does_not_count(bank: QuizBank) -> None:
    progress = summarise([new_event("answer", "gone", {"letters": ["A"]})], bank)
    assert (progress.overall.attempted, progress.not_counted) == (0, 1)


def test_a_survey_is_not_counted_at_all(bank: QuizBank, survey_bank: QuizBank) -> None:
    progress = summarise([answered(bank, "how-sure-do-you-feel", "A")], bank)
    assert (progress.overall.attempted, progress.not_counted) == (0, 0)
    assert summarise([], survey_bank).questions == ()


def test_the_last_position_is_known_for_each_quiz(bank: QuizBank) -> None:
    record = [
        position_event(bank.questions[1], "01_sample"),
        position_event(bank.questions[2], "11_practice"),
        position_event(bank.questions[0], "01_sample"),
    ]
    progress = summarise(record, bank)
    assert progress.positions == {
        "01_sample": bank.questions[0].id,
        "11_practice": bank.questions[2].id,
    }
    assert progress.last_quiz == "01_sample"


def test_counts_by_group_add_up_to_the_whole(wide_bank: QuizBank) -> None:
    record = [answered(wide_bank, one.id, "B") for one in wide_bank.questions[::3]]
    progress = summarise(record, wide_bank)
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
