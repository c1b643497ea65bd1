"""`lessons export`: write questions for another system, and say what it cannot carry."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.annexes.exchange.print_page import drawn
from lessons_lib.arguments import checked_integer
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import NumberQuestion, Question
from lessons_lib.classroom.quiz.variants import TAG
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
    about = (
        "print only: which variant of each question (default: 1); after the last, it starts over"
    )
    parser.add_argument("--variant", metavar="N", type=int, help=about)
    about = "print only: draw N questions; each run draws the same ones, with any --variant"
    parser.add_argument("--count", metavar="N", type=int, help=about)
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
    write_whole(options.out, write_bank(bank, options.to, **paper))
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
        has_all = f"a {options.to} file has every variant of every question"
        fewer = "Name quizzes to export fewer."
        raise ValueError(f"--variant and --count need --to print: {has_all}. {fewer}")
    return {}


def _chosen_bank(options: argparse.Namespace) -> QuizBank:
    """Return what to export; `ValueError` if that is broken, empty, or too little."""
    bank = course_bank()
    if options.quizzes:
        chosen = {one.name: one for one in map(bank.quiz, options.quizzes)}
        bank = QuizBank(tuple(chosen.values()))
    elif bank.broken:
        broken = "; ".join(broken_quizzes(bank))
        raise ValueError(f"{broken}: fix it, or name the quizzes to export.")
    if not items_of(bank):
        raise ValueError("There is nothing to export: no question has a right answer.")
    return bank if options.count is None else drawn(bank, options.count)


_LABELS = "difficulty, stage, and objective"
_OWN_FIGURES = "the learner's own measurements"
_UNGRADED = "surveys, which have no right answer"


class Format(NamedTuple):
    """What is known about a format: a few words, and what it cannot carry."""

    about: str
    lacks: tuple[str, ...] = ()


EXPORTS: Final[Mapping[str, Format]] = {
    "moodle": Format("Moodle XML"),
    "canvas": Format("QTI 1.2 for Canvas", ("hints", "units", "known wrong numbers", _LABELS)),
    "qti21": Format("QTI 2.1 for TAO and others", ("hints",)),
    "anki": Format("a deck, glossary and flashcards too", ("hints", "partial credit")),
    "jupyterquiz": Format("JSON", ("hints", "solutions", "units", "partial credit", _LABELS)),
    "print": Format("HTML, the key on pages of its own", ("hints", _LABELS)),
}


def write_bank(bank: QuizBank, target: str, **options: int) -> bytes:
    """Return the content of a file with all graded questions of a bank.

    Parameters
    ----------
    bank : QuizBank
        The questions to export.
    target : str
        One of `EXPORTS`.
    **options : int
        What only this format has, such as the `variant` of a page for paper.
    """
    name = "print_page" if target == "print" else target
    return bytes(import_module(f"lessons_lib.annexes.exchange.{name}").write(bank, **options))


def losses(bank: QuizBank, target: str) -> Iterator[str]:
    """Yield what a format cannot carry, with the number of questions: `hints (171 questions)`."""
    numbers = Counter(part for one in bank.questions for part in _parts(one))
    for part in (_UNGRADED, *EXPORTS[target].lacks, _OWN_FIGURES):
        if numbers[part]:
            yield f"{part} ({counted(numbers[part], 'question')})"


def _parts(question: Question) -> set[str]:
    """Return what a question has that some format cannot carry."""
    if not question.is_graded:
        return {_UNGRADED}
    number = question if isinstance(question, NumberQuestion) else None
    present = {
        _LABELS: True,
        _OWN_FIGURES: TAG in question.tags,
        "hints": question.hints,
        "solutions": question.solution,
        "partial credit": question.kind == "several",
        "units": number and number.answer and number.answer.unit,
        "known wrong numbers": number and number.feedback and number.feedback.known,
    }
    return {part for part, is_there in present.items() if is_there}
