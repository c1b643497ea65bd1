"""Chromium, and the readers of other systems that are written for Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.support.browser import browser, chromium, chromium_path

__all__ = ["browser", "chromium", "chromium_path"]

FILES = Path(__file__).parent / "foreign"
RunNode: TypeAlias = Callable[..., Any]

# What a script finds: the data it was given, and a function that hands back its result.
BEFORE = """import { readFileSync, writeFileSync } from "node:fs";
const given = JSON.parse(readFileSync("given.json", "utf8"));
const answer = (result) => writeFileSync("answer.json", JSON.stringify(result));
"""
LONGEST_S = 300


@pytest.fixture(scope="session")
def run_node(tmp_path_factory: pytest.TempPathFactory) -> RunNode:
    """Return a function that runs an ES module with npm packages and returns its result.

    `run_node("name@1.2.3", script="import read from 'name'; answer(read(given));", given=data)`
    installs each set of packages once per session. Without Node, npm or a network, the test is
    skipped; with `CI=true` it fails.
    """
    folders: dict[tuple[str, ...], Path] = {}

    def run(*packages: str, script: str, given: object = None) -> Any:
        if packages not in folders:
            folder = tmp_path_factory.mktemp("node")
            (folder / "package.json").write_text("{}", encoding="utf-8")
            flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")
            problem = _run(["npm", "install", *flags, *packages], folder)
            if problem:
                pytest.fail(problem) if os.environ.get("CI") == "true" else pytest.skip(problem)
            folders[packages] = folder
        folder = folders[packages]
        (folder / "answer.json").unlink(missing_ok=True)
        (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
        (folder / "script.mjs").write_text(BEFORE + script, encoding="utf-8")
        if problem := _run(["node", "script.mjs"], folder):
            pytest.fail(problem)
        return json.loads((folder / "answer.json").read_text(encoding="utf-8"))

    return run


def _run(command: list[str], folder: Path) -> str:
    """Run a command, and return why it failed, or ""."""
    tools = {name: shutil.which(name) for name in ("node", "npm")}
    if missing := [name for name, path in tools.items() if path is None]:
        return f"{' and '.join(missing)} not found: install Node."
    found = [str(tools[command[0]]), *command[1:]]
    try:
        done = subprocess.run(
            found, cwd=folder, capture_output=True, encoding="utf-8", timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} took more than {LONGEST_S} s."
    return f"{command[0]} failed: {done.stderr.strip()[-2000:]}" if done.returncode else ""
