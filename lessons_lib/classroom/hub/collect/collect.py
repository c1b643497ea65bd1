"""Collect a class's results: read every home, regrade every answer, summarize each learner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from statistics import median

from lessons_lib.classroom.hub.collect.homes import DEFAULT_DATA, Home, Status, read_home
from lessons_lib.classroom.hub.collect.item_statistics import (
    QuestionStatistics,
    question_statistics,
)
from lessons_lib.classroom.hub.collect.regrade import Notes, Result, regrade, screened
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer

MOST_PROBLEMS_LISTED = 50  # reported per learner
FEWEST_ANSWERED = 5  # with fewer answers, the share of correct ones says little

RULE = (
    "May need help: answered fewer than half as many questions as the median of those who have "
    f"started; or answered at least {FEWEST_ANSWERED}, and got fewer than half of them right on "
    "the first try."
)


@dataclass(frozen=True, slots=True)
class Learner:
    """One learner: name, status of the record, results, reason for help, and problems found."""

    name: str
    directory: str
    status: Status
    result: Result
    help_reason: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A whole class, sorted by directory, and statistics for each question."""

    learners: tuple[Learner, ...]
    questions: tuple[QuestionStatistics, ...]
    median_answered: float

    def count(self, *statuses: Status) -> int:
        """Return how many learners' records have one of the given statuses."""
        return sum(one.status in statuses for one in self.learners)


def collect(
    homes: Iterable[Home],
    bank: QuizBank,
    *,
    now: datetime,
    data: PurePosixPath = DEFAULT_DATA,
    names: Mapping[str, str] | None = None,
) -> ClassResults:
    """Return the results of a class.

    Parameters
    ----------
    homes : iterable of Home
        One per learner.
    bank : QuizBank
        The current questions; answers are graded by them, and scores in a record are ignored.
    now : datetime
        The current time; later events are not counted.
    data : PurePosixPath
        The library's data folder, relative to each home.
    names : mapping, optional
        The learners' names, by directory.

    Notes
    -----
    One home is held in memory at a time. A problem in one home does not affect the others.
    """
    owners: dict[str, str] = {}  # by the id of an answer event
    shared: Counter[tuple[str, str]] = Counter()
    found: list[tuple[str, Status, Result]] = []
    problems: dict[str, list[str]] = {}
    for home in homes:
        record = read_home(home, data)
        notes = Notes(record.places)
        events = screened(record.events, notes, now)
        result = regrade(events, bank, notes)
        shared.update(_seen_before(events, owners, home.directory))
        found.append((home.directory, record.status, result))
        problems[home.directory] = [*record.problems, *notes.sentences()]
    for directory, problem in _copies(shared):
        problems[directory].append(problem)
    results = [result for _, status, result in found if status != "unreadable"]
    middle = median_answered(results)
    learners = tuple(
        Learner(
            name=(names or {}).get(directory, directory),
            directory=directory,
            status=status,
            result=result,
            help_reason="" if status == "unreadable" else reason_for_help(result, middle),
            problems=_first(problems[directory]),
        )
        for directory, status, result in found
    )
    asked = {one.id for one in bank.questions}  # retired ones are listed only if answered
    statistics = [one for one in question_statistics(results) if one.n or one.id in asked]
    return ClassResults(learners, tuple(statistics), middle)


def _seen_before(
    events: Iterable[Event], owners: dict[str, str], directory: str
) -> Iterator[tuple[str, str]]:
    """Yield (other home, this home) for each answer event already seen in another home."""
    for event in events:
        if event.kind != Answer.kind:
            continue
        if (owner := owners.setdefault(event.id, directory)) != directory:
            yield owner, directory


def _copies(shared: Counter[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield a problem for both learners who share answer events; one must have copied them."""
    for pair, count in sorted(shared.items()):
        for one, other in (pair, pair[::-1]):
            events = "answer event is" if count == 1 else f"{count:,} answer events are"
            yield one, f"the same {events} in two homes, here and in {other}; counted in both."


def median_answered(results: Iterable[Result]) -> float:
    """Return the median number of questions answered by those who have started."""
    counts = [one.progress.overall.attempted for one in results]
    return float(median([one for one in counts if one] or [0]))


def reason_for_help(result: Result, middle: float) -> str:
    """Return why a learner may need help according to `RULE`, or an empty string.

    Parameters
    ----------
    result : Result
        The learner's result.
    middle : float
        The `median_answered` of the class.
    """
    overall = result.progress.overall
    if overall.attempted < middle / 2:
        return f"answered {overall.attempted}, fewer than half of the class's median {middle:g}"
    if overall.attempted >= FEWEST_ANSWERED and overall.right_first < overall.attempted / 2:
        return f"{overall.right_first} of {overall.attempted} right on the first try"
    return ""


def _first(problems: list[str]) -> tuple[str, ...]:
    rest = len(problems) - MOST_PROBLEMS_LISTED
    more = (f"and {rest:,} more of this kind.",) if rest > 0 else ()
    return (*problems[:MOST_PROBLEMS_LISTED], *more)
