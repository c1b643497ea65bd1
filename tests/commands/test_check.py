"""`lessons check`: what it reports, how bad that is, and what to do."""

import importlib.metadata
import re
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.commands import check
from lessons_lib.commands.lab import JUPYTER_FOLDER
from lessons_lib.extras import PACKAGES, missing_extra
from tests.support.fresh import MISSING_EXTENSION, enable_extension
from tests.support.shell import Lessons

Patch = pytest.MonkeyPatch
YAML = importlib.metadata.version("pyyaml")


def add_kernel(program: str, folder: Path, monkeypatch: Patch) -> None:
    (folder / "kernels" / "python3").mkdir(parents=True)
    spec = f'{{"argv": ["{program}", "-m", "ipykernel_launcher"], "display_name": "A kernel"}}'
    (folder / "kernels" / "python3" / "kernel.json").write_text(spec.replace("\\", "\\\\"))
    monkeypatch.setenv("JUPYTER_PATH", str(folder))


def test_a_machine_that_can_run_the_lessons_passes(lessons: Lessons) -> None:
    *lines, _, verdict = lessons("check").splitlines()
    assert [line[:4].strip() for line in lines[:-2]] == ["ok"] * 7
    assert verdict == "This machine can run the lessons: `lessons lab` opens them."


@pytest.mark.parametrize(
    ("needed", "reported"),
    [
        (["no-such-package>=1"], "no-such-package is not installed"),
        (["pyyaml>=999", 'left-out>=1; extra == "test"'], f"pyyaml is {YAML}, but >=999 is needed"),
    ],
)
def test_a_missing_or_old_package_fails_with_the_command_that_installs_it(
    monkeypatch: Patch, needed: list[str], reported: str
) -> None:
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: needed)
    is_fine, seen, advice = check.check_packages()
    assert (is_fine, seen) == (False, reported)
    assert f"{sys.executable} -m pip install --upgrade -e ." in advice


def test_a_broken_package_fails_with_its_error(tmp_path: Path, monkeypatch: Patch) -> None:
    (tmp_path / "anywidget.py").write_text("raise ImportError('half a package')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert check.check_packages()[:2] == (False, "ImportError: half a package")


def test_no_file_of_the_folder_is_imported(traps: Path, monkeypatch: Patch) -> None:
    monkeypatch.chdir(traps)
    assert check.check_packages()[0]
    assert check.check_kernel()[0]
    assert list(traps.glob("*.ran")) == []


def test_only_a_kernel_of_this_python_passes(tmp_path: Path, monkeypatch: Patch) -> None:
    add_kernel("/no/such/python", tmp_path / "other", monkeypatch)
    is_fine, seen, advice = check.check_kernel()
    assert not is_fine
    assert "/no/such/python" in seen
    assert advice.endswith("-m ipykernel install --sys-prefix")
    add_kernel(sys.executable, tmp_path / "own", monkeypatch)
    assert check.check_kernel()[0]


def test_where_jupyter_cannot_write_it_says_where_and_not_to_install_a_kernel(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    (tmp_path / "file").touch()
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "file" / "jupyter"))
    is_fine, seen, advice = check.check_jupyter()
    assert not is_fine
    assert str(tmp_path / "file" / "jupyter") in seen
    assert "set JUPYTER_DATA_DIR and LESSONS_DATA_DIR" in advice
    is_fine, _, advice = check.check_kernel()
    assert (is_fine, advice) == (False, "")


@pytest.mark.parametrize(
    ("platform", "pasted"), [("linux", "'/First Last/python'"), ("win32", '"/First Last/python"')]
)
def test_advice_can_be_pasted_where_the_path_has_a_space(
    monkeypatch: Patch, platform: str, pasted: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "executable", "/First Last/python")
    monkeypatch.setitem(PACKAGES, "hub", ("no_such_package",))
    assert missing_extra("A class", "hub").endswith(f': {pasted} -m pip install -e ".[hub]"')


def test_a_record_in_the_home_of_nobody_is_reported_in_a_sentence(
    monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", "~nobody-here/x")
    problem = "LESSONS_DATA_DIR names a user who has no home folder: ~nobody-here/x"
    assert lessons.fails("progress") == f"lessons progress: {problem}\n"
    assert check.check_record()[1] == f"your answers cannot be saved: {problem}"


@pytest.mark.parametrize(("megabytes", "is_enough"), [(399, False), (400, True)])
def test_too_little_memory_is_reported(monkeypatch: Patch, megabytes: int, is_enough: bool) -> None:
    monkeypatch.setenv("MEM_LIMIT", str(megabytes * 1_000_000))
    is_fine, seen, _ = check.check_machine()
    assert is_fine is is_enough
    assert f"{megabytes} MB of memory allowed by MEM_LIMIT" in seen


def test_checking_the_record_leaves_nothing_behind(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    assert check.check_record()[0]
    assert list(tmp_path.iterdir()) == []


def test_a_limitation_is_a_warning(tmp_path: Path, monkeypatch: Patch, lessons: Lessons) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONS_CORPUS", str(tmp_path / "corpus"))
    out = lessons("check")
    assert out.count("warn  ") == 2
    assert "set LESSONS_DATA_DIR to a folder that you can write to" in out
    assert "Run `lessons prepare`" in out


def test_optional_parts_that_are_missing_take_one_line_each_and_are_no_problem(
    tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setenv("LESSONS_TRANSFORMER", str(tmp_path))
    monkeypatch.setitem(PACKAGES, "transformer", ())
    monkeypatch.setitem(PACKAGES, "scale", ("no_such_package",))
    is_fine, seen, advice = check.check_transformer()
    assert (is_fine, advice) == (False, "")
    assert "lessons prepare --transformer" in seen
    is_fine, seen, advice = check.check_ray()
    assert (is_fine, advice) == (False, "")
    assert "no_such_package is not installed" in seen
    monkeypatch.setitem(check.CHECKS, "FAIL", ())
    lessons("check")


def test_copies_of_another_version_are_reported_with_the_command_that_installs_again(
    tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setitem(check.CHECKS, "FAIL", ())
    monkeypatch.setitem(check.CHECKS, "--", ())
    for top in ("etc", "share"):
        shutil.copytree(JUPYTER_FOLDER, tmp_path / top / "jupyter")
    assert check.UPGRADE not in lessons("check")
    script = tmp_path / "share/jupyter/labextensions/lessons-lib/static/remoteEntry.js"
    script.write_text("// old")
    assert _reported_with_the_command(lessons).endswith(str(script))
    enable_extension(tmp_path, MISSING_EXTENSION)
    assert _reported_with_the_command(lessons).endswith("lessons-lib.json")


def _reported_with_the_command(lessons: Lessons) -> str:
    found = re.findall(r"warn  (.*)\n +-> (.*)", lessons("check"))
    (seen,) = (seen for seen, advice in found if advice == check.UPGRADE)
    return str(seen)


def test_a_blocking_problem_is_an_exit_code(monkeypatch: Patch, lessons: Lessons) -> None:
    monkeypatch.setenv("MEM_LIMIT", "1000000")
    out = lessons.ends(1, "check").out
    assert "FAIL  1 MB of memory" in out
    assert out.endswith("This machine cannot run the lessons yet: fix what is marked FAIL.\n")
