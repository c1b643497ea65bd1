"""What the learner is told about an updated course: once, for half a day, and never by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lessons_lib.commands.course_copy import update_copy
from lessons_lib.practice.course import course
from lessons_lib.practice.course_news import MANIFEST, news, shipped_marks, tell_news
from lessons_lib.record.log import InMemoryLog

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIRST, SECOND = (one.slug for one in course().lessons[:2])
OLD = {FIRST: "a", SECOND: "b"}
NEW = {FIRST: "a", SECOND: "c"}


def _at(hours: float) -> Callable[[], datetime]:
    return lambda: MONDAY + timedelta(hours=hours)


def test_the_first_visit_has_no_news() -> None:
    assert news(OLD, InMemoryLog(), clock=_at(0)) == []


def test_what_changed_since_the_last_visit_is_named() -> None:
    log = InMemoryLog()
    news(OLD, log, clock=_at(0))
    assert [one.slug for one in news(NEW, log, clock=_at(48))] == [SECOND]


def test_an_update_on_the_first_day_is_told_too() -> None:
    log = InMemoryLog()
    news(OLD, log, clock=_at(0))
    assert [one.slug for one in news(NEW, log, clock=_at(1))] == [SECOND]


def test_running_the_cell_again_tells_it_again_but_not_the_next_day() -> None:
    log = InMemoryLog()
    news(OLD, log, clock=_at(0))
    assert news(NEW, log, clock=_at(48))
    assert news(NEW, log, clock=_at(49))
    assert news(NEW, log, clock=_at(61)) == []


def test_a_record_grows_only_when_the_course_changes() -> None:
    log = InMemoryLog()
    for hour in range(5):
        news(OLD, log, clock=_at(hour))
    news(NEW, log, clock=_at(6))
    assert len(list(log.events("course"))) == 2


def test_a_lesson_that_came_or_went_is_news() -> None:
    log = InMemoryLog()
    news({FIRST: "a"}, log, clock=_at(0))
    assert [one.slug for one in news({SECOND: "b"}, log, clock=_at(48))] == [FIRST, SECOND]


def test_a_folder_that_tells_nothing_is_no_news_and_leaves_no_trace(tmp_path: Path) -> None:
    log = InMemoryLog()
    assert shipped_marks(tmp_path) == {}
    assert news({}, log, clock=_at(0)) == []
    assert list(log.events()) == []


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"files": 3}', '{"files": {"a": 1}}'])
def test_a_manifest_that_cannot_be_read_tells_nothing(tmp_path: Path, manifest: str) -> None:
    (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")
    assert shipped_marks(tmp_path) == {}


def _notebook(text: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text}]}).encode()


def test_a_copy_tells_what_was_shipped_not_what_the_learner_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = InMemoryLog()
    name = f"notebooks/{SECOND}.ipynb"
    update_copy({name: _notebook("one")}, tmp_path, "1")
    tell_news(tmp_path, log=log, clock=_at(0))
    (tmp_path / name).write_bytes(_notebook("mine"))
    tell_news(tmp_path, log=log, clock=_at(24))
    assert capsys.readouterr().out == ""
    update_copy({name: _notebook("two")}, tmp_path, "2")
    tell_news(tmp_path, log=log, clock=_at(48))
    told = capsys.readouterr().out
    assert told.splitlines() == [
        "New since you ran this last:",
        f"  1 {course().lesson(SECOND).title}",
        "Your answers and whatever you changed are kept.",
        "Where you had changed a notebook, the new one lies beside it:",
        f"{SECOND}.new-2.ipynb",
    ]
    assert (tmp_path / name).read_bytes() == _notebook("mine")


def test_new_questions_are_news_of_their_lesson(tmp_path: Path) -> None:
    log = InMemoryLog()
    bank = f"quizzes/{SECOND}.yaml"
    update_copy({bank: b"quiz: one"}, tmp_path, "1")
    news(shipped_marks(tmp_path), log, clock=_at(0))
    update_copy({bank: b"quiz: two"}, tmp_path, "2")
    assert [one.slug for one in news(shipped_marks(tmp_path), log, clock=_at(48))] == [SECOND]
