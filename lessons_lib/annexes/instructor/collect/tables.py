"""A class as CSV tables, of learners, questions, groups and guesses, and a table of names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from lessons_lib.annexes.instructor.collect.collect import ClassResults
from lessons_lib.annexes.instructor.collect.homes import printable
from lessons_lib.annexes.instructor.collect.item_statistics import TableRow, group_rows
from lessons_lib.annexes.instructor.collect.learner import Learner
from lessons_lib.classroom.quiz.export import to_csv
from lessons_lib.console import CommandError

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
