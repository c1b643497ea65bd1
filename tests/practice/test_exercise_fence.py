"""What the fence around a learner's code stops, and what it lets through."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lessons_lib.practice.exercises.catalog import EXERCISES, exercise
from lessons_lib.practice.exercises.check import check
from lessons_lib.practice.exercises.exercise import Exercise, ExerciseReport
from lessons_lib.practice.exercises.fence import NO_CTYPES, NO_PROGRAMS, NO_SOLUTIONS, SOLUTIONS

SEED = 11
CALL, PASSES = exercise("batch-call"), exercise("count-the-passes")
EXECUTED = "exec(BATCH_CALL.solution)\n"


def tried(task: Exercise, code: str) -> ExerciseReport:
    return check(task, code, seed=SEED)


@pytest.mark.parametrize(
    "code",
    [
        f"from lessons_lib.practice.exercises.tasks.calls import BATCH_CALL\n{EXECUTED}",
        f"from lessons_lib.practice.exercises.catalog import BATCH_CALL\n{EXECUTED}",
        "from lessons_lib.practice.exercises import tasks",
        "import lessons_lib.practice.exercises.tasks.calls",
        "from lessons_lib.practice.exercises.record import EXERCISES",
        f"import importlib\ncalls = 'lessons_lib.practice.exercises.tasks.calls'\n"
        f"BATCH_CALL = importlib.import_module(calls).BATCH_CALL\n{EXECUTED}",
        f"text = open({SOLUTIONS + 'calls.py'!r}).read()",
        f"import pathlib\ntext = pathlib.Path({SOLUTIONS + 'calls.py'!r}).read_text()",
    ],
)
def test_the_solutions_are_not_read_from_the_library(code: str) -> None:
    report = tried(CALL, code)
    assert report.what == "error"
    assert report.sentence.startswith("ImportError in line ")
    assert report.sentence.endswith(NO_SOLUTIONS)
    assert "hints" in report.word


@pytest.mark.parametrize("task", EXERCISES, ids=lambda one: one.id)
def test_no_exercise_gives_its_own_solution_away(task: Exercise) -> None:
    fetch = "from lessons_lib.practice.exercises.catalog import exercise"
    code = f"{fetch}\nexec(exercise({task.id!r})"
    assert NO_SOLUTIONS in tried(task, f"{code}.solution)").sentence


def test_the_solutions_lie_where_the_fence_looks_for_them() -> None:
    assert (Path(SOLUTIONS) / "calls.py").is_file()


@pytest.mark.parametrize("task", [CALL, PASSES], ids=lambda one: one.id)
@pytest.mark.parametrize(
    "code",
    [
        "import ctypes",
        "import _ctypes",
        "from ctypes import CDLL",
        "def reach():\n    import ctypes.util\nreach()",
        "import importlib\nimportlib.import_module('ctypes').string_at(0)",
        "import importlib\nimportlib.import_module('ctypes').CDLL(None)",
    ],
)
def test_ctypes_is_refused_with_a_word(task: Exercise, code: str) -> None:
    report = tried(task, f"{code}\n{task.solution}")
    assert report.what == "error"
    assert NO_CTYPES in report.sentence
    assert report.word == "Leave this line out: the task can be done without it."


@pytest.mark.parametrize("task", [CALL, PASSES], ids=lambda one: one.id)
def test_numpy_keeps_working(task: Exercise) -> None:
    code = (
        "import numpy\nassert numpy.ones(3).ctypes.data\n"
        "assert numpy.linalg.norm(numpy.random.default_rng(1).normal(size=9)) > 0\n"
    )
    report = tried(task, code + task.solution)
    assert report.is_right, report


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these")
@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.pidfd_open(os.getppid())",
        "import signal\nsignal.pidfd_send_signal(3, 9)",
        "import os, signal, threading\nsignal.pthread_kill(threading.get_ident(), 9)",
    ],
)
def test_no_process_is_ended_round_a_corner(code: str) -> None:
    report = tried(PASSES, code)
    assert report.sentence == f"PermissionError in line 2: {NO_PROGRAMS}"
    assert report.word.startswith("Exercises only compute.")
