"""Faults in durability and security that the tests must catch.

Nobody would notice one of these in daily use. They are those under `safety` in `.ci/faults.toml`.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = tomllib.loads((ROOT / ".ci" / "faults.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", [pytest.param(one, id=one["name"]) for one in FAULTS["safety"]])
def test_a_fault_still_fits_the_project(fault: dict[str, str]) -> None:
    assert (ROOT / fault["file"]).read_text(encoding="utf-8").count(fault["before"]) == 1


@pytest.mark.slow
def test_the_tests_catch_every_fault() -> None:
    script = ROOT / ".ci" / "faults"
    done = subprocess.run([sys.executable, script, "safety"], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout
