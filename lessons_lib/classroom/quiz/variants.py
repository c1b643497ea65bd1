"""Fill a question for one learner, from a row of its variants or from their own figures.

The row is chosen by a hash of learner and question, so it stays the same on every retry.

A question tagged `own-figures` has variants like any other. Its formula computes one more such row
from a few measured figures, including the answer. The record stores only the figures, so grading
computes the answer itself. A formula's parameters are the figures that the question needs; it
returns every other column of the variants, unrounded. Tests compare it with the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from inspect import signature
from types import MappingProxyType
from typing import Final, TypeAlias

from msgspec import Struct

from lessons_lib.classroom.quiz.check import faults_in_row
from lessons_lib.classroom.quiz.placeholders import fill
from lessons_lib.classroom.quiz.question import Question, Row
from lessons_lib.classroom.record.kinds import Figures

Formula: TypeAlias = Callable[..., dict[str, float]]

NOTHING_MEASURED: Mapping[str, object] = MappingProxyType({})
TAG: Final = "own-figures"
SOURCE: Final = "Your own measurement"  # where the stem of a variant names another machine
HEAVIER_SOURCE: Final = "Your own measurement of the heavier model"
HEAVIER: Final = frozenset({"own-half-saturation"})  # use a figure `heavier_NAME` if there is one
LEAST, MOST = 1e-4, 1e10  # figures beyond these are unreadable on a card
EXACT_BELOW = 100_000  # smaller integers, such as batch sizes, are not rounded
DIGITS = 3
MARGIN = 0.05  # relative to the answer: two digits are enough
ARCHIVE = 10_000  # texts
FULL = 8  # texts in a full batch
KNEE_SHARE = 0.8  # of the limit of throughput; a test compares it with `timing.compare`


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
    if TAG not in question.tags or question.id not in FORMULAS:
        return ()
    names = signature(FORMULAS[question.id]).parameters
    is_heavier = question.id in HEAVIER
    shown = [(name, _shown(_figure(name, measured, is_heavier))) for name in names]
    figures = tuple((name, value) for name, value in shown if value is not None)
    return figures if len(figures) == len(shown) and _fits(question, figures) else ()


def filled_with(question: Question, figures: Figures) -> Question | None:
    """Return a question filled from figures, or None if it cannot be asked with these figures."""
    usable = figures_for(question, dict(figures))
    return fill(question, _row(question, usable)) if usable and usable == figures else None


def _row(question: Question, figures: Figures) -> Row:
    given = dict(figures)
    computed = FORMULAS[question.id](**given)
    source = HEAVIER_SOURCE if question.id in HEAVIER else SOURCE
    return {"source": source, **given, **{name: rounded(one) for name, one in computed.items()}}


def _fits(question: Question, figures: Figures) -> bool:
    """Return whether the row would be valid in the bank: right names, no faults."""
    row = _row(question, figures)
    names = question.variants[0].keys() if question.variants else ()
    return row.keys() == set(names) and not any(faults_in_row(question, row))


def _figure(name: str, measured: Mapping[str, object], is_heavier: bool) -> object:
    own = measured.get(name)
    return measured.get(f"heavier_{name}", own) if is_heavier else own


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


def tail_ratio(p50_ms: float, p99_ms: float) -> dict[str, float]:
    """Return the ratio of p99 to p50."""
    times = p99_ms / p50_ms
    return {"times": times, "upside_down": 1 / times, "margin": MARGIN * times}


def archive_one_by_one(realtime_texts_per_s: float) -> dict[str, float]:
    """Return how many seconds the archive takes, one text at a time."""
    seconds = ARCHIVE / realtime_texts_per_s
    return {"seconds": seconds, "upside_down": 1 / seconds, "margin": MARGIN * seconds}


def texts_per_core_hour(texts_per_s: float, cores: float) -> dict[str, float]:
    """Return how many million texts one core processes per hour."""
    per_core_s = texts_per_s / cores
    millions = 3600 * per_core_s / 1e6
    return {
        "per_core_s": per_core_s,
        "millions": millions,
        "per_minute": millions / 60,
        "margin": MARGIN * millions,
    }


def batches_per_second(texts_per_s: float, batch_size: float) -> dict[str, float]:
    """Return the number of batches per second."""
    batches = texts_per_s / batch_size
    return {
        "batches": batches,
        "batch_ms": 1000 / batches,
        "product": texts_per_s * batch_size,
        "margin": MARGIN * batches,
    }


def knee(fixed_ms: float, per_text_ms: float) -> dict[str, float]:
    """Return the batch size at which throughput reaches four fifths of its limit.

    Solves b / (fixed + per_text · b) = share / per_text for b.
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
    """Return the rate at which a worker is busy half of the time if every batch is full."""
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
