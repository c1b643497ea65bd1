"""What can be typed as a guess in the lab book, and how it is shown."""

from __future__ import annotations

import pytest

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.quiz.grading import ResponseError
from lessons_lib.classroom.sessions.guesses import in_figures
from lessons_lib.lesson.views.lab_book.book import checked_guess

TIMES = GuessTask("ratio", "How many times?", unit="×")
SECONDS = GuessTask("archive", "How long?", unit="s")


@pytest.mark.parametrize(
    ("guess", "shown"),
    [(3.0, "3"), (0.25, "0.25"), (10_000.0, "10,000"), (1e300, "1e+300"), (1e-9, "1e−09")],
)
def test_a_guess_is_formatted_nearly_as_it_was_typed(guess: float, shown: str) -> None:
    assert in_figures(guess, "") == shown


@pytest.mark.parametrize(
    ("task", "typed", "message"),
    [
        (
            SECONDS,
            " 1.000,5",
            r"not between thousands, .* 1000\.5\ss; got ' 1\.000,5', where a comma",
        ),
        (SECONDS, "1.234.567,8 s", "a comma comes after a point"),
        (SECONDS, "3 ms", "Enter the number with the unit s; got"),
        (TIMES, "3 s", "Enter the number without a unit; got '3 s'"),
    ],
)
def test_an_invalid_guess_is_rejected_with_its_problem(
    task: GuessTask, typed: str, message: str
) -> None:
    with pytest.raises(ResponseError, match=message):
        checked_guess(task, typed)


@pytest.mark.parametrize(
    ("typed", "guess"),
    [("1,000.5", 1000.5), ("2.5 times", 2.5), ("2.5×", 2.5), ("3x", 3.0), ("3", 3.0)],
)
def test_a_guess_is_accepted_with_or_without_its_unit(typed: str, guess: float) -> None:
    assert checked_guess(TIMES, typed) == guess
