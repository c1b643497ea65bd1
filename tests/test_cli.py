"""The `lessons` command itself."""

import argparse
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lessons_lib
from lessons_lib.classroom.course import COURSE_VARIABLE, course_folder
from lessons_lib.cli import COMMANDS, IN_ANNEXES, main
from lessons_lib.commands import check, lab
from lessons_lib.console import CommandError
from tests.support.shell import Lessons, ran

Captured = pytest.CaptureFixture[str]


def _raise(error: BaseException) -> None:
    raise error


def test_the_version_is_printed(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{lessons_lib.__version__}\n"


def test_without_a_command_it_prints_its_help(lessons: Lessons) -> None:
    printed = lessons()
    assert printed.startswith("usage: lessons")
    assert all(f"    {name} " in printed for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - IN_ANNEXES))
def test_every_command_of_the_house_has_help(name: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name][:30] in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["learn"], ["check", "--fast"], ["prepare", "now"]])
def test_unknown_commands_and_arguments_are_refused(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: lessons" in capsys.readouterr().err


def test_only_lab_passes_further_flags_on_and_after_two_dashes_even_our_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[argparse.Namespace] = []
    monkeypatch.setattr(lab, "run", seen.append)
    flags = ["--no-browser", "--port", "9999", "--ServerApp.base_url=/x/", "-y"]
    main(["lab", *flags[:2], "--folder", "here", *flags[2:]])
    assert seen[0].further == flags
    assert str(seen[0].folder) == "here"
    main(["lab", "--", "--help"])
    assert seen[1].further == ["--help"]


@pytest.mark.parametrize(
    ("error", "printed"),
    [
        (CommandError("No. Do this."), "No. Do this."),
        (PermissionError(errno.EACCES, "Permission denied", "here"), "Permission denied: here"),
    ],
)
def test_an_expected_failure_is_one_sentence_and_code_1(
    error: Exception, printed: str, monkeypatch: pytest.MonkeyPatch, lessons: Lessons
) -> None:
    monkeypatch.setattr(check, "run", lambda _: _raise(error))
    assert lessons.ends(1, "check") == ("", f"lessons check: {printed}\n")


def test_an_interruption_is_code_130(monkeypatch: pytest.MonkeyPatch, lessons: Lessons) -> None:
    monkeypatch.setattr(check, "run", lambda _: _raise(KeyboardInterrupt()))
    lessons.ends(130, "check")


def test_an_ascii_console_gets_escapes() -> None:
    program = (
        "import sys; from lessons_lib.cli import main; from lessons_lib.commands import check;"
        "check.run = lambda options: print('Übung – \\udc80 ×') or 0; sys.exit(main(['check']))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = ran(sys.executable, "-c", program, env=environment)
    assert (done.returncode, done.stdout) == (0, "\\xdcbung \\u2013 \\udc80 \\xd7\n")


def test_a_closed_reader_causes_no_traceback() -> None:
    program = (
        "import sys; from lessons_lib.cli import main; from lessons_lib.commands import check;"
        "from lessons_lib.console import say;"
        "check.run = lambda options: [say('x' * 1000) for _ in range(1000)] and 0;"
        "sys.exit(main(['check']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == 1


def test_a_course_plan_with_a_fault_ends_a_command_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lessons: Lessons
) -> None:
    shutil.copytree(course_folder() / "quizzes", tmp_path / "quizzes")
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "notebooks" / "source" / "course.yaml").write_text("lessons: []\n")
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path))
    assert "lessons progress: course.yaml:1: " in lessons.fails("progress")
