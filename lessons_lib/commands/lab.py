"""`lessons lab`: prepare, then open JupyterLab on the first notebook, with no pop-up in front of it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lessons_lib import __version__
from lessons_lib.commands.command import Command, CommandError
from lessons_lib.commands.course_copy import CopyReport, copy_course
from lessons_lib.commands.course_folder import (
    FIRST_NOTEBOOK,
    choose_course_folder,
    course_source,
)
from lessons_lib.commands.prepare import fetch_corpus
from lessons_lib.text.corpus_files import CorpusMissingError

SETTINGS = Path(__file__).parent / "jupyter_config"
ROOT_FLAGS = ("--notebook-dir", "--ServerApp.root_dir", "--ServerApp.notebook_dir")
PAGE_FLAGS = ("--LabApp.default_url", "--ServerApp.default_url")


def run(args: argparse.Namespace) -> int:
    """Copy and fetch what is needed, then serve until the learner stops it."""
    folder = open_course(args.folder)
    fetch_or_say()
    flags = lab_flags(folder, args.further)
    if is_root() and not _names(flags) & {"--allow-root", "--ServerApp.allow_root"}:
        print("You are root, which JupyterLab refuses unasked: adding --allow-root.")
        flags.append("--allow-root")
    os.environ.update(lab_variables(os.environ))
    print("Opening JupyterLab. To stop it, press Ctrl-C here.", flush=True)
    return start(flags)


def open_course(wanted: Path | None) -> Path:
    """Return the course folder, copied or brought up to date if it is a copy, and say where it is."""
    source = course_source()
    course = choose_course_folder(wanted, Path.cwd(), source)
    print(f"Course folder: {course.path}")
    if course.is_copy:
        for line in told(copy_course(source, course.path, __version__)):
            print(f"  {line}")
    return course.path


def told(report: CopyReport) -> list[str]:
    """Return what became of a copy's files, in sentences."""
    lines = []
    if report.copied:
        lines.append(f"{_files(len(report.copied))} copied. Delete one to get it back as shipped.")
    if report.updated:
        lines.append(f"{_files(len(report.updated))} updated to lessons {__version__}.")
    if report.kept:
        lines.append(f"{_files(len(report.kept))} kept as you changed them.")
    for name, beside in report.laid_beside.items():
        lines.append(f"You changed {name}: kept. The new version lies beside it: {beside}")
    return lines


def fetch_or_say() -> None:
    """Fetch the corpus; where that is impossible, say what will be missing and go on."""
    try:
        fetch_corpus()
    except CorpusMissingError as error:
        print(
            f"lessons: {error}\nGoing on without it: notebook 05 (training) will not run, "
            "and 06 labels our demo sentences over and over instead.",
            file=sys.stderr,
        )


def lab_flags(folder: Path, further: Sequence[str]) -> list[str]:
    """Return JupyterLab's flags: ours unless the learner set the same, then the learner's.

    Raises
    ------
    CommandError
        If the first notebook, which the flags would open, is not in the folder.
    """
    flags: list[str] = []
    names = _names(further)
    if not names.isdisjoint(ROOT_FLAGS):
        return list(further)  # in another root our page has another address
    flags.append(f"--ServerApp.root_dir={folder}")
    if names.isdisjoint(PAGE_FLAGS):
        if not (folder / FIRST_NOTEBOOK).is_file():
            raise CommandError(
                f"{folder} has no {FIRST_NOTEBOOK}. In a clone, get it back with "
                "`git checkout -- notebooks`; or take a fresh copy: lessons lab --folder PATH"
            )
        flags.append(f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}")
    return [*flags, *further]


def lab_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables for JupyterLab and its kernels.

    Notes
    -----
    JupyterLab reads defaults for its settings from `labconfig` on the config path; what learners
    set themselves still wins. The kernel called python3 is looked for beside this Python first: a
    learner's own may lead to a Python without the lessons.
    """
    others = [environment["JUPYTER_CONFIG_PATH"]] if environment.get("JUPYTER_CONFIG_PATH") else []
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join([*others, str(SETTINGS)]),
        "JUPYTER_PREFER_ENV_PATH": environment.get("JUPYTER_PREFER_ENV_PATH", "1"),
    }


def start(flags: Sequence[str]) -> int:
    """Run JupyterLab in this process, so that Ctrl-C and signals reach it on every system."""
    try:
        from jupyterlab.labapp import LabApp
    except Exception as error:
        raise CommandError(
            f"JupyterLab cannot be loaded here ({type(error).__name__}: {error}). Repair it with "
            f'"{sys.executable}" -m pip install --upgrade --force-reinstall jupyterlab'
        ) from error
    LabApp.launch_instance(list(flags))
    return 0


def is_root() -> bool:
    """Say whether this process runs as root, which Windows does not know."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _names(flags: Sequence[str]) -> set[str]:
    return {flag.partition("=")[0] for flag in flags}


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="PATH",
        help="where the lessons are, or are copied to (default: the clone that this is installed "
        "from; else the copy that you are in; else ./lessons)",
    )


COMMAND = Command(
    name="lab",
    summary="Open the lessons in JupyterLab.",
    run=run,
    add_arguments=_add_arguments,
    epilog="Further flags go to JupyterLab, for instance --no-browser --port 9999; "
    "`jupyter lab --help` lists them.",
    passes_flags_on=True,
)
