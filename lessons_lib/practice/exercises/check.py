"""Check a learner's code by what it does: on the shown example, and on cases it has not seen.

The code runs in this process. Its results are copied, and only when it has ended does the reference
solution run, with a model of its own; so code that looks around while it runs finds no answers to
copy. Nothing else is prevented: a learner owns the kernel, and their code may read the solutions in
the library, or replace parts of it. Exercises are for learning, not for marks.
"""

from __future__ import annotations

import ast
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from copy import deepcopy
from itertools import zip_longest
from types import CodeType
from typing import Any, TypeAlias

from IPython.utils.capture import capture_output

from lessons_lib.practice.exercises import report
from lessons_lib.practice.exercises.exercise import Case, Exercise
from lessons_lib.practice.exercises.report import ExerciseReport, RunOutcome
from lessons_lib.practice.exercises.tasks import advice
from lessons_lib.practice.exercises.values import plain

LONGEST_CODE = 10_000  # characters
Program: TypeAlias = Sequence[CodeType]
Names: TypeAlias = dict[str, Any]


def check(
    exercise: Exercise, source: str, *, seed: int | None = None, namespace: Names | None = None
) -> ExerciseReport:
    """Run a learner's code, and report whether it does what the task asks for.

    Parameters
    ----------
    exercise : Exercise
        The task.
    source : str
        The learner's code.
    seed : int, optional
        Draws the fresh cases; without, it is new every time.
    namespace : dict, optional
        Where the code runs on the shown example, with its output; it runs on the other cases in
        copies of it, silently. A new one if not given.

    Raises
    ------
    TypeError
        If `source` is not a string.
    """
    if not isinstance(source, str):
        raise TypeError(f"check() takes code (str), got {type(source).__name__}.")
    if len(source) > LONGEST_CODE:
        sentence = f"The code has {len(source):,} characters; {LONGEST_CODE:,} are the most."
        return ExerciseReport("error", sentence, advice.TOO_LONG)
    try:
        program = _compiled(source, exercise.id)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return report.about_syntax(error, source)
    if not program:
        return ExerciseReport("unfinished", "There is no code yet.", advice.NO_CODE)
    cases = exercise.cases(secrets.randbelow(2**32) if seed is None else seed)
    try:
        gave = list(Runner(exercise).outcomes(program, cases, _names(namespace), is_shown=True))
        return _judged(exercise, source, cases, gave)
    except KeyboardInterrupt:
        return ExerciseReport("stopped", "The check was interrupted.", "Run the cell again.")
    except Exception as error:  # whatever the learner's code did to Python and to the library
        sentence = "This exercise cannot be checked at the moment."
        return ExerciseReport("broken", f"{sentence} {type(error).__name__}: {error}")


def _compiled(source: str, file: str) -> Program:
    """Return a program in two parts, so that its last expression is displayed; () for no code."""
    tree = ast.parse(source, file)
    inside = [one.value if isinstance(one, ast.Expr) else one for one in tree.body]
    if all(isinstance(one, ast.Pass | ast.Constant) for one in inside):
        return ()
    *body, last = tree.body
    first = compile(ast.Module(body, []), file, "exec")
    if isinstance(last, ast.Expr):
        return first, compile(ast.Interactive([last]), file, "single")
    return first, compile(ast.Module([last], []), file, "exec")


def _names(given: Names | None = None) -> Names:
    return {"__name__": "__main__"} if given is None else given


def _judged(
    exercise: Exercise, source: str, cases: Sequence[Case], gave: Sequence[RunOutcome]
) -> ExerciseReport:
    """Compare what a learner's code did with the reference, and where it is wrong with mistakes."""
    if isinstance(gave[-1].error, KeyboardInterrupt):
        return report.about_outcome(exercise, source, cases[len(gave) - 1], gave[-1], RunOutcome())
    runner = Runner(exercise)
    right = list(runner.outcomes(_compiled(exercise.solution, "<solution>"), cases, _names()))
    if right[-1].error is not None:
        raise right[-1].error
    triples = zip(cases, gave, right, strict=False)
    wrong = next((one for one in triples if not report.agree(exercise, *one[1:])), None)
    if wrong is None:
        sentence = f"It works on the example, and on {len(cases) - 1} inputs it had not met."
        return ExerciseReport("right", f"Right. {sentence}")
    for mistake in exercise.mistakes:
        theirs = runner.outcomes(_compiled(mistake.code, "<mistake>"), cases, _names())
        if all(report.agree(exercise, *pair) for pair in zip_longest(gave, theirs)):
            return report.about_outcome(exercise, source, *wrong, mistake.word)
    return report.about_outcome(exercise, source, *wrong)


def _no_input(*_: object) -> str:
    raise EOFError("an exercise has no input")


# In a notebook `exit()` would end the kernel, and `input()` wait for an answer with every case.
REPLACED = {"exit": sys.exit, "quit": sys.exit, "input": _no_input}


class Runner:
    """Runs programs on the cases of an exercise, with a model of its own."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._passes: list[int] = []
        made: Names = {"PASSES": self._passes}
        exec(exercise.setup, made)
        self._tools = {name: made[name] for name in exercise.given_names if name in made}
        self._asks = compile(exercise.asks, "<question>", "eval")

    def outcomes(
        self, program: Program, cases: Sequence[Case], names: Names, is_shown: bool = False
    ) -> Iterator[RunOutcome]:
        """Yield what a program does on each case, until something goes wrong.

        It runs on the first case in `names`, with its output if `is_shown`, else in copies.
        """
        for name in self._asks.co_names:
            names.pop(name, None)
        names |= self._tools
        before = names.copy()
        for case in cases:
            outcome = self._outcome(program, names, case, is_shown)
            yield outcome
            if outcome.error is not None:
                return
            names, is_shown = before.copy(), False

    def _outcome(self, program: Program, names: Names, case: Case, is_shown: bool) -> RunOutcome:
        kept = {name: names[name] for name in REPLACED if name in names}
        names |= deepcopy(dict(case)) | REPLACED
        self._passes.clear()
        try:
            with redirect_stdout(sys.stdout) if is_shown else capture_output():
                for code in program:
                    exec(code, names)
            with capture_output():
                return RunOutcome(self._answer(names, case), tuple(self._passes))
        except BaseException as error:
            return RunOutcome(error=error, names=names)
        finally:
            for name in REPLACED:
                names.pop(name, None)
            names |= kept

    def _answer(self, names: Names, case: Case) -> Any:
        """Return what a program left behind, or what its function gives for the case."""
        gives, is_function = self._exercise.gives, self._exercise.is_function
        # A function is asked for the case itself, also where the code gave its names other values.
        asked = deepcopy(dict(case)) if is_function else {}
        if missing := [one for one in self._asks.co_names if one not in names | asked]:
            raise report.MissingError(*missing)
        if is_function:
            if isinstance(names[gives], type) or not callable(names[gives]):
                raise report.NoFunctionError(plain(names[gives]))
            self._passes.clear()  # a learner may call the function as well, to see what it does
        return plain(eval(self._asks, names, asked))
