"""Where a course is, a clone or a learner's copy, and what an update of a copy does.

It replaces what the learner did not change. Exercise cells and calls for help with them are the
learner's: edits there are no change of a notebook, and are kept.
"""

import ast
import hashlib
import importlib.util
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import lessons_lib
from lessons_lib.classroom.copy.place import MANIFEST, require_start_page
from lessons_lib.classroom.course import CARD_KEY, course_folder
from lessons_lib.files import read_file, write_whole

COURSE_FILES = ("notebooks/*.ipynb", "notebooks/*.md", "quizzes/*.yaml", "quizzes/*.json")
_EXERCISE = re.compile(r"\s*%%exercise[ \t]+([\w-]+)")
_IMPORT = re.compile(r"^\s*(?:from|import) (lessons_lib(?:\.\w+)*)", re.MULTILINE)
_NAMES = re.compile(r"^from lessons_lib import (?:\([^)]*\)|.*)", re.MULTILINE)
_HELP = re.compile(r"""\s*(hint|solution|last_try)\(\s*["'][\w-]*["']\s*\)\s*""")


def shipped_files() -> dict[str, bytes]:
    """Return the content of the shipped notebooks and quizzes, by their path in a course folder."""
    source = course_folder()
    require_start_page(source)
    paths = sorted(path for pattern in COURSE_FILES for path in source.glob(pattern))
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}


@dataclass(slots=True)
class CopyReport:
    """Which files were added, updated or kept; `kept` maps a changed file to the new version."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def update_copy(shipped: Mapping[str, bytes], folder: Path, version: str) -> CopyReport:
    """Copy missing files, replace unchanged ones, and save new versions next to changed ones.

    Parameters
    ----------
    shipped : mapping of str to bytes
        Each file's content by its path, with `/` between the parts.
    folder : Path
        Created if it does not exist. Its manifest records what was shipped last.
    version : str
        Part of the name of a new version that is saved next to a changed file.

    Raises
    ------
    OSError
        If the folder cannot be read or written. Files copied so far stay, and the next call
        continues from there.
    """
    report = CopyReport()
    marks = {name: _mark(name, content) for name, content in shipped.items()}
    known, started = read_manifest(folder)
    for name, content in shipped.items():
        path = folder / name
        here = read_file(path) if path.exists() else b""
        mark = _mark(name, here)
        if not path.exists():
            _write(path, content)
            report.added.append(name)
        elif mark == known.get(name) != marks[name]:
            _write(path, _with_own_exercises(content, here, started.get(name, {})))
            report.updated.append(name)
        else:  # at the same mark, only outputs, exercises and the cells' cards may differ
            is_older = known.get(name) != marks[name] or needs_missing_modules(here)
            if mark != marks[name] and is_older:
                report.kept[name] = _save_beside(folder, name, content, version)
            if renewed := _with_cards(content, here):
                _write(path, renewed)
    starts = {name: found for name in shipped if (found := _starters(shipped[name]))}
    if (marks, starts) != (known, started):
        about = "sha256 of each file as shipped (of a notebook: its cells), to detect changes"
        manifest = {"about": about, "version": version, "files": marks, "starters": starts}
        _write(folder / MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    return report


def _save_beside(folder: Path, name: str, content: bytes, version: str) -> str:
    """Save a new version next to a changed file, under an unused name."""
    # A notebook keeps its extension, so that it opens; a second .yaml would be a second quiz.
    stem, ending = (name[:-6], ".ipynb") if name.endswith(".ipynb") else (name, "")
    beside, number = f"{stem}.new-{version}{ending}", 1
    while (folder / beside).exists():
        if _mark(name, read_file(folder / beside)) == _mark(name, content):
            return beside
        number += 1
        beside = f"{stem}.new-{version}-{number}{ending}"
    _write(folder / beside, content)
    return beside


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def read_manifest(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the hashes of the files, and of the exercises' starter code, as they were copied.

    Both are empty if the manifest is missing or damaged; `OSError` if it cannot be read.
    """
    try:
        manifest = json.loads(read_file(folder / MANIFEST))
        starters = {name: dict(one) for name, one in manifest.get("starters", {}).items()}
        return {name: str(mark) for name, mark in manifest["files"].items()}, starters
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}, {}


def _mark(name: str, content: bytes) -> str:
    """Return the sha256 of a notebook's cells except exercises, or of all bytes of another file."""
    cells = cells_of(content) if name.endswith(".ipynb") else []
    lesson = [(one.kind, one.source) for one in cells if not one.is_learners]
    return sha256_of(json.dumps(lesson).encode() if cells else content)


