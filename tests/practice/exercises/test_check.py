"""Checking a learner's code: what is reported, what stays untouched, and what is not right."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
import pytest

from lessons_lib.inference.prediction import Prediction
from lessons_lib.practice.exercises.check import check
from lessons_lib.practice.exercises.report import ExerciseReport
from lessons_lib.practice.exercises.tasks.catalog import exercise
from lessons_lib.practice.exercises.values import plain, same, shown, shown_case
from lessons_lib.text.label import Label

SEED = 11
RIGHT = exercise("count-the-passes").solution
STOP = "import signal\nsignal.raise_signal(signal.SIGINT)\n"


@pytest.fixture(autouse=True)
def interrupts_are_not_ignored() -> Iterator[None]:
    """A test run in a script's background ignores them, and a kernel does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def tried(code: str, name: str = "count-the-passes", **names: Any) -> ExerciseReport:
    return check(exercise(name), code, seed=SEED, **names)


def giving(expression: str, before: str = "") -> str:
    return f"{before}\ndef passes(n_texts, batch_size):\n    return {expression}\n"


def test_the_shown_example_by_heart_is_not_enough() -> None:
    report = tried(giving("20"))
    assert report.sentence == "passes(n_texts, batch_size) gives 20. Right is 10."
    assert report.case == "n_texts = 1000, batch_size = 100"


def test_an_error_is_reported_with_its_line_and_what_was_given() -> None:
    report = tried("def passes(n_texts, batch_size):\n    size = 0\n    return n_texts / size\n")
    assert report.sentence == "ZeroDivisionError in line 3: division by zero"
    assert report.code == "return n_texts / size"
    assert report.case == "n_texts = 10000, batch_size = 512"


