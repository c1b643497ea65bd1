"""Whether this is a fit Python, with everything in it, and notebooks run in it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lessons_lib.commands.finding import Finding, fail, ok, warn
from lessons_lib.commands.lab_process import kernel_environment
from lessons_lib.commands.minimums import is_outside, minimums

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

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
