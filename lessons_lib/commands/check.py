"""`lessons check`: report whether this machine can run the lessons, and what to do if not."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lessons_lib.commands.console import CommandError, reason, say
from lessons_lib.commands.course import START, expected_folder, shipped_files
from lessons_lib.commands.lab import kernel_environment
from lessons_lib.commands.prepare import corpus_place
from lessons_lib.record.folder import DATA_VARIABLE, record_folder
from lessons_lib.text.corpus_files import is_cached
from lessons_lib.timing.machine import MEGABYTE, cores, free_memory

SUMMARY = "report, line by line, whether this machine can run the lessons"
DISTRIBUTION = "lessons-lib"
NEEDED_MEMORY_MB, NEEDED_DISK_MB = 400, 20  # an open notebook that trains; saved notebooks
TIMEOUT_S = 120
# Imported in a process of its own, because a broken package may take its process down.
IMPORTS = "import anywidget, fsrs, jupyterlab, matplotlib, msgspec, nh3, numpy, safetensors, torch"
Finding = tuple[bool, str, str]  # whether it is in order, what was seen, what to do if it is not


def check_packages() -> Finding:
    """Check that every package we need is there in a fitting version, and can be imported."""
    from packaging.requirements import Requirement  # JupyterLab brings it

    advice = f"{sys.executable} -m pip install --upgrade {DISTRIBUTION}"
    try:
        needed = [Requirement(line) for line in importlib.metadata.requires(DISTRIBUTION) or []]
        for one in needed:
            if one.marker and not one.marker.evaluate({"extra": ""}):
                continue
            version = importlib.metadata.version(one.name)
            if not one.specifier.contains(version, prereleases=True):
                return False, f"{one.name} is {version}, but {one.specifier} is needed", advice
    except importlib.metadata.PackageNotFoundError as error:
        return False, f"{error.name} is not installed", advice
    _, problem = _run([sys.executable, "-c", IMPORTS])
    seen = f"Python {sys.version.split()[0]} ({sys.executable}) with every package"
    return not problem, problem or seen, advice


def check_kernel() -> Finding:
    """Check that notebooks, which ask for the kernel `python3`, run in this Python."""
    advice = f"{sys.executable} -m ipykernel install --sys-prefix"
    command = [sys.executable, "-m", "jupyter_client.kernelspecapp", "list", "--json"]
    output, problem = _run(command, kernel_environment())
    try:
        program = str(json.loads(output)["kernelspecs"]["python3"]["spec"]["argv"][0])
    except (ValueError, LookupError, TypeError):
        return False, problem or "Jupyter knows no kernel python3", advice
    # Jupyter puts its own Python in place of a bare `python`.
    is_bare = Path(program).name == program and program.startswith("python")
    prefix = sys.prefix if is_bare else _run([program, "-c", "import sys; print(sys.prefix)"])[0]
    if prefix.strip() != sys.prefix:
        return False, f"kernel python3 runs {program}, not {sys.executable}", advice
    return True, "notebooks run in this Python", ""


def check_machine() -> Finding:
    """Check the memory and the disk; less than a core only makes the lessons slow."""
    memory, setter = free_memory()
    folder = expected_folder().path
    disk = shutil.disk_usage(_nearest_existing(folder)).free
    enough = memory >= NEEDED_MEMORY_MB * MEGABYTE and disk >= NEEDED_DISK_MB * MEGABYTE
    seen = f"{memory / MEGABYTE:,.0f} MB of memory {setter}, {cores():g} cores, "
    seen += f"{disk / MEGABYTE:,.0f} MB of disk for {folder}"
    needs = f"{NEEDED_MEMORY_MB} MB of memory and {NEEDED_DISK_MB} MB of disk are needed"
    return enough, seen, f"{needs}: close other programs or notebooks, or ask for a larger limit."


def check_record() -> Finding:
    """Check that the learner's answers can be saved; leaves nothing behind."""
    advice = f"Set {DATA_VARIABLE} to a folder that you can write to."
    try:
        folder = record_folder()
        tempfile.TemporaryFile(dir=_nearest_existing(folder)).close()
    except OSError as error:
        return False, f"your answers cannot be saved: {reason(error)}", advice
    return True, f"your answers are saved in {folder}", ""


def check_course() -> Finding:
    """Check that the notebooks are here, or can be copied."""
    course = expected_folder()
    if not course.is_copy:
        is_here = (course.path / START).is_file()
        seen = f"notebooks in {course.path}" if is_here else f"{START} is not in {course.path}"
        return is_here, seen, "Restore the files of this clone: git checkout -- notebooks"
    try:
        count = len(shipped_files())
    except CommandError as error:
        return (
            False,
            str(error),
            f"{sys.executable} -m pip install --force-reinstall {DISTRIBUTION}",
        )
    return True, f"`lessons lab` copies {count} files of the course to {course.path}", ""


def check_corpus() -> Finding:
    """Check that the corpus is cached; fetches nothing."""
    advice = "Run `lessons prepare` with a network. Without the corpus, 05 cannot train."
    place = corpus_place()
    is_here = is_cached()
    return is_here, f"{'corpus' if is_here else 'no verified corpus'} in {place}", advice


def check_model() -> Finding:
    """Load the shipped checkpoint, as every notebook but 05 does."""
    advice = f"{sys.executable} -m pip install --force-reinstall {DISTRIBUTION}"
    try:
        # Only here: numpy itself may be what is broken, and was reported before.
        from lessons_lib.model.checkpoint import load_checkpoint

        return True, repr(load_checkpoint()), advice
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        return False, f"the model cannot be read: {error}", advice


# A failed check of the first kind keeps the lessons from running; the others only limit them.
CHECKS = (check_packages, check_kernel, check_machine, check_course, check_model)
LIMITING = (check_record, check_corpus)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: there is nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Print each finding as soon as it is there; return 1 if any keeps the lessons from running."""
    failures = 0
    for check in (*CHECKS, *LIMITING):
        is_fine, seen, advice = check()
        failures += not is_fine and check in CHECKS
        level = "ok" if is_fine else "FAIL" if check in CHECKS else "warn"
        say(f"{level:4}  {seen}" + ("" if is_fine else f"\n      -> {advice}"))
    if failures:
        say("\nThis machine cannot run the lessons yet: fix what is marked FAIL.")
        return 1
    say("\nThis machine can run the lessons: `lessons lab` opens them.")
    return 0


def _nearest_existing(path: Path) -> Path:
    return next(one for one in (path, *path.absolute().parents) if one.exists())


def _run(command: list[str], environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Run a program; return its output, and what went wrong in one line, or nothing."""
    options: Any = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": TIMEOUT_S}
    try:
        done = subprocess.run(command, env=dict(environment), encoding="utf-8", **options)
    except (subprocess.TimeoutExpired, OSError) as error:
        return "", str(error)
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return done.stdout, "" if done.returncode == 0 else (lines or ["it failed without a word"])[-1]
