"""Questions drawn for a learner: a test of ten and its verdict, and endless practice.

A test has 4 easy, 3 medium and 3 hard questions, across the stages.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from math import ceil, comb, floor
from typing import Literal, TypeAlias

from msgspec import Struct

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.progress import QuestionProgress, recent_questions, summarise
from lessons_lib.quiz.question import (
    ChoiceQuestion,
    Difficulty,
    Question,
    Quiz,
    SingleQuestion,
)
from lessons_lib.quiz.regrade import verdict_on
from lessons_lib.record.event import Event
from lessons_lib.record.kinds import (
    Answer,
    EndedTest,
    Position,
    StartedTest,
    event_of,
    payload_of,
)

Level: TypeAlias = Literal["strong", "developing", "not yet"]

TEST_QUIZ = "12_test"
TEST_PLAN: dict[Difficulty, int] = {"easy": 4, "medium": 3, "hard": 3}
TEST_SIZE = sum(TEST_PLAN.values())
MOST_GUESSABLE = 0.25  # questions that are easier to guess are not drawn
COMPARED = 5  # at most this many verdicts are compared
RECENT = 2 * TEST_SIZE  # this many recently answered questions are avoided
STRONG_FROM = 8
DEVELOPING_FROM = 5


class DrawError(ValueError):
    """The bank has too few questions for a test; the message says what is missing."""


class TenQuestions(Struct, frozen=True):
    """A learner's test, and the last answer to each of its questions."""

    id: str
    questions: tuple[Question, ...]
    answers: dict[str, Answer]
    has_ended: bool
    ended_utc: datetime | None = None

    @property
    def next_question(self) -> Question | None:
        """The first unanswered question, or None if all are answered."""
        return next((one for one in self.questions if one.id not in self.answers), None)

    @property
    def quiz(self) -> Quiz:
        """The test as a quiz without feedback, for a card."""
        return Quiz(
            name=TEST_QUIZ,
            title="Test the pattern",
            questions=self.questions,  # type: ignore[arg-type]  # each is of one of the three kinds
            policy="no-feedback",
        )


class Score(Struct, frozen=True):
    """The number of right answers in a group of questions."""

    right: int
    questions: int


class Judgment(Struct, frozen=True):
    """The result of a test: level, scores by stage and difficulty, and objectives to review."""

    level: Level
    score: Score
    by_stage: dict[str, Score]
    by_difficulty: dict[str, Score]
    right: dict[str, bool]
    objectives_missed: tuple[str, ...]


def draw_test(bank: QuizBank, events: Iterable[Event], seed: int) -> tuple[Question, ...]:
    """Return ten questions, easy ones first.

    Parameters
    ----------
    bank : QuizBank
        Where to draw from.
    events : iterable of Event
        The learner's record: recently answered questions are avoided if there are enough others.
    seed : int
        The same seed, bank and record give the same test.

    Raises
    ------
    DrawError
        If there are too few questions of a difficulty.

    Notes
    -----
    Each question comes from the stage with the fewest questions drawn so far.
    """
    rng = random.Random(seed)
    recent = set(recent_questions(events, RECENT))
    stages: Counter[str] = Counter()
    drawn: list[Question] = []
    for difficulty, needed in TEST_PLAN.items():
        candidates = [one for one in drawable(bank) if one.difficulty == difficulty]
        if len(candidates) < needed:
            found = f"but the bank has {len(candidates)}"
            raise DrawError(f"A test needs {needed} {difficulty} questions, {found}: add some.")
        rng.shuffle(candidates)
        for _ in range(needed):
            best = min(candidates, key=lambda one: (one.id in recent, stages[one.stage]))
            candidates.remove(best)
            drawn.append(best)
            stages[best.stage] += 1
    return tuple(drawn)


def drawable(bank: QuizBank) -> list[Question]:
    """Return the questions that a test may contain: graded and hard to guess."""
    return [
        question
        for quiz in bank.quizzes
        for question in quiz.questions
        if question.is_graded
        and quiz.policy_of(question) != "survey"
        and guess_chance(question) <= MOST_GUESSABLE
    ]


