"""The flags and the environment that JupyterLab is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.commands.course import CourseFolder
from lessons_lib.commands.lab import (
    QUIET_CONFIG,
    lab_environment,
    lab_flags,
    must_allow_root,
)

FOLDER = Path("my course")
START = "notebooks/00.ipynb"
ROOT_FLAG = f"--ServerApp.root_dir={FOLDER}"
URL_FLAG = f"--LabApp.default_url=/lab/tree/{START}"


def _flags(*further: str) -> list[str]:
    return lab_flags(FOLDER, START, further, allow_root=False)


def test_the_course_is_the_root_and_its_first_notebook_is_open() -> None:
    assert _flags()[:2] == [ROOT_FLAG, URL_FLAG]


def test_further_flags_follow_in_their_order() -> None:
    further = ["--no-browser", "--port", "9999", "--ServerApp.base_url=/x/"]
    assert _flags(*further)[-4:] == further


@pytest.mark.parametrize(
    "flag", ["--LabApp.default_url=/lab", "--ServerApp.default_url=/tree", "--LabApp.default_url"]
)
def test_a_learners_own_page_wins(flag: str) -> None:
    assert URL_FLAG not in _flags(flag)
    assert ROOT_FLAG in _flags(flag)


@pytest.mark.parametrize("flag", ["--ServerApp.root_dir=/x", "--notebook-dir=/x", "--notebook-dir"])
def test_a_learners_own_root_wins_and_has_no_page_of_ours(flag: str) -> None:
    assert {ROOT_FLAG, URL_FLAG}.isdisjoint(_flags(flag))


def test_root_is_allowed_only_where_that_is_asked_for() -> None:
    assert "--allow-root" not in _flags()
    assert "--allow-root" in lab_flags(FOLDER, START, [], allow_root=True)


@pytest.mark.parametrize("flag", ["--allow-root", "--ServerApp.allow_root=False"])
def test_a_learners_own_word_on_root_stands(flag: str) -> None:
    assert not must_allow_root([flag])


def test_a_copy_brings_its_own_quizzes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    copy = lab_environment(CourseFolder(tmp_path, is_copy=True))
    assert copy["LESSONS_QUIZZES"] == str(tmp_path / "quizzes")
    assert "LESSONS_QUIZZES" not in lab_environment(CourseFolder(tmp_path, is_copy=False))


def test_another_clone_brings_its_own_quizzes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    (tmp_path / "quizzes").mkdir()
    other = lab_environment(CourseFolder(tmp_path, is_copy=False))
    assert other["LESSONS_QUIZZES"] == str(tmp_path / "quizzes")
    ours = lab_environment(CourseFolder(Path(__file__).parents[2], is_copy=False))
    assert "LESSONS_QUIZZES" not in ours


def test_settings_of_the_learners_own_come_before_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    path = lab_environment(CourseFolder(FOLDER, is_copy=False))["JUPYTER_CONFIG_PATH"]
    assert path == f"theirs{os.pathsep}{QUIET_CONFIG}"


def test_a_data_folder_that_cannot_be_made_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "file"))
    monkeypatch.delenv("JUPYTERLAB_WORKSPACES_DIR", raising=False)
    environment = lab_environment(CourseFolder(FOLDER, is_copy=False))
    assert "JUPYTERLAB_WORKSPACES_DIR" not in environment


def test_jupyterlab_reads_the_quiet_settings(tmp_path: Path) -> None:
    program = (
        "import json; from jupyterlab_server.settings_utils import _get_overrides;"
        f"print(json.dumps(_get_overrides({str(tmp_path)!r})[0]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=lab_environment(CourseFolder(FOLDER, is_copy=False)),
        capture_output=True,
        check=True,
    )
    read = json.loads(done.stdout)["@jupyterlab/apputils-extension:notification"]
    assert read == {"fetchNews": "false", "checkForUpdates": False}
