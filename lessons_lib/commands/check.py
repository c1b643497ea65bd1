"""One line of `lessons check`."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lessons_lib.commands.console import CommandError, say
from lessons_lib.commands.course import START, expected_folder, shipped_files
from lessons_lib.commands.lab import kernel_environment
from lessons_lib.commands.prepare import corpus_place
from lessons_lib.record.folder import DATA_VARIABLE, record_folder
from lessons_lib.text.corpus_files import is_cached
from lessons_lib.timing.machine import MEGABYTE, cores, cores_limit, free_memory, memory_limit

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet


class Level(StrEnum):
    """How bad it is: `WARN` takes something away, `FAIL` takes the lessons away."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do about it."""

    level: Level
    what: str
    seen: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.level:4}  {self.what}: {self.seen}"
        return f"{line}\n      -> {self.advice}" if self.advice else line


def ok(what: str, seen: str) -> Finding:
    """Find nothing to mend."""
    return Finding(Level.OK, what, seen)


def warn(what: str, seen: str, advice: str) -> Finding:
    """Find that something will be missing or slow."""
    return Finding(Level.WARN, what, seen, advice)


def fail(what: str, seen: str, advice: str) -> Finding:
    """Keep the lessons from running."""
    return Finding(Level.FAIL, what, seen, advice)


DISTRIBUTION = "lessons-lib"


def minimums(distribution: str = DISTRIBUTION) -> dict[str, SpecifierSet]:
    """Return the versions that a distribution needs of each package, its extras aside.

    Nothing is returned if it is not installed, or if `packaging`, which JupyterLab brings, is not.
    """
    try:
        from packaging.requirements import InvalidRequirement, Requirement
        from packaging.utils import canonicalize_name
    except ImportError:
        return {}
    try:
        lines = importlib.metadata.requires(distribution) or []
        needed = [Requirement(line) for line in lines]
    except (importlib.metadata.PackageNotFoundError, InvalidRequirement):
        return {}
    return {
        canonicalize_name(one.name): one.specifier
        for one in needed
        if one.marker is None or one.marker.evaluate({"extra": ""})
    }