def guess_chance(question: Question) -> float:
    """Return the probability of answering correctly by guessing.

    Notes
    -----
    One of n options: 1/n. Several of n: one of the 2ⁿ − 1 non-empty choices. A number counts
    as impossible to guess.
    """
    if not isinstance(question, ChoiceQuestion):
        return 0.0
    options = len(question.options)
    return 1 / options if isinstance(question, SingleQuestion) else 1 / (2**options - 1)


def start_test(bank: QuizBank, events: Iterable[Event], seed: int) -> Event:
    """Draw a test and return the event that starts it; append it to the log."""
    questions = draw_test(bank, events, seed)
    started = StartedTest(tuple((one.id, one.revision) for one in questions), seed)
    return event_of(secrets.token_hex(8), started)


def end_test(test: TenQuestions) -> Event:
    """Return the event that ends a test; unanswered questions count as wrong."""
    return event_of(test.id, EndedTest())


def last_test(events: Iterable[Event], bank: QuizBank) -> TenQuestions | None:
    """Return the most recently started test, to resume or review; None if there is none.

    Notes
    -----
    If one of its questions was removed from the bank or revised, the test cannot be resumed, and
    None is returned.
    """
    runs = _events_by_test(events)
    return _read_test(runs[-1], bank) if runs else None


def ended_tests(events: Iterable[Event], bank: QuizBank) -> list[TenQuestions]:
    """Return the latest tests that have ended, oldest first; none with changed questions."""
    tests = (_read_test(run, bank) for run in _events_by_test(events))
    return [test for test in tests if test is not None and test.has_ended][-COMPARED:]


def judge(test: TenQuestions, bank: QuizBank, stages: Iterable[str] = ()) -> Judgment:
    """Return the result of a test; unanswered questions count as wrong.

    Scores by stage are in the order of `stages`, then in that of the test.
    """
    right = {}
    for question in test.questions:
        answer = test.answers.get(question.id)
        verdict = None if answer is None else verdict_on(bank, question.id, answer)
        right[question.id] = verdict is not None and verdict.is_right
    stages = dict.fromkeys((*stages, *(one.stage for one in test.questions)))
    missed = (one.objective for one in test.questions if not right[one.id])
    return Judgment(
        level=level_of(sum(right.values())),
        score=Score(sum(right.values()), len(right)),
        by_stage=_scores(stages, [(one.stage, right[one.id]) for one in test.questions]),
        by_difficulty=_scores(
            TEST_PLAN, [(one.difficulty, right[one.id]) for one in test.questions]
        ),
        right=right,
        objectives_missed=tuple(dict.fromkeys(missed)),
    )


def scores_in_words(judgments: Iterable[Judgment]) -> str:
    """Return the scores of tests, oldest first: "1 → 10 of 10"."""
    return f"{' → '.join(str(one.score.right) for one in judgments)} of {TEST_SIZE}"


def level_of(right: int) -> Level:
    """Return the level for a number of right answers."""
    if right >= STRONG_FROM:
        return "strong"
    return "developing" if right >= DEVELOPING_FROM else "not yet"


def chance_of_strong(chance_right: float) -> float:
    """Return the probability of `strong` if each answer is right with a given probability."""
    return sum(
        comb(TEST_SIZE, right) * chance_right**right * (1 - chance_right) ** (TEST_SIZE - right)
        for right in range(STRONG_FROM, TEST_SIZE + 1)
    )


def rule_text() -> str:
    """Return the rule for the level of a test, as text for learners."""
    guessed = chance_of_strong(MOST_GUESSABLE)
    known = chance_of_strong(0.95)
    return (
        f"Strong: {STRONG_FROM} to {TEST_SIZE} of {TEST_SIZE} right. "
        f"Developing: {DEVELOPING_FROM} to {STRONG_FROM - 1}. "
        f"Not yet: {DEVELOPING_FROM - 1} or fewer. "
        "Where several options are right, all of them and no other must be picked. "
        f"Guessing alone reaches strong in at most {ceil(guessed * 10_000)} of 10,000 tests; "
        f"knowing 95% of the answers reaches it in at least {floor(known * 100)} of 100."
    )


