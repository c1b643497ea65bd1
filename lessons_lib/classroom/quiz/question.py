"""The quiz file format, as types that the loader, the checks and the editor schema are based on.

A file `quizzes/<name>.yaml` decodes to one `Quiz`. A question's `kind` selects one of three
classes. Texts are Markdown with code in backticks; in a question with `variants`, `${name}` stands
for the row's value.

In prose, numbers that fill a placeholder get thousands separators and a true minus sign (`10,000`,
`−1`); in code they stay plain (`-1`), so that it runs as shown. Text values are inserted unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from lessons_lib.classroom.tables.problems import choose_one
from lessons_lib.classroom.tables.yaml_file import (
    Line,
    Markdown,
    Placeholder,
    PlaceholderName,
    QuizName,
    Slug,
)

Difficulty: TypeAlias = Literal["easy", "medium", "hard"]
Policy: TypeAlias = Literal["practice", "no-feedback", "survey"]
Letter: TypeAlias = Literal["A", "B", "C", "D", "E", "F", "G", "H"]
Kind: TypeAlias = Literal["single", "several", "number"]

QUESTION_KINDS: tuple[Kind, ...] = ("single", "several", "number")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
LETTERS: tuple[Letter, ...] = ("A", "B", "C", "D", "E", "F", "G", "H")

LongText = Annotated[str, Meta(max_length=4000)]
Value: TypeAlias = int | float | Annotated[str, Meta(max_length=400)]
Row: TypeAlias = dict[PlaceholderName, Value]


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One choice, and why it is right or wrong (only a survey may omit the feedback).

    Attributes
    ----------
    text : str
        The choice; Markdown.
    feedback : str
        Why it is right, or the misconception behind it.
    """

    text: Markdown
    feedback: LongText = ""


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One numbered step of a solution.

    Attributes
    ----------
    title : str
        What this step does: 'Count the passes'.
    text : str
        The step itself.
    """

    title: Line
    text: Markdown


class NumberAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that is right within `tolerance` of `value`, bounds included.

    Attributes
    ----------
    value : float or str
        The number, or ${name} from a row.
    tolerance : float or str
        The largest accepted difference; 0 means exact.
    unit : str
        Shown next to the field; typing it is optional.
    """

    value: float | Placeholder
    tolerance: float | Placeholder = 0.0
    unit: Annotated[str, Meta(max_length=20)] = ""


class WrongNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """The result of a known mistake, matched with the answer's tolerance."""

    value: float | Placeholder
    feedback: Markdown


class NumberFeedback(Struct, frozen=True, forbid_unknown_fields=True):
    """Feedback on the right number, on known wrong ones, and on any other."""

    right: Markdown
    wrong: Markdown
    known: tuple[WrongNumber, ...] = ()


class Fields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """The fields of every kind of question; a survey needs neither answer nor solution.

    Attributes
    ----------
    id : str
        Unique across all banks, never reused.
    revision : int
        Increase it when the meaning changes.
    objective : str
        One of the course's objectives.
    stage : str
        One of the course's stages.
    stem : str
        The question; Markdown.
    place : str
        Where the notebook asks it: the name of a section, or end; pool if only practice and tests
        do.
    recall : bool
        Whether it can be answered without options: it is a flashcard.
    policy : str, optional
        Overrides the bank's mode for this question.
    hints : tuple of str
        Shown one at a time, the least revealing first.
    quick_check : str
        A quick way to verify the answer.
    variants : tuple of dict
        Rows of numbers that fill ${name}; tests recompute them.
    """

    id: Slug
    revision: Annotated[int, Meta(ge=1)]
    difficulty: Difficulty
    objective: Slug
    stage: Slug
    stem: Markdown
    tags: tuple[Slug, ...] = ()
    place: Slug = "end"
    recall: bool = False
    policy: Policy | None = field(default=None, name="mode")
    hints: Annotated[tuple[Line, ...], Meta(max_length=5)] = ()
    solution: Annotated[tuple[Step, ...], Meta(max_length=12)] = ()
    final_answer: LongText = ""
    quick_check: LongText = ""
    common_mistakes: Annotated[tuple[Markdown, ...], Meta(max_length=12)] = ()
    variants: Annotated[tuple[Row, ...], Meta(max_length=50)] = ()

    @property
    def kind(self) -> Kind:
        """The kind of question: single, several or number."""
        return next(kind for kind in QUESTION_KINDS if kind == self.__struct_config__.tag)

    @property
    def is_graded(self) -> bool:
        """Whether there is a right answer; a survey question may have none."""
        return getattr(self, "answer", None) is not None


class ChoiceFields(Fields, frozen=True, kw_only=True, tag=None):
    """The fields of the two kinds with options.

    Attributes
    ----------
    options : dict
        Lettered A, B, C … without gaps.
    """

    options: Annotated[dict[Letter, Option], Meta(min_length=2, max_length=8)]


class SingleQuestion(ChoiceFields, frozen=True, kw_only=True, tag="single"):
    """One option is right."""

    answer: Letter | None = None