def is_outside(version: str, wanted: SpecifierSet) -> bool:
    """Say whether a version is certainly not among those wanted."""
    from packaging.version import InvalidVersion, Version

    try:
        return not wanted.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def free_disk(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or would be made."""
    return shutil.disk_usage(nearest_existing(folder)).free


def nearest_existing(path: Path) -> Path:
    """Return the path itself, or the first of its parents that exists."""
    return next(one for one in (path, *path.absolute().parents) if one.exists())


# A notebook that trains takes about 360 MB, one that does not import torch 100, JupyterLab 110.
NEEDED_MEMORY = 400 * MEGABYTE
EASY_MEMORY = 800 * MEGABYTE
NEEDED_DISK = 20 * MEGABYTE
EASY_DISK = 200 * MEGABYTE


def check_memory() -> Iterator[Finding]:
    """One open notebook needs about 400 MB."""
    found = free_memory()
    if found is None:
        advice = "Make sure that about 400 MB are free."
        yield warn("memory", "this system does not tell how much is free", advice)
        return
    free, bound = found
    seen = f"{free / MEGABYTE:,.0f} MB {bound}; one open notebook takes up to 400 MB"
    if (limit := memory_limit()) and "allowed by" not in bound:
        seen += f"; limit {limit[0] / MEGABYTE:,.0f} MB ({limit[1]})"
    if free < NEEDED_MEMORY:
        yield fail("memory", seen, "Close other programs, or ask for a larger limit.")
    elif free < EASY_MEMORY:
        yield warn("memory", seen, "Shut a notebook's kernel down before you open the next.")
    else:
        yield ok("memory", seen)


def check_cores() -> Iterator[Finding]:
    """One core is enough; less makes everything slow."""
    found = cores()
    seen = f"{found:g} usable"
    if limit := cores_limit():
        seen += f"; limit {limit[0]:g} ({limit[1]})"
    if found < 1:
        yield warn("cores", seen, "It works, but slowly: measured times will be long and uneven.")
    else:
        yield ok("cores", seen)


def check_disk() -> Iterator[Finding]:
    """There has to be room for notebooks with their outputs."""
    folder = expected_folder().path
    try:
        free = free_disk(folder)
    except OSError as error:
        yield fail("disk", f"{folder}: {error.strerror}", "Go to a folder that can be read.")
        return
    seen = f"{free / MEGABYTE:,.0f} MB free for {folder}"
    if free < NEEDED_DISK:
        yield fail("disk", seen, "Make room: notebooks could not be saved.")
    elif free < EASY_DISK:
        yield warn("disk", seen, "Make room soon: notebooks grow with their outputs.")
    else:
        yield ok("disk", seen)


OLDEST_PYTHON = (3, 11)
# The core dependencies, by the names that pip and `import` know them by; a test compares them.
PACKAGES = {
    "anywidget": "anywidget",
    "fsrs": "fsrs",
    "ipywidgets": "ipywidgets",
    "jupyterlab": "jupyterlab",
    "markdown-it-py": "markdown_it",
    "matplotlib": "matplotlib",
    "msgspec": "msgspec",
    "nbformat": "nbformat",
    "nh3": "nh3",
    "numpy": "numpy",
    "platformdirs": "platformdirs",
    "pyyaml": "yaml",
    "safetensors": "safetensors",
    "torch": "torch",
    "tqdm": "tqdm",
}
TIMEOUT_S = 120
SAME_PYTHON = "import sys; print(sys.prefix)"


def check_python() -> Iterator[Finding]:
    """Say whether this Python is new enough."""
    seen = f"{sys.version.split()[0]} ({sys.executable})"
    if sys.version_info >= OLDEST_PYTHON:
        yield ok("Python", seen)
    else:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        yield fail("Python", seen, f"Install Python {wanted} or newer and the lessons into it.")


def check_packages(
    packages: Mapping[str, str] = PACKAGES, wanted: Mapping[str, SpecifierSet] | None = None
) -> Iterator[Finding]:
    """Import each package in a process of its own: a broken one may take its process down.

    Parameters
    ----------
    packages : mapping of str to str
        What `import` knows each package by.
    wanted : mapping of str to SpecifierSet, optional
        The versions to be had; those of our own metadata if not given.
    """
    wanted = minimums() if wanted is None else wanted
    for name, module in packages.items():
        problem = _run([sys.executable, "-c", f"import {module}"])[1]
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = "version unknown"
        if problem is not None:
            advice = f"{sys.executable} -m pip install --force-reinstall {name}"
            yield fail(name, problem, advice)
        elif name in wanted and is_outside(version, wanted[name]):
            seen = f"{version}, but the lessons are made for {name}{wanted[name]}"
            advice = f'{sys.executable} -m pip install --upgrade "{name}{wanted[name]}"'
            yield warn(name, seen, advice)
        else:
            yield ok(name, version)


def check_kernel() -> Iterator[Finding]:
    """Say whether notebooks, which ask for the kernel `python3`, run in this Python."""
    what = "kernel python3"
    again = f"{sys.executable} -m pip install --force-reinstall ipykernel"
    command = [sys.executable, "-m", "jupyter_client.kernelspecapp", "list", "--json"]
    output, problem = _run(command, kernel_environment())
    if problem is not None:
        yield fail(what, problem, again)
        return
    try:
        kernel: Mapping[str, Any] = json.loads(output)["kernelspecs"]["python3"]
        program = str(kernel["spec"]["argv"][0])
    except (ValueError, LookupError, TypeError):
        yield fail(what, "none is known to Jupyter", again)
        return
    if _is_this_python(program):
        yield ok(what, "runs in this Python")
    else:
        place = kernel.get("resource_dir", "its folder")
        seen = f"runs {program}, not {sys.executable}"
        yield fail(
            what,
            seen,
            f"Move {place} away, or run {sys.executable} -m ipykernel install --sys-prefix",
        )


def _is_this_python(program: str) -> bool:
    """Jupyter puts its own Python in place of a bare `python`; other paths are asked."""
    bare = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info)}
    if program in bare:
        return True
    return _run([program, "-c", SAME_PYTHON])[0].strip() == sys.prefix


def _run(command: list[str], environment: Mapping[str, str] = os.environ) -> tuple[str, str | None]:
    """Run a program; return its output, and what went wrong in one line or None."""
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {TIMEOUT_S} s"
    except OSError as error:
        return "", f"could not be started: {error.strerror}"
    if done.returncode == 0:
        return done.stdout, None
    told = [line for line in done.stderr.splitlines() if line.strip()]
    return done.stdout, (told or [f"ended with code {done.returncode}"])[-1].strip()


def check_record() -> Iterator[Finding]:
    """Say whether the learner's answers can be kept; leaves nothing behind."""
    folder = record_folder()
    try:
        tempfile.TemporaryFile(dir=nearest_existing(folder)).close()
    except OSError as error:
        seen = f"{folder} cannot be written: {error.strerror}"
        advice = f"Answers would not be kept: set {DATA_VARIABLE} to a folder that you can write."
        yield warn("your record", seen, advice)
    else:
        yield ok("your record", f"kept in {folder}")


def check_course() -> Iterator[Finding]:
    """Say where the notebooks are, or will be copied to."""
    course = expected_folder()
    if course.is_copy:
        try:
            count = len(shipped_files())
        except CommandError as error:
            yield fail("course", "not in this installation", str(error))
        else:
            yield ok("course", f"`lessons lab` copies its {count} files to {course.path}")
    elif (course.path / START).is_file():
        yield ok("course", f"in {course.path}")
    else:
        advice = "Fetch the files of this clone again: git checkout -- notebooks"
        yield fail("course", f"{START} is not in {course.path}", advice)


def check_corpus() -> Iterator[Finding]:
    """Say whether the corpus is here; fetches nothing."""
    if is_cached():
        yield ok("corpus", f"verified, in {corpus_place()}")
    else:
        advice = "Run `lessons prepare` with a network; without the corpus 05 cannot train on it."
        yield warn("corpus", f"no true copy in {corpus_place()}", advice)


def check_model() -> Iterator[Finding]:
    """Load the shipped checkpoint, as every notebook but 05 does."""
    advice = "Install the lessons again: their files are incomplete or damaged."
    try:
        # Only here: numpy itself may be what is broken, and has had its own line then.
        from lessons_lib.model.checkpoint import CheckpointError, load_checkpoint
    except ImportError as error:
        yield fail("model", f"cannot be read: {error}", advice)
        return
    try:
        yield ok("model", repr(load_checkpoint()))
    except (CheckpointError, OSError) as error:
        yield fail("model", str(error), advice)


SUMMARY = "say, line by line, whether this machine can run the lessons"
CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_python,
    check_packages,
    check_kernel,
    check_memory,
    check_cores,
    check_disk,
    check_record,
    check_course,
    check_corpus,
    check_model,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Print each finding as soon as it is there; 1 if any is a failure."""
    failures = 0
    for check in CHECKS:
        for finding in check():
            say(str(finding))
            failures += finding.level is Level.FAIL
    if failures:
        noun = "thing" if failures == 1 else "things"
        say(f"\nThis machine cannot run the lessons yet: {failures} {noun} to mend (FAIL above).")
        return 1
    say("\nThis machine can run the lessons: `lessons lab` opens them.")
    return 0