def _events_by_test(events: Iterable[Event]) -> list[list[Event]]:
    """Return the events from the start of each test to that of the next one."""
    runs: list[list[Event]] = []
    for event in events:
        if event.kind == StartedTest.kind:
            runs.append([])
        if runs:
            runs[-1].append(event)
    return runs


def _read_test(run: list[Event], bank: QuizBank) -> TenQuestions | None:
    """Return a test from its start and later events; None if the bank has other questions."""
    start, answers = run[0], dict[str, Answer]()
    questions = _questions(start, bank)
    if questions is None:
        return None
    ids = {one.id for one in questions}
    for event in run[1:]:
        if (event.kind, event.subject) == (EndedTest.kind, start.subject):
            return TenQuestions(start.subject, questions, answers, True, event.time_utc)
        answer = payload_of(event, Answer)
        if answer is not None and answer.test == start.subject and event.subject in ids:
            answers[event.subject] = answer
    return TenQuestions(start.subject, questions, answers, False)


def _questions(start: Event, bank: QuizBank) -> tuple[Question, ...] | None:
    """Return a test's questions from the bank, or None if they no longer make a test."""
    started = payload_of(start, StartedTest)
    if started is None or not all(name in bank for name, _ in started.questions):
        return None
    questions = {name: bank.question(name) for name, _ in started.questions}
    is_whole = Counter(one.difficulty for one in questions.values()) == TEST_PLAN
    is_current = all(questions[name].revision == revision for name, revision in started.questions)
    return tuple(questions.values()) if is_whole and is_current else None


def _scores(groups: Iterable[str], results: list[tuple[str, bool]]) -> dict[str, Score]:
    asked = Counter(group for group, _ in results)
    right = Counter(group for group, is_right in results if is_right)
    return {group: Score(right[group], asked[group]) for group in groups if asked[group]}


ENDLESS = "11_practice_endless"  # the quiz that turns of endless practice belong to
REST = 6  # a question comes back after at least this many others, if there are enough
UNSEEN = 2  # this many unseen questions come between two that were missed


def is_turn(event: Event) -> bool:
    """Return whether an event begins a turn of endless practice."""
    return (event.kind, event.subject) == (Position.kind, ENDLESS)


def next_question(bank: QuizBank, events: Iterable[Event], seed: int) -> Question:
    """Return the question to practice next: one that was missed, then two unseen ones, and so on.

    Parameters
    ----------
    bank : QuizBank
        Where to choose from; only graded questions are considered.
    events : iterable of Event
        The learner's record.
    seed : int
        Decides among unseen questions; the same seed and record give the same question.

    Raises
    ------
    ValueError
        If the bank contains no graded question.

    Notes
    -----
    If there is none of the kind whose turn it is, the other kind comes, and then what was answered
    correctly, the longest ago first.
    """
    record = list(events)
    progress = summarise(record, bank).questions
    if not progress:
        raise ValueError("Practice needs a graded question, but the bank contains none.")
    shown = _questions_shown(record)
    latest = list(dict.fromkeys(reversed(shown)))
    age = {name: -index for index, name in enumerate(latest)}  # 0 for the latest, less if older
    never = -len(latest)
    resting = set(latest[: min(REST, len(progress) - 1)])
    came_back = any(
        name in shown[:-back] for back, name in enumerate(shown[: -UNSEEN - 1 : -1], start=1)
    )
    order = ("unseen", "missed", "right") if came_back else ("missed", "unseen", "right")
    rng = random.Random(seed)
    tie_breaks = {one.id: rng.random() for one in progress}

    def priority(one: QuestionProgress) -> tuple[bool, int, int, float]:
        group = "unseen" if not one.attempts else "right" if one.right_last else "missed"
        return one.id in resting, order.index(group), age.get(one.id, never), tie_breaks[one.id]

    return bank.question(min(progress, key=priority).id)


def _questions_shown(record: list[Event]) -> list[str]:
    """Return the questions that were answered or shown by endless practice, oldest first."""
    shown: list[str] = []
    for event in record:
        position = payload_of(event, Position) if is_turn(event) else None
        name = position.question if position else event.subject
        if (position or payload_of(event, Answer)) and shown[-1:] != [name]:
            shown.append(name)
    return shown
