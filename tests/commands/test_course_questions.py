"""Whose questions a command speaks of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lessons_lib.commands import course as course_questions
from lessons_lib.commands.course import CourseFolder, course_bank

SAMPLE = Path(__file__).parents[1] / "quiz" / "banks" / "01_sample.yaml"


def test_in_a_copy_they_are_the_copys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quizzes").mkdir()
    shutil.copy(SAMPLE, tmp_path / "quizzes")
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    copy = CourseFolder(tmp_path, is_copy=True)
    monkeypatch.setattr(course_questions, "expected_folder", lambda: copy)
    assert [one.name for one in course_bank().quizzes] == ["01_sample"]


def test_in_a_clone_they_are_the_clones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    assert "06_batch_inference" in [one.name for one in course_bank().quizzes]
