"""Pyodide and msgspec for a site: verified, cached, and a clear error without npm or a network."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.annexes.site import runtime
from lessons_lib.annexes.site.runtime import (
    PYODIDE_ARCHIVE,
    PYODIDE_FILES,
    msgspec_wheel,
    pyodide_files,
)
from lessons_lib.downloads import DownloadError, npm_download
from lessons_lib.pipeline.text.corpus_files import cache_folder
from tests.pipeline.text.conftest import packed

Patch = pytest.MonkeyPatch
FILES = {name: name.encode() for name in PYODIDE_FILES}
ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the false npm is a script")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Use an empty cache, and let neither npm nor pip find anything; return the site's folder."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    folder = cache_folder().with_name("site")
    if tmp_path not in folder.parents:
        pytest.skip(f"This system keeps its caches in {folder}, regardless of the environment.")
    return folder


@pytest.fixture
def archive(monkeypatch: Patch) -> bytes:
    """Return a small archive that stands for Pyodide's."""
    content = packed({"package/README.md": b"", **{f"package/{n}": c for n, c in FILES.items()}})
    monkeypatch.setattr(runtime, "PYODIDE_SHA256", hashlib.sha256(content).hexdigest())
    return content


def npm_does(folder: Path, code: str) -> None:
    """Put a script that runs some Python into the `PATH` as npm."""
    program = folder / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\n{code}\n", encoding="utf-8")
    program.chmod(0o755)


def test_without_npm_one_sentence_says_which_file_to_bring(archive: bytes, cache: Path) -> None:
    with pytest.raises(DownloadError, match="npm is not installed") as raised:
        pyodide_files(None, print)
    assert f"copy {PYODIDE_ARCHIVE} here, and add `--pyodide FILE`" in str(raised.value)
    assert not cache.exists()


@ON_POSIX
def test_what_npm_downloads_is_kept_and_then_npm_is_not_needed(
    archive: bytes, cache: Path, tmp_path: Path
) -> None:
    npm_does(tmp_path, f"open({PYODIDE_ARCHIVE!r}, 'wb').write({archive!r})")
    said: list[str] = []
    assert pyodide_files(None, said.append) == FILES
    shutil.rmtree(tmp_path / "bin")
    assert pyodide_files(None, said.append) == FILES
    assert len(said) == 1
    (cache / PYODIDE_ARCHIVE).write_bytes(archive[:-1])
    with pytest.raises(DownloadError, match="npm is not installed"):
        pyodide_files(None, print)


@ON_POSIX
def test_a_download_that_cannot_be_kept_is_used(
    archive: bytes, cache: Path, tmp_path: Path
) -> None:
    npm_does(tmp_path, f"open({PYODIDE_ARCHIVE!r}, 'wb').write({archive!r})")
    cache.parent.mkdir(parents=True)
    cache.touch()
    said: list[str] = []
    assert pyodide_files(None, said.append) == FILES
    assert str(cache) in said[-1]


@ON_POSIX
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("sys.exit('npm error code E404\\nnpm error 404 No such\\nnpm error 404')", "404 No"),
        ("sys.exit('npm ERR! errno X\\nnpm ERR! network no network\\n')", "network no network"),
        ("sys.exit(7)", "npm ended with code 7"),
        ("pass", PYODIDE_ARCHIVE),
        (f"open({PYODIDE_ARCHIVE!r}, 'w').write('another')", "must have the sha256"),
    ],
    ids=["refused", "no network", "silent", "no file", "another file"],
)
def test_the_cause_of_a_failed_download_is_reported(
    archive: bytes, cache: Path, tmp_path: Path, code: str, cause: str
) -> None:
    npm_does(tmp_path, code)
    with pytest.raises(DownloadError, match="--pyodide FILE") as raised:
        pyodide_files(None, print)
    assert cause in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not cache.exists()


def test_an_archive_brought_along_is_read_and_must_be_the_expected_one(
    archive: bytes, cache: Path, tmp_path: Path
) -> None:
    brought = tmp_path / "brought.tgz"
    with pytest.raises(DownloadError, match=r"brought\.tgz cannot be read"):
        pyodide_files(brought, print)
    brought.write_bytes(archive)
    assert pyodide_files(brought, print) == FILES
    brought.write_bytes(archive + b"x")
    with pytest.raises(DownloadError, match=runtime.PYODIDE_SHA256) as raised:
        pyodide_files(brought, print)
    assert PYODIDE_ARCHIVE in str(raised.value)
    assert not cache.exists()


def test_the_wheel_comes_from_the_cache_or_an_error_says_where_to_put_it(
    cache: Path, monkeypatch: Patch
) -> None:
    with pytest.raises(DownloadError, match="No matching distribution") as raised:
        msgspec_wheel(print)
    assert f"copy {runtime.MSGSPEC_WHEEL} from its cache to {cache}" in str(raised.value)
    monkeypatch.setattr(runtime, "MSGSPEC_SHA256", hashlib.sha256(b"wheel").hexdigest())
    cache.mkdir(parents=True)
    (cache / runtime.MSGSPEC_WHEEL).write_bytes(b"wheel")
    assert msgspec_wheel(print) == b"wheel"


@pytest.fixture
def network(monkeypatch: Patch) -> None:
    """Undo what keeps npm and pip from downloading."""
    monkeypatch.undo()
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")


@pytest.mark.slow
@pytest.mark.usefixtures("network")
def test_the_registries_of_this_machine_have_both(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    files = pyodide_files(None, print)
    assert set(files) == set(PYODIDE_FILES)
    assert files["pyodide.asm.wasm"].startswith(b"\0asm")
    assert msgspec_wheel(print)[:2] == b"PK"
    with pytest.raises(DownloadError, match="must have the sha256 0"):
        npm_download(runtime.PYODIDE, PYODIDE_ARCHIVE, "0" * 64)
