"""The news about an updated course: printed for half a day, and never by mistake."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lessons_lib.classroom.copy.news import news, shipped_marks, tell_news
from lessons_lib.classroom.copy.update import update_copy
from lessons_lib.classroom.course import course
from lessons_lib.classroom.record.log import InMemoryLog

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIRST, SECOND = (one.slug for one in course().lessons[:3:2])
OLD = {FIRST: "a", SECOND: "b"}
NEW = {FIRST: "a", SECOND: "c"}


def _at(hours: float) -> Callable[[], datetime]:
    return lambda: MONDAY + timedelta(hours=hours)


@pytest.mark.parametrize("first", [1, 48])
def test_a_changed_lesson_is_news_for_half_a_day_after_the_first_visit(first: int) -> None:
    log = InMemoryLog()
    assert news(OLD, log, clock=_at(0)) == []
    for hours in (0, 0.5, 11):
        assert [one.slug for one in news(NEW, log, clock=_at(first + hours))] == [SECOND]
    assert news(NEW, log, clock=_at(first + 13)) == []
    assert len(list(log.events("course"))) == 2  # the record grows only when the course changes


def test_an_added_or_removed_lesson_is_news() -> None:
    log = InMemoryLog()
    news({FIRST: "a"}, log, clock=_at(0))
    assert [one.slug for one in news({SECOND: "b"}, log, clock=_at(48))] == [FIRST, SECOND]


def test_an_empty_folder_has_no_news_and_nothing_is_recorded(tmp_path: Path) -> None:
    log = InMemoryLog()
    assert shipped_marks(tmp_path) == {}
    assert news({}, log, clock=_at(0)) == []
    assert list(log.events()) == []


def _notebook(text: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text}]}).encode()


def test_news_is_about_what_was_shipped_not_about_what_the_learner_changed(
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
    assert capsys.readouterr().out.splitlines() == [
        "New since your last visit:",
        f"  1 {course().lesson(SECOND).title}",
        "Your answers and your changes are safe.",
        "These are new versions of notebooks that you have changed:",
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
