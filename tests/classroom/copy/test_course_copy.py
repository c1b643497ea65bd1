"""Which folder is the course, and copying it: what a learner changed is kept."""

import json
import os
import re
from pathlib import Path

import pytest

from lessons_lib.classroom.copy import place, update
from lessons_lib.classroom.copy.news import old_notebooks, shipped_marks
from lessons_lib.classroom.copy.place import (
    MANIFEST,
    CourseFolderError,
    expected_folder,
    is_clone,
    start_page,
)
from lessons_lib.classroom.copy.update import shipped_files, update_copy
from lessons_lib.commands.lab import open_course

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
ROOT = Path(__file__).parents[3]
START = start_page()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return the course files of a package that was installed, as if the library ran from it."""
    files = tmp_path / "site-packages" / "lessons_lib" / "course_files"
    for name in (START, "notebooks/source/00.py", "quizzes/00.yaml", "quizzes/notes.txt"):
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_text(name)
    for module in (place, update):
        monkeypatch.setattr(module, "course_folder", lambda: files)
    return files


def test_in_a_clone_the_course_is_the_clone(tmp_path: Path) -> None:
    assert expected_folder() == ROOT
    assert is_clone(ROOT / "tests" / "..")
    assert not is_clone(tmp_path)


@pytest.mark.usefixtures("package")
def test_an_installed_package_uses_the_copy_around_the_working_directory_or_a_new_one_in_it(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert expected_folder() == tmp_path / "lessons-course"
    (tmp_path / MANIFEST).write_text("{}")
    assert expected_folder() == tmp_path
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert expected_folder() == tmp_path


def test_notebooks_and_quizzes_are_shipped_and_must_exist(package: Path) -> None:
    assert set(shipped_files()) == {START, "quizzes/00.yaml"}
    (package / START).unlink()
    with pytest.raises(CourseFolderError, match="Install the package again"):
        shipped_files()


def test_opening_a_course_prints_its_folder_and_changes(tmp_path: Path, capsys: Captured) -> None:
    course = open_course(tmp_path / "copy")
    assert str(tmp_path / "copy") in capsys.readouterr().out
    assert (course / START).read_bytes() == (ROOT / START).read_bytes()
    (course / START).write_text("mine")
    (course / MANIFEST).unlink()
    open_course(course)
    assert f"Kept {START}, which you changed" in capsys.readouterr().out


@pytest.mark.usefixtures("package")
def test_another_clone_is_used_and_not_written_to(tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "notebooks" / "source").mkdir(parents=True)
    (other / "pyproject.toml").write_text("")
    (other / START).write_text("theirs")
    before = sorted(other.rglob("*"))
    assert open_course(other) == other
    assert sorted(other.rglob("*")) == before
    assert (other / START).read_text() == "theirs"


FIRST = {"notebooks/06.ipynb": b"six", "quizzes/06.yaml": b"quiz: 06"}
SECOND = {"notebooks/06.ipynb": b"six, better", "quizzes/06.yaml": b"quiz: 06, better"}
NOTEBOOK, QUIZ = FIRST


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a copy of the first version, in a folder whose name is not plain."""
    folder = tmp_path / "my lessons – Übung"
    update_copy(FIRST, folder, "1.0")
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_new_folder_gets_every_file_and_copying_again_writes_nothing(course: Path) -> None:
    assert _files(course) == FIRST
    before = {path: path.stat().st_mtime_ns for path in course.rglob("*")}
    report = update_copy(FIRST, course, "1.0")
    assert (report.added, report.updated, report.kept) == ([], [], {})
    assert {path: path.stat().st_mtime_ns for path in course.rglob("*")} == before


def test_a_changed_notebook_is_kept_with_the_new_version_next_to_it_once(course: Path) -> None:
    (course / NOTEBOOK).write_bytes(b"my own six")
    report = update_copy(SECOND, course, "2.0")
    beside = "notebooks/06.new-2.0.ipynb"
    assert report.kept == {NOTEBOOK: beside}
    kept = {NOTEBOOK: b"my own six", QUIZ: b"quiz: 06, better"}
    assert _files(course) == {**kept, beside: b"six, better"}
    (course / beside).unlink()
    assert update_copy(SECOND, course, "2.0").kept == {}
    assert _files(course) == kept
    assert NOTEBOOK in update_copy({**SECOND, NOTEBOOK: b"best"}, course, "3.0").kept
    assert (course / NOTEBOOK).read_bytes() == b"my own six"


