"""`lessons class`: check a class that counts, or serve it to a hub."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from lessons_lib.console import CommandError, say
from lessons_lib.extras import require_extra
from lessons_lib.formats import counted

SUMMARY = "check graded quizzes and their plan, or serve them to your JupyterHub"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands check and serve."""
    tasks = parser.add_subparsers(dest="task", metavar="task", title="tasks", required=True)
    for name, about in (
        ("check", "list every fault in a plan and its questions, with lines"),
        ("serve", "serve a class; JupyterHub runs this as a service"),
    ):
        task = tasks.add_parser(name, help=about, description=f"{about}.", allow_abbrev=False)
        task.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with plan.yaml")
        if name == "serve":
            about = "the record's database as SQLAlchemy writes it (default: a file in the folder)"
            task.add_argument("--record", metavar="URL", default="", help=about)
            task.add_argument("--trial", action="store_true", help="learners may read the folder")


def run(options: argparse.Namespace) -> int:
    """Run the chosen subcommand and return its exit code."""
    require_extra("A class", "hub")
    if options.task == "check":
        return check(options.folder)
    from lessons_lib.classroom.service.serve import serve

    if "JUPYTERHUB_SERVICE_URL" not in os.environ:
        raise CommandError("JupyterHub starts this as a service: see the hub page.")
    serve(options.folder, options.record, say, is_trial=options.trial)
    return 0


def check(folder: Path) -> int:
    """Print each quiz of a plan with its times; faults end the command with their lines.

    Raises
    ------
    QuizBankError
        With every fault.
    """
    from lessons_lib.classroom.service.folder import load_class

    found = load_class(folder)
    for one in found.plan.graded:
        questions = counted(len(found.quizzes[one.quiz].questions), "question")
        rule = f"{one.tries} tries each" if one.tries else "answers can be changed"
        say(f"{one.quiz}: {questions}, {one.opens} to {one.due} ({found.plan.zone}), {rule}")
    return 0
