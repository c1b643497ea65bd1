"""What every test and every kernel of a test run can rely on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.authoring.isolation import PICTURE
from lessons_lib.text.corpus import load_corpus

ROOT = Path(__file__).parents[2]
NEEDS_CORPUS = """
from lessons_lib.text.corpus import load_corpus

def test_that_reads_the_corpus():
    assert len(load_corpus()) > 0
"""


def _run(test: Path, **variables: str) -> str:
    """Run one test file with the project's own configuration and return what pytest says."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-n", "0"]
    done = subprocess.run(
        [*command, "-rs", "-p", "no:cacheprovider", str(test)],
        env={**os.environ, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_learner_data_and_jupyters_settings_lie_in_a_folder_of_this_run() -> None:
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
    assert outcome in _run(test, LESSONS_CORPUS=str(tmp_path / "none"), CI=ci)
