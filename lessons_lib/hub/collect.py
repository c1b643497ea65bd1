"""Collect a class: every home read, every answer graded again, one row for each learner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from lessons_lib.hub.home_record import HomeRecord, Status, read_home
from lessons_lib.hub.homes import Home
from lessons_lib.hub.item_statistics import QuestionStatistics, question_statistics
from lessons_lib.hub.may_need_help import median_answered, reason_for_help
from lessons_lib.hub.record_folder import DEFAULT_DATA
from lessons_lib.hub.regrade import Result, regrade
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import ANSWER

MOST_PROBLEMS = 50  # told of one learner


@dataclass(frozen=True, slots=True)
class Learner:
    """One learner: who, what of the record could be read, what they reached, what was wrong."""

    name: str
    directory: str
    status: Status
    result: Result
    help_reason: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A whole class, in the order of directories, and how each question did."""

    learners: tuple[Learner, ...]
    questions: tuple[QuestionStatistics, ...]
    median_answered: float

    def count(self, *statuses: Status) -> int:
        """Return how many learners' records have one of some statuses."""
        return sum(one.status in statuses for one in self.learners)


@dataclass(slots=True)
class _Sightings:
    """Which learner has which answer event; one that two have was copied by one of them."""

    owners: dict[str, str] = field(default_factory=dict)
    shared: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, directory: str, record: HomeRecord) -> None:
        """Note the answers of a learner."""
        for event in record.events:
            if event.kind == ANSWER:
                owner = self.owners.setdefault(event.id, directory)
                if owner != directory:
                    self.shared[owner, directory] += 1

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield for each of two learners what they share with the other."""
        for pair, count in sorted(self.shared.items()):
            for one, other in (pair, pair[::-1]):
                events = "answer event stands" if count == 1 else f"{count:,} answer events stand"
                told = f"the same {events} in two homes, here and in {other}; counted in both."
                yield one, told


def collect(
    homes: Iterable[Home],
    bank: QuizBank,
    *,
    now: datetime,
    data: PurePosixPath = DEFAULT_DATA,
    names: Mapping[str, str] | None = None,
) -> ClassResults:
    """Return what a class has reached.

    Parameters
    ----------
    homes : iterable of Home
        One for each learner.
    bank : QuizBank
        The questions as they stand now; answers are graded by them, whatever a record claims.
    now : datetime
        Events later than this cannot have happened.
    data : PurePosixPath
        The library's data folder, seen from each home.
    names : mapping, optional
        What to call a learner, by directory.

    Notes
    -----
    One home is held in memory at a time. Whatever is wrong in one takes nothing from the others.
    """
    sightings = _Sightings()
    found: list[tuple[str, Status, Result]] = []
    problems: dict[str, list[str]] = {}
    for home in homes:
        record = read_home(home, now, data)
        result = regrade(record.events, bank, record.notes)
        sightings.add(home.directory, record)
        found.append((home.directory, record.status, result))
        problems[home.directory] = [*record.problems, *record.notes.sentences()]
    for directory, problem in sightings.problems():
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
    return ClassResults(learners, tuple(question_statistics(results)), middle)


def _first(problems: list[str]) -> tuple[str, ...]:
    rest = len(problems) - MOST_PROBLEMS
    more = (f"and {rest:,} more of this kind.",) if rest > 0 else ()
    return (*problems[:MOST_PROBLEMS], *more)
