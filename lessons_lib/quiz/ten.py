"""A test of ten questions in the record: started, left, resumed, ended, judged."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.draw import TEST_PLAN, draw_test
from lessons_lib.quiz.events import Answer, answers_in, payload_of
from lessons_lib.quiz.level import Level, level_of
from lessons_lib.quiz.question import DIFFICULTIES, Question, Quiz
from lessons_lib.quiz.regrade import verdict_on
from lessons_lib.record.event import Clock, Event, new_event, utc_now

STARTED, ENDED = "test", "test-end"
TEST_QUIZ = "12_test"


class Started(Struct, frozen=True):
    """Payload of a `test`; the subject is the test's id. Questions are (id, revision)."""

    questions: tuple[tuple[str, int], ...]
    seed: int


class TenQuestions(Struct, frozen=True):
    """One test of one learner, and the last answer to each of its questions."""

    id: str
    questions: tuple[Question, ...]
    answers: dict[str, Answer]
    has_ended: bool

    @property
    def next_question(self) -> Question | None:
        """The first question without an answer, or None if each has one."""
        return next((one for one in self.questions if one.id not in self.answers), None)

    @property
    def quiz(self) -> Quiz:
        """The test as a quiz that gives no feedback, as a card shows it."""
        return Quiz(
            name=TEST_QUIZ,
            title="Test the pattern",
            questions=self.questions,  # type: ignore[arg-type]  # each is of one of the three kinds
            mode="no-feedback",
        )


class Score(Struct, frozen=True):
    """How many of some questions were right."""

    right: int
    questions: int


class Judgement(Struct, frozen=True):
    """What a test showed: the level, scores by stage and difficulty, and objectives to read up."""

    level: Level
    score: Score
    by_stage: dict[str, Score]
    by_difficulty: dict[str, Score]
    right: dict[str, bool]
    objectives_missed: tuple[str, ...]


def start_test(
    bank: QuizBank, events: Iterable[Event], seed: int, *, clock: Clock = utc_now
) -> Event:
    """Draw a test and return the event that starts it; append it to the log."""
    questions = draw_test(bank, events, seed)
    started = {"questions": [(one.id, one.revision) for one in questions], "seed": seed}
    return new_event(STARTED, secrets.token_hex(8), started, clock=clock)


def end_test(test: TenQuestions, *, clock: Clock = utc_now) -> Event:
    """Return the event that ends a test; what is not answered by then counts as wrong."""
    return new_event(ENDED, test.id, clock=clock)


def last_test(events: Iterable[Event], bank: QuizBank) -> TenQuestions | None:
    """Return the test that was started last, to resume or to look at; None if there is none.

    Notes
    -----
    A test of which a question has left the bank or changed its revision cannot be resumed, so
    there is none then.
    """
    record = list(events)
    starts = [place for place, one in enumerate(record) if one.kind == STARTED]
    if not starts:
        return None
    test_id = record[starts[-1]].subject
    questions = _questions(record[starts[-1]], bank)
    if questions is None:
        return None
    later = record[starts[-1] :]
    ends = [place for place, one in enumerate(later) if (one.kind, one.subject) == (ENDED, test_id)]
    answers = {
        event.subject: answer
        for event, answer in answers_in(later[: ends[0]] if ends else later)
        if answer.test == test_id and any(event.subject == one.id for one in questions)
    }
    return TenQuestions(test_id, questions, answers, bool(ends))


def judge(test: TenQuestions, bank: QuizBank, stages: Iterable[str] = ()) -> Judgement:
    """Return what a test showed; questions without an answer count as wrong.

    The scores by stage come in the order of `stages`, and then in that of the test.
    """
    right = {}
    for question in test.questions:
        answer = test.answers.get(question.id)
        verdict = None if answer is None else verdict_on(bank, question.id, answer)
        right[question.id] = verdict is not None and verdict.is_right
    stages = dict.fromkeys((*stages, *(one.stage for one in test.questions)))
    missed = (one.objective for one in test.questions if not right[one.id])
    return Judgement(
        level=level_of(sum(right.values())),
        score=Score(sum(right.values()), len(right)),
        by_stage=_scores(stages, [(one.stage, right[one.id]) for one in test.questions]),
        by_difficulty=_scores(
            DIFFICULTIES, [(one.difficulty, right[one.id]) for one in test.questions]
        ),
        right=right,
        objectives_missed=tuple(dict.fromkeys(missed)),
    )


def _questions(start: Event, bank: QuizBank) -> tuple[Question, ...] | None:
    """Return the questions of a test as the bank has them, or None if they no longer make one."""
    started = payload_of(start, Started)
    if started is None or not all(name in bank for name, _ in started.questions):
        return None
    questions = tuple(bank.question(name) for name, _ in started.questions)
    revisions = tuple(revision for _, revision in started.questions)
    is_whole = Counter(one.difficulty for one in questions) == TEST_PLAN
    is_current = revisions == tuple(one.revision for one in questions)
    is_distinct = len({one.id for one in questions}) == len(questions)
    return questions if is_whole and is_current and is_distinct else None


def _scores(groups: Iterable[str], results: list[tuple[str, bool]]) -> dict[str, Score]:
    asked = Counter(group for group, _ in results)
    right = Counter(group for group, is_right in results if is_right)
    return {group: Score(right[group], asked[group]) for group in groups if asked[group]}
