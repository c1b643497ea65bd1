"""Check a learner's code by what it does: on the shown example, and on cases it has not seen.

The code runs in this process, and its results are copied. The reference solution runs only
afterwards, with tools of its own, so the learner's code cannot find its answers in memory. Nothing
else is prevented: a learner owns the kernel, and their code may read the solutions in the library,
or replace parts of it. Exercises are for learning, not for grades.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from copy import deepcopy
from types import CodeType
from typing import Any, TypeAlias

from IPython.utils.capture import capture_output

from lessons_lib.classroom.lesson import Case, current_lesson
from lessons_lib.classroom.practice.exercises.catalog import Exercise, exercise_table
from lessons_lib.classroom.practice.exercises.report import ExerciseReport, RunOutcome, about, plain

LONGEST_CODE = 10_000  # characters
Names: TypeAlias = dict[str, Any]


def check(
    exercise: Exercise, source: str, namespace: Names, *, seed: int | None = None
) -> ExerciseReport:
    """Run a learner's code, and report whether it does what the task asks for.

    Parameters
    ----------
    exercise : Exercise
        The task.
    source : str
        The learner's code.
    namespace : dict
        Where the code runs on the shown example, and its output is shown. For the other cases it
        runs in copies, and its output is discarded.
    seed : int, optional
        Determines the fresh cases; by default, they differ every time.
    """
    advice = exercise_table().advice
    if len(source) > LONGEST_CODE:
        sentence = f"The code has {len(source):,} characters, but the limit is {LONGEST_CODE:,}."
        return ExerciseReport(sentence, advice.too_long, is_checked=False)
    if not re.sub("#.*", "", source).strip():
        return ExerciseReport("There is no code yet.", advice.no_code)
    try:
        cases = exercise.cases(seed)
        outcomes = list(Runner(exercise).outcomes(source, cases, namespace, is_shown=True))
        return _judged(exercise, source, cases, outcomes)
    except KeyboardInterrupt:
        return ExerciseReport("The check was interrupted.", "Run the cell again.")
    except Exception as error:  # whatever the learner's code did to Python and to the library
        sentence = f"This exercise cannot be checked at the moment. {type(error).__name__}: {error}"
        return ExerciseReport(sentence, is_checked=False)


def _judged(
    exercise: Exercise, source: str, cases: Sequence[Case], outcomes: Sequence[RunOutcome]
) -> ExerciseReport:
    """Compare what a learner's code did with the reference, and where it is wrong with mistakes."""
    runner = Runner(exercise)
    reference = runner.outcomes(exercise.solution, cases, {})
    for case, ours, right in zip(cases, outcomes, reference, strict=False):
        if right.error is not None:
            raise right.error
        if not ours.agrees(right):
            runs = ((one.advice, runner.outcomes(one.code, cases, {})) for one in exercise.mistakes)
            known = (one for one, run in runs if all(map(RunOutcome.agrees, outcomes, run)))
            return about(exercise, source, case, ours, right, next(known, ""))
    sentence = f"Right. It works on the example and on {len(cases) - 1} other inputs."
    return ExerciseReport(sentence, is_right=True)


def _no_input(*_: object) -> str:
    raise EOFError("input() does not work in an exercise")


# In a notebook `exit()` would end the kernel, and `input()` wait for an answer with every case.
REPLACED = {"exit": sys.exit, "quit": sys.exit, "input": _no_input}


class Runner:
    """Runs programs on the cases of an exercise, with tools of their own."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._calls: list[int] = []
        self._tools: Names = {}
        self._compares = compile(exercise.compares, "<compares>", "eval")
        if exercise.setup:
            counted = current_lesson().counted
            made: Names = {counted.name: self._calls} if counted else {}
            exec(exercise_table().setup, made)
            exec(exercise.setup, made, self._tools)

    def outcomes(
        self, source: str, cases: Sequence[Case], names: Names, is_shown: bool = False
    ) -> Iterator[RunOutcome]:
        """Yield what a program does on each case, until something goes wrong.

        The first case uses `names`, and shows the output if `is_shown`; later cases use copies.
        """
        for name in self._compares.co_names:
            names.pop(name, None)  # what an earlier run left behind
        names |= self._tools
        before = names.copy()
        for case in cases:
            yield (outcome := self._outcome(source, names, case, is_shown))
            if outcome.error is not None:
                return
            names, is_shown = before.copy(), False

    def _outcome(self, source: str, names: Names, case: Case, is_shown: bool) -> RunOutcome:
        kept = {name: names[name] for name in REPLACED if name in names}
        names |= deepcopy(case) | REPLACED
        self._calls.clear()
        try:
            with redirect_stdout(sys.stdout) if is_shown else capture_output():
                for code in _compiled(source, self._exercise.id):
                    exec(code, names)
            with capture_output():
                if self._exercise.is_function:  # a learner may call it as well, to see what it does
                    self._calls.clear()
                # A function gets the case itself, even if the code gave its names other values.
                value = plain(eval(self._compares, names, deepcopy(case)))
            return RunOutcome(value, tuple(self._calls))
        except BaseException as error:
            return RunOutcome(error=error, names=names)
        finally:
            for name in REPLACED:
                names.pop(name, None)
            names |= kept


def _compiled(source: str, file: str) -> tuple[CodeType, CodeType]:
    """Return a program in two parts: the second is its last expression, which is displayed."""
    tree = ast.parse(source, file)
    last = [tree.body.pop()] if tree.body and isinstance(tree.body[-1], ast.Expr) else []
    return compile(tree, file, "exec"), compile(ast.Interactive(last), file, "single")
