"""Load a table of the course from its YAML file, and look up its entries."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from lessons_lib.classroom.tables.problems import Fault, QuizBankError, choose_one
from lessons_lib.classroom.tables.yaml_file import YamlFile, misfits

T = TypeVar("T")


class CourseFileError(QuizBankError):
    """A data file of the course is invalid; `problems` lists every fault found."""


def load_table(
    path: Path, kind: type[T], faults_of: Callable[[T], Iterator[Fault]], items: str = "questions"
) -> T:
    """Return the contents of a YAML file, which is read once.

    Parameters
    ----------
    path : Path
        The file.
    kind : type
        A struct that the file must fit.
    faults_of : callable
        Yields the faults of a struct that fits, each with its place in the file.
    items : str
        The key of the file's main list; problems in one of its items name the item's id.

    Raises
    ------
    CourseFileError
        If there is any fault; the error lists all of them.
    """
    return cast(T, _loaded(path, cast(Any, kind), faults_of, items))


def read_table(
    path: Path, kind: Any, faults_of: Callable[[Any], Iterator[Fault]], items: str
) -> Any:
    """Return what `load_table` does, from the file as it is now."""
    file = YamlFile(path, items)
    if not file.problems:
        faults = list(misfits(file.data, kind))
        for fault in faults or faults_of(msgspec.convert(file.data, kind)):
            file.report(fault)
    if file.problems:
        raise CourseFileError(file.problems)
    return msgspec.convert(file.data, kind)


_loaded = cache(read_table)


def named(known: Mapping[str, T], name: str, what: str) -> T:
    """Return the entry with a name; `ValueError`, with a similar name or all, if there is none."""
    if name not in known:
        raise ValueError(f"Unknown {what} {name!r}.{_advice(str(name), known)}")
    return known[name]


def _advice(word: str, known: Collection[str]) -> str:
    """Return a sentence with a similar name, or with all that are known."""
    return choose_one(word, known) if known else " The course has none."


def repeated(place: str, key: str, words: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault for each repeated word; `place` is where the list is in the file."""
    for number, word in enumerate(words, start=1):
        if (first := words.index(word) + 1) != number:
            message = f"{key} {word!r} is already used by {place}[{first}]: choose another."
            yield f"{place}[{number}].{key}", message


def unknown(place: str, word: str, known: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault if a word is not one of the known ones."""
    if word not in known:
        yield place, f"{word!r} is not in the course.{_advice(word, known)}"
