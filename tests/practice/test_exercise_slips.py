"""Slips in the form of an answer, not in its thought: each is told what to do about it."""

from __future__ import annotations

import ast

import pytest

from lessons_lib.practice.exercises.catalog import EXERCISES, exercise
from lessons_lib.practice.exercises.check import check
from lessons_lib.practice.exercises.exercise import Exercise, ExerciseReport
from lessons_lib.practice.exercises.process import Limits

SEED = 7
LIMITS = Limits(time_s=4.0, output_bytes=100_000)
FUNCTIONS = [one for one in EXERCISES if one.is_function]
WITH_MODEL = [one for one in EXERCISES if "model = " in one.setup]
each = pytest.mark.parametrize("task", EXERCISES, ids=lambda one: one.id)
each_function = pytest.mark.parametrize("task", FUNCTIONS, ids=lambda one: one.id)
each_with_model = pytest.mark.parametrize("task", WITH_MODEL, ids=lambda one: one.id)


def tried(task: Exercise | str, code: str) -> ExerciseReport:
    one = exercise(task) if isinstance(task, str) else task
    return check(one, code, seed=SEED, limits=LIMITS)


def names_to_keep() -> list[object]:
    """Each name of an exercise's question that the learner's code must leave behind."""
    return [
        pytest.param(task, node.id, id=f"{task.id}-{node.id}")
        for task in EXERCISES
        for node in ast.walk(ast.parse(task.asks))
        if isinstance(node, ast.Name) and node.id not in task.example
    ]


@pytest.mark.parametrize(("task", "name"), names_to_keep())
def test_a_name_that_is_asked_for_and_not_kept_is_told(task: Exercise, name: str) -> None:
    report = tried(task, f"{task.solution}\ndel {name}\n")
    assert report.what == "unfinished"
    assert report.sentence == f"Nothing is named {name} when your code has run."
    known = {one.word for one in task.mistakes}
    assert report.word in known or report.word.startswith(f"Keep the name `{name}`: ")


def test_several_names_that_are_missing_are_listed() -> None:
    report = tried("type-of-results", "print(model.predict(texts))")
    assert report.sentence == "Nothing is named kind, count and last when your code has run."
    assert report.word.startswith("Keep the names `kind`, `count` and `last`: the checks look for")


def test_the_word_of_a_mistake_is_not_given_for_another_use_of_the_model() -> None:
    report = tried("mend-the-call", "prediction = 5")
    assert report.word.startswith("Keep the name `input_text`: the checks look for a result")


@each_function
@pytest.mark.parametrize(("value", "kind"), [("5", "a number"), ("'5'", "a text"), ("[]", "a list"), ("int", "a class"), ("None", "None"), ("True", "True or False"), ("3j", "of type complex")])  # fmt: skip  # noqa: E501
def test_a_value_in_place_of_a_function_is_told(task: Exercise, value: str, kind: str) -> None:
    report = tried(task, f"{task.gives} = {value}")
    assert report.what == "wrong"
    begin = f"{task.gives} is {kind}; write a function: def {task.gives}("
    assert report.sentence.startswith(begin)
    assert report.sentence.endswith("):")
    assert report.word.startswith("Keep that first line.")


def test_three_dots_in_place_of_a_function_are_unfinished() -> None:
    assert tried("count-the-passes", "passes = ...").what == "unfinished"


@each_function
def test_a_function_with_another_first_line_is_shown_the_line(task: Exercise) -> None:
    report = tried(task, f"def {task.gives}():\n    return 1\n")
    assert report.word.endswith(f"Begin it so: `{task.first_line}`")
    assert task.first_line in task.start


@each
def test_code_below_the_usual_if_is_run(task: Exercise) -> None:
    inside = "".join(f"    {line}\n" for line in task.solution.splitlines())
    assert tried(task, f"if __name__ == '__main__':\n{inside}").is_right


@each_with_model
def test_a_model_that_was_deleted_is_told(task: Exercise) -> None:
    report = tried(task, f"del model\n{task.solution}")
    assert report.word.startswith("The name `model` was there before your code ran.")


@each
def test_another_value_for_a_name_of_pythons_own_is_harmless_or_told(task: Exercise) -> None:
    report = tried(task, f"{task.solution}\nstr = len = 5\n")
    assert report.is_right or "for itself. Choose another name for your value." in report.word
    more = "import builtins\nbuiltins.str = builtins.any = 5\n"
    assert tried(task, f"{task.solution}\n{more}").is_right


@pytest.mark.parametrize(
    "code", ["max = max(logits)\n    return max", "return list(logits)\nlist = [1]"]
)
def test_a_name_of_pythons_own_is_told(code: str) -> None:
    report = tried("softmax", f"def softmax(logits):\n    {code}\n")
    assert report.what == "error"
    assert "for itself. Choose another name" in report.word


@each
@pytest.mark.parametrize(
    ("code", "what", "word"),
    [
        ("exit()", "error", "Leave exit() and quit() out"),
        ("raise SystemExit", "error", "Leave exit() and quit() out"),
        ("answer = input()", "error", "input() has nobody to ask"),
        ("def f(n):\n    return f(n + 1)\nf(0)", "error", "without an end"),
        ("print('x' * 200_000)", "stopped", "Print less."),
        ("import os; os._exit(0)", "stopped", "Leave out what ends the program"),
        ("import os; os._exit(1)", "stopped", "Leave out what ends the program"),
    ],
)
def test_nothing_is_right_that_ends_or_floods(
    task: Exercise, code: str, what: str, word: str
) -> None:
    report = tried(task, f"{task.solution}\n{code}\n")
    assert report.what == what
    assert word in report.word
    assert "None" not in report.sentence


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("```python\nx = 1\n```", "three backticks"),
        (">>> x = 1", "Leave out the marks"),
        ("%time x = 1", "cells of a notebook"),
        ("!pip install numpy", "cells of a notebook"),
        ("x = “one”", "Type it anew"),
        ("return 5", "belongs in a function"),
        ("The answer is a list.", "Python could not read the code"),
    ],
)
def test_what_was_pasted_and_is_no_python_is_told(code: str, word: str) -> None:
    report = tried("count-the-passes", code)
    assert report.what == "error"
    assert word in report.word


def test_a_sentence_ends_with_one_mark() -> None:
    report = tried("count-the-passes", "print 'x'")
    assert report.sentence.endswith("Did you mean print(...).")


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("batch-call", "results = model.predict", "round brackets"),
        ("type-of-results", "kind, count, last = type([]), 2, ''", "`.__name__`"),
        ("real-time-call", "prediction = model.predict(text)\nlabel = prediction.label.upper()", "Only capitals"),  # noqa: E501
        ("count-the-passes", "async def passes(*given):\n    return 1", "`async`"),
        ("count-the-passes", "def passes(n, b):\n    return str(-(-n // b))", "That is a text."),
        ("start-the-batch", "def starts(w, o, m, t):\n    return int(w > 0 and (w >= m or o >= t))", "`bool(...)`"),  # noqa: E501
        ("start-the-batch", "def starts(w, o, m, t):\n    return str(w > 0 and (w >= m or o >= t))", "That is a text."),  # noqa: E501
    ],
)  # fmt: skip
def test_a_result_of_another_kind_is_told_what_to_do(name: str, code: str, word: str) -> None:
    report = tried(name, code)
    assert report.what == "wrong"
    assert word in report.word
