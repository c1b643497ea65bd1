"""What a question shows: the values of its code, the cells of its table, the figures it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from lessons_lib.quiz.placeholders import placeholders_in
from lessons_lib.quiz.question import ChoiceQuestion, Question
from tests.quizzes.answer_key import Columns, bank, code_block, outcomes


def value_of_stem(question: Question, **names: Any) -> Any:
    """Run the code of a stem and return the value of its last line."""
    *before, last = ast.parse(code_block(question.stem)).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "stem", "exec"), names)
    return eval(compile(ast.Expression(last.value), "stem", "eval"), names)


def values_of_options(question: ChoiceQuestion, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return `outcomes`, but raise an error that comes from a slip in an option's code."""
    found = outcomes(question, names)
    for value in found.values():
        if isinstance(value, NameError | SyntaxError):
            raise value
    return found


def table_of_stem(question: Question) -> list[list[str]]:
    """Return the cells of a stem's table, row by row, without its head."""
    lines = [line for line in question.stem.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


def whole_numbers(text: str) -> list[int]:
    """Return the whole numbers of a text such as `2, 1 and −3`."""
    return [int(number.replace("−", "-")) for number in re.findall(r"[−-]?\d+", text)]


def decimals(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def unexplained_columns(name: str, columns: Mapping[str, Columns]) -> dict[str, set[str]]:
    """Return, by question, what its rows hold that is neither computed nor in the stem."""
    found = {}
    for question in bank(name).questions:
        for row in question.variants:
            computed = columns[question.id](dict(row))
            if rest := row.keys() - computed.keys() - set(placeholders_in(question.stem)):
                found[question.id] = rest
    return found
