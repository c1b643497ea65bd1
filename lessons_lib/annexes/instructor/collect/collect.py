"""Collect a class: read every home, regrade every answer, and write what follows as tables."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from statistics import median

from msgspec.structs import replace

from lessons_lib.annexes.instructor.collect.homes import DEFAULT_DATA, Status, printable, read_home
from lessons_lib.annexes.instructor.collect.item_statistics import (
    FEWEST_ANSWERED,
    TableRow,
    group_rows,
    guess_rows,
    question_rows,
)
from lessons_lib.annexes.instructor.collect.learner import Learner, graded_learner
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.export import to_csv
from lessons_lib.console import CommandError

MOST_PROBLEMS_LISTED = 50  # reported per learner

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


COLUMNS = ("directory", "learner")


def read_names(path: Path, directories: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return names by directory, and one sentence per unusable row or unnamed home.

    Parameters
    ----------
    path : Path
        A CSV file with the columns `directory` and `learner`.
    directories : iterable of str
        The directories of the existing homes.

    Raises
    ------
    CommandError
        If the file is not CSV, not in UTF-8, or lacks one of the columns.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not in UTF-8: save it as 'CSV UTF-8'.") from None
    rows = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    names: dict[str, str] = {}
    known, problems, unknown = set(directories), [], []
    try:
        rows.fieldnames = [one.strip().casefold() for one in rows.fieldnames or ()]
        if missing := [one for one in COLUMNS if one not in rows.fieldnames]:
            first = printable(", ".join(rows.fieldnames)) or "nothing"
            rule = f"its first line must be {','.join(COLUMNS)}, got {first}."
            raise CommandError(f"{path} has no column {' and no column '.join(missing)}: {rule}")
        for row in rows:
            directory, learner = (printable((row[one] or "").strip()) for one in COLUMNS)
            if not directory or not learner or directory in names:
                fault = f"{directory} is repeated" if directory in names else "a name is empty"
                problems.append(f"line {rows.line_num}: {fault}; skipped.")
                continue
            names[directory] = learner
            if directory not in known:
                unknown.append(f"line {rows.line_num}: no home is named {directory}.")
    except csv.Error as error:
        raise CommandError(f"{path}, line {rows.line_num}, is not valid CSV: {error}.") from None
    nameless = [f"no row names the home {one}." for one in sorted(known - names.keys())]
    return names, [*problems, *unknown, *nameless]


def class_tables(results: ClassResults) -> dict[str, str]:
    """Return the tables, escaped so that spreadsheets do not run names as formulas."""
    tables = {
        "class": [_learner_row(one) for one in results.learners],
        "questions": results.questions,
        "groups": group_rows(results.questions),
        "guesses": results.guesses,
    }
    return {name: _table(rows) for name, rows in tables.items()}


def _table(rows: Sequence[TableRow]) -> str:
    columns = dict.fromkeys((name for row in rows for name in row), "")
    return to_csv(list(columns), ({**columns, **_rounded(row)} for row in rows))


def _learner_row(learner: Learner) -> TableRow:
    first, last = (*learner.ended_tests, "", "")[:2]
    row: TableRow = {
        "learner": learner.name,
        "directory": learner.directory,
        "record": learner.status,
    }
    for quiz, tally in learner.progress.by("quiz").items():
        row |= {
            f"{quiz}_answered": tally.attempted,
            f"{quiz}_right": tally.right_last,
            f"{quiz}_of": tally.questions,
        }
    overall = learner.progress.overall
    row |= {
        "total_answered": overall.attempted,
        "total_right": overall.right_last,
        "total_of": overall.questions,
        "first_try_right": overall.right_first,
        "hints_used": overall.hints_used,
        "solutions_opened_before_answering": learner.opened_before,
        "answers_to_changed_or_removed": learner.changed,
        "last_active_utc": _utc(learner.last_active),
        "test": learner.test,
        "first_test": first,
        "last_test": last,
    }
    if learner.status == "unreadable":  # unknown is not zero
        row |= dict.fromkeys(list(row)[3:], "")
    return row | {
        "may_need_help": f"may need help: {learner.help_reason}" if learner.help_reason else "",
        "problems": " ".join(learner.problems),
    }


def _utc(time: datetime | None) -> str:
    """Return a time in UTC to the second; a forged one may be outside of UTC's range."""
    if time is None:
        return ""
    with suppress(OverflowError):
        time = time.astimezone(UTC)
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _rounded(row: TableRow) -> TableRow:
    return {name: round(one, 3) if isinstance(one, float) else one for name, one in row.items()}