def test_the_new_version_of_a_changed_quiz_is_not_a_second_quiz(course: Path) -> None:
    (course / QUIZ).write_bytes(b"mine")
    beside = update_copy(SECOND, course, "2.0").kept[QUIZ]
    assert (course / beside).read_bytes() == SECOND[QUIZ]
    assert list((course / "quizzes").glob("*.yaml")) == [course / QUIZ]


def test_a_changed_new_version_is_not_overwritten(course: Path) -> None:
    (course / NOTEBOOK).write_bytes(b"my own six")
    (course / "notebooks/06.new-2.0.ipynb").write_bytes(b"notes of mine")
    assert update_copy(SECOND, course, "2.0").kept[NOTEBOOK] == "notebooks/06.new-2.0-2.ipynb"
    assert (course / "notebooks/06.new-2.0.ipynb").read_bytes() == b"notes of mine"


def test_unchanged_and_deleted_files_are_updated_and_the_learners_own_stay(course: Path) -> None:
    (course / "notebooks" / "mine.ipynb").write_bytes(b"mine")
    (course / NOTEBOOK).unlink()
    assert update_copy(FIRST, course, "1.0").added == [NOTEBOOK]
    assert update_copy(SECOND, course, "2.0").updated == list(SECOND)
    assert _files(course) == {**SECOND, "notebooks/mine.ipynb": b"mine"}


@pytest.mark.parametrize(
    "manifest",
    [
        *(None, b"{", b"[]", b'{"files": 3}', b"\xff\xfe", b"[" * 100_000),
        b'{"files": {}, "starters": {"notebooks/06.ipynb": [1]}}',
    ],
    ids=range(7),
)
def test_without_a_manifest_every_difference_is_kept(course: Path, manifest: bytes | None) -> None:
    (course / MANIFEST).unlink() if manifest is None else (course / MANIFEST).write_bytes(manifest)
    assert set(update_copy(SECOND, course, "2.0").kept) == set(SECOND)
    assert _files(course).items() >= FIRST.items()


def test_an_interrupted_copy_is_continued(course: Path) -> None:
    (course / NOTEBOOK).write_bytes(SECOND[NOTEBOOK])  # written, and the manifest not yet
    assert update_copy(SECOND, course, "2.0").kept == {}
    assert _files(course) == SECOND


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "course").write_text("a file")
    with pytest.raises(NotADirectoryError, match="course"):
        update_copy(FIRST, tmp_path / "course", "1.0")


@pytest.mark.parametrize("name", [NOTEBOOK, "notebooks/06.new-2.0.ipynb", MANIFEST])
@pytest.mark.parametrize("make", ["mkdir", "mkfifo"])
def test_a_folder_or_a_pipe_in_place_of_a_file_is_named(course: Path, name: str, make: str) -> None:
    if not hasattr(os, make):
        pytest.skip("no named pipes here")
    (course / NOTEBOOK).write_bytes(b"my own six")
    (course / name).unlink(missing_ok=True)
    getattr(os, make)(course / name)
    with pytest.raises(OSError, match=re.escape(f"not a file: '{course / name}'")):
        update_copy(SECOND, course, "2.0")
    assert old_notebooks(course) == {}
    assert name != MANIFEST or shipped_marks(course) == {}


def _notebook(*sources: str, count: int | None = None, **metadata: object) -> bytes:
    """Return a notebook as JupyterLab stores it: source as lines, with what running adds."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": count,
            "metadata": dict(metadata),
            "outputs": [] if count is None else [{"output_type": "stream", "text": [str(count)]}],
            "source": source.splitlines(keepends=True),
        }
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": dict(metadata), "nbformat": 4}).encode()


OLD = _notebook("a = 1\nprint(a)", "b = 2")
NEW = _notebook("a = 1\nprint(a)", "b = 3")


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Return a copy of a course with one true notebook."""
    update_copy({NOTEBOOK: OLD}, tmp_path / "course", "1.0")
    return tmp_path / "course"


@pytest.mark.parametrize("added", [[], [""]], ids=["run", "run with the empty cell it adds"])
def test_a_notebook_that_was_only_run_is_updated(lesson: Path, added: list[str]) -> None:
    run = _notebook("a = 1\nprint(a)", "b = 2", *added, count=7, kernelspec="python3")
    (lesson / NOTEBOOK).write_bytes(run)
    report = update_copy({NOTEBOOK: NEW}, lesson, "2.0")
    assert (report.updated, report.kept) == ([NOTEBOOK], {})
    assert _files(lesson) == {NOTEBOOK: NEW}


