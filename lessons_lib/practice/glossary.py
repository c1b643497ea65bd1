"""The words of the course, each with one meaning: the only place where that is written.

The page `notebooks/glossary.md`, the links to it in the notebooks and half of the flashcards are
made from this table.
"""

from __future__ import annotations

from lessons_lib.practice.glossary_modes import MODE_TERMS
from lessons_lib.practice.glossary_stages import STAGE_TERMS
from lessons_lib.practice.glossary_term import Term

__all__ = ["GLOSSARY", "PAGE", "Term", "term"]

GLOSSARY: tuple[Term, ...] = (*MODE_TERMS, *STAGE_TERMS)
PAGE = "glossary.md"


def term(slug: str) -> Term:
    """Return the term of a slug.

    Raises
    ------
    ValueError
        If the glossary has no such term.
    """
    for one in GLOSSARY:
        if one.slug == slug:
            return one
    raise ValueError(f"A term is one of {', '.join(one.slug for one in GLOSSARY)}; got {slug!r}.")