def sha256_of(content: bytes) -> str:
    """Return a hash as a hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


class Cell(NamedTuple):
    """A cell of a notebook: its type, its source as one text, and the JSON that it is stored as."""

    kind: str
    source: str
    stored: Any

    @property
    def exercise(self) -> str | None:
        """The id of the exercise that it is for, if any."""
        return exercise_of_cell(self.source) if self.kind == "code" else None

    @property
    def card(self) -> dict[str, str]:
        """What the build stored about the card that it shows; empty for other cells."""
        found = self.stored.get("metadata", {}).get(CARD_KEY, {})
        return found if isinstance(found, dict) else {}

    @property
    def is_learners(self) -> bool:
        """Whether it is for an exercise, or for help with one."""
        is_call = self.kind == "code" and _HELP.fullmatch(self.source) is not None
        return is_call or self.exercise is not None

    @property
    def start(self) -> str:
        """A hash of its source, to compare an exercise with its starter code."""
        return sha256_of(self.source.strip().encode("utf-8", "replace"))


def cells_of(content: bytes) -> list[Cell]:
    """Return the cells of a notebook; none if it cannot be read.

    Empty cells at the end are left out, because JupyterLab adds one after running the last.
    """
    try:
        stored = json.loads(content)["cells"]
        cells = [Cell(str(one["cell_type"]), "".join(one["source"]), one) for one in stored]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    while cells and not cells[-1].source.strip():
        cells.pop()
    return cells


def exercise_of_cell(source: str) -> str | None:
    """Return the id of the exercise that a code cell is for, or None for any other cell."""
    found = _EXERCISE.match(source)
    return found[1] if found else None


def _starters(content: bytes) -> dict[str, str]:
    """Return a hash of the starter code of each exercise in a notebook, by the exercise's id."""
    return {one.exercise: one.start for one in cells_of(content) if one.exercise}


def _with_own_exercises(shipped: bytes, here: bytes, started: Mapping[str, str]) -> bytes:
    """Return a shipped notebook whose exercise cells contain the learner's code.

    `started` has the `_starters` of the previously shipped one; cells that match are replaced.
    """
    own: dict[str | None, list[Any]] = {}
    for cell in cells_of(here):
        if cell.exercise and started.get(cell.exercise) != cell.start:
            own.setdefault(cell.exercise, []).append(cell.stored)
    cells = cells_of(shipped)
    if not own or not cells:
        return shipped
    kept = [one for cell in cells for one in own.pop(cell.exercise, [cell.stored])]
    notebook = json.loads(shipped)
    notebook["cells"] = [*kept, *(one for left in own.values() for one in left)]
    return _as_bytes(notebook)


def _with_cards(shipped: bytes, here: bytes) -> bytes | None:
    """Return a learner's notebook whose unchanged cells name the same cards as the shipped ones.

    None if they do already.
    """
    cards = {(one.kind, one.source): one.card for one in cells_of(shipped)}
    notebook = json.loads(here) if cards and cells_of(here) else {"cells": []}
    older = False
    for stored in notebook["cells"]:
        cell = Cell(stored["cell_type"], "".join(stored["source"]), stored)
        card = cards.get((cell.kind, cell.source), cell.card)
        if card != cell.card:
            stored["metadata"] = {**stored.get("metadata", {}), CARD_KEY: card}
            older = True
    return _as_bytes(notebook) if older else None


def _as_bytes(notebook: object) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def needs_missing_modules(content: bytes) -> bool:
    """Return whether a notebook imports modules or names that this edition of the library lacks."""
    sources = [one.source for one in cells_of(content) if one.kind == "code"]
    return not all(_has_its_imports(source) for source in sources)


def _has_its_imports(source: str) -> bool:
    with suppress(SyntaxError):  # a cell may be half written
        for statement in _NAMES.findall(source):
            names = {
                one.name for one in ast.walk(ast.parse(statement)) if isinstance(one, ast.alias)
            }
            if not all(
                one in lessons_lib.__all__ or _is_here(f"lessons_lib.{one}") for one in names
            ):
                return False
    return all(map(_is_here, _IMPORT.findall(source)))


def _is_here(module: str) -> bool:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:  # a parent package is missing
        return False
    # What a pull leaves of a removed package, caches, passes for one, but has no file.
    return spec is not None and spec.origin is not None
