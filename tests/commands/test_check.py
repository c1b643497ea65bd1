"""`lessons check`: what it reports, how bad that is, and what to do."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from lessons_lib.cli import main
from lessons_lib.commands import check


def _kernel_of(program: str, folder: Path) -> None:
    (folder / "kernels" / "python3").mkdir(parents=True)
    spec = f'{{"argv": ["{program}", "-m", "ipykernel_launcher"], "display_name": "A kernel"}}'
    (folder / "kernels" / "python3" / "kernel.json").write_text(spec.replace("\\", "\\\\"))


def test_a_machine_that_can_run_the_lessons_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    *lines, _, verdict = capsys.readouterr().out.splitlines()
    assert [line[:4].strip() for line in lines] == ["ok"] * 7
    assert verdict == "This machine can run the lessons: `lessons lab` opens them."


def test_a_missing_package_fails_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: ["no-such-package>=1"])
    is_fine, seen, advice = check.check_packages()
    assert (is_fine, seen) == (False, "no-such-package is not installed")
    assert advice == f"{sys.executable} -m pip install --upgrade lessons-lib"


def test_a_package_below_its_minimum_fails_with_both_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed = ["pyyaml>=999", 'left-out>=1; extra == "test"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: needed)
    is_fine, seen, _ = check.check_packages()
    assert not is_fine
    assert seen == f"pyyaml is {importlib.metadata.version('pyyaml')}, but >=999 is needed"


def test_a_package_that_cannot_be_imported_fails_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "anywidget.py").write_text("raise ImportError('half a package')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert check.check_packages()[:2] == (False, "ImportError: half a package")


def test_a_kernel_of_another_python_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _kernel_of("/no/such/python", tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    is_fine, seen, advice = check.check_kernel()
    assert not is_fine
    assert "/no/such/python" in seen
    assert advice.endswith("-m ipykernel install --sys-prefix")


def test_a_kernel_that_names_this_python_by_its_path_is_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kernel_of(sys.executable, tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert check.check_kernel()[0]


@pytest.mark.parametrize(("megabytes", "is_enough"), [(399, False), (400, True)])
def test_memory_is_held_against_what_a_notebook_needs(
    monkeypatch: pytest.MonkeyPatch, megabytes: int, is_enough: bool
) -> None:
    monkeypatch.setenv("MEM_LIMIT", str(megabytes * 1_000_000))
    is_fine, seen, _ = check.check_machine()
    assert is_fine is is_enough
    assert f"{megabytes} MB of memory allowed by MEM_LIMIT" in seen


def test_checking_the_record_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    assert check.check_record()[0]
    assert list(tmp_path.iterdir()) == []


def test_what_only_limits_the_lessons_is_a_warning_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONS_CORPUS", str(tmp_path / "corpus"))
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert out.count("warn  ") == 2
    assert "Set LESSONS_DATA_DIR to a folder that you can write to" in out
    assert "Run `lessons prepare`" in out


def test_what_keeps_the_lessons_from_running_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEM_LIMIT", "1000000")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "FAIL  1 MB of memory" in out
    assert out.endswith("This machine cannot run the lessons yet: fix what is marked FAIL.\n")
