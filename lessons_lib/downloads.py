"""Download one file of a package through pip and verify its sha256, without installing it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

PIP_TIMEOUT_S = 300


class DownloadError(RuntimeError):
    """A file could not be downloaded; the message states the cause in one line."""


def pip_download(
    requirement: str, file_name: str, sha256: str, *, is_source: bool = False
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

    Raises
    ------
    DownloadError
        If pip is missing, fails, or does not respond, or if the file is not the expected one.
    """
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(f"{requirement} --hash=sha256:{sha256}\n")
        flags = "--quiet --disable-pip-version-check --no-input --no-color --no-deps --retries 2"
        command = [sys.executable, "-P", "-m", "pip", "download", *flags.split()]
        command += ["--no-binary" if is_source else "--only-binary", ":all:", "--require-hashes"]
        command += ["--dest", scratch, "--requirement", str(requirements)]
        _run(command)
        try:
            return (Path(scratch) / file_name).read_bytes()
        except OSError as error:
            raise DownloadError(f"the download could not be read: {error}") from error


def _run(command: list[str]) -> None:
    """Run pip; raise a `DownloadError` with a one-line description of the problem."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PIP_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"pip did not respond within {PIP_TIMEOUT_S} s") from error
    if done.returncode:
        raise DownloadError(_reason(done.stderr) or f"pip ended with code {done.returncode}")


def _reason(stderr: str) -> str:
    """Return the line of pip's output that states the cause; notes and hints do not."""
    lines = [line.strip() for line in stderr.splitlines()]
    candidates = [line for line in lines if line and not line.startswith(("note:", "hint:"))]
    errors = [line for line in candidates if line.startswith("ERROR")]
    return (errors or candidates or [""])[-1]
