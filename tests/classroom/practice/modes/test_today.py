"""What to do today: only for learners who were here, in order, and until everything is done."""

from datetime import UTC, datetime, timedelta

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards import deck, rated_event
from lessons_lib.classroom.practice.modes import MINUTES_A_QUESTION, Todo, minutes_in_words, today
from lessons_lib.classroom.practice.up_next import MOST_MISSED, left_today
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import end_test, last_test, start_test
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.kinds import Guess, event_of
from tests.support.answers import finished, wrong

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONCEPT, BATCH = "01_concept", "06_batch_inference"


def steps_at_noon(events: list[Event], bank: QuizBank) -> list[Todo]:
    return today(events, bank, left_today(events, bank, NOON))


def words(events: list[Event], bank: QuizBank) -> list[str]:
    return [one.words for one in steps_at_noon(events, bank)]


def test_who_was_never_in_a_lesson_gets_nothing(bank: QuizBank) -> None:
    assert steps_at_noon([], bank) == []
    assert steps_at_noon([event_of("of-another-course", Guess(3.0))], bank) == []
    training = course().lesson("05_training").title
    assert words([event_of("best-epoch", Guess(3.0))], bank) == [training]


def test_due_cards_come_first_then_missed_questions_then_the_lesson(bank: QuizBank) -> None:
    events = wrong(bank, BATCH)[:2]
    earlier = NOON - timedelta(hours=1)
    cards = [rated_event(one, "again", clock=lambda: earlier) for one in deck(bank)[:3]]
    steps = steps_at_noon([*cards, *events], bank)
    lesson = course().lesson(BATCH)
    assert [one.words for one in steps] == ["3 cards", "2 missed questions", lesson.title]
    assert [one.is_lesson for one in steps] == [False, False, True]
    files = ["11_practice.ipynb", "11_practice.ipynb", lesson.file_name]
    assert [one.link.partition("#")[0] for one in steps] == files
    assert steps[1].minutes == 2 * MINUTES_A_QUESTION
    assert 0 < steps[2].minutes < lesson.minutes


def test_many_missed_questions_are_spread_over_days(bank: QuizBank) -> None:
    many = [event for quiz in (CONCEPT, BATCH) for event in wrong(bank, quiz)]
    assert f"{MOST_MISSED} missed questions" in words(many, bank)


def test_a_question_that_was_put_right_is_not_missed_any_more(bank: QuizBank) -> None:
    events = [*wrong(bank, BATCH), *finished(BATCH, bank)]
    assert not any("missed" in one for one in words(events, bank))


def test_an_unfinished_test_comes_before_the_lesson_which_a_verdict_names(bank: QuizBank) -> None:
    events: list[Event] = [new_event("position", BATCH, {"question": "one"})]
    events += [start_test(bank, events, 3)]
    (step, *_), plan = steps_at_noon(events, bank), course()
    assert step.words == f"{plan.exam.size} questions of your test"
    assert step.minutes == plan.lesson(plan.exam.notebook).minutes > plan.exam.size
    taken = last_test(events, bank)
    assert taken
    events += [end_test(taken, bank)]
    assert words(events, bank)[-1] == course().lesson(CONCEPT).title  # "not yet"
    events += finished(CONCEPT, bank)
    assert words(events, bank)[-1] == course().lesson("11_practice").title


def test_after_a_finished_lesson_the_next_one_comes_and_in_the_end_nothing(bank: QuizBank) -> None:
    after = course().lesson("07_realtime_inference").title
    assert words(finished(BATCH, bank), bank) == [after]
    everything = [event for quiz in bank.quizzes for event in finished(quiz.name, bank)]
    assert words(everything, bank) == []


def test_a_duration_is_at_least_a_minute() -> None:
    assert [minutes_in_words(one) for one in (0.1, 1, 5.2)] == ["1 minute", "1 minute", "6 minutes"]
