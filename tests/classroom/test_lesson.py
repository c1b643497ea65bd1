"""The module that a course names for its code: what it must declare, and what is said if not."""

import re
from pathlib import Path

import pytest

from lessons_lib.classroom.course import COURSE_FILE, COURSE_VARIABLE, source_folder
from lessons_lib.classroom.lesson import Lesson, current_lesson

PLAN = (source_folder() / COURSE_FILE).read_text(encoding="utf-8")


@pytest.fixture
def of_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a course like ours, which is taught; the module `made` is beside it."""
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    return tmp_path


def _name(folder: Path, code: str) -> None:
    plan = re.sub("(?m)^code: .*", f"code: {code}", PLAN)
    (folder / "notebooks" / "source" / COURSE_FILE).write_text(plan, encoding="utf-8")


def test_this_course_declares_a_lesson() -> None:
    assert current_lesson().formulas
    assert current_lesson() is current_lesson()


def test_a_lesson_may_declare_nothing(of_code: Path) -> None:
    _name(of_code, "made_of_nothing")
    code = "from lessons_lib.classroom.lesson import Lesson\nLESSON = Lesson()\n"
    (of_code / "made_of_nothing.py").write_text(code, encoding="utf-8")
    lesson = current_lesson()
    assert isinstance(lesson, Lesson)
    assert (dict(lesson.numbers()), [*map(list, lesson.kept_out())]) == ({}, [[], []])


@pytest.mark.parametrize("code", ["made_missing", "made_empty", "made_of_text"])
def test_a_module_without_a_lesson_is_named_with_its_key(code: str, of_code: Path) -> None:
    _name(of_code, code)
    (of_code / "made_empty.py").touch()
    (of_code / "made_of_text.py").write_text("LESSON = 'tides'\n", encoding="utf-8")
    with pytest.raises(ImportError, match=rf"`code` in course.yaml must name .*, got {code}"):
        current_lesson()
