"""What the browser's Python gets: our modules and those they need, the course, rendered texts."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import files as files_of
from itertools import product
from pathlib import Path
from typing import Any

import msgspec

import lessons_lib
from lessons_lib.annexes.site.half.shown import QUEUE, STORED_RUN, STREAMS
from lessons_lib.annexes.site.places import Place
from lessons_lib.classroom.course import (
    COURSE_FILE,
    COURSE_VARIABLE,
    course,
    course_folder,
    source_folder,
)
from lessons_lib.classroom.practice.exercises.catalog import exercise_table
from lessons_lib.classroom.practice.flashcards import deck, sides
from lessons_lib.classroom.practice.glossary import glossary
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.markdown import render, render_inline
from lessons_lib.classroom.quiz.question import fill
from lessons_lib.classroom.sessions.controls import sent_by
from lessons_lib.classroom.tables.problems import QuizBankError
from lessons_lib.classroom.tables.yaml_file import YamlFile
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.page import Card
from lessons_lib.classroom.widgets.show import show
from lessons_lib.console import CommandError
from lessons_lib.lesson.explorations.bill import stored_mode_costs
from lessons_lib.lesson.explorations.load import light_queue
from lessons_lib.lesson.explorations.writing import streams_of
from lessons_lib.lesson.views.start import stored_run
from lessons_lib.pipeline.inference.folded import light_files
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.writing.writer import load_writer

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is built
_PACKAGE = "lessons_lib"
_COURSE = f"{_PACKAGE}/course_files"
_SHIPPED = frozenset((_PACKAGE, "fsrs", "typing_extensions"))
_ITSELF = '"""The part of the lessons that runs in a browser."""\n\n__version__ = "{}"\n'
# The explorations with finite controls: Python isn't needed, because every answer is computed when
# the site is built. What some of them take comes from stored figures; the others need nothing.
_FROM_STORED: Mapping[str, Callable[[], tuple[object, ...]]] = {
    "bill": lambda: (stored_mode_costs(),),
}
TABLES = {
    *("autoscaler", "bill", "borders", "drift", "half-price", "machines", "mode-tree", "overload"),
    *("padding", "passes", "routing", "seats", "tail", "utilization"),
}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as an archive; equal contents give identical bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unzipped(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/")}


def as_json(data: object) -> bytes:
    """Return data as JSON in UTF-8."""
    return json.dumps(data, ensure_ascii=False).encode()


def course_files() -> dict[str, bytes]:
    """Return the course's data as the half reads it: each YAML file as JSON, and all texts as HTML.

    Raises
    ------
    QuizBankError
        If a file is broken; the message names it and the line.
    """
    bank = load_bank()
    if problems := [one for several in bank.broken.values() for one in several]:
        raise QuizBankError(problems)
    for table in (guess_table, exercise_table, glossary):  # each raises its own problems
        table()
    folder = course_folder()
    paths = sorted((*folder.glob("quizzes/*.yaml"), *source_folder().glob("*.yaml")))
    data = {path.relative_to(folder).as_posix(): YamlFile(path).data for path in paths}
    for mode in data[f"notebooks/source/{COURSE_FILE}"].get("modes", ()):
        mode["start"] = mode["does"]  # a page has no cell to run first
    files = {name: as_json(one) for name, one in data.items()}
    return {**files, "texts.json": as_json(list(_rendered(bank)))}


def model_files() -> dict[str, bytes]:
    """Return the files of the model, of stored runs and of the queue: few cards need them."""
    streams = streams_of(load_writer(), is_live=False)
    data = {STORED_RUN: stored_run(), QUEUE: light_queue(), STREAMS: streams}
    return light_files(load_checkpoint()) | {name: as_json(one) for name, one in data.items()}


def _rendered(bank: QuizBank) -> Iterator[tuple[str, bool, str]]:
    """Yield each text of the course that is not shown as it is, whether inline, and its HTML."""
    for text in dict.fromkeys(_texts(bank)):
        if (page := render(text)) != f"<p>{escape(text)}</p>":
            yield text, False, page
        if (line := render_inline(text)) != escape(text):
            yield text, True, line


def _texts(bank: QuizBank) -> Iterator[str]:
    """Yield every text that a card may show, with the numbers of each variant."""
    yield ""
    for quiz in (*bank.quizzes, *filter(None, [bank.retired])):
        yield quiz.title
        for question in quiz.questions:
            for row in question.variants or (None,):
                filled = question if row is None else fill(question, row)
                yield from _strings(msgspec.to_builtins(filled))
    for card in deck(bank):
        both = sides(card, bank)
        yield from (both.front, both.back, both.more)
    yield course().exam.title


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _strings(one)


@dataclass(frozen=True, slots=True)
class Opened:
    """A place with its card: the first state, the card's class, and the table of its answers.

    There is no table if Python answers.
    """

    state: Mapping[str, Any]
    card: tuple[str, str]
    table: bytes = b""


def exploration(name: str) -> Card:
    """Return an exploration whose answers the pages have as a table."""
    made: Card = show(name, *_FROM_STORED.get(name, tuple)())
    return made


def tabulated(exploration: Card) -> Opened:
    """Return an exploration, or a view that asks Python nothing, as a page shows it without Python.

    Raises
    ------
    ValueError
        If one of its controls accepts any text or number.

    Notes
    -----
    The table is JSON. It holds each part of an answer once, and for each setting, in the order of
    the controls and their values, the numbers of its parts.
    """
    if not isinstance(exploration, Explore):
        card = type(exploration).__module__, type(exploration).__name__
        state = {"about": exploration.about, "page": exploration.page}
        return Opened(state, card, as_json({"axes": [], "answers": [[]], "parts": []}))
    finite = exploration.finite()
    axes = {name: sent_by(one) for name, one in finite.controls.items()}
    parts: dict[str, int] = {}
    answers: list[object] = []
    for values in product(*axes.values()):
        answer = finite.answer_to(dict(zip(axes, values, strict=True)))
        shown = [json.dumps(one, ensure_ascii=False) for one in answer.get("parts", ())]
        numbers = [parts.setdefault(one, len(parts)) for one in shown]
        answers.append(numbers if "parts" in answer else answer)
    listed = ",".join(parts)
    head = json.dumps({"axes": list(axes.items()), "answers": answers}, separators=(",", ":"))
    shows = {"about": finite.about, "page": finite.page}
    return Opened(
        shows, (Explore.__module__, Explore.__name__), f'{head[:-1]},"parts":[{listed}]}}'.encode()
    )


def probe(places: Sequence[Place], folder: Path) -> tuple[list[Opened], dict[str, bytes]]:
    """Open every place in the half, in a process without the packages that browsers lack.

    Parameters
    ----------
    places : sequence of Place
        Places that Python keeps alive.
    folder : Path
        Holds what `course_files` and `model_files` returned.

    Returns
    -------
    list of Opened, dict of str to bytes
        One for each place, and the modules that the half needs, by their paths.
    """
    asked = json.dumps([(one.show, one.arguments) for one in places])
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lessons_lib.annexes.site.half.probe"],
        input=asked,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, COURSE_VARIABLE: str(folder)},
        check=False,
    )
    if done.returncode:
        raise CommandError(f"A card cannot be shown in a browser:\n{done.stderr.strip()}")
    found = json.loads(done.stdout)
    modules = {
        _path_in_bundle(name, Path(file)): Path(file).read_bytes()
        for name, file in found["modules"].items()
        if file and name.partition(".")[0] in _SHIPPED
    }
    return [Opened(one["state"], tuple(one["card"])) for one in found["places"]], modules


def _licenses() -> dict[str, bytes]:
    """Return the license files of the packages that the archive contains."""
    return {
        path.as_posix(): Path(str(path.locate())).read_bytes()
        for name in sorted(_SHIPPED - {_PACKAGE})
        for path in files_of(name) or ()
        if "licenses" in path.parts
    }


def _path_in_bundle(name: str, file: Path) -> str:
    end = "/__init__.py" if file.name == "__init__.py" else ".py"
    return name.replace(".", "/") + end


def app(modules: Mapping[str, bytes], data: Mapping[str, bytes], wheel: bytes) -> bytes:
    """Return the archive that the browser's Python unpacks.

    Parameters
    ----------
    modules : mapping of str to bytes
        As `probe` returns them.
    data : mapping of str to bytes
        As `course_files` returns them.
    wheel : bytes
        msgspec for the browser.
    """
    itself = _ITSELF.format(lessons_lib.__version__).encode()
    return zipped(
        {
            **modules,
            **unzipped(wheel),
            **{f"{_COURSE}/{name}": content for name, content in data.items()},
            f"{_PACKAGE}/__init__.py": itself,
            **_licenses(),
        }
    )
