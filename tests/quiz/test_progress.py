from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.progress import (
    Progress,
    QuestionProgress,
    QuestionState,
    Tally,
    state_of,
    summarise,
)
from lessons_lib.quiz.question import Quiz
from lessons_lib.quiz.regrade import answer_event, hint_event, position_event, solution_event
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import Event, new_event
from lessons_lib.record.log import InMemoryLog

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answered(bank: QuizBank, name: str, *letters: str, quiz: str = "01_sample") -> Event:
    personal = personalize(bank.question(name), "ada")
    event = answer_event(personal, Response(letters=letters), quiz)
    return structs.replace(event, time_utc=NOON)


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


def quiz_of(bank: QuizBank) -> Quiz:
    return bank.quiz("01_sample")


def test_without_a_record_every_question_is_fresh(bank: QuizBank) -> None:
    state = state_of(quiz_of(bank), [])
    assert state.position is None
    assert state.of(quiz_of(bank).questions[0]) == QuestionState()


def test_a_card_is_restored_as_it_was_left(bank: QuizBank) -> None:
    quiz, log = quiz_of(bank), InMemoryLog()
    archive, calls = quiz.questions[0], quiz.questions[1]
    personal = personalize(archive, "tim")
    log.append(answer_event(personal, Response(letters=("A",)), quiz.name))
    log.append(hint_event(archive, 1, quiz.name))
    log.append(answer_event(personal, Response(letters=("B",)), quiz.name))
    log.append(solution_event(archive, quiz.name))
    log.append(position_event(calls, quiz.name))
    log.append(hint_event(calls, 2, quiz.name))
    state = state_of(quiz, log.events())
    assert state.position == calls.id
    assert state.of(archive) == QuestionState(Response(letters=("B",)), 1, 2, 1, True)
    assert state.of(calls) == QuestionState(hints_used=2)


def test_answering_moves_the_position(bank: QuizBank) -> None:
    quiz = quiz_of(bank)
    answer = answer_event(
        personalize(quiz.questions[1], "ada"), Response(letters=("A",)), quiz.name
    )
    assert state_of(quiz, [answer]).position == quiz.questions[1].id


def test_what_was_done_elsewhere_does_not_show(bank: QuizBank) -> None:
    quiz = quiz_of(bank)
    calls = personalize(quiz.questions[1], "ada")
    elsewhere = [
        answer_event(calls, Response(letters=("A",)), "11_practice"),
        answer_event(calls, Response(letters=("A",)), quiz.name, test="t1"),
        hint_event(calls.question, 1, "11_practice"),
        position_event(calls.question, "11_practice"),
        position_event(calls.question, quiz.name, test="t1"),
    ]
    state = state_of(quiz, elsewhere)
    assert state.of(calls.question) == QuestionState()
    assert state.position is None
    assert state_of(quiz, elsewhere, test="t1").of(calls.question).attempts == 1


def test_an_earlier_revision_s_answer_does_not_show(bank: QuizBank) -> None:
    quiz = quiz_of(bank)
    calls = quiz.questions[1]
    old = personalize(structs.replace(calls, revision=7), "ada")
    record = [answer_event(old, Response(letters=("A",)), quiz.name)]
    assert state_of(quiz, record).of(calls) == QuestionState()


def test_events_that_do_not_fit_are_passed_over(bank: QuizBank) -> None:
    quiz = quiz_of(bank)
    calls = quiz.questions[1]
    place = {"quiz": quiz.name}
    record = [
        new_event("answer", calls.id, place | {"letters": ["Z"]}),
        new_event("answer", calls.id, place | {"letters": "A"}),
        new_event("answer", calls.id, place | {"letters": []}),
        new_event("hint", calls.id, place | {"number": "one"}),
        new_event("position", quiz.name, {"question": "gone"}),
        new_event("position", quiz.name, {}),
        new_event("mood", calls.id, place),
        new_event("answer", "gone", place | {"letters": ["A"]}),
    ]
    state = state_of(quiz, record)
    assert (state.position, state.of(quiz.questions[1])) == (None, QuestionState())


def test_no_more_hints_are_used_than_there_are(bank: QuizBank) -> None:
    quiz = quiz_of(bank)
    record = [hint_event(quiz.questions[1], 99, quiz.name)]
    assert state_of(quiz, record).of(quiz.questions[1]).hints_used == 2


def test_a_survey_s_answer_is_restored_too(bank: QuizBank) -> None:
    quiz = quiz_of(bank)
    survey = quiz.questions[3]
    record = [answer_event(personalize(survey, "ada"), Response(letters=("C",)), quiz.name)]
    assert state_of(quiz, record).of(survey).response == Response(letters=("C",))