@pytest.mark.parametrize(
    ("code", "sentence", "word"),
    [
        ("exit()", "SystemExit in line 1", "Leave exit() and quit() out"),
        ("import sys\nsys.exit(0)", "SystemExit in line 2: 0", "Leave exit() and quit() out"),
        (STOP, "Your code was interrupted in line 2.", "what makes it stop?"),
        ("raise KeyboardInterrupt", "Your code was interrupted in line 1.", "what makes it stop?"),
        ("raise BaseException('x')", "BaseException in line 1: x", "from its end"),
        ("raise GeneratorExit", "GeneratorExit in line 1", "from its end"),
        ("input()", "EOFError in line 1: an exercise has no input", "nobody to ask"),
        ("def f(n):\n    return f(n)\nf(0)", "RecursionError in line 2", "without an end"),
        ("pases(3)", "NameError in line 1: name 'pases' is not defined", "typing slip"),
        ("import nothing_of_this_name", "ModuleNotFoundError in line 1", "No such module"),
        ("[1][2]", "IndexError in line 1", "does not have"),
        ("del n_texts\nn_texts", "NameError in line 2", "was there before your code ran"),
        ("class Odd(Exception):\n    pass\nraise Odd", "Odd in line 3", "from its end"),
        ("class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd", "Odd", ""),
        ("sum = 3\nsum([1])", "TypeError in line 2", "run `del sum` once"),
        ("def f():\n    max = max([1])\nf()", "UnboundLocalError in line 2", "name `max` for"),
        ("```python\nx = 1\n```", "SyntaxError in line 1", "three backticks"),
        (">>> x = 1", "SyntaxError in line 1", "Leave out the marks"),
        ("%time x = 1", "SyntaxError in line 1", "a line with `%` does not work"),
        ("!pip list", "SyntaxError in line 1", "a line with `!` does not work"),
        ("x = “one”", "SyntaxError in line 1", "Type it anew"),
        ("return 5", "SyntaxError in line 1", "belongs in a function"),
        ("print 'x'", "SyntaxError in line 1", "Python could not read the code"),
        ("passes(1, 2)\x00", "", ""),
        ("x = '\ud800'", "UnicodeEncodeError in line 1", "Python could not read the code"),
        ("(" * 4000 + ")" * 4000, "", ""),
        ("x = 1\n" * 5000, "The code has 30,000 characters; 10,000 are the most.", "few lines"),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_is_reported_with_advice(code: str, sentence: str, word: str) -> None:
    report = tried(code)
    assert not report.is_right
    assert report.sentence.startswith(sentence)
    assert word in report.word
    assert report.word
    assert "None" not in report.sentence


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("batch-call", "results = model.predict", "round brackets"),
        ("type-of-results", "kind, count, last = type([]), 2, ''", "`.__name__`"),
        ("real-time-call", "prediction = model.predict(text)\nlabel = prediction.label.upper()", "Only capitals"),  # noqa: E501
        ("count-the-passes", "async def passes(*given):\n    return 1", "`async`"),
        ("count-the-passes", "def passes(n, b):\n    return str(-(-n // b))", "That is a text."),
        ("cut-into-batches", "def batches(texts, batch_size):\n    yield texts", "`list(...)`"),
        ("start-the-batch", "def starts(w, o, m, t):\n    return int(w > 0 and (w >= m or o >= t))", "`bool(...)`"),  # noqa: E501
        ("type-of-results", "print(model.predict(texts))", "Keep the names `kind`, `count` and `last`: the checks look for results of these names."),  # noqa: E501
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_result_of_another_kind_gets_advice(name: str, code: str, word: str) -> None:
    assert word in tried(code, name).word


def test_the_model_must_be_used_as_the_task_asks() -> None:
    report = tried(f"model.predict([text1])\n{exercise('batch-call').solution}", "batch-call")
    assert report.sentence == (
        "2 passes of 1, 3 texts went through the model. The task asks for one pass of 3 texts."
    )
    assert report.word == "The result is right, but the model was not used as the task asks."


@pytest.mark.parametrize(
    "code",
    [
        giving("Same()", "class Same:\n    def __eq__(self, other):\n        return True\n"),
        giving("Bad()", "class Bad:\n    __eq__ = __repr__ = __hash__ = None\n"),
        giving("Sly(0)", "class Sly(int):\n    def __eq__(self, _):\n        return True\n"),
        giving("(n_texts for _ in '1')"),
        giving("passes"),
        giving("True"),
        giving("float('nan')"),
        giving("10 ** 400"),
        giving("float('inf')"),
        giving("own", "own = []\nown.append(own)\n"),
        giving("20", "n_texts = batch_size = 1"),
        "passes = '20'",
        "model = lambda *_: 0\n" + giving("0"),
    ],
)
def test_nothing_gets_by_that_is_not_right(code: str) -> None:
    report = tried(code)
    assert not report.is_right
    assert report.what != "broken"
    assert report.word


def test_another_model_is_not_the_one_that_the_reference_uses() -> None:
    code = "model.predict = lambda texts: 5\nresults = model.predict([text1, text2, text3])"
    assert not tried(code, "batch-call").is_right


def test_the_reference_runs_only_when_the_learners_code_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise code that looks around, or a thread that it leaves behind, would find answers."""
    order: list[str] = []
    ceil = math.ceil

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


def test_a_result_left_by_an_earlier_run_does_not_count_and_a_helper_does() -> None:
    names: dict[str, Any] = {"passes": lambda n, b: -(-n // b)}
    assert tried("x = 1", namespace=names).what == "unfinished"
    names = {"up": lambda n, b: -(-n // b)}
    assert tried(giving("up(n_texts, batch_size)"), namespace=names).is_right


def test_names_of_the_example_are_bound_afresh_with_each_check() -> None:
    names: dict[str, Any] = {}
    change = "ids.append(99)\n"
    tried(change, "pad-the-ids", namespace=names)
    assert names["ids"] == [5, 17, 204, 3, 99]
    tried(change, "pad-the-ids", namespace=names)
    assert names["ids"] == [5, 17, 204, 3, 99]


@pytest.mark.parametrize("where", ["example", "hidden", "reference"])
def test_an_interrupt_is_reported_wherever_it_comes(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    when = {"example": "n_texts == 10_000", "hidden": "n_texts == 1001", "reference": "False"}
    code = (
        "import signal\ndef passes(n_texts, batch_size):\n"
        f"    if {when[where]}:\n        signal.raise_signal(signal.SIGINT)\n"
        "    return -(-n_texts // batch_size)\n"
    )
    if where == "reference":
        monkeypatch.setattr(math, "ceil", lambda _: signal.raise_signal(signal.SIGINT))
    report = tried(code)
    assert report.what == "stopped"
    assert "interrupted" in report.sentence
    if where == "hidden":
        assert report.case == "n_texts = 1001, batch_size = 100"


def test_a_check_that_cannot_work_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons_lib.inference.folded.load_checkpoint", None)
    report = tried("results = 1", "batch-call")
    assert (report.what, report.sentence[:44]) == (
        "broken",
        "This exercise cannot be checked at the momen",
    )


def test_code_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"check\(\) takes code \(str\), got list"):
        exercise("batch-call").check([RIGHT])  # type: ignore[arg-type]


def test_a_report_is_safe_to_show_and_says_the_verdict_in_words() -> None:
    bad = "<img src=x onerror=alert(1)>\ud83d"
    report = tried(f"def passes(n, b):\n    raise ValueError({bad!r})\n")
    html = report._repr_html_()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert repr(report).splitlines()[0].startswith("✗ Not solved yet: ValueError in line 2: <img")
    for text in (html, repr(report)):
        text.encode("utf-8")
    assert (
        repr(tried(RIGHT)) == "✓ Right. It works on the example, and on 10 inputs it had not met."
    )


class Color(StrEnum):
    RED = "red"


ONE = Prediction(Label.POSITIVE, (0.1, 0.2, 0.7))


@pytest.mark.parametrize(
    ("got", "wanted", "agree"),
    [
        (3, 3.0, True),
        (0.1 + 0.2, 0.3, True),
        ([1, (2,)], (1, [2]), True),
        (np.array([1.0, 2.0]), [1.0, 2.0], True),
        (np.int64(4), 4, True),
        (Color.RED, "red", True),
        ({"a": [1]}, {"a": [1]}, True),
        (None, None, True),
        (float("inf"), float("inf"), True),
        (ONE, Prediction(Label.POSITIVE, (0.1, 0.2, 0.7)), True),
        (ONE, Prediction(Label.POSITIVE, (0.1, 0.3, 0.6)), False),
        ("positive", ONE, False),
        (True, 1, False),
        (0, False, False),
        ("3", 3, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ([], "", False),
        (float("nan"), 0.0, False),
        (1.0, 1.001, False),
        (10**400, 1.0, False),
        (object(), object, False),
        ({1, 2}, [1, 2], False),
    ],
)
def test_values_agree_by_what_they_hold(got: object, wanted: object, agree: bool) -> None:
    assert same(plain(got), plain(wanted)) is agree


def test_values_are_shown_as_python_would_and_shortened() -> None:
    assert shown(plain([1, "a", (2.5,), None, True])) == "[1, 'a', (2.5,), None, True]"
    assert shown(plain({"a": [ONE]})) == "{'a': [Prediction(positive)]}"
    assert shown(plain(object())) == "something of type object"
    assert len(shown(plain(["x" * 5000] * 50))) <= 241
    assert shown(plain(list(range(1000)))).endswith("19, ...]")
    assert shown_case({"n": 10, "texts": ["a", "b"]}) == "n = 10, texts = ['a', 'b']"
