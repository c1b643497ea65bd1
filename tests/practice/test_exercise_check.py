"""Code that would get by without doing the work, or would take more than the check down."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lessons_lib.practice.exercises import check as exercise_check
from lessons_lib.practice.exercises.catalog import exercise
from lessons_lib.practice.exercises.check import check
from lessons_lib.practice.exercises.exercise import Exercise, ExerciseReport
from lessons_lib.practice.exercises.process import Child, Limits

PASSES = exercise("count-the-passes")
RIGHT = PASSES.solution
SEED = 11


def tried(code: str, task: Exercise = PASSES, **limits: float) -> ExerciseReport:
    return check(task, code, seed=SEED, limits=Limits(**{"time_s": 4.0, **limits}))  # type: ignore[arg-type]


def giving(expression: str, before: str = "") -> str:
    return f"{before}\ndef passes(n_texts, batch_size):\n    return {expression}\n"


def test_the_shown_example_by_heart_is_not_enough() -> None:
    report = tried(giving("20"))
    assert report.what == "wrong"
    assert "passes(n_texts, batch_size) gives 20. Right is 10." in report.sentence
    assert report.case == "n_texts = 1000, batch_size = 100"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("import os\nos._exit(0)", "os._exit()"),
        ("import sys\nsys.exit(0)", "exit() and quit()"),
        ("raise SystemExit", "exit() and quit()"),
        ("exit()", ""),
        ("raise KeyboardInterrupt", "Ctrl-C"),
        ("number = input()", "nobody to ask"),
        ("def passes(n, b):\n    return passes(n, b)", "without an end"),
        ("1 / 0", "divided by 0"),
        ("pases(3)", "typing slip"),
        ("import nothing_of_this_name", "No such module"),
        ("[1][2]", "does not have"),
        ("import os\nos.kill(os.getppid(), 9)", "Exercises only compute"),
        ("import subprocess\nsubprocess.run(['echo'])", "Exercises only compute"),
        ("class Odd(Exception):\n    pass\nraise Odd('hm')", "Read the message"),
        ("class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd", ""),
        ("import os\nos._exit(3)", "os._exit()"),
        ("import os\nos.abort()", "Python's own parts"),
        ("del n_texts\nn_texts + 1", "was there before your code ran"),
        ("print('x' * 2_000_000)", "Print less"),
    ],
)
def test_an_early_end_or_an_error_is_refused_with_a_word(code: str, word: str) -> None:
    report = tried(f"{code}\n")
    assert report.what in ("error", "stopped")
    assert report.sentence
    assert word in report.word


def test_ending_after_a_right_definition_does_not_count_as_done() -> None:
    assert tried(f"{RIGHT}\nimport os\nos._exit(0)").what == "stopped"


def test_an_error_is_told_with_its_line_and_what_was_given() -> None:
    report = tried("def passes(n_texts, batch_size):\n    size = 0\n    return n_texts / size\n")
    assert report.sentence == "ZeroDivisionError in line 3: division by zero"
    assert (report.line, report.code) == (3, "return n_texts / size")
    assert report.case == "n_texts = 10000, batch_size = 512"
    assert "division by zero" in str(report)


def test_too_much_output_is_cut_and_stopped() -> None:
    report = tried("while True:\n    print('x' * 1000)\n", output_bytes=100_000)
    assert report.what == "stopped"
    assert "100,000 bytes" in report.sentence
    assert "more bytes are left out" in report.output
    assert len(report.output) < 25_000


def test_much_output_below_the_limit_is_fine() -> None:
    assert tried(f"{RIGHT}\nfor n in range(900):\n    print(n, 'é' * 100)\n").is_right


def test_what_is_printed_is_that_of_the_shown_example_alone() -> None:
    report = tried(f"{RIGHT}\nprint(passes(n_texts, batch_size))\n")
    assert report.is_right
    assert report.output.split() == ["20"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds to a limit of memory")
def test_too_much_memory_is_refused() -> None:
    report = tried("held = bytearray(5_000_000_000)\n")
    assert report.sentence.startswith("MemoryError in line 1")
    assert "more memory" in report.word


FORGED = """
import sys, os, json
frame = sys._getframe()
while frame is not None:
    tell = frame.f_locals.get("tell", None)
    if tell is not None:
        for case in range(11):
            tell("gave", program=0, case=case, value={value}, passes=[])
        tell("done")
        os._exit(0)
    frame = frame.f_back
