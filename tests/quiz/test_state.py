from __future__ import annotations

from msgspec import structs

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answer_event, hint_event, position_event, solution_event
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.progress import QuestionState, state_of
from lessons_lib.quiz.question import Quiz
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import new_event
from lessons_lib.record.log import InMemoryLog


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
