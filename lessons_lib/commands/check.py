"""`lessons check`: report whether this machine can run the lessons, and what to do if not."""

import argparse
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lessons_lib.classroom.copy import place
from lessons_lib.classroom.copy.update import shipped_files
from lessons_lib.classroom.record.folder import DATA_VARIABLE, record_folder
from lessons_lib.commands import lab
from lessons_lib.commands.prepare import corpus_location
from lessons_lib.console import reason, say
from lessons_lib.extras import missing_extra, pasted_python
from lessons_lib.pipeline.model.transformer_files import TransformerMissingError, transformer_files
from lessons_lib.pipeline.text.corpus_files import is_cached
from lessons_lib.pipeline.timing.machine import MEGABYTE, cores, free_memory

# No index has the package, so every advice names the clone, or the wheel that was installed.
UPGRADE = f"At the top of a clone: {pasted_python()} -m pip install --upgrade -e ."
RESTORE = "In a clone: git checkout -- lessons_lib. Otherwise, install the wheel again."
NEEDED_MEMORY_MB = 400  # an open notebook that trains
# Where an installation copies our folders for Jupyter.
INSTALLED = (("etc", "jupyter_server_config.d"), ("share", "labextensions"))
TIMEOUT_S = 120
# Imported in a separate process, because a broken package may crash it.
IMPORTS = "import anywidget, fsrs, jupyterlab, matplotlib, msgspec, nh3, numpy, safetensors, torch"
# Whether the check passed, what was found (nothing is not reported), and how to fix it.
Finding = tuple[bool, str, str]


def check_packages() -> Finding:
    """Check that every required package has a compatible version and can be imported."""
    from packaging.requirements import Requirement  # JupyterLab brings it

    try:
        needed = [Requirement(line) for line in importlib.metadata.requires("lessons-lib") or []]
        for one in needed:
            if one.marker and not one.marker.evaluate({"extra": ""}):
                continue
            version = importlib.metadata.version(one.name)
            if not one.specifier.contains(version, prereleases=True):
                return False, f"{one.name} is {version}, but {one.specifier} is needed", UPGRADE
    except importlib.metadata.PackageNotFoundError as error:
        return False, f"{error.name} is not installed", UPGRADE
    _, problem = _run([sys.executable, "-P", "-c", IMPORTS])
    seen = f"Python {sys.version.split()[0]} ({sys.executable}) with every package"
    return not problem, problem or seen, UPGRADE


def check_kernel() -> Finding:
    """Check that the kernel `python3`, which notebooks request, runs in this Python."""
    advice = f"{pasted_python()} -m ipykernel install --sys-prefix"
    command = [sys.executable, "-P", "-m", "jupyter_client.kernelspecapp", "list", "--json"]
    output, problem = _run(command, lab.kernel_environment())
    if problem:
        return False, f"Jupyter cannot list its kernels: {problem}", ""
    try:
        program = str(json.loads(output)["kernelspecs"]["python3"]["spec"]["argv"][0])
    except (ValueError, LookupError, TypeError):
        return False, "Jupyter has no kernel named python3", advice
    # Jupyter replaces a bare `python` with its own Python.
    is_bare = Path(program).name == program and program.startswith("python")
    prefix = sys.prefix if is_bare else _run([program, "-c", "import sys; print(sys.prefix)"])[0]
    if prefix.strip() != sys.prefix:
        return False, f"kernel python3 runs {program}, not {sys.executable}", advice
    return True, "notebooks run in this Python", ""


def check_jupyter() -> Finding:
    """Check that Jupyter can write what it needs to start."""
    problem = lab.jupyter_problem()
    return not problem, problem, lab.JUPYTER_ADVICE


def check_machine() -> Finding:
    """Check memory and disk space; few cores make the lessons slow but are not a problem."""
    memory, setter = free_memory()
    folder = place.expected_folder()
    disk = shutil.disk_usage(lab.nearest_existing(folder)).free
    enough = memory >= NEEDED_MEMORY_MB * MEGABYTE and disk >= lab.NEEDED_DISK_MB * MEGABYTE
    seen = f"{memory / MEGABYTE:,.0f} MB of memory {setter}, {cores():g} cores, "
    seen += f"{disk / MEGABYTE:,.0f} MB of disk for {folder}"
    needs = f"{NEEDED_MEMORY_MB} MB of memory and {lab.NEEDED_DISK_MB} MB of disk are needed"
    return enough, seen, f"{needs}: close other programs or notebooks, or request a higher limit."


