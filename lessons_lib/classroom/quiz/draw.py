"""Draw the questions of a test: by subject and difficulty, unseen ones first, ties at random."""

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import product
from math import comb
from typing import NamedTuple, TypeAlias

from lessons_lib.classroom.course import Draw, course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import DIFFICULTIES, ChoiceQuestion, Question
from lessons_lib.classroom.record.event import Event, utc_now
from lessons_lib.classroom.record.kinds import Position, Rated, StartedTest, payload_of

MOST_GUESSABLE = 0.25  # questions that are easier to guess are not drawn
CARD = "question:"  # begins the id of a flashcard that asks a question
CARD_RESTS = timedelta(days=7)  # a question whose flashcard was rated more recently is avoided
UNSEEN_FIRST = 10**6  # how many times as likely a test with one more unseen question is

Counts: TypeAlias = tuple[int, ...]  # one for each difficulty
LastShown: TypeAlias = tuple[bool, int]  # whether it is to be avoided, and when it was shown last
Pair: TypeAlias = tuple[str, str]  # the subject and the difficulty of a question
NEVER: LastShown = (False, -1)


class DrawError(ValueError):
    """The bank has too few questions for a test; the message says what is missing."""


class Supply(NamedTuple):
    """How many questions a test takes from a subject, and how many it could take."""

    subject: str
    least: int
    most: int
    questions: Counts
    unseen: Counts


def draw_test(
    bank: QuizBank, events: Iterable[Event], seed: int, plan: Draw | None = None
) -> tuple[Question, ...]:
    """Return the questions of a test, easy ones first.

    Parameters
    ----------
    bank : QuizBank
        Where to draw from.
    events : iterable of Event
        The learner's record.
    seed : int
        The same seed, bank and record give the same test at the same time.
    plan : Draw, optional
        How many questions of which difficulty and subject; the course's test if not given.

    Raises
    ------
    DrawError
        If the bank has too few questions of a difficulty.

    Notes
    -----
    Each test that fits the course's plan is equally likely if it consists of questions that the
    learner was never shown. If there are too few, those shown longest ago are added, one by one,
    until a test fits; a question whose flashcard was rated within a week comes last of all. A bank
    that cannot offer the subjects of the plan gives questions of any subject.
    """
    plan, rng = plan or course().exam, random.Random(seed)
    shown, pool = _last_shown(events, utc_now() - CARD_RESTS), drawable(bank)
    for difficulty, needed in plan.draws.items():
        found = sum(one.difficulty == difficulty for one in pool)
        if found < needed:
            message = f"A test needs {needed} {difficulty} questions, but the bank has {found}"
            raise DrawError(f"{message}: add some.")
    rng.shuffle(pool)
    pool.sort(key=lambda one: shown.get(one.id, NEVER))
    plan = plan if _fits(plan, _pairs(plan, pool)) else Draw(draws=plan.draws)
    pairs, unseen = _pairs(plan, pool), sum(one.id not in shown for one in pool)
    sizes = range(unseen, len(pool))
    size = unseen + bisect_left(sizes, True, key=lambda size: _fits(plan, pairs[:size]))
    drawn: list[Question] = []
    for pair, count in _counts(plan, pairs[:size], unseen, rng).items():
        drawn += [one for one, its in zip(pool, pairs, strict=True) if its == pair][:count]
    return tuple(sorted(drawn, key=lambda one: DIFFICULTIES.index(one.difficulty)))


def drawable(bank: QuizBank) -> list[Question]:
    """Return the questions that a test may contain: graded, hard to guess, and on a subject."""
    about = course().about
    return [
        question
        for quiz in bank.quizzes
        for question in quiz.questions
        if question.is_graded
        and quiz.policy_of(question) != "survey"
        and guess_chance(question) <= MOST_GUESSABLE
        and about.get(question.objective, "") is not None
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
    return 1 / options if question.kind == "single" else 1 / (2**options - 1)


def _last_shown(events: Iterable[Event], since: datetime) -> dict[str, LastShown]:
    """Return when each question was shown last: in a quiz, practice, a test, or as a flashcard.

    Cards rated since then are to be avoided. Other subjects of events are among the names, too.
    """
    shown: dict[str, LastShown] = {}
    avoided = set[str]()
    for index, event in enumerate(events):
        name = event.subject
        if event.kind == Rated.kind:
            name = name.removeprefix(CARD)
            avoided |= {name} if event.time_utc > since else set()
        names = [name]
        if started := payload_of(event, StartedTest):
            names = [name for name, _ in started.questions]
        elif position := payload_of(event, Position):
            names = [position.question]
        shown |= {name: (name in avoided, index) for name in names}
    return shown


def _pairs(plan: Draw, questions: Iterable[Question]) -> list[Pair]:
    """Return each question's subject and difficulty; a plan without subjects has just one."""
    about = course().about if plan.subjects else {}
    return [(about.get(one.objective) or "", one.difficulty) for one in questions]


def _fits(plan: Draw, pairs: Sequence[Pair]) -> bool:
    """Return whether such questions contain a test that fits a plan."""
    return _tests(_supplies(plan, pairs, 0), _room(plan)) > 0


def _counts(plan: Draw, pairs: Sequence[Pair], unseen: int, rng: random.Random) -> dict[Pair, int]:
    """Return how many of each pair a random test has; the first so many questions are unseen."""
    supplies, room, found = _supplies(plan, pairs, unseen), _room(plan), dict[Pair, int]()
    for index, supply in enumerate(supplies):
        ways = {
            counts: weight * _tests(supplies[index + 1 :], _less(room, counts))
            for counts, weight in _takes(supply, room)
        }
        (counts,) = rng.choices(list(ways), list(ways.values()))
        found |= {(supply.subject, one): n for one, n in zip(DIFFICULTIES, counts, strict=True)}
        room = _less(room, counts)
    return found


def _room(plan: Draw) -> Counts:
    return tuple(plan.draws.get(level, 0) for level in DIFFICULTIES)


def _supplies(plan: Draw, pairs: Sequence[Pair], unseen: int) -> tuple[Supply, ...]:
    found, fresh = Counter(pairs), Counter(pairs[:unseen])
    supplies = list[Supply]()
    for subject, (least, most) in (plan.subjects or {"": (0, plan.size)}).items():
        to_take = tuple(min(most, found[subject, level]) for level in DIFFICULTIES)
        to_choose_from = tuple(fresh[subject, level] for level in DIFFICULTIES)
        supplies.append(Supply(subject, least, most, to_take, to_choose_from))
    return tuple(supplies)


@lru_cache(maxsize=2**14)
def _tests(supplies: tuple[Supply, ...], room: Counts) -> int:
    """Return how many tests of the given size there are, weighted by their unseen questions."""
    if not supplies:
        return not any(room)
    first, *rest = supplies
    return sum(
        weight * _tests(tuple(rest), _less(room, counts)) for counts, weight in _takes(first, room)
    )


def _takes(supply: Supply, room: Counts) -> Iterator[tuple[Counts, int]]:
    """Yield how many questions of each difficulty a subject may give, and in how many ways."""
    limits = map(min, room, supply.questions)
    for counts in product(*(range(limit + 1) for limit in limits)):
        if supply.least <= sum(counts) <= supply.most:
            weight = 1
            for count, unseen in zip(counts, supply.unseen, strict=True):
                fresh = min(count, unseen)  # the rest are those shown longest ago: one way
                weight *= comb(unseen, fresh) * UNSEEN_FIRST**fresh
            yield counts, weight


def _less(room: Counts, counts: Counts) -> Counts:
    return tuple(left - count for left, count in zip(room, counts, strict=True))
