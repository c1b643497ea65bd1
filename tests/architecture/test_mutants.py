"""Faults that the tests must catch.

Each mutant is one fault, put into a temporary copy of the project; the tests named with it must
then fail. Where two checks protect from the same harm, such as the two that keep scripts out of
Markdown, each is switched off by a mutant of its own.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("lessons_lib", "notebooks", "quizzes", "tests", "pyproject.toml", "README.md")
TESTS_FAILED = 1  # pytest's exit code; an error while collecting, or no test at all, has another


class Mutant(NamedTuple):
    """A fault: a text that a file contains once, its replacement, and the tests that catch it."""

    name: str
    file: str
    text: str
    replacement: str
    tests: str


TIES = (
    "tests/pipeline/inference/test_predictors.py"
    "::test_the_first_of_equal_probabilities_wins_in_every_mode"
)
KEYS = (
    "tests/lesson/quizzes/test_keys.py::test_what_is_not_computed_has_the_key_that_was_read_by_hand"
)
# fmt: off
MUTANTS = [
    Mutant("file-not-synced", "lessons_lib/classroom/record/log.py",
           "            self._torn = False\n            os.fsync(descriptor)\n",
           "            self._torn = False\n", "tests/classroom/record/test_log.py"),
    Mutant("record-folder-not-synced", "lessons_lib/classroom/record/log.py",
           "                sync_folder(self.folder)\n", "                pass\n",
           "tests/classroom/record/test_log.py"),
    Mutant("record-readable-by-others", "lessons_lib/classroom/record/log.py",
           "0o600", "0o644", "tests/classroom/record/test_log.py"),
    Mutant("record-folder-open-to-others", "lessons_lib/classroom/record/log.py",
           "mode=0o700", "mode=0o755", "tests/classroom/record/test_log.py"),
    Mutant("append-without-refresh", "lessons_lib/classroom/record/log.py",
           "            self._refresh()\n            stored",
           "            stored", "tests/classroom/record/test_log.py"),
    Mutant("last-of-two-equal-ids-counts", "lessons_lib/classroom/record/reader.py",
           "self._entries.setdefault(event.id, (rank, event))",
           "self._entries[event.id] = (rank, event)",
           "tests/classroom/record/test_reader.py"),
    Mutant("events-not-in-order", "lessons_lib/classroom/record/reader.py",
           "every = sorted(", "every = list(", "tests/classroom/record/test_reader.py"),
    Mutant("output-not-synced-before-the-rename", "lessons_lib/files.py",
           "            file.flush()\n            os.fsync(file.fileno())\n",
           "            file.flush()\n", "tests/test_files.py"),
    Mutant("rename-not-synced", "lessons_lib/files.py",
           "        sync_folder(target.parent)\n", "", "tests/test_files.py"),
    Mutant("html-through-the-parser", "lessons_lib/classroom/quiz/markdown.py",
           '{"html": False, "breaks": False}).enable("table")\n',
           '{"html": True}).enable("table")\n    return made\n',
           "tests/classroom/quiz/test_markdown.py"),
    Mutant("scripts-in-links-through-the-parser", "lessons_lib/classroom/quiz/markdown.py",
           "    return made.disable(\n",
           '    setattr(made, "validateLink", bool)\n    return made.disable(\n',
           "tests/classroom/quiz/test_markdown.py"),
    Mutant("html-through-the-cleaner", "lessons_lib/classroom/quiz/markdown.py",
           "tags=TAGS,", 'tags=TAGS | {"img"},', "tests/classroom/quiz/test_markdown.py"),
    Mutant("scripts-in-links-through-the-cleaner", "lessons_lib/classroom/quiz/markdown.py",
           'SCHEMES = {"http", "https"}', 'SCHEMES = {"http", "https", "javascript"}',
           "tests/classroom/quiz/test_markdown.py"),
    Mutant("formula-in-a-csv-cell", "lessons_lib/classroom/quiz/export.py",
           'return f"\'{value}"', "return value", "tests/classroom/quiz/test_export.py"),
    Mutant("control-characters-in-a-message", "lessons_lib/classroom/tables/problems.py",
           "one if one.isprintable() else", "one if one else",
           "tests/classroom/quiz/test_yaml_file.py"
           "::test_a_problem_shows_neither_control_characters_nor_long_texts"),
    Mutant("control-characters-on-a-page", "lessons_lib/classroom/sessions/page.py",
           ".translate(_CONTROL_PICTURES)", "", "tests/classroom/sessions/test_page.py"),
    Mutant("links-in-a-home-are-followed", "lessons_lib/classroom/hub/collect/homes.py",
           'getattr(os, "O_NOFOLLOW", 0) | ', "", "tests/classroom/hub/collect/test_collect.py"),
    Mutant("homes-not-in-order", "lessons_lib/classroom/hub/collect/homes.py",
           "paths = sorted(one", "paths = list(one", "tests/classroom/hub/collect/test_collect.py"),
    Mutant("quizzes-not-in-order", "lessons_lib/classroom/quiz/bank.py",
           "paths = sorted(path", "paths = list(path", "tests/classroom/quiz/test_bank.py"),
    Mutant("tie-of-one-text-decided-the-other-way", "lessons_lib/pipeline/inference/prediction.py",
           "neutral > negative and neutral >= positive",
           "neutral > negative and neutral > positive", TIES),
    Mutant("tie-in-a-batch-decided-the-other-way", "lessons_lib/pipeline/inference/prediction.py",
           "probabilities.argmax(axis=1)", "(2 - probabilities[:, ::-1].argmax(axis=1))", TIES),
    Mutant("tie-of-labels-decided-the-other-way", "lessons_lib/pipeline/inference/batch.py",
           "= rows.argmax(axis=1)", "= 2 - rows[:, ::-1].argmax(axis=1)", TIES),
    Mutant("nan-gets-a-label", "lessons_lib/pipeline/inference/prediction.py",
           "if (rows != rows).any():", "if False:",
           "tests/pipeline/inference/test_predictors.py::test_a_label_is_never_decided_from_nan"),
    Mutant("one-token-too-many", "lessons_lib/pipeline/text/preprocess.py",
           "[:max_tokens]", "[: max_tokens + 1]", "tests/pipeline/text/test_text.py"),
    Mutant("one-token-too-many-in-a-batch", "lessons_lib/pipeline/text/encoder.py",
           "np.minimum(counts, MAX_TOKENS)", "np.minimum(counts, MAX_TOKENS + 1)",
           "tests/pipeline/text/test_encoder.py"),
    Mutant("corpus-files-not-in-order", "lessons_lib/pipeline/text/corpus.py",
           "sorted(files.items())", "files.items()", "tests/pipeline/text/test_corpus.py"),
    Mutant("padding-counts-in-the-mean", "lessons_lib/pipeline/model/network.py",
           "count = mask.sum(dim=2).clamp(min=1)", "count = mask.size(2)",
           "tests/pipeline/model/test_network.py"),
    Mutant("queue-one-too-long", "lessons_lib/pipeline/inference/microbatch.py",
           "if len(self._queue) >= self._max_queue:", "if len(self._queue) > self._max_queue:",
           "tests/pipeline/inference/test_microbatch.py"),
    Mutant("full-batch-waits", "lessons_lib/pipeline/inference/microbatch.py",
           "if len(self._queue) >= self._max_batch_size:",
           "if len(self._queue) > self._max_batch_size:",
           "tests/pipeline/inference/test_microbatch.py"),
    Mutant("tolerance-left-out", "lessons_lib/classroom/quiz/grading.py",
           "<= tolerance + slack", "< tolerance", "tests/classroom/quiz/test_grading.py"),
    Mutant("wrong-options-cost-nothing", "lessons_lib/classroom/quiz/grading.py",
           "max(0, hits - wrong)", "hits", "tests/classroom/quiz/test_grading.py"),
    Mutant("half-the-median-needs-help", "lessons_lib/classroom/hub/collect/collect.py",
           "if overall.attempted < middle / 2:", "if overall.attempted <= middle / 2:",
           "tests/classroom/hub/collect/test_regrade.py"),
    Mutant("answers-in-the-order-of-length", "lessons_lib/pipeline/inference/batch.py",
           "in sorted(answers, key=itemgetter(0))", "in answers",
           "tests/pipeline/inference/test_predictors.py"),
    Mutant("labels-in-the-order-of-length", "lessons_lib/pipeline/inference/batch.py",
           "joined[np.argsort(order)]", "joined[order]",
           "tests/pipeline/inference/test_predictors.py"),
    Mutant("oldest-tests-compared", "lessons_lib/classroom/quiz/exam.py",
           "[-COMPARED:]", "[:COMPARED]", "tests/classroom/quiz/test_exam.py"),
    Mutant("colon-not-escaped", "lessons_lib/classroom/exchange/gift.py",
           r'r"[\\~=#{}:]", r"', r'r"[\\~=#{}]", r"', "tests/classroom/exchange/test_gift.py"),
    Mutant("unit-with-a-factor-kept", "lessons_lib/classroom/exchange/moodle.py",
           "if factor == 1 and", "if", "tests/classroom/exchange/test_moodle_files.py"),
    Mutant("dtd-allowed", "lessons_lib/classroom/exchange/moodle.py",
           "forbid_dtd=True", "forbid_dtd=False", "tests/classroom/exchange/test_moodle_files.py"),
    Mutant("exact-and-range-swapped", "lessons_lib/classroom/exchange/canvas.py",
           "if not right.tolerance:", "if right.tolerance:",
           "tests/classroom/exchange/test_qti.py"),
    Mutant("any-weights-accepted", "lessons_lib/pipeline/model/transformer_files.py",
           "if digest == TRANSFORMER_SHA256[path.name] else", "if digest else",
           "tests/pipeline/model/test_minilm.py"),
    Mutant("replaced-file-not-noticed", "lessons_lib/classroom/record/reader.py",
           "about.st_size < state.offset:", "about.st_size < state.offset - 1:",
           "tests/classroom/record/test_reader.py"),
    Mutant("clock-nearly-an-hour-behind", "lessons_lib/classroom/record/log.py",
           "timedelta(minutes=5)", "timedelta(minutes=45)", "tests/classroom/record/test_log.py"),
    Mutant("five-points-no-longer-close", "lessons_lib/classroom/practice/guesses.py",
           "<= CLOSE_POINTS", "< CLOSE_POINTS", "tests/classroom/practice/test_guesses.py"),
    Mutant("key-of-06-changed", "quizzes/06_batch_inference.yaml",
           '    answer: B\n    hints:\n      - "Sharing passes',
           '    answer: C\n    hints:\n      - "Sharing passes', KEYS),
    Mutant("key-of-08-changed", "quizzes/08_probabilities_to_labels.yaml",
           '    answer: B\n    hints:\n      - "How sure is the model',
           '    answer: D\n    hints:\n      - "How sure is the model', KEYS),
    Mutant("figure-of-a-feedback-changed", "quizzes/05_training.yaml",
           "from 0.1 to 0.2, without", "from 0.1 to 0.4, without",
           "tests/lesson/quizzes/test_keys.py"
           "::test_a_figure_in_feedback_is_in_the_question_or_was_read_by_hand"),
    Mutant("figure-of-the-benchmark-changed", "README.md",
           "| 10.2× |", "| 8.7× |", "tests/benchmarks/test_engines.py"),
    Mutant("figure-of-the-hub-page-changed", "lessons_lib/lesson/deploy/HUB.md",
           "| 534 / 404 |", "| 543 / 404 |",
           "tests/lesson/test_deploy.py::test_the_memory_figures_of_the_hub_page_add_up"),
]
# fmt: on


each_mutant = pytest.mark.parametrize("mutant", [pytest.param(one, id=one.name) for one in MUTANTS])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, compiled: each file is compared with its bytecode by hash."""
    folder = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    # jsonschema does without this package, whose import compiles a grammar for two seconds.
    (folder / "rfc3987_syntax.py").write_text("raise ImportError\n", encoding="utf-8")
    by_hash = PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(folder, quiet=2, invalidation_mode=by_hash)
    return folder


def _exit_code(folder: Path, *tests: str) -> int:
    """Run tests of a copy and return pytest's exit code.

    No bytecode is written: a mutant of the same size and second would be mistaken for its original.
    """
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider"]
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}
    return subprocess.call([*command, *tests], cwd=folder, env=os.environ | environment)


@each_mutant
def test_a_mutant_still_fits_the_project(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.text) == 1
    file, _, name = mutant.tests.partition("::")
    assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.slow
def test_without_a_fault_the_named_tests_pass(copy: Path) -> None:
    assert _exit_code(copy, *sorted({one.tests for one in MUTANTS})) == 0


@pytest.mark.slow
@each_mutant
def test_a_fault_is_caught(copy: Path, mutant: Mutant) -> None:
    path = copy / mutant.file
    original = path.read_text(encoding="utf-8")
    path.write_text(original.replace(mutant.text, mutant.replacement), encoding="utf-8")
    try:
        assert _exit_code(copy, mutant.tests) == TESTS_FAILED
    finally:
        path.write_text(original, encoding="utf-8")
