"""The exported files, which spreadsheets open."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.export import GUESS_FIELDS, export_progress, to_csv
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.kinds import Guess, event_of
from tests.classroom.quiz.conftest import answered

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CSV_JSON = ("csv", "json")


@pytest.fixture
def record(bank: QuizBank) -> list[Event]:
    events = [
        answered(bank.question("which-calls-are-batch"), "A"),
        answered(bank.question("count-the-passes"), "20 passes", row=0),
        new_event("answer", "gone", {"number": "=1+1"}),
    ]
    return [structs.replace(event, time_utc=NOON) for event in events]


def test_the_record_is_written_and_progress_answers_and_guesses_as_csv_and_json(
    tmp_path: Path, bank: QuizBank, record: list[Event]
) -> None:
    names = [f"{name}.{end}" for name in ("answers", "guesses", "progress") for end in CSV_JSON]
    for events in (record, []):  # the second export replaces the first
        paths = export_progress(tmp_path / "out", events, bank)
        assert sorted(path.name for path in paths) == sorted([*names, "record.jsonl"])
        assert sorted((tmp_path / "out").iterdir()) == sorted(paths)
    assert json.loads((tmp_path / "out" / "answers.json").read_text(encoding="utf-8")) == []


def test_csv_and_json_agree(tmp_path: Path, bank: QuizBank, record: list[Event]) -> None:
    export_progress(tmp_path, record, bank)
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    loaded = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert [row["question"] for row in rows] == [row["question"] for row in loaded]
    assert [(row["outcome"], row["credit"]) for row in rows] == [
        ("partly", "0.5"),
        ("right", "1.0"),
        ("", ""),
    ]
    assert loaded[0]["letters"] == ["A"]
    assert loaded[0]["time_utc"] == "2026-03-01T12:00:00Z"
    progress = json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))
    assert [row["right_last"] for row in progress] == [False, False, True]  # of each question


def test_checked_guesses_are_exported_rounds_of_the_lab_book_first(
    tmp_path: Path, bank: QuizBank
) -> None:
    forged = {"guess": "=1+1", "result": 2, "unit": "s"}
    events = [
        event_of("share", Guess("="), clock=lambda: NOON),
        event_of("share", Guess("=", "negative"), clock=lambda: NOON),
        event_of("archive", Guess(3.0, 1.5, "s", note="=cmd()"), clock=lambda: NOON),
        new_event("guess", "archive", forged, clock=lambda: NOON),
    ]
    export_progress(tmp_path, events, bank)
    with (tmp_path / "guesses.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == list(GUESS_FIELDS)
    assert {row[0] for row in rows} == {"2026-03-01T12:00:00Z"}
    assert [row[1:] for row in rows] == [
        ["archive", "3.0", "1.5", "s", "'=cmd()", "2.0"],
        ["share", "'=", "negative", "", "", ""],
    ]


def test_a_cell_is_never_a_formula() -> None:
    texts = ["=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", " =1", "\u3000+1", "\tx"]
    cells = to_csv(["a"], [{"a": text} for text in [*texts, "plain", " x"]]).splitlines()
    assert cells == ["a", *(f"'{text}" for text in texts), "plain", " x"]


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path, bank: QuizBank) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OSError):
        export_progress(tmp_path / "out", [], bank)
