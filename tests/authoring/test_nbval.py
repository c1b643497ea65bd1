"""What the test command says of notebooks whose stored outputs were changed by hand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.authoring.conftest import ROOT, SampleCourse

# For each copy of the sample: what stands in the stored notebook, and what is put in its place.
CHANGES = {
    "as_built": ("", ""),
    "other_pixels": ("base64,AAAA", "base64,BBBB"),
    "other_alt": ('alt=\\"text, then label\\" src=\\"data', 'alt=\\"a cat\\" src=\\"data'),
    "other_value": ("['i', 'love', 'sunny', 'days']", "['i', 'love', 'rainy', 'days']"),
    "other_message": ('"evalue": "RealTimePredictor.predict() takes', '"evalue": "It takes'),
}


@pytest.fixture(scope="module")
def outcomes(
    built_course: SampleCourse, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, tuple[str, ...]]:
    """Run the changed copies once; return the outcome of each code cell by the copy's name."""
    folder = tmp_path_factory.mktemp("changed")
    for name, (old, new) in CHANGES.items():
        _write_changed(built_course.built, folder / f"{name}.ipynb", old, new)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-n", "0"]
    done = subprocess.run(
        [*command, "-v", "-p", "no:cacheprovider", str(folder)],
        env={**os.environ, "COLUMNS": "200"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = re.findall(r"(\w+)\.ipynb::Cell \d+ (PASSED|FAILED)", done.stdout)
    return {name: tuple(told for one, told in lines if one == name) for name in CHANGES}


def _write_changed(built: Path, copy: Path, old: str, new: str) -> None:
    """Change the last place where `old` stands: a cell's outputs come after what it displays."""
    if not old:
        shutil.copy(built, copy)
        return
    before, found, after = built.read_text(encoding="utf-8").rpartition(old)
    if not found:
        raise ValueError(f"The built sample does not hold {old!r}.")
    copy.write_text(before + new + after, encoding="utf-8")


def test_a_notebook_as_it_was_built_passes(outcomes: Mapping[str, tuple[str, ...]]) -> None:
    assert outcomes["as_built"] == ("PASSED",) * 6


def test_the_pixels_of_a_picture_may_differ(outcomes: Mapping[str, tuple[str, ...]]) -> None:
    assert outcomes["other_pixels"] == ("PASSED",) * 6


@pytest.mark.parametrize(
    ("name", "cell"), [("other_alt", 0), ("other_value", 2), ("other_message", 4)]
)
def test_a_changed_output_fails_its_cell_alone(
    outcomes: Mapping[str, tuple[str, ...]], name: str, cell: int
) -> None:
    expected = ["PASSED"] * 6
    expected[cell] = "FAILED"
    assert outcomes[name] == tuple(expected)
