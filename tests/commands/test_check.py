"""`lessons check`: what it sees, how bad that is, and what to do."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from lessons_lib.cli import main
from lessons_lib.commands.check import (
    PACKAGES,
    Finding,
    Level,
    check_cores,
    check_corpus,
    check_course,
    check_disk,
    check_kernel,
    check_memory,
    check_model,
    check_packages,
    check_python,
    check_record,
    fail,
    is_outside,
    minimums,
    ok,
)
from lessons_lib.text.corpus_files import CORPUS_VARIABLE

ROOT = Path(__file__).parents[2]


def test_the_packages_are_the_core_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[^\w-]", line)[0] for line in project["dependencies"]}
    assert set(PACKAGES) == names


def test_a_line_says_level_what_and_what_to_do() -> None:
    assert str(ok("torch", "2.13")) == "ok    torch: 2.13"
    assert str(fail("torch", "none", "Get it.")) == "FAIL  torch: none\n      -> Get it."


def test_this_python_its_kernel_and_the_shipped_model_are_fit() -> None:
    findings = [*check_python(), *check_kernel(), *check_model(), *check_course()]
    assert [one.level for one in findings] == [Level.OK] * 4


def test_a_package_is_reported_with_its_version() -> None:
    (finding,) = check_packages({"pyyaml": "yaml"})
    assert finding.level is Level.OK
    assert re.fullmatch(r"ok    pyyaml: \d[\w.]+", str(finding))


def test_a_missing_package_fails_with_the_command_that_installs_it() -> None:
    (finding,) = check_packages({"no-such-package": "no_such_package"})
    assert finding.level is Level.FAIL
    assert "No module named" in finding.seen
    assert finding.advice.endswith("-m pip install --force-reinstall no-such-package")


def test_a_package_below_its_minimum_is_a_warning_with_the_command_that_updates_it() -> None:
    (finding,) = check_packages({"pyyaml": "yaml"}, {"pyyaml": SpecifierSet(">=999")})
    assert finding.level is Level.WARN
    assert "pyyaml>=999" in finding.seen
    assert finding.advice.endswith('-m pip install --upgrade "pyyaml>=999"')


def test_a_package_within_its_bounds_is_fine() -> None:
    (finding,) = check_packages({"pyyaml": "yaml"}, {"pyyaml": SpecifierSet(">=1")})
    assert finding.level is Level.OK


def test_the_minimums_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {f"{name}{wanted}" for name, wanted in minimums().items()} == set(
        project["dependencies"]
    )


def test_a_distribution_that_is_not_installed_has_no_minimums() -> None:
    assert minimums("no-such-distribution") == {}


@pytest.mark.parametrize(
    ("version", "is_too_old"),
    [("2.5.9", True), ("2.6", False), ("2.7.0rc1+cpu", False), ("?", False)],
)
def test_a_version_is_outside_only_if_that_is_certain(version: str, is_too_old: bool) -> None:
    assert is_outside(version, SpecifierSet(">=2.6")) is is_too_old


def test_a_package_that_takes_its_process_down_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crashing.py").write_text("import os; os._exit(9)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    levels = [one.level for one in check_packages({"crashing": "crashing", "pyyaml": "yaml"})]
    assert levels == [Level.FAIL, Level.OK]


def test_a_kernel_of_another_python_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = '{"argv": ["/no/such/python", "-m", "ipykernel_launcher"], "display_name": "Other"}'
    (folder / "kernel.json").write_text(spec)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    (finding,) = check_kernel()
    assert finding.level is Level.FAIL
    assert "/no/such/python" in finding.seen
    assert str(folder) in finding.advice


def test_a_kernel_that_names_this_python_by_its_path_is_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    program = sys.executable.replace("\\", "\\\\")
    (folder / "kernel.json").write_text(f'{{"argv": ["{program}"], "display_name": "Ours"}}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert [one.level for one in check_kernel()] == [Level.OK]


@pytest.mark.parametrize(
    ("megabytes", "level"), [(399, Level.FAIL), (400, Level.WARN), (799, Level.WARN)]
)
def test_memory_is_weighed_against_what_a_notebook_needs(
    monkeypatch: pytest.MonkeyPatch, megabytes: int, level: Level
) -> None:
    monkeypatch.setenv("MEM_LIMIT", str(megabytes * 1_000_000))
    assert [one.level for one in check_memory()] == [level]


@pytest.mark.parametrize(("limit", "level"), [("0.5", Level.WARN), ("1", Level.OK)])
def test_less_than_one_core_is_told(
    monkeypatch: pytest.MonkeyPatch, limit: str, level: Level
) -> None:
    monkeypatch.setenv("CPU_LIMIT", limit)
    assert [one.level for one in check_cores()] == [level]


def test_the_disk_line_names_the_course_folder() -> None:
    (finding,) = check_disk()
    assert str(ROOT) in finding.seen


def test_a_record_that_can_be_kept_is_fine_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    assert [one.level for one in check_record()] == [Level.OK]
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_kept_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    (finding,) = check_record()
    assert finding.level is Level.WARN
    assert "LESSONS_DATA_DIR" in finding.advice


def test_a_missing_corpus_is_a_warning_that_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path))
    (finding,) = check_corpus()
    assert finding.level is Level.WARN
    assert "lessons prepare" in finding.advice


@pytest.mark.parametrize(("findings", "code"), [((), 0), ((fail("a", "b", "c"),), 1)])
def test_any_failure_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    findings: tuple[Finding, ...],
    code: int,
) -> None:
    checks = (lambda: iter((ok("one", "fine"),)), lambda: iter(findings))
    monkeypatch.setattr("lessons_lib.commands.check.CHECKS", checks)
    assert main(["check"]) == code
    verdict = capsys.readouterr().out.splitlines()[-1]
    assert verdict.startswith("This machine cannot" if code else "This machine can run")
