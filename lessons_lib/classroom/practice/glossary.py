"""The terms of the course, each with one meaning, from `quizzes/glossary.yaml`.

The page `notebooks/glossary.md`, the links to it in the notebooks and half of the flashcards are
generated from this table.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from lessons_lib.classroom.course import LessonName, course, course_folder
from lessons_lib.classroom.tables.load import load_table, named, repeated, unknown
from lessons_lib.classroom.tables.problems import Fault
from lessons_lib.classroom.tables.yaml_file import Line

GLOSSARY_FILE = "glossary.yaml"
PAGE = "glossary.md"


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """A term with its meaning in one sentence, which never contains the term itself.

    `lesson` is the slug of the notebook that teaches it, `code` its name in code, `synonym` a name
    used elsewhere; `also` lists further forms used here. A term that is also a plain English word,
    such as pass, is `recognized` in prose only where `lesson` sets it in bold, or in a form listed
    in `also`. A higher `revision` means that the meaning has changed: what was learned before no
    longer counts. `slug` identifies the term in links and flashcards; by default it is made from
    the name, and a term whose spelling changes keeps its old one.
    """

    name: Line
    meaning: Line
    lesson: LessonName
    code: str = ""
    synonym: str = ""
    also: tuple[str, ...] = ()
    recognized: Literal["anywhere", "in bold"] = "anywhere"
    revision: Annotated[int, Meta(ge=1)] = 1
    slug: str = ""

    def __post_init__(self) -> None:
        if not self.slug:
            force_setattr(self, "slug", self.name.lower().replace(" ", "-"))

    def forms(self, *, in_bold: bool = False) -> tuple[str, ...]:
        """Return the forms that a text may use for it, in lowercase, singular and plural."""
        names = [*self.also, self.synonym] if self.synonym else [*self.also]
        if in_bold or self.recognized == "anywhere":
            names.insert(0, self.name)
        forms = (form.lower() for name in names for form in (name, plural(name)))
        return tuple(dict.fromkeys(forms))


class Glossary(Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `glossary.yaml`."""

    terms: Annotated[tuple[Term, ...], Meta(min_length=1)]


def glossary(folder: Path | None = None) -> tuple[Term, ...]:
    """Return the terms from a folder of quizzes, in file order; none if it has no glossary.

    Parameters
    ----------
    folder : Path, optional
        Contains `glossary.yaml`; the course's own quizzes if not given.

    Raises
    ------
    CourseFileError
        If the file cannot be read, does not fit `Glossary`, or contradicts the course plan.
    """
    path = (folder or course_folder() / "quizzes") / GLOSSARY_FILE
    return load_table(path, Glossary, _contradictions).terms if path.exists() else ()


def term(slug: str) -> Term:
    """Return the term with a slug.

    Raises
    ------
    ValueError
        If the glossary has no such term.
    """
    return named({one.slug: one for one in glossary()}, slug, "term")


def plural(name: str) -> str:
    """Return the plural of a word: ids, passes, vocabularies."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|ch|sh)$", name) else f"{name}s"


def _contradictions(table: Glossary) -> Iterator[Fault]:
    lessons = [one.slug for one in course().lessons]
    yield from repeated("terms", "name", [one.slug for one in table.terms])
    for number, one in enumerate(table.terms, start=1):
        yield from unknown(f"terms[{number}].lesson", one.lesson, lessons)
