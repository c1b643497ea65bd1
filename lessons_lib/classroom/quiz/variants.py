"""Fill a question for one learner, from a row of its variants or from their own figures.

The row is chosen by a hash of learner and question, so it stays the same on every retry.

A question tagged `own-figures` has variants like any other. Its formula, which the lesson declares,
computes one more such row from a few measured figures, including the answer. The record stores only
the figures, so grading computes the answer itself.
"""

import hashlib
from collections.abc import Mapping
from inspect import signature
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.quiz.check import faults_in_row
from lessons_lib.classroom.quiz.question import Question, Row, fill
from lessons_lib.classroom.record.kinds import Figures

NOTHING_MEASURED: Mapping[str, object] = MappingProxyType({})
TAG: Final = "own-figures"
LEAST, MOST = 1e-4, 1e10  # figures beyond these are unreadable on a card
EXACT_BELOW = 100_000  # smaller integers, such as batch sizes, are not rounded
DIGITS = 3


class PersonalQuestion(Struct, frozen=True):
    """A question without placeholders, and what it was filled from.

    This is a row of its variants or the learner's own figures; neither if it has no variants.
    """

    question: Question
    variant: int | None
    figures: Figures = ()


def personalize(
    question: Question,
    learner_id: str,
    *,
    variant: int | None = None,
    measured: Mapping[str, object] = NOTHING_MEASURED,
) -> PersonalQuestion:
    """Return the question as shown to a learner, the same on every retry.

    Parameters
    ----------
    question : Question
        As the bank holds it.
    learner_id : str
        A stable identifier of the learner, see `lessons_lib.classroom.record.folder.learner_id`.
    variant : int, optional
        The row shown before, according to the record; it is used even if rows were added since.
        A row that no longer exists is replaced.
    measured : mapping
        The learner's own figures, used in place of a row if the question supports them and no row
        was shown before.

    Raises
    ------
    ImportError
        If the lesson's code, with the formulas, cannot be imported.
    """
    if (filled := filled_from(question, variant)) is not None:
        return PersonalQuestion(filled, variant)
    if not question.variants:
        return PersonalQuestion(question, None)
    figures = figures_for(question, measured)
    if (own := filled_with(question, figures)) is not None:
        return PersonalQuestion(own, None, figures)
    chosen = variant_for(question, learner_id)
    return PersonalQuestion(fill(question, question.variants[chosen]), chosen)


def filled_from(question: Question, variant: int | None, figures: Figures = ()) -> Question | None:
    """Return a question filled from one row or from figures, or None if that is impossible.

    `variant` is None if the question has no rows or was asked with the learner's own figures.
    """
    if figures:
        return filled_with(question, figures) if variant is None else None
    if not question.variants:
        return question if variant is None else None
    if variant is None or not 0 <= variant < len(question.variants):
        return None
    return fill(question, question.variants[variant])


def variant_for(question: Question, learner_id: str) -> int:
    """Return the index of a learner's row, chosen by a hash: evenly distributed, reproducible."""
    key = f"{learner_id}\0{question.id}".encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(key).digest()
    return int.from_bytes(digest[:8], "big") % len(question.variants)


def figures_for(question: Question, measured: Mapping[str, object]) -> Figures:
    """Return the figures for a question, rounded as they are shown.

    Parameters
    ----------
    question : Question
        As the bank holds it.
    measured : mapping
        Plain numbers by name; those that the question does not need are ignored.

    Returns
    -------
    Figures
        Empty if a variant must be used: the question needs no figures, one of them is missing, not
        a plain number or out of range, or they result in a row that is invalid in a bank.
    """
    own = current_lesson().formulas.get(question.id) if TAG in question.tags else None
    if own is None:
        return ()
    names = signature(own.formula).parameters
    found = {name: measured.get(f"{own.prefix}{name}", measured.get(name)) for name in names}
    shown = [(name, _shown(value)) for name, value in found.items()]
    figures = tuple((name, value) for name, value in shown if value is not None)
    return figures if len(figures) == len(shown) and _fits(question, figures) else ()


def filled_with(question: Question, figures: Figures) -> Question | None:
    """Return a question filled from figures, or None if it cannot be asked with these figures."""
    usable = figures_for(question, dict(figures))
    return fill(question, _row(question, usable)) if usable and usable == figures else None


def _row(question: Question, figures: Figures) -> Row:
    given = dict(figures)
    own = current_lesson().formulas[question.id]
    computed = {name: rounded(one) for name, one in own.formula(**given).items()}
    return {"source": own.source, **given, **computed}


def _fits(question: Question, figures: Figures) -> bool:
    """Return whether the row would be valid in the bank: right names, no faults."""
    row = _row(question, figures)
    names = question.variants[0].keys() if question.variants else ()
    return row.keys() == set(names) and not any(faults_in_row(question, row))


def _shown(value: object) -> int | float | None:
    """Return a measured figure as a card shows it, or None if it is unusable.

    The type must be exactly int or float: a bool is also an int, and a numpy number a float.
    """
    if not isinstance(value, int | float) or type(value) not in (int, float):
        return None
    return rounded(value) if LEAST <= value <= MOST else None


def rounded(value: float) -> int | float:
    """Return a number rounded as a card shows it; rounding again changes nothing."""
    is_exact = float(value).is_integer() and value < EXACT_BELOW
    near = float(value) if is_exact else float(f"{value:.{DIGITS}g}")
    return int(near) if near.is_integer() else near
