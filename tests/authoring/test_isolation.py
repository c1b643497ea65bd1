"""What every test and every kernel of a test run can rely on, and what nbval compares."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lessons_lib.text.corpus import load_corpus
from tests.authoring.conftest import ROOT, SampleCourse
from tests.isolation import PICTURE

NEEDS_CORPUS = """
from lessons_lib.text.corpus import load_corpus

def test_that_reads_the_corpus():
    assert len(load_corpus()) > 0
"""
# For each copy of the sample: a text in the stored notebook, and its replacement.
CHANGES = {
    "as_built": ("", ""),
    "other_pixels": ("base64,AAAA", "base64,BBBB"),
    "other_alt": ('alt=\\"text, then label\\" src=\\"data', 'alt=\\"a cat\\" src=\\"data'),
    "other_value": ("['i', 'love', 'sunny', 'days']", "['i', 'love', 'rainy', 'days']"),
    "other_message": ('"evalue": "RealTimePredictor.predict() takes', '"evalue": "It takes'),
}


def _run(path: Path, *options: str, **variables: str) -> str:
    """Run tests with the project's own configuration and return what pytest prints."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-n", "0"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options, str(path)],
        env={**os.environ, "COLUMNS": "200", **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_learner_data_and_jupyter_settings_are_in_a_folder_of_this_run() -> None:
    for name in ("LESSONS_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        assert "lessons-tests-" in os.environ[name]


def test_the_corpus_that_tests_read_is_a_copy_of_this_run() -> None:
    load_corpus()
    assert "lessons-tests-" in os.environ["LESSONS_CORPUS"]


def test_pictures_are_blanked_up_to_their_closing_quote_only() -> None:
    html = '<img alt="A curve" src="data:image/png;base64,AA+/9=" width="300">'
    assert re.sub(PICTURE, "", html) == '<img alt="A curve"  width="300">'


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 failed")])
def test_without_the_corpus_what_needs_it_is_skipped_but_fails_in_ci(
    tmp_path: Path, ci: str, outcome: str
) -> None:
    test = tmp_path / "test_corpus.py"
    test.write_text(NEEDS_CORPUS, encoding="utf-8")
    assert outcome in _run(test, "-rs", LESSONS_CORPUS=str(tmp_path / "none"), CI=ci)


@pytest.fixture(scope="module")
def outcomes(
    built_course: SampleCourse, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, tuple[str, ...]]:
    """Run the changed copies once; return the outcome of each code cell by the copy's name."""
    folder = tmp_path_factory.mktemp("changed")
    for name, (old, new) in CHANGES.items():
        _write_changed(built_course.built, folder / f"{name}.ipynb", old, new)
    output = _run(folder, "-v")
    lines = re.findall(r"(\w+)\.ipynb::Cell \d+ (PASSED|FAILED)", output)
    return {name: tuple(outcome for copy, outcome in lines if copy == name) for name in CHANGES}


def _write_changed(built: Path, copy: Path, old: str, new: str) -> None:
    """Replace the last occurrence of `old`: outputs are stored below the code."""
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
