"""The README's test command is the one that CI runs."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readme_marks_one_test_command_complete_in_a_fresh_clone() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^<!-- test-command.*?^```sh\n(.*?)^```", readme, re.M | re.S)
    (command,) = block.splitlines()
    assert command.startswith("python3 -m venv .venv && ")
    assert '".[test]"' in command
    assert command.endswith(" && .venv/bin/python -m pytest")


def test_ci_reads_the_command_and_holds_no_copy_of_it() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "/^<!-- test-command/" in script
    assert "pip install" not in script
