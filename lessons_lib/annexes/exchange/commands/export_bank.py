"""`lessons export`: write questions for another system."""

from __future__ import annotations

import argparse
from pathlib import Path

from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.annexes.exchange.print_page import drawn
from lessons_lib.annexes.exchange.targets import EXPORTS, losses, write_bank
from lessons_lib.arguments import checked_integer
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.commands.quiz import broken_quizzes, course_bank
from lessons_lib.console import CommandError, say
from lessons_lib.extras import require_extra
from lessons_lib.files import write_whole
from lessons_lib.formats import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the format, the quizzes, the file, and what only paper has."""
    formats = "; ".join(f"{name}: {target.about}" for name, target in EXPORTS.items())
    parser.add_argument("--to", metavar="FORMAT", choices=EXPORTS, required=True, help=formats)
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to write")
    paper = {
        "--variant": "print only: which variant of each question (default: 1); after the last one, "
        "counting starts over",
        "--count": "print only: draw N questions; each run draws the same ones, with any --variant",
    }
    for name, what in paper.items():
        parser.add_argument(name, metavar="N", type=int, help=what)
    about = "a quiz, or the start of its name: 06 (default: all of them)"
    parser.add_argument("quizzes", metavar="QUIZ", nargs="*", help=about)


def run(options: argparse.Namespace) -> int:
    """Write the file, and print what its format cannot carry."""
    require_extra("lessons export", "exchange")
    try:
        paper = _paper_options(options)
        bank = _chosen_bank(options)
    except ValueError as error:  # a broken quiz included
        raise CommandError(str(error)) from error
    content = write_bank(bank, options.to, **paper)
    write_whole(options.out, content)
    number, items = sum(one.is_graded for one in bank.questions), len(items_of(bank))
    rows = "" if options.to == "print" or items == number else f", {items} with each variant"
    say(f"Wrote {options.out}: {counted(number, 'question')}{rows}.")
    say(*(f"Not in this format: {loss}" for loss in losses(bank, options.to)))
    return 0


def _paper_options(options: argparse.Namespace) -> dict[str, int]:
    """Return the options of a page for paper, none for other formats; `ValueError` if invalid."""
    if options.to == "print":
        variant = 1 if options.variant is None else options.variant
        return {"variant": checked_integer("--variant", variant)}
    if options.variant is not None or options.count is not None:
        raise ValueError(
            f"--variant and --count need --to print: a {options.to} file has every variant of "
            "every question. Name quizzes to export fewer."
        )
    return {}


def _chosen_bank(options: argparse.Namespace) -> QuizBank:
    """Return what to export; `ValueError` if that is broken, empty, or too little."""
    bank = course_bank()
    if options.quizzes:
        chosen = {one.name: one for one in map(bank.quiz, options.quizzes)}
        bank = QuizBank(tuple(chosen.values()))
    elif bank.broken:
        raise ValueError(
            f"{'; '.join(broken_quizzes(bank))}: fix it, or name the quizzes to export."
        )
    if not items_of(bank):
        raise ValueError("There is nothing to export: no question has a right answer.")
    return bank if options.count is None else drawn(bank, options.count)
