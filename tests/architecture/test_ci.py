"""The README's test commands are the ones that CI runs."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def marked(word: str) -> str:
    """Return the one line in the README's block after a comment that begins with a word."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"^<!-- {word}: .*?^```sh\n(.*?)^```", readme, re.M | re.S)
    (command,) = block.splitlines()
    return str(command)


def test_the_readme_marks_one_test_command_complete_in_a_fresh_clone() -> None:
    command = marked("test-command")
    assert command.startswith("python3 -m venv .venv && ")
    assert '".[test]"' in command
    assert command.endswith(" && .venv/bin/python -m pytest")


def test_the_readme_marks_one_command_that_tests_the_extras_in_an_environment_of_its_own() -> None:
    command = marked("extras-command")
    assert command.startswith("python3 -m venv .venv-extras && ")
    assert '".[test,readers,transformer,scale]"' in command
    assert "lessons prepare --transformer" in command
    assert command.endswith(" && .venv-extras/bin/python -m pytest -m extras")
    assert " .venv/" not in command


def test_ci_reads_the_commands_and_holds_no_copy_of_them() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    marks = re.findall(r"^run_marked (\S+)$", script, re.M)
    assert marks == ["test-command", "extras-command"]
    assert "pip install" not in script