"""


DEEP = "deep = []\nfor _ in range(9999):\n    deep = [deep]\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(FORGED.replace("{value}", "20"), id="a forged line for each case"),
        pytest.param(FORGED.replace("{value}", "True"), id="forged truths"),
        pytest.param(FORGED.replace("{value}", "[['x'] * 9] * 9"), id="forged nonsense"),
        pytest.param("print('{\"what\": \"done\"}')\nprint('Right.')", id="the marker printed"),
        pytest.param(
            "import lessons_lib.practice.exercises.check as checker\n"
            "import lessons_lib.practice.exercises.values as values\n"
            "values.same = checker.same = lambda *_: True\n" + giving("0"),
            id="another checker",
        ),
        pytest.param(
            giving("Same()", "class Same:\n    def __eq__(self, other):\n        return True\n"),
            id="equal to all",
        ),
        pytest.param(
            giving(
                "Bad()", "class Bad:\n    def __eq__(self, _):\n        raise ValueError\n"
                "    __repr__ = __hash__ = __eq__\n",
            ),
            id="no comparing",
        ),
        pytest.param(
            giving("Sly(20)", "class Sly(int):\n    def __eq__(self, _):\n        return True\n"),
            id="a number of its own",
        ),
        pytest.param(
            "import builtins, json\n"
            "builtins.print = builtins.type = builtins.issubclass = lambda *_: int\n"
            "json.dumps = json.JSONEncoder.encode = lambda *_: '20'\n" + giving("0"),
            id="other builtins",
        ),
        pytest.param(
            "import sys\nsys.stdout = sys.stderr = None\nsys.modules.clear()\n" + giving("0"),
            id="no modules",
        ),
        pytest.param(
            "import os\nfor number in range(3, 50):\n    try:\n        os.close(number)\n"
            "    except OSError:\n        pass\n" + giving("0"),
            id="closed files",
        ),
        pytest.param(giving("(n_texts for _ in '1')"), id="a generator"),
        pytest.param(giving("passes"), id="itself"),
        pytest.param(giving("True"), id="a truth for a number"),
        pytest.param(giving("float('nan')"), id="not a number"),
        pytest.param(giving("10 ** 400"), id="a huge number"),
        pytest.param(giving("float('inf')"), id="infinity"),
        pytest.param(giving("[0] * 10_000_000"), id="a huge list"),
        pytest.param(DEEP + giving("deep"), id="a deep list"),
        pytest.param("own = []\nown.append(own)\n" + giving("own"), id="a list in itself"),
        pytest.param("passes = '20'", id="a text for a function"),
        pytest.param("passes(1, 2)\x00", id="a null byte"),
        pytest.param("x = '\ud800'", id="half a character"),
        pytest.param("(" * 5000 + ")" * 5000, id="too many brackets"),
        pytest.param("x = 1\n" * 5000, id="too much code"),
    ],
)  # fmt: skip
def test_no_trick_gets_by(code: str) -> None:
    report = tried(code)
    assert not report.is_right
    assert report.what != "broken"
    assert report.sentence
    assert report.word


def test_right_code_stays_right_whatever_else_it_does() -> None:
    more = (
        "import builtins, sys, threading, time\n"
        "builtins.print = None\nsys.stdout = None\nlen = sum = list = None\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
    )
    assert tried(RIGHT + more).is_right


def test_a_right_function_may_be_tried_on_values_of_ones_own_under_the_same_names() -> None:
    trial = "n_texts, batch_size = 7, 3\nprint(passes(n_texts, batch_size))\n"
    report = tried(f"{RIGHT}\n{trial}")
    assert (report.what, report.output) == ("right", "3\n")


def test_values_of_ones_own_do_not_stand_in_for_the_case() -> None:
    report = tried(f"n_texts = batch_size = 1\n{giving('20')}")
    assert report.what == "wrong"


def test_a_number_of_another_kind_that_is_as_large_is_right() -> None:
    code = "import numpy\n" + giving("numpy.int64(-(-n_texts // batch_size))")
    assert tried(code).is_right


def test_a_generator_is_told_what_to_do() -> None:
    code = "def batches(texts, batch_size):\n    yield texts\n"
    report = check(exercise("cut-into-batches"), code, seed=SEED)
    assert "Put `list(...)` around it" in report.word


def test_the_model_must_be_used_as_asked() -> None:
    code = f"model.predict([text1])\n{exercise('batch-call').solution}"
    report = check(exercise("batch-call"), code, seed=SEED)
    assert report.sentence == (
        "2 passes of 1, 3 texts went through the model. The task asks for one pass of 3 texts."
    )
    assert report.word == "The result is right, but the model was not used as the task asks."


def test_code_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"check\(\) takes code \(str\), got list"):
        check(PASSES, [RIGHT])  # type: ignore[arg-type]


def test_the_plain_way_is_the_same_check() -> None:
    assert PASSES.check(RIGHT).is_right


def test_a_check_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tried("open('left.txt', 'w').write('x')")
    tried("while True: pass", time_s=0.2)
    assert list(tmp_path.iterdir()) == []


def test_files_of_the_notebooks_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "math.py").write_text("raise ImportError('mine')")
    (tmp_path / "json.py").write_text("raise ImportError('mine')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    assert tried(RIGHT).is_right


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_an_interrupt_ends_the_child_and_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[Child] = []

    class Known(Child):
        def wait(self):  # type: ignore[no-untyped-def]
            children.append(self)
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            return super().wait()

    exercise_check.reference_run(PASSES, SEED)
    monkeypatch.setattr(exercise_check, "Child", Known)
    with pytest.raises(KeyboardInterrupt):
        tried("while True: pass", time_s=30)
    assert children[0]._process.returncode == -signal.SIGKILL


def test_a_child_whose_parent_has_gone_ends_by_itself(tmp_path: Path) -> None:
    """The parent ends without a word; the child has one second, and five to spare."""
    program = (
        "import os\n"
        "from lessons_lib.practice.exercises.process import Child, Limits\n"
        "from lessons_lib.practice.exercises.catalog import exercise\n"
        "task = exercise('count-the-passes')\n"
        "limits = Limits(time_s=0.5, start_s=0.5)\n"
        "child = Child(task, ['while True: pass'], task.cases(1), limits)\n"
        "print(child._process.pid, flush=True)\nos._exit(0)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path))},
    )
    # The child holds no end of this pipe, so that reading ends with the parent alone.
    pid = int(parent.communicate(timeout=60)[0])
    if sys.platform == "linux":
        wait_for_the_end(pid)


def wait_for_the_end(pid: int) -> None:
    """Wait, without a clock, until a process that is no child of ours has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with open(descriptor, "rb", buffering=0) as ended:
        assert select.select([ended], [], [], 60)[0]
