"""A question as one learner meets it: one row of its variants filled in, always the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from lessons_lib.quiz.own_figures import Figures, figures_for, filled_with
from lessons_lib.quiz.placeholders import fill
from lessons_lib.quiz.question import Question

NOTHING_MEASURED: Mapping[str, object] = MappingProxyType({})


class RealisedQuestion(Struct, frozen=True):
    """A question with no placeholder left, and what it was filled from.

    That is a row of its variants, or else the learner's own figures; neither if it has no variants.
    """

    question: Question
    variant: int | None
    figures: Figures = ()


def realise(
    question: Question,
    learner_id: str,
    *,
    variant: int | None = None,
    measured: Mapping[str, object] = NOTHING_MEASURED,
) -> RealisedQuestion:
    """Return the question as a learner meets it, the same on every retry.

    Parameters
    ----------
    question : Question
        As the bank holds it.
    learner_id : str
        Anything that stays the same for a learner, see `lessons_lib.record.learner`.
    variant : int, optional
        The row the learner met before, as the record has it; it is kept even if rows were added
        since. A row that no longer exists is chosen anew.
    measured : mapping
        The learner's own figures, which stand in for a row where the question can be asked with
        them and no row was met before.
    """
    filled = filled_from(question, variant)
    if filled is not None:
        return RealisedQuestion(filled, variant)
    if not question.variants:
        return RealisedQuestion(question, None)
    figures = figures_for(question, measured)
    if (own := filled_with(question, figures)) is not None:
        return RealisedQuestion(own, None, figures)
    chosen = variant_for(question, learner_id)
    return RealisedQuestion(fill(question, question.variants[chosen]), chosen)


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
