"""`lessons hub`: a class on this machine to try out, and links for a real one."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import lessons_lib
from lessons_lib.commands import hub_trial
from lessons_lib.commands.console import CommandError, say
from lessons_lib.commands.course import clone, named_folder, shipped_files, update_copy
from lessons_lib.hub.link import pull_link

SUMMARY = "try out a class on a JupyterHub of your own; `hub link` and `hub copy` help deploy one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the trial hub's own flags, or one of the two things that deployments use."""
    hub_trial.add_arguments(parser)
    parts = parser.add_subparsers(dest="part", metavar="link | copy", title="for a real hub")
    link = parts.add_parser(
        "link",
        help="print the link that fetches or updates the course in a learner's home and opens it",
        allow_abbrev=False,
    )
    link.add_argument("--hub", required=True, help="the hub's address, https://…")
    link.add_argument(
        "--repo", help="where git fetches the course (default: the origin of the clone you are in)"
    )
    link.add_argument("--branch", default="main", help="its branch (default: %(default)s)")
    copy = parts.add_parser(
        "copy",
        help="copy this course into a folder, or update it there; what a learner changed is kept",
        allow_abbrev=False,
    )
    copy.add_argument("folder", type=Path, help="where the copy is, or is to be made")


def run(options: argparse.Namespace) -> int:
    """Print a link, copy the course, or run a trial hub until it is stopped."""
    if options.part == "link":
        return _link(options)
    if options.part == "copy":
        return _copy(options.folder)
    return hub_trial.run(options)


def _link(options: argparse.Namespace) -> int:
    repository = options.repo or _origin()
    if not repository:
        raise CommandError("Name the repository that learners fetch: --repo https://…")
    try:
        say(pull_link(options.hub, repository, options.branch))
    except ValueError as error:
        told = (
            "" if options.repo else " This is the origin of your clone: name another with --repo."
        )
        raise CommandError(f"{error}{told if repository in str(error) else ''}") from error
    return 0


def _origin() -> str:
    """Return where the clone that we run from was fetched from, the empty string if unknown."""
    top = clone()
    if top is None:
        return ""
    command = ["git", "-C", str(top), "remote", "get-url", "origin"]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _copy(named: Path) -> int:
    folder = named_folder(named)
    report = update_copy(shipped_files(), folder, lessons_lib.__version__)
    say(f"{folder}: {len(report.added)} files added, {len(report.updated)} updated.")
    for name, beside in report.kept.items():
        say(f"Kept {name}, which was changed here; the new one is beside it: {beside}")
    return 0
