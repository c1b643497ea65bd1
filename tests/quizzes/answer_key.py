"""Tools to compute a question's right answer anew and to compare it with the bank's key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from numpy.typing import NDArray

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.placeholders import fill
from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Question, Quiz, Row
from lessons_lib.text.corpus import demo_texts

QUIZZES = Path(__file__).parents[2] / "quizzes"

Answer: TypeAlias = set[str] | float
Computed: TypeAlias = Callable[[ChoiceQuestion, Row], set[str]]
Number: TypeAlias = Callable[[dict[str, Any]], float]
Columns: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


@cache
def course() -> QuizBank:
    return load_bank(QUIZZES, strict=True)


def bank(name: str) -> Quiz:
    return course().quiz(name)


def filled_rows(name: str) -> Iterator[tuple[Question, Row]]:
    """Yield each question once per row of its variants, with the row filled in."""
    for question in bank(name).questions:
        for row in question.variants or ({},):
            yield fill(question, row), row


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
    """Return what an expression gives, or the exception that it raises."""
    try:
        return eval(code, dict(names))
    except Exception as error:
        return error


def outcomes(question: ChoiceQuestion, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outcome of each option that is code, by letter."""
    codes = {letter: inline_code(option.text) for letter, option in question.options.items()}
    return {letter: outcome(code, names) for letter, (code,) in codes.items()}


def run_stem(question: Question, **names: Any) -> dict[str, Any]:
    """Run the code of a stem and return all names that it leaves behind."""
    scope = notebook_names() | names
    exec(code_block(question.stem), scope)
    return scope


def letters_saying(question: ChoiceQuestion, text: str) -> set[str]:
    """Return the letters of the options whose text is `text`, apart from backticks."""
    return {
        letter
        for letter, option in question.options.items()
        if option.text.replace("`", "") == text
    }


def letters_of_true(question: ChoiceQuestion, claims: Mapping[str, bool]) -> set[str]:
    """Return the letters of the true options; `claims` names each by a phrase of its text."""
    letters: set[str] = set()
    for letter, option in question.options.items():
        (truth,) = [truth for phrase, truth in claims.items() if phrase in option.text]
        if truth:
            letters.add(letter)
    return letters


class Recorded:
    """A pipeline that remembers the shape of what each pass gave."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        probabilities = pipeline().probabilities(texts)
        self.shapes.append(probabilities.shape)
        return probabilities


class OneLabel:
    """A pipeline to which all texts are the same; it counts its passes."""

    def __init__(self) -> None:
        self.passes = 0

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passes += 1
        return np.tile(np.array([0.2, 0.3, 0.5], dtype=np.float32), (len(texts), 1))


def cases(name: str, ids: Iterable[str]) -> list[ParameterSet]:
    """Return (question, row) for each row of the questions with these ids, as test parameters."""
    counted: Counter[str] = Counter()
    parameters = []
    for question, row in filled_rows(name):
        if question.id in ids:
            counted[question.id] += 1
            parameters.append(
                pytest.param(question, row, id=f"{question.id}-{counted[question.id]}")
            )
    return parameters


def ids_where(name: str, holds: Callable[[Question], bool]) -> set[str]:
    return {question.id for question in bank(name).questions if holds(question)}


def choices_test(name: str, computed: Mapping[str, Computed]) -> Callable[..., None]:
    """Return the test that running a question's options gives the letters of its key."""

    @pytest.mark.parametrize(("question", "row"), cases(name, computed))
    def test(question: ChoiceQuestion, row: Row) -> None:
        assert computed[question.id](question, row) == key_of(question)

    checked: Callable[..., None] = test
    return checked


def numbers_test(
    name: str, computed: Mapping[str, Number], *, rounding: float | None = None
) -> Callable[..., None]:
    """Return the test that computing a number gives the key, to within the key's rounding."""

    @pytest.mark.parametrize(("question", "row"), cases(name, computed))
    def test(question: NumberQuestion, row: dict[str, Any]) -> None:
        assert computed[question.id](row) == pytest.approx(key_of(question), abs=rounding)

    checked: Callable[..., None] = test
    return checked


def columns_test(name: str, computed: Mapping[str, Columns]) -> Callable[..., None]:
    """Return the test that the figures of each row of variants fit together."""

    @pytest.mark.parametrize(("question", "row"), cases(name, computed))
    def test(question: Question, row: dict[str, Any]) -> None:
        expected = computed[question.id](row)
        assert {column: row[column] for column in expected} == pytest.approx(expected)

    checked: Callable[..., None] = test
    return checked


def trust_test(
    name: str,
    choices: Mapping[str, Computed],
    numbers: Mapping[str, Number],
    columns: Mapping[str, Columns],
) -> Callable[[], None]:
    """Return the test that each question to be checked by running, and each row, is computed."""

    def test() -> None:
        by_running = ids_where(name, lambda one: "check-by-running" in one.tags)
        assert by_running == {*choices, *numbers}
        assert ids_where(name, lambda one: bool(one.variants)) == set(columns)

    return test