def test_outputs_of_a_run_stay_while_the_lesson_is_the_same(lesson: Path) -> None:
    run, rebuilt = (_notebook("a = 1\nprint(a)", "b = 2", count=count) for count in (7, 1))
    for shipped, here in ((OLD, run), (rebuilt, run), (rebuilt, run), (NEW, NEW)):
        (lesson / NOTEBOOK).write_bytes(here)
        report = update_copy({NOTEBOOK: shipped}, lesson, "2.0")
        assert (report.added, report.updated, report.kept) == ([], [], {})
        assert _files(lesson) == {NOTEBOOK: here}


@pytest.mark.parametrize("own", ["b = 2", "b = 2  # mine"])
def test_unchanged_cells_get_the_card_that_the_new_edition_names(lesson: Path, own: str) -> None:
    shipped = _notebook("a = 1\nprint(a)", "b = 2", lessons={"card": "quiz", "name": "06"})
    (lesson / NOTEBOOK).write_bytes(_notebook("a = 1\nprint(a)", own, count=7))
    report = update_copy({NOTEBOOK: shipped}, lesson, "2.0")
    assert (report.updated, report.kept) == ([], {})
    first, second = json.loads((lesson / NOTEBOOK).read_bytes())["cells"]
    assert first["metadata"]["lessons"] == {"card": "quiz", "name": "06"}
    assert first["outputs"] == [{"output_type": "stream", "text": ["7"]}]
    assert (second["metadata"] == first["metadata"]) is (own == "b = 2")
    before = (lesson / NOTEBOOK).stat().st_mtime_ns
    update_copy({NOTEBOOK: shipped}, lesson, "2.0")
    assert (lesson / NOTEBOOK).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "theirs",
    [
        _notebook("a = 1\nprint(a)", "b = 2  # mine", count=7),
        _notebook("a = 1\nprint(a)", "", "b = 2"),
        _notebook("b = 2", "a = 1\nprint(a)"),
        OLD.replace(b'"code"', b'"markdown"'),
        b"{ no notebook",
        b'{"cells": [{"cell_type": "code", "source": 3}]}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_notebook_with_other_cells_or_none_is_kept(lesson: Path, theirs: bytes) -> None:
    (lesson / NOTEBOOK).write_bytes(theirs)
    assert NOTEBOOK in update_copy({NOTEBOOK: NEW}, lesson, "2.0").kept
    assert (lesson / NOTEBOOK).read_bytes() == theirs


BATCH, SOFTMAX = "%%exercise batch-call\nresults = ...", "%%exercise softmax\ndef softmax(x): ..."
TRIED = "%%exercise batch-call\nresults = model.predict(['mine'])"


@pytest.fixture
def exercises(tmp_path: Path) -> Path:
    """Return a copy of a notebook with two exercises, in which the learner worked on one."""
    update_copy({NOTEBOOK: _notebook("1", BATCH, SOFTMAX)}, tmp_path / "course", "1.0")
    (tmp_path / "course" / NOTEBOOK).write_bytes(
        _notebook("1", TRIED, "hint('batch-call')", SOFTMAX, 'last_try("softmax") ', count=3)
    )
    return tmp_path / "course"


def _sources(folder: Path) -> list[str]:
    cells = json.loads((folder / NOTEBOOK).read_bytes())["cells"]
    return ["".join(one["source"]) for one in cells]


def test_code_in_an_exercise_is_not_a_change_and_is_kept_by_an_update(exercises: Path) -> None:
    better = f"{SOFTMAX}  # better"
    shipped = {NOTEBOOK: _notebook("2", better, "new", BATCH)}
    report = update_copy(shipped, exercises, "2.0")
    assert (report.updated, report.kept) == ([NOTEBOOK], {})
    assert _sources(exercises) == ["2", better, "new", TRIED]
    assert json.loads((exercises / NOTEBOOK).read_bytes())["cells"][3]["execution_count"] == 3
    before = (exercises / NOTEBOOK).read_bytes()
    assert update_copy(shipped, exercises, "2.0").updated == []
    assert (exercises / NOTEBOOK).read_bytes() == before


def test_every_cell_of_an_exercise_is_kept_even_if_the_exercise_is_removed(exercises: Path) -> None:
    twice = f"{TRIED}  # again"
    (exercises / NOTEBOOK).write_bytes(_notebook("1", TRIED, SOFTMAX, twice, "%%exercise odd\n5"))
    update_copy({NOTEBOOK: _notebook("2", BATCH, SOFTMAX)}, exercises, "2.0")
    assert _sources(exercises) == ["2", TRIED, twice, SOFTMAX, "%%exercise odd\n5"]
    update_copy({NOTEBOOK: _notebook("3", SOFTMAX)}, exercises, "3.0")
    assert _sources(exercises) == ["3", SOFTMAX, TRIED, twice, "%%exercise odd\n5"]
