"""The isolation of tests and kernels from the user's data, and what nbval compares."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lessons_lib.pipeline.text.corpus import load_corpus
from tests.classroom.authoring.conftest import ROOT, SampleCourse
from tests.isolation import PICTURE

NEEDS_CORPUS = """
from lessons_lib.pipeline.text.corpus import load_corpus

def test_that_reads_the_corpus():
    assert len(load_corpus()) > 0
"""
# For each copy of the sample: a stored text, its replacement, and the cell that fails, if any.
CHANGES = {
    "as_built": ("", "", None),
    "other_pixels": ("base64,AAAA", "base64,BBBB", None),
    "other_alt": ('alt=\\"text, then label\\" src=\\"data', 'alt=\\"a cat\\" src=\\"data', 0),
    "other_value": ("['i', 'love', 'sunny', 'days']", "['i', 'love', 'rainy', 'days']", 4),
    "other_message": ('"evalue": "RealTimePredictor.predict() takes', '"evalue": "It takes', 6),
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
) -> Mapping[str, list[str]]:
    """Run the changed copies once; return the outcome of each code cell by the copy's name."""
    folder = tmp_path_factory.mktemp("changed")
    for name, (old, new, _) in CHANGES.items():
        # The last occurrence: outputs are stored below the code.
        before, found, after = built_course.built.read_text(encoding="utf-8").rpartition(old or "{")
        assert found, f"The built sample does not hold {old!r}."
        text = before + (new or found) + after
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    lines = re.findall(r"(\w+)\.ipynb::Cell \d+ (PASSED|FAILED)", _run(folder, "-v"))
    return {name: [outcome for copy, outcome in lines if copy == name] for name in CHANGES}


@pytest.mark.parametrize(("name", "failing"), [(name, one[2]) for name, one in CHANGES.items()])
def test_a_changed_output_fails_its_cell_alone_and_other_pixels_fail_none(
    outcomes: Mapping[str, list[str]], name: str, failing: int | None
) -> None:
    expected = ["FAILED" if cell == failing else "PASSED" for cell in range(8)]
    assert outcomes[name] == expected