class SeveralQuestion(ChoiceFields, frozen=True, kw_only=True, tag="several"):
    """One or more options are right, and the learner must find them all."""

    answer: Annotated[tuple[Letter, ...], Meta(min_length=1, max_length=8)] | None = None


class NumberQuestion(Fields, frozen=True, kw_only=True, tag="number"):
    """The answer is a typed number within a tolerance, with or without its unit."""

    answer: NumberAnswer | None = None
    feedback: NumberFeedback | None = None

    @property
    def unit(self) -> str:
        """The unit of the answer, which may be typed; empty if it has none."""
        return self.answer.unit if self.answer else ""


ChoiceQuestion: TypeAlias = SingleQuestion | SeveralQuestion
Question: TypeAlias = ChoiceQuestion | NumberQuestion


class Quiz(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One quiz bank, one file: the questions of one notebook, in the order they are shown.

    Attributes
    ----------
    name : str
        The file's name without .yaml.
    policy : str
        practice gives feedback at once; no-feedback withholds it; survey never grades.
    """

    name: QuizName = field(name="quiz")
    title: Line
    questions: Annotated[tuple[Question, ...], Meta(min_length=1, max_length=1000)]
    policy: Policy = field(default="practice", name="mode")

    def at(self, place: str) -> Quiz:
        """Return the quiz with only the questions at a place: a section, `end` or `pool`.

        A section's own name is its title.

        Raises
        ------
        ValueError
            If no question is at that place.
        """
        places = dict.fromkeys(one.place for one in self.questions)
        if place not in places:
            message = f"Quiz {self.name!r} has no questions at place {place!r}."
            raise ValueError(f"{message}{choose_one(place, places)}")
        at_place = tuple(one for one in self.questions if one.place == place)
        title = self.title if place in ("end", "pool") else place.replace("-", " ").capitalize()
        return replace(self, title=title, questions=at_place)

    def policy_of(self, question: Question) -> Policy:
        """Return a question's policy: its own, or else the bank's."""
        return question.policy or self.policy


Q = TypeVar("Q", bound=Question)

PLACEHOLDER = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_STRAY = re.compile(r"\$\{(?![a-z][a-z0-9_]*\})[^}\n]{0,20}\}?")
_CODE = re.compile(r"(```|~~~)[\s\S]*?\1|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)")  # fenced or inline
_NUMBERS = ("value", "tolerance")  # keys that hold a number, or a placeholder for one


def placeholders_in(text: str) -> list[str]:
    """Return the names of the placeholders in a text, in order."""
    return PLACEHOLDER.findall(text)


def stray_placeholders(text: str) -> list[str]:
    """Return everything that looks like a placeholder but is malformed: `${N}`, `${ n }`, `${n`."""
    return _STRAY.findall(text)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, each paired with whether it is code."""
    start = 0
    for match in _CODE.finditer(text):
        yield text[start : match.start()], False
        yield match.group(), True
        start = match.end()
    yield text[start:], False


def strings_of(question: Question) -> Iterator[tuple[str, str]]:
    """Yield every string of a question except its variants, with its place."""
    for name, part in msgspec.to_builtins(question).items():
        if name != "variants":
            yield from _strings_in(part, name)


def fill_text(text: str, row: Mapping[str, Value]) -> str:
    """Return a text with every placeholder replaced by the row's value.

    Raises
    ------
    KeyError
        If the row lacks a name; the loader rejects such questions.
    """
    if "${" not in text:
        return text
    return "".join(_replaced(piece, row, is_code) for piece, is_code in pieces(text))


def fill(question: Q, row: Mapping[str, Value]) -> Q:
    """Return a question filled from one row, without variants.

    Raises
    ------
    ValueError
        If a number is filled with text, or a text becomes too long.
    """
    data = msgspec.to_builtins(question) | {"variants": ()}
    return msgspec.convert(_filled(data, row), type(question))


def _strings_in(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict):
        for name, part in data.items():
            yield from _strings_in(part, f"{place}.{name}")
    elif isinstance(data, list | tuple):
        for number, part in enumerate(data, start=1):
            yield from _strings_in(part, f"{place}[{number}]")


def _filled(data: Any, row: Mapping[str, Value]) -> Any:
    if isinstance(data, str):
        return fill_text(data, row)
    if isinstance(data, dict):
        return {
            name: _number(part, row) if name in _NUMBERS else _filled(part, row)
            for name, part in data.items()
        }
    return [_filled(part, row) for part in data] if isinstance(data, list | tuple) else data


def _number(value: float | str, row: Mapping[str, Value]) -> float:
    filled = row[placeholders_in(value)[0]] if isinstance(value, str) else value
    if isinstance(filled, str):
        raise ValueError(f"{value} must be filled with a number, got the text {filled!r}")
    return float(filled)


def _replaced(piece: str, row: Mapping[str, Value], is_code: bool) -> str:
    def formatted(match: re.Match[str]) -> str:
        value = row[match[1]]
        return str(value) if is_code or isinstance(value, str) else f"{value:,}".replace("-", "−")

    return PLACEHOLDER.sub(formatted, piece)
