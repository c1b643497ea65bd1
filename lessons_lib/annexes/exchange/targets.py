"""The formats that a bank is exported to, and what each of them cannot carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final, NamedTuple

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import NumberQuestion, Question
from lessons_lib.classroom.quiz.variants import TAG
from lessons_lib.formats import counted

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
    module = import_module(f"lessons_lib.annexes.exchange.{name}")
    content: bytes = module.write(bank, **options)
    return content


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
