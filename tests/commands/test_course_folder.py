"""Which folder is the course."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.commands.console import CommandError
from lessons_lib.commands.course import (
    START,
    clone,
    expected_folder,
    named_folder,
    open_course,
    shipped_files,
    source_folder,
)
from lessons_lib.practice.course_news import MANIFEST

ROOT = Path(__file__).parents[2]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return the folder of a package that was installed, with course files in it."""
    package = tmp_path / "site-packages" / "lessons_lib"
    for name in (START, "notebooks/source/00.py", "quizzes/00.yaml", "quizzes/notes.txt"):
        file = package / "course_files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return package


def test_in_a_clone_the_course_is_the_clone() -> None:
    course = expected_folder()
    assert (course.path, course.is_copy) == (ROOT, False)


def test_naming_the_clone_itself_copies_nothing() -> None:
    assert not expected_folder(ROOT / "tests" / "..").is_copy


def test_in_a_clone_another_folder_is_a_copy(tmp_path: Path) -> None:
    assert expected_folder(tmp_path / "copy").is_copy


def test_an_installed_package_is_no_clone(package: Path) -> None:
    assert clone(package) is None
    assert source_folder(package) == package / "course_files"


def test_from_a_package_the_copy_goes_beneath_this_folder(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert expected_folder(package=package).path == tmp_path / "lessons-course"


def test_inside_a_copy_no_second_copy_is_made(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / MANIFEST).write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert expected_folder(package=package).path == tmp_path


def test_notebooks_and_quizzes_travel_and_nothing_else(package: Path) -> None:
    assert set(shipped_files(package / "course_files")) == {START, "quizzes/00.yaml"}


def test_an_installation_without_course_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Install the package again"):
        shipped_files(tmp_path)


def test_opening_a_course_prints_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = open_course(tmp_path / "copy")
    assert str(tmp_path / "copy") in capsys.readouterr().out
    assert (course.path / START).read_bytes() == (ROOT / START).read_bytes()


def test_opening_says_which_file_was_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / START).parent.mkdir()
    (tmp_path / START).write_text("mine")
    open_course(tmp_path)
    assert f"Kept {START}, which you changed" in capsys.readouterr().out


def test_below_a_copy_no_second_copy_is_made(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / MANIFEST).write_text("{}")
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert expected_folder(package=package).path == tmp_path


def test_another_clone_is_used_as_it_is(package: Path, tmp_path: Path) -> None:
    (tmp_path / "other" / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "other" / "pyproject.toml").write_text("")
    course = expected_folder(tmp_path / "other", package=package)
    assert (course.path, course.is_copy) == (tmp_path / "other", False)


def test_opening_another_clone_writes_nothing_into_it(tmp_path: Path) -> None:
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / START).write_text("theirs")
    before = sorted(tmp_path.rglob("*"))
    open_course(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / START).read_text() == "theirs"


def test_an_unknown_home_folder_is_an_error() -> None:
    with pytest.raises(CommandError, match="~no-such-user/x: no such home folder"):
        named_folder(Path("~no-such-user/x"))


def test_a_relative_folder_lies_in_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert named_folder(Path("course")) == tmp_path / "course"
