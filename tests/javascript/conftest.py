"""Node and npm, with the packages of this folder."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

FOLDER = Path(__file__).parent
LIBRARY = FOLDER.parents[1] / "lessons_lib"
Run: TypeAlias = Callable[..., str]


@pytest.fixture(scope="session")
def run() -> Run:
    """Return a function that runs node or npx in this folder, and returns what it prints.

    Without Node, npm or a registry, the test is skipped; with `CI=true` it fails.
    """
    if problem := _install():
        pytest.fail(problem) if os.environ.get("CI") == "true" else pytest.skip(problem)

    def run(*command: str) -> str:
        done = _done(*command)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def _install() -> str:
    """Install the packages of package-lock.json unless they are there; return why it failed."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm not found: install Node."
    lock = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    installed = FOLDER / "node_modules" / "installed.json"
    if not installed.is_file() or installed.read_text(encoding="utf-8") != lock:
        done = _done("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        if done.returncode:
            return f"npm ci failed: {done.stderr.strip()[-2000:]}"
        installed.write_text(lock, encoding="utf-8")
    return ""


def _done(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    found = shutil.which(program) or program
    return subprocess.run(
        [found, *arguments], cwd=FOLDER, capture_output=True, encoding="utf-8", check=False
    )
