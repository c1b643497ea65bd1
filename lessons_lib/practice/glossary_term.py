"""One word of the course, and the forms in which a text may say it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its meaning in one sentence, which never holds the word itself.

    `lesson` is the slug of the notebook that teaches it, `code` its name in code, `synonym` what
    others call it; `also` lists further ways to say it here. A word that `has_other_uses` in plain
    English, such as pass, is recognised in prose only where `lesson` sets it in bold, and by the
    forms in `also`. A raised `revision` says that the meaning has changed: what was learnt before
    no longer counts.
    """

    name: str
    meaning: str
    lesson: str
    code: str = ""
    also: tuple[str, ...] = ()
    has_other_uses: bool = False
    synonym: str = ""
    revision: int = 1

    @property
    def slug(self) -> str:
        """The name as addresses and flashcards hold it."""
        return self.name.lower().replace(" ", "-")

    def forms(self, *, in_bold: bool = False) -> tuple[str, ...]:
        """Return what a text may say for it, in lowercase, singular and plural."""
        names = [*self.also, self.synonym] if self.synonym else [*self.also]
        if in_bold or not self.has_other_uses:
            names.insert(0, self.name)
        forms = (form.lower() for name in names for form in (name, plural(name)))
        return tuple(dict.fromkeys(forms))


def plural(name: str) -> str:
    """Return a word with the ending of its plural: ids, passes, vocabularies."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|ch|sh)$", name) else f"{name}s"
