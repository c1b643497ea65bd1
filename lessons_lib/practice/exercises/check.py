"""Check a learner's code by what it does: on fresh cases, in a process of its own.

The reference solution and the known mistakes run on the same cases in another process. The verdict
is made here, from what both processes wrote down.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from lessons_lib.practice.exercises.exercise import Case, Exercise, ExerciseReport
from lessons_lib.practice.exercises.process import Child, Limits, Line, Run
from lessons_lib.practice.exercises.values import same, shown_case
from lessons_lib.practice.exercises.words import (
    about_a_stop,
    about_a_wrong_value,
    about_error,
    about_names,
    about_no_value,
    about_syntax,
)

LONGEST_CODE = 10_000  # characters
DEFAULT_LIMITS = Limits()


def check(
    exercise: Exercise,
    source: str,
    *,
    seed: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ExerciseReport:
    """Run a learner's code and say whether it does what the task asks for.

    Parameters
    ----------
    exercise : Exercise
        The task.
    source : str
        The learner's code.
    seed : int, optional
        Draws the fresh cases; without, it is new every time.
    limits : Limits
        What the code may use.

    Raises
    ------
    TypeError
        If `source` is not a string.
    """
    if not isinstance(source, str):
        raise TypeError(f"check() takes code (str), got {type(source).__name__}.")
    if len(source) > LONGEST_CODE:
        return ExerciseReport(
            "error",
            f"The code has {len(source):,} characters; {LONGEST_CODE:,} are the most.",
            "A few lines are enough for every task.",
        )
    seed = secrets.randbelow(2**32) if seed is None else seed
    cases = exercise.cases(seed)
    with Child(exercise, [source], cases, limits) as child:
        wanted = reference_run(exercise, seed)
        run = child.wait()
    return _report(exercise, source, cases, run, wanted, limits)


def reference_run(exercise: Exercise, seed: int) -> Run:
    """Return what the reference solution, and after it the known mistakes, give for a seed."""
    programs = [exercise.solution, *(one.code for one in exercise.mistakes)]
    with Child(exercise, programs, exercise.cases(seed), Limits(time_s=30.0)) as child:
        return child.wait()


def _report(
    exercise: Exercise,
    source: str,
    cases: Sequence[Case],
    run: Run,
    wanted: Run,
    limits: Limits,
) -> ExerciseReport:
    if not _is_whole(wanted, len(cases)):
        broken = next((one.message for one in wanted.lines if one.what == "broken"), "")
        told = f" {broken}" if broken else ""
        return ExerciseReport("broken", f"This exercise cannot be checked at the moment.{told}")
    begun = [one.case for one in run.lines if one.what == "begin"]
    where = shown_case(cases[begun[-1]]) if begun and begun[-1] < len(cases) else ""
    if (stopped := about_a_stop(run, limits, where)) is not None:
        return stopped
    lines = run.of(0)
    if any(one.what == "broken" for one in lines):
        return ExerciseReport("broken", "This exercise cannot be checked at the moment.")
    if syntax := [one for one in lines if one.what == "syntax"]:
        return about_syntax(syntax[0], source)
    if any(one.what == "empty" for one in lines):
        return ExerciseReport(
            "unfinished", "There is no code yet.", "Write below the comments, then run it again."
        )
    return _about_values(exercise, source, cases, run, wanted)


def _is_whole(run: Run, cases: int) -> bool:
    gave = [one for one in run.of(0) if one.what == "gave" and not one.error]
    return run.end == "done" and len(gave) == cases


def _about_values(
    exercise: Exercise, source: str, cases: Sequence[Case], run: Run, wanted: Run
) -> ExerciseReport:
    gave, right = _given(run, 0), _given(wanted, 0)
    places = range(len(cases))
    wrong = next((one for one in places if not _agrees(exercise, gave, right, one)), None)
    if wrong is None:
        sentence = f"Right. It works on the example, and on {len(cases) - 1} inputs it had not met."
        return ExerciseReport("right", sentence, output=run.output)
    if wrong >= len(gave):
        return ExerciseReport("broken", "Some results did not arrive. Run it again.")
    line, case = gave[wrong], shown_case(cases[wrong])
    word = _word_of_a_mistake(exercise, gave, wanted)
    if line.error == "raised":
        word = word or about_names(exercise, line)
        return about_error(line, source, case, run.output, word)
    if line.error:
        return about_no_value(exercise, line, run.output, word)
    return about_a_wrong_value(exercise, line, right[wrong], case, run.output, word)


def _given(run: Run, program: int) -> list[Line]:
    return [one for one in run.of(program) if one.what == "gave"]


def _agrees(exercise: Exercise, gave: Sequence[Line], right: Sequence[Line], place: int) -> bool:
    if place >= min(len(gave), len(right)):
        return False
    ours, theirs = gave[place], right[place]
    return (
        (ours.case, ours.error, ours.name, ours.message, ours.about)
        == (theirs.case, theirs.error, theirs.name, theirs.message, theirs.about)
        and same(ours.value, theirs.value)
        and (not exercise.counts_passes or ours.passes == theirs.passes)
    )


def _word_of_a_mistake(exercise: Exercise, gave: Sequence[Line], wanted: Run) -> str:
    """Return the word of the first known mistake that does on every case what this code did."""
    for number, mistake in enumerate(exercise.mistakes, start=1):
        theirs = _given(wanted, number)
        places = range(len(theirs))
        if len(gave) == len(theirs) and all(_agrees(exercise, gave, theirs, i) for i in places):
            return mistake.word
    return ""
