"""What Python in a browser needs: Pyodide from npm and msgspec from pip, verified by sha256."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from lessons_lib.downloads import DownloadError, npm_download, pip_download
from lessons_lib.files import read_file, write_whole
from lessons_lib.pipeline.text.corpus_files import cache_folder

# These move together: the wheel is for this version of Pyodide and its Python.
PYODIDE, PYODIDE_ARCHIVE = "pyodide@314.0.7", "pyodide-314.0.7.tgz"
PYODIDE_SHA256 = "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0"
PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
MSGSPEC = "msgspec==0.22.0"
MSGSPEC_WHEEL = "msgspec-0.22.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
MSGSPEC_SHA256 = "a66b1766311e42371e509c996c3933b161c7ae0eabdf361af5316dec197e1022"

Say: TypeAlias = Callable[[str], object]


def pyodide_files(archive: Path | None, say: Say) -> dict[str, bytes]:
    """Return the files of Pyodide that a browser loads, by name.

    Parameters
    ----------
    archive : Path, optional
        A copy of npm's archive; without it, the archive is in the cache, or npm downloads it.
    say : callable
        Called with a sentence about each slow step.

    Raises
    ------
    DownloadError
        If the archive is not the expected one, or cannot be downloaded.
    """
    content = _given(archive) if archive else _cached(PYODIDE_ARCHIVE, PYODIDE_SHA256, _fetch, say)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        members = {name: tar.extractfile(f"package/{name}") for name in PYODIDE_FILES}
        return {name: member.read() for name, member in members.items() if member}


def msgspec_wheel(say: Say) -> bytes:
    """Return the wheel of msgspec for Pyodide.

    Raises
    ------
    DownloadError
        If it is not in the cache and cannot be downloaded.
    """
    return _cached(MSGSPEC_WHEEL, MSGSPEC_SHA256, _fetch_wheel, say)


def _given(archive: Path) -> bytes:
    try:
        content = read_file(archive)
    except OSError as error:
        raise DownloadError(f"{archive} cannot be read ({error.strerror}).") from error
    if (found := hashlib.sha256(content).hexdigest()) != PYODIDE_SHA256:
        raise DownloadError(
            f"{archive} must be an unmodified {PYODIDE_ARCHIVE} with the sha256 {PYODIDE_SHA256}, "
            f"got a file with the sha256 {found}."
        )
    return content


def _cached(name: str, sha256: str, fetch: Callable[[Path], bytes], say: Say) -> bytes:
    """Return an intact file from the cache, or what `fetch` returns, and keep it for next time."""
    path = cache_folder().with_name("site") / name
    with suppress(OSError):
        content = read_file(path)
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
    say(f"Downloading {name} …")
    content = fetch(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        say(f"{name} will be downloaded again next time: no copy in {path} ({error.strerror}).")
    return content


def _fetch(path: Path) -> bytes:
    try:
        return npm_download(PYODIDE, PYODIDE_ARCHIVE, PYODIDE_SHA256)
    except DownloadError as error:
        raise DownloadError(
            f"Pyodide could not be downloaded ({error}): on a machine with npm and a network, run "
            f"`npm pack {PYODIDE}`, copy {PYODIDE_ARCHIVE} here, and add `--pyodide FILE`."
        ) from error


def _fetch_wheel(path: Path) -> bytes:
    try:
        return pip_download(MSGSPEC, MSGSPEC_WHEEL, MSGSPEC_SHA256, is_foreign=True)
    except DownloadError as error:
        raise DownloadError(
            f"msgspec for Pyodide could not be downloaded ({error}): on a machine with a network, "
            f"run `lessons site` and copy {MSGSPEC_WHEEL} from its cache to {path.parent}."
        ) from error
