"""Collect a class's results: read every home, regrade every answer, summarize each learner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from statistics import median

from msgspec.structs import replace

from lessons_lib.annexes.instructor.collect.homes import DEFAULT_DATA, Status, printable, read_home
from lessons_lib.annexes.instructor.collect.item_statistics import (
    TableRow,
    guess_rows,
    question_rows,
)
from lessons_lib.annexes.instructor.collect.learner import Learner, graded_learner
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank

MOST_PROBLEMS_LISTED = 50  # reported per learner
FEWEST_ANSWERED = 5  # with fewer answers, the share of correct ones says little

RULE = (
    "May need help: answered fewer than half as many questions as the median of those who have "
    f"started; or answered at least {FEWEST_ANSWERED}, and got fewer than half of them right on "
    "the first try."
)


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A whole class, sorted by directory, and a row for each question that anybody answered.

    `unanswered` is the number of the other questions; `guesses` has a row for each guess.
    """

    learners: tuple[Learner, ...]
    questions: list[TableRow]
    unanswered: int
    guesses: list[TableRow]
    median_answered: float

    def count(self, *statuses: Status) -> int:
        """Return how many learners' records have one of the given statuses."""
        return sum(one.status in statuses for one in self.learners)


def collect(
    homes: Iterable[Path],
    bank: QuizBank,
    *,
    now: datetime,
    data: PurePosixPath = DEFAULT_DATA,
    names: Mapping[str, str] | None = None,
) -> ClassResults:
    """Return the results of a class.

    Parameters
    ----------
    homes : iterable of Path
        One home or export per learner.
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
    found: list[Learner] = []
    tasks = guess_table().guesses
    owners: dict[str, str] = {}  # by the id of an event
    shared: Counter[tuple[str, str]] = Counter()
    for home in homes:
        directory = printable(home.name)
        record = read_home(home, data)
        found.append(graded_learner(directory, record, bank, now, tasks))
        pairs = ((owners.setdefault(one.id, directory), directory) for one in record.events)
        shared.update((first, second) for first, second in pairs if first != second)
    read = [one for one in found if one.status != "unreadable"]
    middle, copies = median_answered(read), _copies(shared)
    learners = tuple(
        replace(
            one,
            name=(names or {}).get(one.directory, one.directory.removesuffix(".jsonl")),
            problems=_first([*one.problems, *copies[one.directory]]),
            help_reason=reason_for_help(one, middle),
        )
        for one in found
    )
    questions = question_rows(read, bank)
    asked = {one.id for one in bank.questions if one.is_graded}
    return ClassResults(
        learners=learners,
        questions=questions,
        unanswered=len(asked - {one["question"] for one in questions}),
        guesses=guess_rows(read, tasks),
        median_answered=middle,
    )


def _copies(shared: Mapping[tuple[str, str], int]) -> defaultdict[str, list[str]]:
    """Return a problem for both learners who share events; one must have copied them."""
    problems: defaultdict[str, list[str]] = defaultdict(list)
    for pair, count in sorted(shared.items()):
        events = "event is" if count == 1 else f"{count:,} events are"
        for one, other in (pair, pair[::-1]):
            found = f"the same {events} in two records, here and in {other}; counted in both."
            problems[one].append(found)
    return problems


def median_answered(learners: Iterable[Learner]) -> float:
    """Return the median number of questions answered by those who have started."""
    counts = [one.progress.overall.attempted for one in learners]
    return float(median([one for one in counts if one] or [0]))


def reason_for_help(learner: Learner, middle: float) -> str:
    """Return why a learner may need help according to `RULE`, or an empty string.

    Parameters
    ----------
    learner : Learner
        Nothing is known about one whose record is unreadable.
    middle : float
        The `median_answered` of the class.
    """
    overall = learner.progress.overall
    if learner.status == "unreadable":
        return ""
    if overall.attempted < middle / 2:
        return f"answered {overall.attempted}, fewer than half of the class's median {middle:g}"
    if overall.attempted >= FEWEST_ANSWERED and overall.right_first < overall.attempted / 2:
        return f"{overall.right_first} of {overall.attempted} right on the first try"
    return ""


def _first(problems: Sequence[str]) -> tuple[str, ...]:
    rest = len(problems) - MOST_PROBLEMS_LISTED
    more = (f"and {rest:,} more of this kind.",) if rest > 0 else ()
    return (*problems[:MOST_PROBLEMS_LISTED], *more)