def check_record() -> Finding:
    """Check that the learner's answers can be saved, without leaving a file behind."""
    advice = f"Free some space there, or set {DATA_VARIABLE} to a folder that you can write to."
    try:
        folder = record_folder()
        lab.try_writing(folder)
    except OSError as error:
        return False, f"your answers cannot be saved: {reason(error)}", advice
    return True, f"your answers are saved in {folder}", ""


def check_course() -> Finding:
    """Check that the notebooks are present or can be copied."""
    folder = place.expected_folder()
    try:
        if place.is_clone(folder):
            place.require_start_page(folder)
            return True, f"notebooks in {folder}", ""
        count = len(shipped_files())
    except place.CourseFolderError as error:
        return False, str(error), ""
    return True, f"`lessons lab` copies {count} files of the course to {folder}", ""


def check_corpus() -> Finding:
    """Check that the corpus is cached, without downloading it."""
    advice = "Run `lessons prepare` while online. Without the corpus, no model can be trained."
    is_here = is_cached()
    seen = "corpus" if is_here else "no verified corpus"
    return is_here, f"{seen} in {corpus_location()}", advice


def check_installed() -> Finding:
    """Check that this environment's copies for plain `jupyter lab` are those of this version."""
    for top, folder in INSTALLED:
        for file in filter(Path.is_file, (lab.JUPYTER_FOLDER / folder).rglob("*")):
            copy = Path(sys.prefix, top, "jupyter", file.relative_to(lab.JUPYTER_FOLDER))
            if copy.is_file() and copy.read_bytes() != file.read_bytes():
                seen = f"plain `jupyter lab` reads a file of another version: {copy}"
                return False, seen, UPGRADE
    return True, "", ""


def check_model() -> Finding:
    """Check that the shipped checkpoint loads; every notebook except 05 needs it."""
    try:
        # Imported here because numpy itself may be broken, which `check_packages` reports.
        from lessons_lib.pipeline.model.checkpoint import load_checkpoint

        return True, repr(load_checkpoint()), RESTORE
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        return False, f"the model cannot be read: {error}", RESTORE


def check_transformer() -> Finding:
    """Check that the transformer is installed and intact."""
    problem = missing_extra("The transformer", "transformer")
    try:
        folder = transformer_files()[0].parent
    except TransformerMissingError as error:
        return False, problem or str(error), ""
    return not problem, problem or f"transformer in {folder}", ""


def check_ray() -> Finding:
    """Check that Ray is installed."""
    problem = missing_extra("Ray", "scale")
    return not problem, problem or "Ray for --engine ray", ""


# By how a failed one is marked: after a FAIL the lessons cannot run, and "--" is optional.
CHECKS = {
    "FAIL": (check_packages, check_jupyter, check_kernel, check_machine, check_course, check_model),
    "warn": (check_record, check_corpus, check_installed),
    "--": (check_transformer, check_ray),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no options."""


def run(options: argparse.Namespace) -> int:
    """Print each finding as soon as it is known; return 1 if the lessons cannot run."""
    failures = 0
    for mark, check in ((mark, check) for mark, checks in CHECKS.items() for check in checks):
        is_fine, seen, advice = check()
        if not seen:
            continue
        failures += not is_fine and mark == "FAIL"
        hint = f"\n      -> {advice}" if advice and not is_fine else ""
        say(f"{'ok' if is_fine else mark:4}  {seen}{hint}")
    verdict = "This machine can run the lessons: `lessons lab` opens them."
    if failures:
        verdict = "This machine cannot run the lessons yet: fix what is marked FAIL."
    say(f"\n{verdict}")
    return min(failures, 1)


def _run(command: list[str], environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Run a program; return its output and a one-line problem, empty if it succeeded."""
    options: Any = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": TIMEOUT_S}
    try:
        done = subprocess.run(command, env=dict(environment), encoding="utf-8", **options)
    except (subprocess.TimeoutExpired, OSError) as error:
        return "", str(error)
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return done.stdout, "" if done.returncode == 0 else (lines or ["it failed without output"])[-1]
