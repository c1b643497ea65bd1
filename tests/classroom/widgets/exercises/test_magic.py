"""Exercises in a notebook's cells: checked, recorded, and found again in a new kernel."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from lessons_lib import hint, last_try, solution
from lessons_lib.classroom.practice.exercises.catalog import (
    ExerciseState,
    exercise,
    exercise_states,
    exercise_table,
)
from lessons_lib.classroom.record.folder import DATA_VARIABLE
from lessons_lib.classroom.record.kinds import Code, event_of
from lessons_lib.classroom.record.log import JsonlEventLog, session_log
from lessons_lib.classroom.sessions.exercises import UNTOUCHED
from tests.support.environment import private_environment

NOTEBOOK = Path(__file__).parents[4] / "notebooks" / "14_code_along.ipynb"
EXERCISES = exercise_table().exercises
FIRST = exercise("batch-call")
LOAD = "%load_ext lessons_lib\nfrom lessons_lib import hint, last_try, solution"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shell(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A shell with the extension, and a record of its own."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    shell.run_cell("%load_ext lessons_lib")
    return shell


def state(name: str = FIRST.id) -> ExerciseState:
    return exercise_states(session_log().events())[name]


def run(shell: Any, code: str, name: str = FIRST.id) -> bool:
    """Run a cell; return whether Run All would go on."""
    return bool(shell.run_cell(f"%%exercise {name}\n{code}").success)


def test_a_try_is_checked_shown_and_recorded(shell: Any, capsys: Captured) -> None:
    wrong = FIRST.mistakes[0]
    assert run(shell, wrong.code)
    printed = capsys.readouterr().out
    assert printed.startswith("✗ Not solved yet: TypeError in line 2: BatchPredictor.predict() ")
    assert printed.splitlines()[1] == f"    {wrong.code}"
    assert wrong.advice in printed
    assert (state().last_try, state().tries) == (f"{wrong.code}\n", 1)
    assert run(shell, f"print('seen')\n{FIRST.solution}results")
    printed = capsys.readouterr().out
    assert printed.startswith("seen\nOut[0]: \n[Prediction(")
    assert printed.endswith("other inputs.\n1 of 17 exercises solved.\n")
    assert (state().tries, state().is_solved) == (2, True)
    assert len(shell.user_ns["results"]) == 3


def test_an_untouched_starter_prints_a_line_and_is_no_try(shell: Any, capsys: Captured) -> None:
    for one in EXERCISES:
        assert shell.run_cell(one.cell).success
    assert capsys.readouterr().out == f"{UNTOUCHED}\n" * 17
    assert list(session_log().events()) == []
    assert "model" not in shell.user_ns


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("x = 1\n" * 3000, "The code has 18,001 characters, but the limit is 10,000."),
        ("import signal\nsignal.raise_signal(signal.SIGINT)", "interrupted in line 3"),
        ("exit()", "SystemExit in line 2"),
        ("results = (", "SyntaxError in line 2: '(' was never closed"),
        ("", "There is no code yet."),
    ],
)
def test_nothing_is_raised_and_a_try_is_recorded_unless_it_is_too_long(
    shell: Any, capsys: Captured, code: str, what: str
) -> None:
    assert run(shell, code)
    assert what in capsys.readouterr().out
    assert (state().tries, state().is_solved) == (len(code) < 10_000, False)


def test_an_unknown_exercise_is_reported(shell: Any, capsys: Captured) -> None:
    assert run(shell, "x = 1", "batch-cal")
    assert "Unknown exercise 'batch-cal'. Did you mean 'batch-call'?" in capsys.readouterr().out
    with pytest.raises(ValueError, match="Unknown exercise"):
        hint("batch-cal")


def test_an_unwritable_record_is_reported(shell: Any, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "record").write_text("a file where the folder should be")
    assert run(shell, FIRST.solution)
    printed = capsys.readouterr().out
    assert "✓ Right." in printed
    assert "Your answers cannot be saved" in printed


def test_hints_come_one_at_a_time_and_the_solution_after_a_try(shell: Any) -> None:
    first, second = (f"Hint {n} of 2: {text}" for n, text in enumerate(FIRST.hints, 1))
    assert repr(hint(FIRST.id)) == f"{first}\n\n1 hint left."
    assert repr(solution(FIRST.id)) == "The solution opens after your first try."
    run(shell, "results = 1")
    for _ in range(2):
        assert repr(hint(FIRST.id)) == f"{first}\n\n{second}\n\nNo hints left."
        assert FIRST.solution in repr(solution(FIRST.id))
    assert len(list(session_log().events("hint"))) == 2
    assert len(list(session_log().events("solution"))) == 1


def test_the_last_try_comes_back_in_a_new_cell(shell: Any, capsys: Captured) -> None:
    last_try(FIRST.id)
    assert capsys.readouterr().out == "You haven't tried batch-call yet.\n"
    log = session_log()
    log.append(event_of(FIRST.id, Code("results = 'mine'", "try")))
    last_try(FIRST.id)
    assert shell.rl_next_input == "%%exercise batch-call\nresults = 'mine'"
    assert capsys.readouterr().out == "Your last try is in a new cell below.\n"


def text_of(cell: NotebookNode) -> str:
    outputs = [one.get("text") or one.data["text/plain"] for one in cell.outputs]
    return "\n".join(outputs)


def test_all_are_solved_in_a_kernel(tmp_path: Path) -> None:
    wrong = [f"%%exercise {one.id}\n{one.mistakes[0].code}" for one in EXERCISES]
    right = [f"%%exercise {one.id}\n{one.solution}" for one in EXERCISES]
    cells = [new_code_cell(one) for one in (LOAD, *wrong, *right, "sorted(vars())")]
    client = NotebookClient(new_notebook(cells=cells), timeout=120, kernel_name="python3")
    done = client.execute(env=private_environment(tmp_path)).cells  # none may raise
    assert all(text_of(cell).count("Not solved yet") == 1 for cell in done[1:18])
    assert "17 of 17 exercises solved." in text_of(done[34])
    assert "'model'" in text_of(done[35])
    states = exercise_states(JsonlEventLog(tmp_path / "lessons" / "record").events())
    assert all(one.is_solved for one in states.values())
    assert {one.tries for one in states.values()} == {2}


def test_the_notebook_holds_every_exercise_in_order() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    starters = [cell.source for cell in cells if cell.id.startswith("exercise-")]
    assert starters == [one.cell for one in EXERCISES]
