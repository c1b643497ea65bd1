"""Exercises in notebook cells: `%%exercise` checks one; hints and solutions come on request.

A cell that begins with `%%exercise batch-call` is checked whenever it runs. Errors and interrupts
are reported and never raised, so that "Run All" continues.
"""

from __future__ import annotations

from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.exercises.catalog import exercise
from lessons_lib.classroom.practice.exercises.check import check
from lessons_lib.classroom.practice.exercises.record import exercise_states
from lessons_lib.classroom.record.kinds import Code, Hint, Solution, event_of
from lessons_lib.classroom.record.log import session_log

UNTOUCHED = "Not started yet. Change the code in this cell, then run it again."


class Note(str):
    """A text that notebooks show as Markdown."""

    __repr__ = _repr_markdown_ = str.__str__


def load_ipython_extension(shell: Any) -> None:
    """Add the cell magic `%%exercise` to a notebook: ``%load_ext lessons_lib``."""
    shell.register_magic_function(check_cell, "cell", "exercise")
    shell.input_transformers_cleanup.append(_with_body)


def _with_body(lines: list[str]) -> list[str]:
    """Give a cell of nothing but `%%exercise` an empty line: without one, IPython raises."""
    return [*lines, "\n"] if len(lines) == 1 and lines[0].startswith("%%exercise") else lines


def check_cell(line: str, cell: str) -> None:
    """Run and check the code of a cell, show the report, and record the try.

    Parameters
    ----------
    line : str
        The exercise's id.
    cell : str
        The lines below. Unchanged starter code is neither run nor recorded.
    """
    try:
        task = exercise(line.strip())
    except ValueError as error:
        print(error)
        return
    if task.is_untouched(cell):
        print(UNTOUCHED)
        return
    shell: Any = get_ipython()
    # The lines of a report count from the first line of the cell.
    report = check(task, f"\n{cell}", shell.user_ns)
    log = session_log()
    if report.is_checked:
        log.append(event_of(task.id, Code(cell, "try", report.is_right, task.revision)))
    display(report)  # type: ignore[no-untyped-call]
    if report.is_right:
        states = exercise_states(log.events()).values()
        print(f"{sum(one.is_solved for one in states)} of {len(states)} exercises solved.")
    print(*log.notices(), sep="\n", end="")


def hint(name: str) -> Note:
    """Return the hints of an exercise that were shown before, and one more.

    Raises
    ------
    ValueError
        If no exercise has that id.
    """
    task, log = exercise(name), session_log()
    shown, of = exercise_states(log.events())[task.id].hints, len(task.hints)
    number = min(max(shown, default=0) + 1, of)
    if number not in shown:
        log.append(event_of(task.id, Hint(number, task.revision, _notebook())))
    hints = [f"Hint {one} of {of}: {text}" for one, text in enumerate(task.hints[:number], 1)]
    left = of - number
    return Note("\n\n".join([*hints, f"{left or 'No'} hint{'s' * (left != 1)} left."]))


def solution(name: str) -> Note:
    """Return one solution of an exercise, after a first try.

    Raises
    ------
    ValueError
        If no exercise has that id.
    """
    task, log = exercise(name), session_log()
    state = exercise_states(log.events())[task.id]
    if not (state.tries or state.solution_opened):
        return Note("The solution opens after your first try.")
    if not state.solution_opened:
        log.append(event_of(task.id, Solution(task.revision, _notebook())))
    return Note(f"```python\n{task.solution}```\n\nAny code that does the same is just as good.")


def _notebook() -> str:
    mode = course().mode_counted("tasks")
    return mode.lessons[0] if mode else ""


def last_try(name: str) -> None:
    """Put the most recently recorded code of an exercise into a new cell.

    Raises
    ------
    ValueError
        If no exercise has that id.
    """
    task = exercise(name)
    if source := exercise_states(session_log().events())[task.id].last_try:
        shell: Any = get_ipython()
        shell.set_next_input(f"%%exercise {task.id}\n{source}")
        print("Your last try is in a new cell below.")
    else:
        print(f"You haven't tried {task.id} yet.")
