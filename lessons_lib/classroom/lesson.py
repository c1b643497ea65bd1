"""What a lesson declares as code; what is data is in its course folder, see `course.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from random import Random
from typing import Any, TypeAlias

from lessons_lib.classroom.course import course

Case: TypeAlias = dict[str, Any]
Formula: TypeAlias = Callable[..., dict[str, float]]
Numbers: TypeAlias = Mapping[str, Callable[[], str]]


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """How a question with the tag `own-figures` is filled from a learner's measurements.

    Attributes
    ----------
    formula : callable
        Its parameters are the figures that the question needs; it returns every other column of the
        question's variants, unrounded, including the answer.
    source : str
        Fills the column `source`, which names a machine in the variants.
    prefix : str
        A figure whose name begins with it is used in place of the one without, if there is one.
    """

    formula: Formula
    source: str = "Your own measurement"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class CountedCalls:
    """What an exercise counts besides comparing results.

    Attributes
    ----------
    name : str
        The list in an exercise's setup that each counted call appends its size to.
    in_words : callable
        Describes the calls by their sizes: "2 passes of 8, 4 texts through the model".
    """

    name: str
    in_words: Callable[[Sequence[int]], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """The code of a lesson, which a module assigns to `LESSON`; `course.yaml` names the module.

    That module is imported in every kernel that shows a question, so it must be light: what needs
    large packages is imported by the functions that use it.

    Attributes
    ----------
    formulas : mapping of str to OwnFigures
        By a question's id.
    fresh_cases : mapping of str to callable
        By an exercise's id: draws a case that binds the names of the exercise's example.
    counted : CountedCalls, optional
        What exercises count.
    in_short : mapping of str to callable
        By the full name of a type: its values are compared as they are, and shown so.
    views : mapping of str to str
        By the name for `show`: the full name of the function or class that makes it, which is
        imported when it is shown.
    numbers : callable
        Returns the numbers in prose: `${name}` in a notebook's source is filled by calling `name`.
    kept_out : callable
        Returns texts that no stored notebook may contain, and texts that it may all the same.
    busy : callable
        Accepts a time by `perf_counter`, and returns a sentence if a result measured since then
        says little, because the machine was busy. Otherwise, it returns an empty string.
    """

    formulas: Mapping[str, OwnFigures] = field(default_factory=dict)
    fresh_cases: Mapping[str, Callable[[Random], Case]] = field(default_factory=dict)
    counted: CountedCalls | None = None
    in_short: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)
    numbers: Callable[[], Numbers] = dict
    kept_out: Callable[[], tuple[Iterable[str], Iterable[str]]] = lambda: ((), ())
    busy: Callable[[float], str] = lambda since_s: ""


def current_lesson() -> Lesson:
    """Return what the lesson of the course folder declares.

    Raises
    ------
    CourseFileError
        If the course plan cannot be read.
    ImportError
        If the module that it names cannot be imported, or declares no `LESSON`.
    """
    return _declared_in(course().code)


@cache
def _declared_in(module: str) -> Lesson:
    rule = f"`code` in course.yaml must name a module that assigns a Lesson to LESSON, got {module}"
    try:
        lesson = getattr(import_module(module), "LESSON", None)
    except ImportError as error:
        raise ImportError(f"{rule}: {error}.") from error
    if not isinstance(lesson, Lesson):
        raise ImportError(f"{rule}.")
    return lesson
