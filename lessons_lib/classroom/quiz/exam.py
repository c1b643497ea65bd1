"""A test, drawn for a learner by the course's plan, and its verdict."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from math import ceil, comb, floor

from msgspec import Struct
from msgspec.structs import replace

from lessons_lib.classroom.course import ExamPlan, Level, course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.progress import recent_questions
from lessons_lib.classroom.quiz.question import (
    DIFFICULTIES,
    ChoiceQuestion,
    Difficulty,
    Question,
    Quiz,
    SingleQuestion,
)
from lessons_lib.classroom.quiz.regrade import verdict_on
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, EndedTest, StartedTest, event_of, payload_of

TRIES = 200  # to find questions that fit the plan of difficulties and that of subjects
MOST_GUESSABLE = 0.25  # questions that are easier to guess are not drawn
COMPARED = 5  # at most this many verdicts are compared
RECENT_TESTS = 2  # as many recently answered questions as these tests have are avoided


class DrawError(ValueError):
    """The bank has too few questions for a test; the message says what is missing."""


class TakenTest(Struct, frozen=True):
    """A learner's test, and the last answer to each of its questions.

    Attributes
    ----------
    asked : tuple of str
        The ids of its questions.
    questions : tuple of Question
        Those that the bank still has, unchanged.
    recorded : tuple of str or None
        The questions that were right when the test ended; None if it has not ended, or if the first
        edition recorded its end.
    """

    id: str
    asked: tuple[str, ...]
    questions: tuple[Question, ...]
    answers: dict[str, Answer]
    has_ended: bool = False
    ended_utc: datetime | None = None
    recorded: tuple[str, ...] | None = None

    @property
    def is_current(self) -> bool:
        """Whether none of the questions was removed or revised since."""
        return len(self.questions) == len(self.asked)

    @property
    def quiz(self) -> Quiz:
        """The test as a quiz without feedback, for a card."""
        return Quiz(
            name=course().exam.notebook,
            title=course().exam.title,
            questions=self.questions,  # type: ignore[arg-type]  # each is of one of the three kinds
            policy="no-feedback",
        )


class Score(Struct, frozen=True):
    """The number of right answers in a group of questions."""

    right: int
    questions: int


class Judgment(Struct, frozen=True):
    """The result of a test: its level, scores by stage and difficulty, and what was right."""

    level: Level
    score: Score
    by_stage: dict[str, Score]
    by_difficulty: dict[str, Score]
    right: dict[str, bool]


def draw_test(bank: QuizBank, events: Iterable[Event], seed: int) -> tuple[Question, ...]:
    """Return the questions of a test, easy ones first.

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
        If the bank has too few questions of a difficulty.

    Notes
    -----
    The subjects are those of the course's plan. A bank that cannot offer them gives questions of
    any subject. Questions that no notebook shows come first. Those on an objective about nothing
    are never drawn; those on an objective that is not in the plan fit anywhere.
    """
    plan, about, rng = course().exam, course().about, random.Random(seed)
    recent = set(recent_questions(events, RECENT_TESTS * plan.size))
    pool = [one for one in drawable(bank) if about.get(one.objective, "") is not None]
    for difficulty, needed in plan.draws.items():
        found = sum(one.difficulty == difficulty for one in pool)
        if found < needed:
            message = f"A test needs {needed} {difficulty} questions, but the bank has {found}"
            raise DrawError(f"{message}: add some.")
    rng.shuffle(pool)
    levels = [level for level, count in plan.draws.items() for _ in range(count)]
    for _ in range(TRIES):
        rng.shuffle(levels)
        if drawn := _fitting(plan, pool, levels, about, recent):
            break
    else:
        drawn = _fitting(plan, pool, levels, {}, recent)
    return tuple(sorted(drawn, key=lambda one: DIFFICULTIES.index(one.difficulty)))


def _fitting(
    plan: ExamPlan,
    pool: Sequence[Question],
    levels: Sequence[Difficulty],
    about: Mapping[str, str | None],
    recent: Set[str],
) -> list[Question]:
    """Return a question for each subject and the level beside it; none if one cannot be found."""
    drawn: list[Question] = []
    stages: Counter[str] = Counter()
    repeated = plan.repeated_stages
    for subjects, level in zip(plan.subjects or plan.size * [()], levels, strict=True):
        candidates = [
            one
            for one in pool
            if one.difficulty == level
            and one not in drawn
            and not (subjects and about.get(one.objective, subjects[0]) not in subjects)
            and not (one.objective in about and stages[one.stage] and one.stage not in repeated)
        ]
        if not candidates:
            return []
        order = [(one.id in recent, one.place != "pool", stages[one.stage]) for one in candidates]
        drawn.append(candidates[order.index(min(order))])
        stages[drawn[-1].stage] += 1
    return drawn


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


def end_test(test: TakenTest, bank: QuizBank) -> Event:
    """Return the event that ends a test and records its result; unanswered questions are wrong."""
    right = judge(test, bank).right
    return event_of(test.id, EndedTest(tuple(name for name, is_right in right.items() if is_right)))


def last_test(events: Iterable[Event], bank: QuizBank) -> TakenTest | None:
    """Return the most recently started test, to resume or review; None if there is none.

    Notes
    -----
    A test that has not ended, or whose result was not recorded, is None if one of its questions was
    removed from the bank or revised.
    """
    runs = _events_by_test(events)
    return _read_test(runs[-1], bank) if runs else None


def ended_tests(events: Iterable[Event], bank: QuizBank) -> list[TakenTest]:
    """Return the latest tests that have ended, oldest first."""
    tests = (_read_test(run, bank) for run in _events_by_test(events))
    return [test for test in tests if test is not None and test.has_ended][-COMPARED:]


def judge(test: TakenTest, bank: QuizBank, stages: Iterable[str] = ()) -> Judgment:
    """Return the result of a test; unanswered questions count as wrong.

    A result that was recorded at the end stays, whatever happens to the questions later. Scores by
    stage are in the order of `stages`, then in that of the test; like those by difficulty, they
    leave out questions that have changed.
    """
    right = dict.fromkeys(test.asked, False)
    if test.recorded is not None:
        right |= dict.fromkeys(set(test.recorded) & set(test.asked), True)
    else:
        for name, answer in test.answers.items():
            verdict = verdict_on(bank, name, answer)
            right[name] = verdict is not None and verdict.is_right
    stages = dict.fromkeys((*stages, *(one.stage for one in test.questions)))
    return Judgment(
        level=level_of(sum(right.values())),
        score=Score(sum(right.values()), len(right)),
        by_stage=_scores(stages, [(one.stage, right[one.id]) for one in test.questions]),
        by_difficulty=_scores(
            course().exam.draws, [(one.difficulty, right[one.id]) for one in test.questions]
        ),
        right=right,
    )


def scores_in_words(judgments: Sequence[Judgment]) -> str:
    """Return the scores of tests, oldest first: "1 → 10 of 10"."""
    right = " → ".join(str(one.score.right) for one in judgments)
    return f"{right} of {judgments[-1].score.questions}"


def level_of(right: int) -> Level:
    """Return the level for a number of right answers."""
    plan = course().exam
    if right >= plan.strong_from:
        return "strong"
    return "developing" if right >= plan.developing_from else "not yet"


def chance_of_strong(chance_right: float) -> float:
    """Return the probability of `strong` if each answer is right with a given probability."""
    plan = course().exam
    return sum(
        comb(plan.size, right) * chance_right**right * (1 - chance_right) ** (plan.size - right)
        for right in range(plan.strong_from, plan.size + 1)
    )


def rule_text() -> str:
    """Return the rule for the level of a test, as text for learners."""
    plan, guessed = course().exam, chance_of_strong(MOST_GUESSABLE)
    known = chance_of_strong(0.95)
    return (
        f"Strong: at least {plan.strong_from} of {plan.size} right. "
        f"Developing: at least {plan.developing_from}. Not yet: fewer. "
        "Where several options are right, all of them and no other must be picked. "
        f"Guessing alone reaches strong in at most {ceil(guessed * 10_000)} of 10,000 tests; "
        f"knowing 95 % of the answers reaches it in at least {floor(known * 100)} of 100."
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


def _read_test(run: list[Event], bank: QuizBank) -> TakenTest | None:
    """Return a test from its start and later events; None if it can be neither shown nor judged."""
    start = run[0]
    started = payload_of(start, StartedTest)
    asked = dict(started.questions) if started else {}
    if not asked:
        return None
    current = [
        bank.question(name)
        for name, revision in asked.items()
        if name in bank and bank.question(name).revision == revision
    ]
    test = TakenTest(start.subject, tuple(asked), tuple(current), {})
    for event in run[1:]:
        if event.subject == start.subject and (ended := payload_of(event, EndedTest)):
            test = replace(test, has_ended=True, ended_utc=event.time_utc, recorded=ended.right)
            break
        answer = payload_of(event, Answer)
        if answer is not None and answer.test == start.subject and event.subject in asked:
            test.answers[event.subject] = answer
    is_asked = test.is_current and len(asked) == course().exam.size
    return test if is_asked or test.recorded is not None else None


def _scores(groups: Iterable[str], results: list[tuple[str, bool]]) -> dict[str, Score]:
    asked = Counter(group for group, _ in results)
    right = Counter(group for group, is_right in results if is_right)
    return {group: Score(right[group], asked[group]) for group in groups if asked[group]}
