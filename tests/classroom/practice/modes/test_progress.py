from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.exercises.catalog import exercise_table
from lessons_lib.classroom.practice.flashcards import deck, rated_event
from lessons_lib.classroom.practice.modes import (
    NOT_BEGUN,
    Standing,
    activities,
    last_lesson,
    standings,
)
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import TakenTest, end_test, last_test, start_test
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.kinds import Code, Done, Guess, Undone, event_of
from tests.support.answers import right

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def of(slug: str, events: list[Event], bank: QuizBank) -> Standing:
    return standings(events, bank)[slug]


def slug_of_last(events: list[Event]) -> str:
    found = last_lesson(events)
    return found.slug if found else ""


def test_with_an_empty_record_no_mode_is_begun_also_without_questions(bank: QuizBank) -> None:
    for questions in (bank, QuizBank(())):
        found = standings([], questions)
        assert set(found) == {one.slug for one in course().modes}
        assert {(one.words, one.is_begun, one.is_done) for one in found.values()} == {
            (NOT_BEGUN, False, False)
        }


def test_an_answer_counts_in_every_mode_whose_notebook_asks_it(bank: QuizBank) -> None:
    question = bank.quiz("05_training").at("end").questions[0]
    events = [right(question, "05_training")]
    for slug in ("training", "pipeline"):
        assert of(slug, events, bank).words.startswith("1 of ")
    assert not of("concept", events, bank).is_begun


def test_the_pipeline_goes_on_in_the_first_notebook_with_questions_left(bank: QuizBank) -> None:
    events = [right(one, "02_raw_text") for one in bank.quiz("02_raw_text").questions]
    assert of("pipeline", events, bank).next_lesson == "03_preprocessing"
    assert of("pipeline", events[:1], bank).next_lesson == ""


def test_a_mode_is_done_when_all_its_questions_are_answered(bank: QuizBank) -> None:
    questions = [one for one in bank.quiz("01_concept").questions if one.place != "pool"]
    standing = of("concept", [right(one, "01_concept") for one in questions], bank)
    assert standing.is_done
    count = len(questions)
    assert standing.words == f"All {count} questions answered, {count} correctly"


def test_coding_tasks_count_when_solved_and_a_try_begins_the_mode(bank: QuizBank) -> None:
    names = [one.id for one in exercise_table().exercises]
    tried = event_of(names[0], Code("", "try"))
    assert of("code-along", [tried], bank).words == f"0 of {len(names)} tasks solved"
    solved = [event_of(name, Code("", "try", is_solved=True)) for name in names]
    assert of("code-along", solved, bank).is_done


def test_each_guess_of_the_lab_book_counts_once_beside_the_questions(bank: QuizBank) -> None:
    guess = event_of("one-by-one", Guess(2.0, 3.0, "s"))
    old = event_of("gone", Guess(2.0, 3.0, "s"))
    assert of("experiment", [guess, guess, old], bank).words == "2 guesses checked"
    assert of("experiment", [guess, guess], bank).words == "1 guess checked"
    quiz = "10_latency_and_throughput"
    question = next(one for one in bank.quiz(quiz).at("end").questions if one.kind == "single")
    both = of("experiment", [guess, right(question, quiz)], bank).words
    assert both.startswith("1 guess checked; 1 of ")


def test_a_notebooks_guess_does_not_count_in_the_lab_book(bank: QuizBank) -> None:
    events = [event_of("times-slower", Guess(30.0, 290.0)), event_of("share", Guess(1.0))]
    assert not of("experiment", events, bank).is_begun
    assert course().mode("experiment") not in activities(events, bank, NOON)
    assert slug_of_last([new_event("position", "01_concept"), *events]) == "15_when_batching_loses"


