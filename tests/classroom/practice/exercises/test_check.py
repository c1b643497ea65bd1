"""Checking a learner's code: what is reported, what stays untouched, and what is not right."""

import math
import signal
from enum import StrEnum
from typing import Any

import numpy as np
import pytest
import torch

from lessons_lib.classroom.practice.exercises.catalog import exercise, exercise_table
from lessons_lib.classroom.practice.exercises.check import check
from lessons_lib.classroom.practice.exercises.report import ExerciseReport, plain, same, shown
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.text.label import Label

SEED = 11
RIGHT = exercise("count-the-passes").solution
STOP = "import signal\nsignal.raise_signal(signal.SIGINT)\n"


def tried(
    code: str, name: str = "count-the-passes", namespace: dict[str, Any] | None = None
) -> ExerciseReport:
    return check(exercise(name), code, {} if namespace is None else namespace, seed=SEED)


def giving(expression: str, before: str = "") -> str:
    return f"{before}\ndef passes(n_texts, batch_size):\n    return {expression}\n"


def test_an_error_is_reported_with_its_line_and_what_was_given() -> None:
    report = tried("def passes(n_texts, batch_size):\n    size = 0\n    return n_texts / size\n")
    assert report.sentence == "ZeroDivisionError in line 3: division by zero"
    assert report.code == "return n_texts / size"
    assert report.case == "n_texts = 10000, batch_size = 512"
    report = tried(f"{RIGHT}\nanswer = (1,\n")
    assert report.sentence == "SyntaxError in line 7: '(' was never closed"
    assert (report.code, report.case) == ("answer = (1,", "")


