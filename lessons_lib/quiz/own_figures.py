"""Questions that are asked with what a learner measured.

A question tagged `own-figures` has variants like any other. Its formula makes one more such row
from a few measured figures, the answer included. The record keeps the figures and never the row,
so that grading computes the answer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from lessons_lib.quiz.check import faults_in_row
from lessons_lib.quiz.own_formulas import FORMULAS
from lessons_lib.quiz.placeholders import fill
from lessons_lib.quiz.question import Question, Row

# Pairs and not a mapping, so that an answer can be looked up among those already graded.
Figures: TypeAlias = Annotated[
    tuple[tuple[Annotated[str, Meta(max_length=40)], float], ...], Meta(max_length=8)
]

TAG: Final = "own-figures"
SOURCE: Final = "Your own measurement"  # the stem of a variant names another machine there
LEAST, MOST = 1e-4, 1e10  # beyond these a figure cannot be read on a card
EXACT_BELOW = 100_000  # a whole number, such as a batch size, is shown as it is
DIGITS = 3


def figures_for(question: Question, measured: Mapping[str, object]) -> Figures:
    """Return the figures that a question is asked with, rounded as they are shown.

    Parameters
    ----------
    question : Question
        As the bank holds it.
    measured : mapping
        Plain numbers by name; more of them than the question needs are fine.

    Returns
    -------
    Figures
        Empty if a variant is to be asked: where the question wants no figures, where one of them
        is missing, no plain number or not above 0, or where they lead to a row that no bank may
        hold.
    """
    if TAG not in question.tags or question.id not in FORMULAS:
        return ()
    names = signature(FORMULAS[question.id]).parameters
    taken = [(name, _shown(measured.get(name))) for name in names]
    figures = tuple((name, value) for name, value in taken if value is not None)
    return figures if len(figures) == len(taken) and _fits(question, figures) else ()


def filled_with(question: Question, figures: Figures) -> Question | None:
    """Return a question filled from figures, or None if it cannot be asked with just these."""
    kept = figures_for(question, dict(figures))
    return fill(question, _row(question, kept)) if kept and kept == figures else None


def _row(question: Question, figures: Figures) -> Row:
    given = dict(figures)
    computed = FORMULAS[question.id](**given)
    return {"source": SOURCE, **given, **{name: rounded(one) for name, one in computed.items()}}


def _fits(question: Question, figures: Figures) -> bool:
    """Say whether the row could stand in the bank: its names are there, no mistake is right."""
    row = _row(question, figures)
    names = question.variants[0].keys() if question.variants else ()
    return row.keys() == set(names) and not any(faults_in_row(question, row))


def _shown(value: object) -> int | float | None:
    """Return a measured figure as a card shows it, or None if it is none.

    Only of these two types: a bool passes for an int, and a numpy number for a float.
    """
    if not isinstance(value, int | float) or type(value) not in (int, float):
        return None
    return rounded(value) if LEAST <= value <= MOST else None


def rounded(value: float) -> int | float:
    """Return a number as a card shows it; rounding it twice changes nothing."""
    is_exact = float(value).is_integer() and value < EXACT_BELOW
    near = float(value) if is_exact else float(f"{value:.{DIGITS}g}")
    return int(near) if near.is_integer() else near
