"""Export a learner's progress, answers and guesses as CSV and JSON files, and the record."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.progress import QuestionProgress, progress_of
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.record.event import Event, as_lines
from lessons_lib.classroom.record.folder import EXPORTED_RECORD
from lessons_lib.classroom.record.kinds import Answer, Guess, Payload, factor_of, payloads
from lessons_lib.files import write_whole

ANSWER_FIELDS = ("time_utc", "question", *Answer.__struct_fields__, "outcome", "credit")
GUESS_FIELDS = ("time_utc", "experiment", "guess", "measured", "unit", "note", "factor")
# Spreadsheets skip blanks before a sign, and some of them read full-width signs as well.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")


def export_progress(folder: Path, events: Iterable[Event], bank: QuizBank) -> list[Path]:
    """Write `progress`, `answers` and `guesses` as .csv and .json files and return the paths.

    The first one is `record.jsonl`, with all events as they are, which `lessons collect` reads.
    Creates the folder if needed. A failure leaves no partial file; `OSError` says what failed.
    """
    events = list(events)
    record = GradedRecord(events, bank)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "progress": (
            QuestionProgress.__struct_fields__,
            to_builtins(progress_of(record).questions),
        ),
        "answers": (ANSWER_FIELDS, answer_rows(record)),
        "guesses": (GUESS_FIELDS, guess_rows(events)),
    }
    files: dict[Path, bytes | str] = {folder / EXPORTED_RECORD: as_lines(events)}
    for name, (fields, rows) in tables.items():
        files[folder / f"{name}.csv"] = to_csv(fields, rows)
        files[folder / f"{name}.json"] = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    for path, text in files.items():
        write_whole(path, text)
    return list(files)


def answer_rows(record: GradedRecord) -> list[dict[str, Any]]:
    """Return one row per answer; outcome and credit are empty if it does not count."""
    return [
        _row("question", event, answer)
        | {"outcome": verdict.outcome if verdict else "", "credit": verdict and verdict.credit}
        for event, answer, verdict in record.answers
    ]


def guess_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return one row per lab-book round, then one per guess at a notebook's result."""
    checked = [(event, one) for event, one in payloads(events, Guess) if one.result is not None]
    checked.sort(key=lambda pair: not pair[1].is_round)
    return [_guess_row(event, guess) for event, guess in checked]


def _guess_row(event: Event, guess: Guess) -> dict[str, Any]:
    row = dict.fromkeys(GUESS_FIELDS, "") | _row("experiment", event, guess)
    factor = factor_of(guess.guess, guess.result) if guess.is_round else ""
    return row | {"measured": row.pop("result"), "factor": factor}


def _row(subject: str, event: Event, payload: Payload) -> dict[str, Any]:
    row = {"time_utc": event.time_utc, subject: event.subject} | to_builtins(payload)
    return dict(to_builtins(row))


def to_csv(fields: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as CSV, escaped so that spreadsheets do not run text as formulas."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row[name]) for name in fields})
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return _cell(" ".join(str(_cell(one)) for one in value))
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
