"""Exercises in notebook cells: `%%exercise` checks one; hints and solutions come on request.

A cell that begins with `%%exercise batch-call` is checked whenever it runs, and shows a card below.
Errors and interrupts are reported and never raised, so that "Run All" continues. What the buttons
of the card do can also be called, for front ends that show no widgets.
"""

from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from lessons_lib.classroom.practice.exercises.catalog import exercise
from lessons_lib.classroom.practice.exercises.check import check
from lessons_lib.classroom.sessions.exercises import ExerciseAction, ExerciseSession
from lessons_lib.classroom.widgets.record import learner_record


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
    """Run and check the code of a cell, record the try, and show the card of the exercise.

    Parameters
    ----------
    line : str
        The exercise's id.
    cell : str
        The lines below. Unchanged starter code is neither run nor recorded.
    """
    # Only here, because hints and solutions need no widgets.
    from lessons_lib.classroom.widgets.exercises.card import ExerciseCard, refresh_strips

    try:
        session = _session_of(line.strip())
    except ValueError as error:
        print(error)
        return
    if not session.task.is_untouched(cell):
        shell: Any = get_ipython()
        # The lines of a report count from the first line of the cell.
        session.try_out(cell, check(session.task, f"\n{cell}", shell.user_ns))
        refresh_strips()
    display(ExerciseCard(session))  # type: ignore[no-untyped-call]


def hint(name: str) -> Note:
    """Return the hints of an exercise that were shown before, and one more.

    Raises
    ------
    ValueError
        If no exercise has that id.
    """
    session = _session_of(name)
    session.submit(ExerciseAction("hint"))
    of, left = len(session.task.hints), len(session.task.hints) - len(session.hints)
    hints = [f"Hint {one} of {of}: {text}" for one, text in enumerate(session.hints, 1)]
    return Note("\n\n".join([*hints, f"{left or 'No'} hint{'s' * (left != 1)} left."]))


def solution(name: str) -> Note:
    """Return one solution of an exercise, after a first try.

    Raises
    ------
    ValueError
        If no exercise has that id.
    """
    session = _session_of(name)
    session.submit(ExerciseAction("solution"))
    if not session.solution:
        return Note("The solution opens after your first try.")
    return Note(f"```python\n{session.solution}```\n\nAny code that does the same is just as good.")


def last_try(name: str) -> None:
    """Put the most recently recorded code of an exercise into a new cell.

    Raises
    ------
    ValueError
        If no exercise has that id.
    """
    if source := _session_of(name).state.last_try:
        shell: Any = get_ipython()
        shell.set_next_input(f"%%exercise {name}\n{source}")
        print("Your last try is in a new cell below.")
    else:
        print(f"You haven't tried {name} yet.")


def _session_of(name: str) -> ExerciseSession:
    return ExerciseSession(exercise(name), learner_record())
