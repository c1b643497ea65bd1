"""Compute the correct answer to a question independently, and read what a question shows."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from numpy.typing import NDArray

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.question import (
    ChoiceQuestion,
    NumberQuestion,
    Question,
    Quiz,
    Row,
    fill,
    placeholders_in,
)
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import demo_texts

QUIZZES = Path(__file__).parents[3] / "quizzes"
Answer: TypeAlias = set[str] | float
Claims: TypeAlias = dict[str, bool]  # whether an option is true, by a phrase of its text
Columns: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


@cache
def course() -> QuizBank:
    return load_bank(QUIZZES)


def bank(name: str) -> Quiz:
    return course().quiz(name)


def answers_in(modules: Iterable[ModuleType]) -> dict[str, Callable[..., Any]]:
    """Return the functions that compute a key: each has the id of its question as its name."""
    names = [(name.replace("_", "-"), one) for each in modules for name, one in vars(each).items()]
    return {name: one for name, one in names if name in course()}


def rows_of(question: Question) -> Sequence[Row]:
    return question.variants or ({},)


def key_of(question: Question) -> Answer:
    if isinstance(question, NumberQuestion):
        assert question.answer is not None
        return float(question.answer.value)
    assert isinstance(question, ChoiceQuestion)
    return set(getattr(question, "answer", ()))


@cache
def pipeline() -> SentimentPipeline:
    return SentimentPipeline.load()


def many_texts(count: int) -> list[str]:
    """Return `count` texts: the demo sentences, over and over."""
    texts = demo_texts()
    return (texts * (count // len(texts) + 1))[:count]


def notebook_names() -> dict[str, Any]:
    """Return the names that the lessons' code uses."""
    return {
        "np": np,
        "pipeline": pipeline(),
        "batch": BatchPredictor(pipeline()),
        "realtime": RealTimePredictor(pipeline()),
    }


def code_block(text: str) -> str:
    """Return the first fenced block of Python in a text."""
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    if found is None:
        raise ValueError(f"no Python in {text!r}")
    return found[1]


def inline_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def outcome(code: str, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression, or the exception that it raises."""
    try:
        return eval(code, dict(names))
    except Exception as error:
        return error


def outcomes(question: ChoiceQuestion, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outcome of each option that is code, by letter; raise errors of a typing slip."""
    codes = {letter: inline_code(option.text) for letter, option in question.options.items()}
    found: dict[str, Any] = {letter: outcome(code, names) for letter, (code,) in codes.items()}
    for value in found.values():
        if isinstance(value, NameError | SyntaxError):
            raise value
    return found


def options_where(
    holds: Callable[[Any], object], names: Callable[[], Mapping[str, Any]] = dict
) -> Callable[[ChoiceQuestion, Row], set[str]]:
    """Return a function that finds the options whose code gives a value with a property."""
    return lambda question, row: letters_where(outcomes(question, names()), holds)


def run_stem(question: Question, **names: Any) -> dict[str, Any]:
    """Run the code of a stem and return all names that it defines."""
    scope = notebook_names() | names
    exec(code_block(question.stem), scope)
    return scope


def letters_where(values: Mapping[Any, Any], holds: Callable[[Any], object]) -> set[str]:
    """Return the letters of the options whose value has a property."""
    return {letter for letter, value in values.items() if holds(value)}


def letters_saying(question: ChoiceQuestion, text: str) -> set[str]:
    """Return the letters of the options whose text is `text`, ignoring backticks."""
    return letters_where(question.options, lambda one: one.text.replace("`", "") == text)


def letters_of_true(question: ChoiceQuestion, claims: Claims) -> set[str]:
    """Return the letters of the true options; `claims` names each by a phrase of its text."""
    letters: set[str] = set()
    for letter, option in question.options.items():
        (truth,) = [truth for phrase, truth in claims.items() if phrase in option.text]
        if truth:
            letters.add(letter)
    return letters


class Recorded:
    """A pipeline that records the shape of each pass's probabilities."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        probabilities = pipeline().probabilities(texts)
        self.shapes.append(probabilities.shape)
        return probabilities


class OneLabel:
    """A pipeline that gives all texts the same label; it counts its passes."""

    def __init__(self) -> None:
        self.passes = 0

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passes += 1
        return np.tile(np.array([0.2, 0.3, 0.5], dtype=np.float32), (len(texts), 1))


def cases(ids: Iterable[str]) -> list[ParameterSet]:
    """Return (question, row) for each row of the questions with these ids, as test parameters."""
    return [
        pytest.param(fill(question, row), row, id=f"{question.id}-{number}")
        for question in map(course().question, sorted(ids))
        for number, row in enumerate(rows_of(question), start=1)
    ]


def ids_where(holds: Callable[[Question], bool]) -> set[str]:
    """Return the ids of questions with a property."""
    return {question.id for question in course().questions if holds(question)}


def value_of_stem(question: Question, **names: Any) -> Any:
    """Run the code of a stem and return the value of its last line."""
    *before, last = ast.parse(code_block(question.stem)).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "stem", "exec"), names)
    return eval(compile(ast.Expression(last.value), "stem", "eval"), names)


def table_of_stem(question: Question) -> list[list[str]]:
    """Return the cells of a stem's table, row by row, without its head."""
    lines = [line for line in question.stem.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


def integers(text: str) -> list[int]:
    """Return the integers in a text such as `2, 1 and −3`."""
    return [int(number.replace("−", "-")) for number in re.findall(r"[−-]?\d+", text)]


def decimals(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def unexplained_columns(question: Question, columns: Columns) -> set[str]:
    """Return the columns of a question that are not computed, in the stem, or its answer."""
    value = getattr(question.answer, "value", "")
    given = {*placeholders_in(question.stem), *placeholders_in(str(value))}
    return {
        name for row in question.variants for name in row.keys() - columns(dict(row)).keys() - given
    }
