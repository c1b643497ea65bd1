"""Isolate each test from this machine: an empty cache, no package index, and a fake pip."""

import io
import os
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lessons_lib.pipeline.text.corpus_files import CORPUS_VARIABLE, cache_folder, corpus_files

# Copies the archive next to it to the folder that `--dest` names.
FAKE_PIP = """
import pathlib, sys
archive = pathlib.Path(__file__).with_name("archive.tar.gz")
target = pathlib.Path(sys.argv[sys.argv.index("--dest") + 1]) / "vaderSentiment-3.3.2.tar.gz"
target.write_bytes(archive.read_bytes())
"""


@pytest.fixture
def true_files() -> Mapping[str, bytes]:
    """Return the four files of the corpus that this test run uses."""
    return corpus_files()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, true_files: object) -> Path:
    """Make the library use an empty cache folder, and pip find no index; return the folder."""
    monkeypatch.delenv(CORPUS_VARIABLE)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    folder = cache_folder()
    if tmp_path not in folder.parents:
        pytest.skip(f"This system keeps its caches in {folder}, regardless of the environment.")
    return folder


@pytest.fixture
def pip_delivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return a function that makes `python -m pip download` deliver the given archive."""

    def deliver(archive: bytes) -> None:
        package = tmp_path / "fake" / "pip"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(FAKE_PIP, encoding="utf-8")
        (package / "archive.tar.gz").write_bytes(archive)
        monkeypatch.setenv("PYTHONPATH", str(package.parent))

    return deliver


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a compressed tar archive of files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def inner_archive(true_files: Mapping[str, bytes]) -> bytes:
    """Return the archive that contains the corpus, with its files in reverse order."""
    files = reversed([*true_files.items()])
    return packed({f"hutto_ICWSM_2014/{name}": one for name, one in files})


@pytest.fixture
def source_archive(inner_archive: bytes) -> bytes:
    """Return an archive that contains that one, laid out like the one that pip downloads."""
    resources = "vaderSentiment-3.3.2/additional_resources"
    return packed({f"{resources}/hutto_ICWSM_2014.tar.gz": inner_archive})