@pytest.mark.parametrize(
    ("code", "sentence", "advice"),
    [
        ("exit()", "SystemExit in line 1", "Don't use exit() or quit()"),
        (STOP, "Your code was interrupted in line 2.", "what should make it stop?"),
        ("input()", "EOFError in line 1: input() does not work in an exercise", "cannot ask"),
        ("def f(n):\n    return f(n)\nf(0)", "RecursionError in line 2", "keeps calling itself"),
        ("pases(3)", "NameError in line 1: name 'pases' is not defined", "a typo"),
        ("import nothing_of_this_name", "ModuleNotFoundError in line 1", "is not installed"),
        ("class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd", "Odd", ""),
        ("sum = 3\nsum([1])", "TypeError in line 2", "run `del sum` once"),
        ("def f():\n    max = max([1])\nf()", "UnboundLocalError in line 2", "`max` is a built-in"),
        ("```python\nx = 1\n```", "SyntaxError in line 1", "three backticks"),
        ("%time x = 1", "SyntaxError in line 1", "lines that start with `%` don't"),
        ("x = “one”", "SyntaxError in line 1", "Retype the quotes"),
        ("return 5", "SyntaxError in line 1", "belongs inside a function"),
        ("print 'x'", "SyntaxError in line 1", "Python could not parse the code"),
        ("# only a comment\n\n", "There is no code yet.", "below the comments"),
        ("pass", "Your code does not define passes.", "Keep this name"),
        ("passes = [5]", "TypeError: 'list' object is not", "like this: `passes(n_texts, "),
        ("def passes():\n    return 1", "TypeError: passes() takes 0", "this: `passes(n_texts, "),
        ("x = 1\n" * 5000, "The code has 30,000 characters, but the limit is 10,", "few lines"),
        (giving("20"), "passes(n_texts, batch_size) is 20, but should be 10.", "by hand"),
        (giving("passes"), "passes(n_texts, batch_size) is an object of type", "parentheses"),
        (giving("str(-(-n_texts // batch_size))"), "passes(n_texts, ", "That is a string."),
        (giving("int"), "passes(n_texts, ", "`.__name__`"),
        (giving("print(20)"), "passes(n_texts, batch_size) is None", "End the function with `ret"),
        (giving("..."), "passes(n_texts, batch_size) is Ellipsis", "The three dots are still"),
        (giving("(n_texts for _ in '1')"), "passes(n_texts, ", "`list(...)`"),
        ("async def passes(*given):\n    return 1", "passes(n_texts, ", "`async`"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_whatever_goes_wrong_is_reported_with_advice(code: str, sentence: str, advice: str) -> None:
    report = tried(code)
    assert not report.is_right
    assert report.sentence.startswith(sentence)
    assert advice in report.advice
    assert report.advice


def test_a_wrong_element_of_a_result_gets_the_advice() -> None:
    code = "prediction = model.predict(text)\nlabel = prediction.label.upper()"
    assert tried(code, "real-time-call").advice == "Only capitalization or spaces differ."
    code = "def starts(w, o, m, t):\n    return int(w > 0 and (w >= m or o >= t))"
    assert "`bool(...)`" in tried(code, "start-the-batch").advice


def test_the_model_must_be_used_as_the_task_asks() -> None:
    report = tried(f"model.predict([text1])\n{exercise('batch-call').solution}", "batch-call")
    assert report.sentence == (
        "Your code made 2 passes of 1, 3 texts through the model. "
        "The task asks for one pass of 3 texts through the model."
    )
    assert report.advice == exercise_table().advice.calls
    code = "model.predict = lambda texts: 5\nresults = model.predict([text1, text2, text3])"
    assert not tried(code, "batch-call").is_right


@pytest.mark.parametrize(
    "code",
    [
        giving("Same()", "class Same:\n    def __eq__(self, other):\n        return True\n"),
        giving("Bad()", "class Bad:\n    __eq__ = __repr__ = __hash__ = None\n"),
        giving("float('nan')"),
        giving("10 ** 400"),
        giving("own", "own = []\nown.append(own)\n"),
        giving("20", "n_texts = batch_size = 1"),
        "model = lambda *_: 0\n" + giving("0"),
    ],
)
def test_nothing_gets_by_that_is_not_right(code: str) -> None:
    report = tried(code)
    assert not report.is_right
    assert report.is_checked
    assert report.advice


def test_the_reference_runs_after_the_learners_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise code that looks around, or a thread that it leaves behind, would find answers."""
    order, ceil = list[str](), math.ceil

    def watched(number: float) -> int:
        order.append("reference")
        return ceil(number)

    monkeypatch.setattr(math, "ceil", watched)
    code = giving("-(-n_texts // batch_size)", "order.append('learner')")
    assert tried(code, namespace={"order": order}).is_right
    assert order == ["learner"] * 11 + ["reference"] * 11


def test_right_code_stays_right_whatever_else_it_does() -> None:
    more = (
        "import sys, threading, time\nsys.stdout = None\nlen = list = None\n"
        "threading.Thread(target=time.sleep, args=(0,)).start()\n"
    )
    assert tried(RIGHT + more).is_right
    code = "import numpy\n" + giving("numpy.int64(-(-n_texts // batch_size))")
    assert tried(code).is_right
    assert tried(f"{RIGHT}\nn_texts, batch_size = 7, 3\npasses(n_texts, batch_size)").is_right


def test_code_that_changes_its_input_changes_no_other_run() -> None:
    changed = f"texts.reverse()\n{exercise('type-of-results').solution}"
    assert not tried(changed, "type-of-results").is_right
    assert tried(
        f"{exercise('type-of-results').solution}\ntexts.clear()", "type-of-results"
    ).is_right


def test_output_is_that_of_the_shown_example_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code = giving("-(-n_texts // batch_size)", "import sys\nprint('out', n_texts)")
    assert tried(f"{code}\nprint('err', file=sys.stderr)\npasses(9, 4)").is_right
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("out 10000\n3\n", "err\n")


def test_the_learners_names_are_those_of_the_shown_run() -> None:
    names: dict[str, Any] = {"__name__": "__main__", "mine": [1], "input": "my own", "passes": 3}
    code = f"from math import ceil\n{RIGHT}mine2, exit = n_texts, 5\n"
    assert tried(code, namespace=names).is_right
    assert (names["n_texts"], names["batch_size"], names["mine2"]) == (10_000, 512, 10_000)
    assert (names["mine"], names["input"]) == ([1], "my own")
    assert names["passes"](1, 1) == 1
    assert "exit" not in names


def test_what_an_earlier_run_left_does_not_count_but_a_helper_does() -> None:
    names: dict[str, Any] = {"passes": lambda n, b: -(-n // b)}
    assert tried("x = 1", namespace=names).sentence.startswith("Your code does not define passes.")
    names = {"up": lambda n, b: -(-n // b)}
    assert tried(giving("up(n_texts, batch_size)"), namespace=names).is_right
    for _ in range(2):
        tried("ids.append(99)", "pad-the-ids", namespace=names)
        assert names["ids"] == [5, 17, 204, 3, 99]


@pytest.mark.parametrize("where", ["example", "hidden", "reference"])
def test_an_interrupt_is_reported_anywhere(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    when = {"example": "n_texts == 10_000", "hidden": "n_texts == 1001", "reference": "False"}
    code = (
        "import signal\ndef passes(n_texts, batch_size):\n"
        f"    if {when[where]}:\n        signal.raise_signal(signal.SIGINT)\n"
        "    return -(-n_texts // batch_size)\n"
    )
    if where == "reference":
        monkeypatch.setattr(math, "ceil", lambda _: signal.raise_signal(signal.SIGINT))
    report = tried(code)
    assert "interrupted" in report.sentence
    if where == "hidden":
        assert report.case == "n_texts = 1001, batch_size = 100"


def test_a_check_that_cannot_work_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons_lib.pipeline.inference.folded.load_checkpoint", None)
    report = tried("results = 1", "batch-call")
    assert report.sentence.startswith("This exercise cannot be checked at the moment.")
    assert not report.is_checked


def test_a_report_is_safe_to_show_and_says_the_verdict_in_words() -> None:
    bad = "<img src=x onerror=alert(1)>\ud83d"
    report = tried(f"def passes(n, b):\n    raise ValueError({bad!r})\n")
    html = report._repr_html_().encode().decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img" not in html
    text = repr(report).encode().decode()
    assert text.startswith("✗ Not solved yet: ValueError in line 2: <img")
    right = "✓ Right. It works on the example and on 10 other inputs."
    assert repr(tried(RIGHT)) == right


class Color(StrEnum):
    RED = "red"


ONE = Prediction(Label.POSITIVE, (0.1, 0.2, 0.7))


@pytest.mark.parametrize(
    ("got", "wanted", "agree"),
    [
        (0.1 + 0.2, 0.3, True),
        ([1, (2,)], (1, [2]), True),
        (np.int64(4), 4.0, True),
        (torch.tensor([0.1, 0.2], requires_grad=True), [0.1, 0.2], True),
        (torch.tensor([1.0]), [1.5], False),
        (Color.RED, "red", True),
        (float("inf"), float("inf"), True),
        (ONE, Prediction(Label.POSITIVE, (0.1, 0.2, 0.7)), True),
        (ONE, Prediction(Label.POSITIVE, (0.1, 0.3, 0.6)), False),
        ("positive", ONE, False),
        (True, 1, False),
        ([1], [1, 1], False),
        ([], "", False),
        (float("nan"), 0.0, False),
        (1.0, 1.001, False),
        (10**400, 1.0, False),
        ({1, 2}, [1, 2], False),
    ],
)
def test_values_agree_by_what_they_hold(got: object, wanted: object, agree: bool) -> None:
    assert same(plain(got), plain(wanted)) is agree


def test_values_are_shown_as_python_would_and_shortened() -> None:
    value = [1, "a", (2.5,), None, {"a": ONE}, object()]
    text = "[1, 'a', (2.5,), None, {'a': Prediction(positive)}, an object of type object]"
    assert shown(plain(value)) == text
    assert len(shown(plain(["x" * 5000] * 50))) <= 241
    assert shown(plain(list(range(1000)))).endswith("19, ...]")
