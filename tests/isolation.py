"""A pytest plugin: isolate tests and notebooks from the user's data, and compare them fairly.

The controller of a test run and each of its workers have their own folder. The corpus is fetched
at most once, by the controller. Where that is impossible, what needs it is skipped with a reason;
with `CI=true` it fails instead. As a plugin, named in `pyproject.toml`, it is active for notebooks
as well, and before any conftest is read.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from functools import partial
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from lessons_lib.extras import missing_extra
from lessons_lib.pipeline.model.transformer_files import TRANSFORMER_SHA256, transformer_folder
from lessons_lib.pipeline.text.corpus_files import (
    CORPUS_VARIABLE,
    CorpusMissingError,
    corpus_files,
    is_cached,
)
from tests.support.environment import UNSET, private_variables

# A figure's pixels differ with the version of a font; its alternative text must not.
PICTURE = r'src="data:image/png;base64,[^"]*"'
USE_EXTRAS = ("09", "10", "15")  # 16 would take minutes; tests/annexes/cluster runs its experiments
_FOLDER = pytest.StashKey[Path]()
_MISSING = pytest.StashKey[str]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Give this process its own folder, before any conftest is read."""
    folder = Path(tempfile.mkdtemp(prefix="lessons-tests-"))
    early_config.stash[_FOLDER] = folder
    early_config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))
    # Where this runs in the background of a script, Ctrl-C is ignored, and children inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ.update(private_variables(folder))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Look for the corpus; workers inherit what the controller found."""
    if CORPUS_VARIABLE not in os.environ:
        folder = session.config.stash[_FOLDER] / "corpus"
        try:
            files = corpus_files()
            folder.mkdir()
            for name, content in files.items():
                (folder / name).write_bytes(content)
        except CorpusMissingError as error:
            session.config.stash[_MISSING] = str(error)
        os.environ[CORPUS_VARIABLE] = str(folder)
    elif not is_cached():
        session.config.stash[_MISSING] = f"The corpus is not at {CORPUS_VARIABLE}."


def pytest_report_header(config: pytest.Config) -> str:
    """Report whether the corpus was found."""
    return f"corpus: {config.stash.get(_MISSING, 'verified')}"


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Let nbval compare the text around a picture, not its pixels, and trace no kernel.

    By now pytest-cov has read its option, and nbval would ask each kernel to trace, in vain.
    """
    if isinstance(collector, IPyNbFile):
        collector.sanitize_patterns[PICTURE] = 'src="picture"'
        collector.config.option.cov_source = None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the cells of notebooks that do more where an extra is installed."""
    if isinstance(item, IPyNbCell) and item.path.name[:2] in USE_EXTRAS:
        item.add_marker("extras")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Skip tests of a missing extra and, without the corpus, all that loads it."""
    for marker in item.iter_markers("extras"):
        for extra in marker.args:
            if problem := missing_extra("This test", extra):
                pytest.skip(problem)
            files = [transformer_folder() / name for name in TRANSFORMER_SHA256]
            if extra == "transformer" and not all(file.is_file() for file in files):
                pytest.skip("Run `lessons prepare --transformer` first.")
    if isinstance(item, IPyNbCell) and _may_skip(item) and _reads_corpus(item):
        pytest.skip(item.config.stash[_MISSING])
    return (yield from _skipping(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Without the corpus, skip tests that load it."""
    return (yield from _skipping(item))


def _skipping(item: pytest.Item) -> Generator[None, None, None]:
    try:
        return (yield)
    except CorpusMissingError:
        if not _may_skip(item):
            raise
    pytest.skip(item.config.stash[_MISSING])


def _may_skip(item: pytest.Item) -> bool:
    return _MISSING in item.config.stash and os.environ.get("CI") != "true"


def _reads_corpus(cell: pytest.Item) -> bool:
    sources = (one.source for one in cell.parent.nb.cells if one.cell_type == "code")  # type: ignore[union-attr]
    return any("load_corpus" in source for source in sources)
