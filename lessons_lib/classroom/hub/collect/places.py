"""Where the notebooks of a course ask each question and each guess, and links that open them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from lessons_lib.classroom.course import Notebook, course, course_folder
from lessons_lib.classroom.hub.collect.parts import Html, fill
from lessons_lib.classroom.hub.course_copy import cells_of, expected_folder
from lessons_lib.files import read_file

_ASKS = re.compile(r'^show_(quiz|guess)\("([\w-]+)"(?:, "([\w-]+)")?', re.MULTILINE)


class Places(Struct, frozen=True):
    """The cells of a course's notebooks that ask something, relative to the page's folder.

    `cells` has the notebook and the cell's id by what `show_quiz` or `show_guess` is called with.
    """

    folder: Path
    seen_from: Path
    cells: dict[tuple[str, str], tuple[Notebook, str]]

    def notebook_of(self, name: str) -> str:
        """Return the slug of the notebook that asks a guess, or an empty text."""
        return self.cells[name, ""][0].slug if (name, "") in self.cells else ""

    def link(self, name: str, place: str = "") -> Html:
        """Return a link to a quiz's card or to a guess, or only a name if it is nowhere."""
        lessons = {one.slug: one for one in course().lessons}
        lesson, cell = self.cells.get((name, place), (lessons.get(name), ""))
        if lesson is None:
            return fill("{}", name if place else "the course")
        path = self.folder / "notebooks" / lesson.file_name
        if not path.is_file():
            return fill("{}", lesson.heading)
        fragment = f"#cell-id={cell}" if cell else ""
        return fill(
            '<a href="{}{}">{}</a>',
            quote(_relative_to(self.seen_from, path)),
            fragment,
            lesson.heading,
        )


def places(seen_from: Path) -> Places:
    """Return where the instructor's copy of the course asks what, as links from a folder."""
    folder = expected_folder()
    if not (folder / "notebooks").is_dir():
        folder = course_folder()
    return Places(folder, seen_from, dict(reversed([*_cells(folder / "notebooks")])))


def _cells(notebooks: Path) -> Iterator[tuple[tuple[str, str], tuple[Notebook, str]]]:
    for lesson in course().lessons:
        path = notebooks / lesson.file_name
        for cell in cells_of(read_file(path)) if path.is_file() else ():
            for what, name, place in _ASKS.findall(cell.source):
                where = place or ("end" if what == "quiz" else "")
                yield (name, where), (lesson, str(cell.stored.get("id", "")))


def _relative_to(folder: Path, file: Path) -> str:
    """Return a file's path relative to a folder, or the full path if it is on another drive."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return str(file)
