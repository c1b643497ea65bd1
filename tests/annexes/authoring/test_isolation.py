"""The isolation of tests and kernels from the user's data, and what nbval compares."""

import os
import re
import sys
from pathlib import Path

import pytest

from lessons_lib.annexes.authoring import environment
from tests.annexes.authoring.conftest import ROOT
from tests.isolation import PICTURE
from tests.support import environment as tested
from tests.support.shell import ran

NEEDS_CORPUS = """def test_that_reads_the_corpus():
    from lessons_lib.pipeline.text.corpus import load_corpus
    load_corpus()
"""


def test_learner_data_and_jupyter_settings_are_in_a_folder_of_this_run() -> None:
    for name in ("LESSONS_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        assert "lessons-tests-" in os.environ[name]


def test_pictures_are_blanked_up_to_their_closing_quote_only() -> None:
    html = '<img alt="A curve" src="data:image/png;base64,AA+/9=" width="300">'
    assert re.sub(PICTURE, "", html) == '<img alt="A curve"  width="300">'


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 failed")])
def test_without_the_corpus_what_needs_it_is_skipped_but_fails_in_ci(
    tmp_path: Path, ci: str, outcome: str
) -> None:
    test = tmp_path / "test_corpus.py"
    test.write_text(NEEDS_CORPUS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "-n", "0"]
    private = {"LESSONS_CORPUS": str(tmp_path / "none"), "CI": ci, "PYTEST_ADDOPTS": ""}
    flags = ("-p", "no:cacheprovider", test)
    done = ran(*command, *flags, env={**os.environ, **private}, cwd=ROOT)
    assert outcome in done.stdout


def test_notebooks_are_built_and_tested_with_the_same_variables(tmp_path: Path) -> None:
    assert environment.UNSET == tested.UNSET
    assert environment.private_variables(tmp_path) == tested.private_variables(tmp_path)
