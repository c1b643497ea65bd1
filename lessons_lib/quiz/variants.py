"""A question as one learner meets it: filled from a row of its variants, or from their own figures.

A row is chosen by a hash of the learner and the question, so it stays the same on every retry.

A question tagged `own-figures` has variants like any other. Its formula makes one more such row
from a few measured figures, the answer included. The record keeps the figures and never the row,
so that grading computes the answer itself. A formula's parameters are the figures that the question
needs; it gives every other column of the variants, unrounded. Tests compare it with the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from inspect import signature
from types import MappingProxyType
from typing import Final, TypeAlias

from msgspec import Struct

from lessons_lib.quiz.check import faults_in_row
from lessons_lib.quiz.placeholders import fill
from lessons_lib.quiz.question import Question, Row
from lessons_lib.record.kinds import Figures

Formula: TypeAlias = Callable[..., dict[str, float]]

NOTHING_MEASURED: Mapping[str, object] = MappingProxyType({})
TAG: Final = "own-figures"
SOURCE: Final = "Your own measurement"  # the stem of a variant names another machine there
LEAST, MOST = 1e-4, 1e10  # beyond these a figure cannot be read on a card
EXACT_BELOW = 100_000  # an integer, such as a batch size, is shown as it is
DIGITS = 3
MARGIN = 0.05  # of the answer: two digits are precise enough
ARCHIVE = 10_000  # texts
FULL = 8  # texts in a full batch
KNEE_SHARE = 0.8  # of the best throughput


class PersonalQuestion(Struct, frozen=True):
    """A question with no placeholder left, and what it was filled from.

    That is a row of its variants, or else the learner's own figures; neither if it has no variants.
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
    """Return the question as a learner meets it, the same on every retry.

    Parameters
    ----------
    question : Question
        As the bank holds it.
    learner_id : str
        Anything that stays the same for a learner, see `lessons_lib.record.folder.learner_id`.
    variant : int, optional
        The row the learner met before, as the record has it; it is kept even if rows were added
        since. A row that no longer exists is chosen again.
    measured : mapping
        The learner's own figures, which stand in for a row where the question can be asked with
        them and no row was met before.
    """
    filled = filled_from(question, variant)
    if filled is not None:
        return PersonalQuestion(filled, variant)
    if not question.variants:
        return PersonalQuestion(question, None)
    figures = figures_for(question, measured)
    if (own := filled_with(question, figures)) is not None:
        return PersonalQuestion(own, None, figures)
    chosen = variant_for(question, learner_id)
    return PersonalQuestion(fill(question, question.variants[chosen]), chosen)


def filled_from(question: Question, variant: int | None, figures: Figures = ()) -> Question | None:
    """Return a question filled from one row or from figures, or None if it has no such row.

    `variant` is None for a question without rows, and where it was asked with a learner's figures.
    """
    if figures:
        return filled_with(question, figures) if variant is None else None
    if variant is None or not question.variants:
        return question if variant is None and not question.variants else None
    if not 0 <= variant < len(question.variants):
        return None
    return fill(question, question.variants[variant])


def variant_for(question: Question, learner_id: str) -> int:
    """Return the row that a learner gets: by a hash, so even over learners and never by chance."""
    digest = hashlib.sha256(
        f"{learner_id}\0{question.id}".encode("utf-8", "surrogatepass")
    ).digest()
    return int.from_bytes(digest[:8], "big") % len(question.variants)


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


def tail_ratio(p50_ms: float, p99_ms: float) -> dict[str, float]:
    """Return how many times p50 the p99 is."""
    times = p99_ms / p50_ms
    return {"times": times, "upside_down": 1 / times, "margin": MARGIN * times}


def archive_one_by_one(realtime_texts_per_s: float) -> dict[str, float]:
    """Return how long the archive takes, one text after the other."""
    seconds = ARCHIVE / realtime_texts_per_s
    return {"seconds": seconds, "upside_down": 1 / seconds, "margin": MARGIN * seconds}


def texts_per_core_hour(texts_per_s: float, cores: float) -> dict[str, float]:
    """Return how many million texts one core does in an hour."""
    per_core_s = texts_per_s / cores
    millions = 3600 * per_core_s / 1e6
    return {
        "per_core_s": per_core_s,
        "millions": millions,
        "per_minute": millions / 60,
        "margin": MARGIN * millions,
    }


def batches_per_second(texts_per_s: float, batch_size: float) -> dict[str, float]:
    """Return how many batches are done in a second."""
    batches = texts_per_s / batch_size
    return {
        "batches": batches,
        "batch_ms": 1000 / batches,
        "product": texts_per_s * batch_size,
        "margin": MARGIN * batches,
    }


def knee(fixed_ms: float, per_text_ms: float) -> dict[str, float]:
    """Return from which batch size on the throughput is four fifths of the best possible.

    It solves b / (fixed + per_text · b) = share / per_text for b.
    """
    even = fixed_ms / per_text_ms
    size = even * KNEE_SHARE / (1 - KNEE_SHARE)
    return {
        "even": even,
        "knee": size,
        "best_per_s": 1000 / per_text_ms,
        "texts_ms": size * per_text_ms,
        "margin": MARGIN * size,
    }


def half_saturation(fixed_ms: float, per_text_ms: float) -> dict[str, float]:
    """Return at which rate a worker is busy half of the time, if every batch is full."""
    batch_ms = fixed_ms + FULL * per_text_ms
    most_per_s = 1000 * FULL / batch_ms
    return {
        "batch_ms": batch_ms,
        "most_per_s": most_per_s,
        "half_per_s": most_per_s / 2,
        "alone_per_s": 1000 / (fixed_ms + per_text_ms) / 2,
        "margin": MARGIN * most_per_s / 2,
    }


FORMULAS: Final[dict[str, Formula]] = {
    "own-tail-ratio": tail_ratio,
    "own-archive-one-by-one": archive_one_by_one,
    "own-texts-per-core-hour": texts_per_core_hour,
    "own-batches-per-second": batches_per_second,
    "own-knee": knee,
    "own-half-saturation": half_saturation,
}