def test_flashcards_count_each_card_once_unless_its_rating_was_undone(bank: QuizBank) -> None:
    card, other = deck(bank)[:2]
    first, second = rated_event(card, "good"), rated_event(card, "easy")
    undone = [event_of(card.id, Undone(one.id)) for one in (second, first)]
    not_counted = [
        rated_event(replace(other, of="gone"), "good"),
        rated_event(replace(other, revision=other.revision + 1), "good"),
        new_event("card", other.id, {"what": "rated", "rating": "splendid"}),
    ]
    words = of("flashcards", [first, second, *not_counted], bank).words
    assert words == f"1 of {len(deck(bank))} cards seen"
    assert of("flashcards", [first, second, undone[0]], bank).done == 1
    assert not of("flashcards", [first, second, *undone, *not_counted], bank).is_begun


def taken(events: list[Event], bank: QuizBank, n_right: int) -> TakenTest:
    """Start a test, answer its first questions right, and return it."""
    events.append(start_test(bank, events, n_right))
    test = last_test(events, bank)
    assert test is not None
    quiz = course().exam.notebook
    events += [right(one, quiz, test.id) for one in test.questions[:n_right]]
    answered = last_test(events, bank)
    assert answered is not None
    return answered


def test_the_test_shows_its_progress_and_then_all_its_verdicts(bank: QuizBank) -> None:
    events: list[Event] = []
    test = taken(events, bank, 1)
    assert of("test", events, bank).words == "In progress: 1 of 10 answered"
    assert not of("test", events, bank).is_done
    events.append(end_test(test, bank))
    assert of("test", events, bank).is_done
    events.append(end_test(taken(events, bank, 10), bank))
    assert of("test", events, bank).words == "Last verdict: strong, 1 → 10 of 10"
    taken(events, bank, 0)
    words = "Last verdict: strong, 1 → 10 of 10; in progress: 0 of 10 answered"
    assert of("test", events, bank).words == words


@pytest.mark.parametrize("slug", [one.slug for one in course().modes if one.deed])
def test_what_was_done_in_a_widget_begins_its_mode(bank: QuizBank, slug: str) -> None:
    deed = course().mode(slug).deed
    assert deed is not None
    words, done = deed.words.capitalize(), event_of(deed.activity, Done())
    lesson = course().mode(slug).lessons[0]
    answer = right(bank.quiz(lesson).at("end").questions[0], lesson)
    assert of(slug, [done, done], bank).words == words
    assert of(slug, [done, answer], bank).words.startswith(f"{words}; 1 of ")
    assert not of("concept", [done], bank).is_begun


def test_the_flashcards_that_are_learned_and_due_are_counted(bank: QuizBank) -> None:
    cards = deck(bank)
    events = [
        rated_event(cards[0], "easy", clock=lambda: NOON),
        rated_event(cards[1], "again", clock=lambda: NOON),
    ]
    words = activities(events, bank, NOON + timedelta(hours=1))[course().mode("flashcards")]
    assert words == f"2 of {len(cards)} cards seen, 1 learned, 1 due now"


@pytest.mark.parametrize(
    ("kind", "subject", "payload", "slug"),
    [
        ("position", "06_batch_inference", {"question": "batch-call"}, "06_batch_inference"),
        ("position", "11_practice_endless", {}, "11_practice"),
        ("answer", "batch-call", {"quiz": "03_preprocessing"}, "03_preprocessing"),
        ("exercise", "batch-call", {"code": ""}, "14_code_along"),
        ("card", "glossary-batch", {}, "13_flashcards"),
        ("guess", "gone", {"guess": 2, "result": 3, "unit": ""}, "10_latency_and_throughput"),
        ("done", "run-trained", {}, "05_training"),
    ],
)
def test_the_last_lesson_is_that_of_the_latest_event_that_has_one(
    kind: str, subject: str, payload: dict[str, object], slug: str
) -> None:
    events = [
        new_event("position", "01_concept"),
        new_event(kind, subject, payload),
        new_event("mode-wish", "modes"),
        new_event("answer", "", {"quiz": ["forged"]}),
    ]
    assert slug_of_last(events) == slug
    assert slug_of_last([*events[2:], new_event("course", "shipped")]) == ""
