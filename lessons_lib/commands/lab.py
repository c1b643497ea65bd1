"""`lessons lab`: prepare, then open JupyterLab on the first notebook."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from lessons_lib.commands.console import say, tell
from lessons_lib.commands.course_folder import COPY_NAME, START, open_course, this_folder
from lessons_lib.commands.error import CommandError
from lessons_lib.commands.lab_process import (
    lab_environment,
    lab_flags,
    must_allow_root,
    run_until_it_ends,
)
from lessons_lib.commands.prepare import fetch_corpus
from lessons_lib.text.corpus_files import CorpusMissingError, is_cached

SUMMARY = "open the lessons in JupyterLab"
MISSING = (
    "Going on without the corpus. What will be missing: 05 cannot train on rated texts, and the "
    "other notebooks show our demo sentences instead of its texts (06 repeats them)."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a folder; what else is given belongs to JupyterLab."""
    parser.add_argument(
        "--folder",
        type=Path,
        help="where your copy of the course is, or is to be made; files that you changed are kept "
        f"(default: the clone, if you work in one, else {COPY_NAME} in this folder)",
    )
    parser.epilog = (
        "All further flags go to JupyterLab, for instance --no-browser --port 9999. "
        "`jupyter lab --help` lists them."
    )
    parser.set_defaults(takes_further_flags=True)


def run(options: argparse.Namespace) -> int:
    """Open the lessons; returns when JupyterLab has ended."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise CommandError(
            f"JupyterLab is not installed for this Python ({sys.executable}). "
            f"Install it: {sys.executable} -m pip install jupyterlab"
        )
    this_folder()  # JupyterLab itself cannot start in one that was deleted
    course = open_course(options.folder)
    _prepare()
    allow_root = must_allow_root(options.further)
    if allow_root:
        say("You are root, which JupyterLab refuses by itself: starting it with --allow-root.")
    flags = lab_flags(course.path, START, options.further, allow_root=allow_root)
    say("Starting JupyterLab; Ctrl-C here ends it.")
    return run_until_it_ends(flags, lab_environment(course))


def _prepare() -> None:
    """Fetch the corpus if it is not here; without it, say so and go on."""
    if is_cached():
        return
    try:
        fetch_corpus()
    except CorpusMissingError as error:
        tell(f"{error}\n{MISSING}")
