"""A learner's test: started, resumed, ended, and judged."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil, comb, floor

from msgspec import Struct
from msgspec.structs import replace

from lessons_lib.classroom.course import Level, course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.draw import MOST_GUESSABLE, draw_test
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.quiz.regrade import verdict_on
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, EndedTest, StartedTest, event_of, payload_of

COMPARED = 5  # at most this many verdicts are compared
CERTAINTY = 0.7  # levels are named until together they have this probability


class TakenTest(Struct, frozen=True):
    """A learner's test, and the last answer to each of its questions.

    Attributes
    ----------
    asked : tuple of str
        The ids of the questions that count.
    questions : tuple of Question
        Those that the bank still has, unchanged.
    left_out : tuple of str
        The ids of those that were changed or removed before the test ended.
    recorded : tuple of str or None
        The questions that were right when the test ended; None if it has not ended, or if the first
        edition recorded its end.
    more : TakenTest or None
        The questions that the learner chose to add after the verdict; they have the same id.
    """

    id: str
    asked: tuple[str, ...]
    questions: tuple[Question, ...]
    answers: dict[str, Answer]
    has_ended: bool = False
    ended_utc: datetime | None = None
    recorded: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()
    more: TakenTest | None = None

    @property
    def last_part(self) -> TakenTest:
        """The questions added after the verdict, if there are any; else the test."""
        return self.more or self

    @property
    def is_current(self) -> bool:
        """Whether none of the questions was removed or revised since."""
        return len(self.questions) == len(self.asked)

    @property
    def quiz(self) -> Quiz:
        """The part being answered, or in the end all of it, as a quiz without feedback."""
        part = self.last_part
        is_whole = part is not self and part.has_ended
        return Quiz(
            name=course().exam.notebook,
            title=course().exam.title,
            questions=(*self.questions * is_whole, *part.questions),
            policy="no-feedback",
        )


class Score(Struct, frozen=True):
    """The number of right answers in a group of questions."""

    right: int
    questions: int


class Judgment(Struct, frozen=True):
    """The result of a test: its level, scores by subject and difficulty, and what was right."""

    level: Level
    score: Score
    by_subject: dict[str, Score]
    by_difficulty: dict[str, Score]
    right: dict[str, bool]


def start_test(
    bank: QuizBank, events: Iterable[Event], seed: int, after: TakenTest | None = None
) -> Event:
    """Draw a test and return the event that starts it; append it to the log.

    After a test that has ended, draw the questions that the course offers to add to it.
    """
    drawn = draw_test(bank, events, seed, plan=course().exam.more if after else None)
    questions = tuple((one.id, one.revision) for one in drawn)
    return event_of(after.id if after else secrets.token_hex(8), StartedTest(questions, seed))


def end_test(test: TakenTest, bank: QuizBank) -> Event:
    """Return the event that ends a test and records its result; unanswered questions are wrong."""
    part = test.last_part
    right = tuple(name for name, is_right in judge(part, bank).right.items() if is_right)
    return event_of(part.id, EndedTest(right, part.left_out))


def last_test(events: Iterable[Event], bank: QuizBank) -> TakenTest | None:
    """Return the most recently started test, to resume or review; None if there is none.

    Notes
    -----
    A test that has not ended leaves out the questions that were revised or removed from the bank
    since it began; it is None if none is left. So is a test whose result was not recorded, if one
    of its questions has changed.
    """
    tests = _read_tests(events, bank)
    return tests[-1] if tests else None


def ended_tests(
    events: Iterable[Event], bank: QuizBank, *, most: int = COMPARED
) -> list[TakenTest]:
    """Return the latest tests that have ended, oldest first."""
    tests = _read_tests(events, bank)
    return [test for test in tests if test is not None and test.has_ended][-most:]


def judge(test: TakenTest, bank: QuizBank) -> Judgment:
    """Return the result of a test; unanswered questions count as wrong.

    A result that was recorded at the end stays, whatever happens to the questions later. Scores by
    subject and by difficulty are in the order of the course's plan, and leave out questions that
    have changed.
    """
    right = dict.fromkeys(test.asked, False)
    if test.recorded is not None:
        right |= dict.fromkeys(set(test.recorded) & set(test.asked), True)
    else:
        for name, answer in test.answers.items():
            verdict = verdict_on(bank, name, answer)
            right[name] = verdict is not None and verdict.is_right
    plan, about = course().exam, course().about
    by_subject = [(about.get(one.objective) or "", right[one.id]) for one in test.questions]
    by_difficulty = [(str(one.difficulty), right[one.id]) for one in test.questions]
    return Judgment(
        level=level_of(sum(right.values()), len(right)),
        score=Score(sum(right.values()), len(right)),
        by_subject=_scores(plan.subjects, by_subject),
        by_difficulty=_scores(plan.draws, by_difficulty),
        right=right,
    )


def scores_in_words(judgments: Sequence[Judgment]) -> str:
    """Return the scores of tests, oldest first: "1 → 10 of 10"."""
    right = " → ".join(str(one.score.right) for one in judgments)
    return f"{right} of {judgments[-1].score.questions}"


def level_of(right: int, of: int) -> Level:
    """Return the level for a number of right answers."""
    plan = course().exam
    if right * plan.size >= plan.strong_from * of:
        return "strong"
    return "developing" if right * plan.size >= plan.developing_from * of else "not yet"


def possible_levels(test: TakenTest, bank: QuizBank) -> list[Level]:
    """Return the levels that a learner with these answers may have: the test's own comes first.

    Notes
    -----
    A level stands for a range of the share of questions that a learner would answer correctly. If
    all shares were equally likely before the test, then the share after r right answers of n has
    a Beta(r + 1, n − r + 1) distribution [1]_. The test's own level is followed by the most
    probable others until together they have a probability of at least `CERTAINTY`, on average about
    0.92. Questions that were added after the verdict count here, and only here.

    References
    ----------
    .. [1] A. Gelman et al., *Bayesian Data Analysis*, 3rd edition, 2013, section 2.1.
    """
    plan, judged = course().exam, judge(test, bank)
    score, levels = judged.score, [judged.level]
    if test.more and test.more.has_ended:
        more = judge(test.more, bank).score
        score = Score(score.right + more.right, score.questions + more.questions)
    # Beta(r + 1, n - r + 1) is below a share as often as r + 1 of n + 1 are right at that share.
    below = [
        _chance_of(score.right + 1, score.questions + 1, least / plan.size)
        for least in (plan.developing_from, plan.strong_from)
    ]
    chances: dict[Level, float] = {
        "not yet": below[0],
        "developing": below[1] - below[0],
        "strong": 1 - below[1],
    }
    for level in sorted(chances, key=chances.__getitem__, reverse=True):
        if level not in levels and sum(chances[one] for one in levels) < CERTAINTY:
            levels.append(level)
    return levels


def chance_of_strong(chance_right: float) -> float:
    """Return the probability of `strong` if each answer is right with a given probability."""
    return _chance_of(course().exam.strong_from, course().exam.size, chance_right)


def _chance_of(least: int, of: int, chance: float) -> float:
    """Return the probability of at least so many right answers, each with the same chance."""
    return sum(comb(of, n) * chance**n * (1 - chance) ** (of - n) for n in range(least, of + 1))


def rule_text() -> str:
    """Return the rule for the level of a test, as text for learners."""
    plan, guessed = course().exam, chance_of_strong(MOST_GUESSABLE)
    known = chance_of_strong(0.95)
    return (
        f"Strong: at least {plan.strong_from} of {plan.size} right. "
        f"Developing: at least {plan.developing_from}. Not yet: fewer. "
        "Where several options are right, all of them and no other must be picked. "
        f"Guessing alone reaches strong in at most {ceil(guessed * 10_000)} of 10,000 tests; "
        f"knowing 95 % of the answers reaches it in at least {floor(known * 100)} of 100. "
        "“Perhaps” adds the next most probable levels until those named have a probability of at "
        f"least {CERTAINTY * 100:.0f} %, given these answers."
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


def _read_tests(events: Iterable[Event], bank: QuizBank) -> list[TakenTest | None]:
    """Return all tests, oldest first; None for those that can be neither shown nor judged."""
    plan, tests = course().exam, list[TakenTest | None]()
    for run in _events_by_test(events):
        last = tests[-1] if tests else None
        if last is not None and last.has_ended and plan.more and run[0].subject == last.id:
            tests[-1] = replace(last, more=_read_test(run, bank, plan.more.size))
        else:
            tests.append(_read_test(run, bank, plan.size))
    return tests


def _read_test(run: list[Event], bank: QuizBank, size: int) -> TakenTest | None:
    """Return a test from its start and later events; None if it can be neither shown nor judged."""
    test_id, started = run[0].subject, payload_of(run[0], StartedTest)
    asked = dict(started.questions) if started else {}
    if not asked:
        return None
    current = {
        name: bank.question(name)
        for name, revision in asked.items()
        if name in bank and bank.question(name).revision == revision
    }
    answers, ended, ended_utc = dict[str, Answer](), None, None
    for event in run[1:]:
        if event.subject == test_id and (ended := payload_of(event, EndedTest)):
            ended_utc = event.time_utc
            break
        answer = payload_of(event, Answer)
        if answer is not None and answer.test == test_id and event.subject in current:
            answers[event.subject] = answer
    left_out = ended.left_out if ended else tuple(name for name in asked if name not in current)
    counted = tuple(name for name in asked if name not in left_out)
    test = TakenTest(
        test_id,
        counted,
        tuple(current[name] for name in counted if name in current),
        answers,
        left_out=left_out,
        has_ended=ended is not None,
        ended_utc=ended_utc,
        recorded=ended.right if ended else None,
    )
    if test.recorded is not None:
        return test
    can_be_judged = test.questions and (test.is_current or not test.has_ended)
    return test if can_be_judged and len(asked) == size else None


def _scores(groups: Iterable[str], results: list[tuple[str, bool]]) -> dict[str, Score]:
    asked = Counter(group for group, _ in results)
    right = Counter(group for group, is_right in results if is_right)
    return {group: Score(right[group], asked[group]) for group in groups if asked[group]}
