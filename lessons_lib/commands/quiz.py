"""`lessons quiz`: lint a quiz file, look at one question, or be asked in plain text."""

from __future__ import annotations

import argparse
from pathlib import Path

from lessons_lib.commands.quiz_ask import ask_in_the_terminal
from lessons_lib.commands.quiz_check import check_files
from lessons_lib.commands.quiz_preview import preview

SUMMARY = "check or preview quiz files, or answer a quiz in plain text"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Offer three things to do with a quiz."""
    tasks = parser.add_subparsers(dest="task", metavar="task", title="tasks", required=True)

    about = "say everything that is wrong with quiz files"
    task = tasks.add_parser("check", help=about, description=f"{about}.", allow_abbrev=False)
    task.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a quiz file (*.yaml)")

    about = "show one question in plain text, as the learner will see it"
    task = tasks.add_parser("preview", help=about, description=f"{about}.", allow_abbrev=False)
    task.add_argument("file", metavar="FILE", type=Path, help="a quiz file (*.yaml)")
    task.add_argument("question", metavar="ID", help="the id of a question in it")
    task.add_argument(
        "--variant",
        metavar="N",
        type=int,
        help="which row of its variants to fill in, counted from 1 (default: the first)",
    )

    about = "ask the questions of a quiz in plain text; answers go into your record"
    task = tasks.add_parser("ask", help=about, description=f"{about}.", allow_abbrev=False)
    task.add_argument("name", metavar="NAME", help="the quiz, or the start of its name: 06")


def run(options: argparse.Namespace) -> int:
    """Do what was chosen."""
    if options.task == "check":
        return check_files(options.files)
    if options.task == "preview":
        return preview(options.file, options.question, options.variant)
    return ask_in_the_terminal(options.name)
