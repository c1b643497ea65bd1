"""`lessons prepare`: the corpus is downloaded once, or the error explains what to do."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.pipeline.embedding import sealed_file
from lessons_lib.pipeline.model import checkpoint
from lessons_lib.pipeline.model.transformer_files import TRANSFORMER_VARIABLE
from lessons_lib.pipeline.text.corpus_files import CORPUS_VARIABLE, corpus_files
from tests.support.shell import Lessons, ran

Patch = pytest.MonkeyPatch


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return a folder with the corpus that `LESSONS_CORPUS` names."""
    for name, content in corpus_files().items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: Patch) -> None:
    """No cache, and a pip that knows no index."""
    monkeypatch.delenv(CORPUS_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("HOME", str(tmp_path))


def test_it_prints_each_step_and_where_the_corpus_is(cached: Path, lessons: Lessons) -> None:
    first = lessons.ends(0, "prepare")
    assert first.out == f"23,703 verified texts are in {cached}\nEverything is ready.\n"
    steps = ("loading the model", "listing the fonts", f"reading {cached}", "reading the texts")
    assert first.err == "".join(f"{step} …\n" for step in steps)
    assert lessons.ends(0, "prepare") == first


@pytest.mark.usefixtures("offline")
def test_without_a_network_the_error_explains_what_to_do_and_fonts_are_listed(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "MPLCONFIGDIR": str(tmp_path / "matplotlib")}
    done = ran(sys.executable, "-m", "lessons_lib.cli", "prepare", env=environment)
    assert done.returncode == 1
    assert "run `lessons prepare`" in done.stderr
    assert CORPUS_VARIABLE in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "matplotlib").glob("fontlist-*.json"))


def test_nothing_is_called_ready_if_the_transformer_cannot_be_downloaded(
    cached: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(cached / "transformer"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    assert "Everything is ready" not in lessons.ends(1, "prepare", "--transformer").out


def test_an_unreadable_model_or_a_wrong_corpus_variable_is_reported(
    cached: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, str(cached / "nowhere"))
    assert "does not exist" in lessons.fails("prepare")
    (cached / "sentiment.safetensors").write_bytes(b"damaged")
    monkeypatch.setattr(checkpoint, "SHIPPED", str(cached / "sentiment.safetensors"))
    monkeypatch.setattr(sealed_file, "_IN_USE", {})  # as in a new process
    assert "The model cannot be read" in lessons.fails("prepare")


def test_a_damaged_cache_is_reported(cached: Path, monkeypatch: Patch, lessons: Lessons) -> None:
    cache = cached / "cache" / "lessons-lib" / "corpus"
    cache.mkdir(parents=True)
    names = [path.name for path in cached.glob("*.txt")]
    for name in names:
        shutil.copy(cached / name, cache)
    (cache / names[0]).write_bytes(b"damaged")
    monkeypatch.delenv(CORPUS_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cached / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    if os.name == "nt":
        pytest.skip("needs XDG_CACHE_HOME")
    assert "\nwarning: The corpus cache" in lessons.fails("prepare")
