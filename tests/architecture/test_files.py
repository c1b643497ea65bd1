"""What lies in the repository: the agreed top level, and no trace of the machine it was made on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lessons_lib.authoring.machine_traces import machine_traces

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    ".ci",
    ".gitattributes",
    ".gitignore",
    ".oxlintrc.json",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "lessons_lib",
    "notebooks",
    "pyproject.toml",
    "quizzes",
    "tests",
}


def _files() -> list[Path]:
    """Return the files that git knows or would add, as paths from the top."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout: what belongs to the repository is unknown")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = (name for name in done.stdout.decode("utf-8").split("\0") if name)
    return [Path(name) for name in names if (ROOT / name).is_file()]


def test_the_top_level_holds_what_was_agreed_and_no_more() -> None:
    assert {file.parts[0] for file in _files()} - TOP_LEVEL == set()


def test_no_file_tells_of_the_machine_it_was_made_on() -> None:
    told = {}
    for file in _files():
        try:
            text = (ROOT / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if traces := sorted(set(machine_traces(text))):
            told[str(file)] = traces
    assert told == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py"}
    assert [file for file in _files() if file.name in empty] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_links_of_a_document_lead_to_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)\s#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []
