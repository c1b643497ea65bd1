"""The two commands for authors, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.authoring.__main__ import main


def _course(folder: Path, source: str) -> Path:
    (folder / "notebooks" / "source").mkdir(parents=True)
    (folder / "notebooks" / "source" / "00_start_here.py").write_text(source, encoding="utf-8")
    return folder


def test_a_folder_that_is_no_course_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--folder", str(tmp_path), "check"]) == 2
    assert "A course folder holds notebooks/source" in capsys.readouterr().err


def test_an_unknown_name_is_refused_with_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = _course(tmp_path, "")
    assert main(["--folder", str(course), "build", "99_other"]) == 2
    assert "Known: 00_start_here." in capsys.readouterr().err


def test_a_source_that_cannot_be_built_is_reported_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = _course(tmp_path, '# %% [markdown] tags=["prose"]\n# ${unknown_figure}\n')
    assert main(["--folder", str(course), "build"]) == 1
    assert "00_start_here: not built." in capsys.readouterr().err


def test_findings_are_printed_and_counted_and_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = _course(tmp_path, '# %% [markdown] tags=["prose"]\n# There are 3 classes.\n')
    assert main(["--folder", str(course), "check"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == f"{len(printed) - 1} findings."


def test_a_built_notebook_is_named_by_its_path_or_its_name(tmp_path: Path) -> None:
    course = _course(tmp_path, '# %% tags=["code"]\n1 + 1\n')
    assert main(["--folder", str(course), "build", "notebooks/source/00_start_here.py"]) == 0
    assert (course / "notebooks" / "00_start_here.ipynb").exists()
