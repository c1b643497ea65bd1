"""`lessons class` with a record: results, one learner's rows, and what is deleted."""

import asyncio
import csv
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lessons_lib.annexes.instructor.service.store import RECORD_FILE, ClassStore
from tests.annexes.instructor.service.test_folder import written
from tests.support.shell import Lessons
from tests.support.week import TIME, answer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a class in January, when its quizzes are closed."""
    at(monkeypatch, TIME + timedelta(days=40))
    return written(tmp_path)


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("lessons_lib.annexes.instructor.commands.class_.utc_now", lambda: now)


@pytest.fixture
def store(folder: Path) -> Iterator[ClassStore]:
    """Return the record as the service has it open."""
    opened = ClassStore(f"sqlite:///{folder / RECORD_FILE}")
    rows = [("ann", answer("A")), ("bob", answer("B")), ("bob", answer("A", revision=9))]
    asyncio.run(opened.save(rows))
    yield opened
    opened.close()


def test_the_table_has_everybody_and_each_question(
    folder: Path, store: ClassStore, lessons: Lessons
) -> None:
    lines = [one.split() for one in lessons("class", "results", folder).splitlines()]
    assert ["ann", "1.00", "1", "1", "0"] in lines
    assert ["bob", "0.00", "1", "1", "0"] in lines
    (revised,) = (one for one in lines if "revised" in one)
    assert revised[:2] == ["1", "answer"]
    (question,) = (one for one in lines if one[:1] == ["how-many-passes-1:"])
    assert question[1:6] == ["50", "%", "of", "2", "right,"]


def test_the_file_for_a_gradebook_is_for_its_owner_alone(
    folder: Path, store: ClassStore, tmp_path: Path, lessons: Lessons
) -> None:
    out = tmp_path / "points.csv"
    lessons("class", "results", folder, "--csv", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    found = {(one["learner"], one["quiz"]): (one["points"], one["of"]) for one in rows}
    assert found["ann", "week_1"] == ("1.0", "1")
    assert found["bob", "week_2"] == ("0", "1")


def test_all_rows_of_a_learner_are_printed_as_json(
    folder: Path, store: ClassStore, lessons: Lessons
) -> None:
    printed = json.loads(lessons("class", "export", folder, "bob"))
    assert [one["id"] for one in printed] == [one.id for one in store.events("bob")]


def test_an_erased_learner_is_in_no_byte_and_the_others_stay(
    folder: Path, store: ClassStore, lessons: Lessons
) -> None:
    ids = [one.id.encode() for one in store.events("bob")]
    out = lessons("class", "erase", folder, "bob")
    assert "2 rows of bob from the class's record" in out
    assert "answers in their home that have not arrived yet, are not erased" in out
    assert store.learners() == ["ann"]
    left = b"".join(one.read_bytes() for one in folder.glob(f"{RECORD_FILE}*"))
    assert not any(one in left for one in (*ids, b"bob"))


def test_a_purge_waits_for_the_date_of_the_plan(
    folder: Path, store: ClassStore, monkeypatch: pytest.MonkeyPatch, lessons: Lessons
) -> None:
    for now in (datetime(2027, 3, 1, 22, 59, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)):
        at(monkeypatch, now)
        assert "2027-03-01" in lessons.fails("class", "purge", folder)
    assert store.learners() == ["ann", "bob"]
    at(monkeypatch, datetime(2027, 3, 1, 23, 1, tzinfo=UTC))  # after midnight in Vienna
    assert "3 rows" in lessons("class", "purge", folder)
    assert store.all_events() == {}


@pytest.mark.parametrize("task", ["results", "export", "erase", "purge"])
def test_a_missing_folder_and_a_missing_record_are_named(
    folder: Path, task: str, lessons: Lessons
) -> None:
    name = ["ann"] if task in ("export", "erase") else []
    assert "no folder" in lessons.fails("class", task, folder / "missing", *name)
    assert "no record" in lessons.fails("class", task, folder, *name)
    assert not (folder / RECORD_FILE).exists()


@pytest.mark.parametrize("task", ["export", "erase"])
def test_an_unknown_learner_is_an_error_with_a_close_name(
    folder: Path, store: ClassStore, task: str, lessons: Lessons
) -> None:
    assert "'bob'" in lessons.fails("class", task, folder, "bobb")
    assert store.learners() == ["ann", "bob"]


def test_a_class_in_which_nobody_answered_has_no_results(
    folder: Path, store: ClassStore, lessons: Lessons
) -> None:
    store.purge()
    assert "Nobody" in lessons.fails("class", "results", folder)


def test_a_record_elsewhere_is_found_by_its_url(
    folder: Path, store: ClassStore, tmp_path: Path, lessons: Lessons
) -> None:
    store.close()
    elsewhere = (folder / RECORD_FILE).rename(tmp_path / "moved.sqlite")
    url = f"sqlite:///{elsewhere}"
    assert "ann" in lessons("class", "results", folder, "--record", url)
