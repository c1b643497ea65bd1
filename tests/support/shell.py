"""The `lessons` command in this process, and programs in processes of their own."""

import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Printed(NamedTuple):
    """What a command prints."""

    out: str
    err: str


class Lessons:
    """The `lessons` command; a call runs it and returns what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> str:
        """Run a command that succeeds, and return its standard output."""
        return self.ends(0, *arguments).out

    def fails(self, *arguments: object) -> str:
        """Run a command that ends with a problem, and return its standard error."""
        return self.ends(1, *arguments).err

    def ends(self, code: int, *arguments: object) -> Printed:
        """Run a command that ends with a code, and return what it prints."""
        from lessons_lib.cli import main  # later than the plugins, so that coverage sees it

        self._capsys.readouterr()
        assert main([*map(str, arguments)]) == code
        return Printed(*self._capsys.readouterr())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, in which the test runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lessons(capsys: pytest.CaptureFixture[str]) -> Lessons:
    """Return what runs the `lessons` command."""
    return Lessons(capsys)


def ran(*command: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and return its exit code and what it printed."""
    words = [*map(str, command)]
    text: dict[str, Any] = {"capture_output": True, "encoding": "utf-8", "errors": "replace"}
    return subprocess.run(words, check=False, **text, **options)
