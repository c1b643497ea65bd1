"""A guess compared with its measurement, from very close to a factor of millions."""

from __future__ import annotations

from functools import partial

import pytest

from lessons_lib.quiz.grading import ResponseError
from lessons_lib.record.kinds import Guess
from lessons_lib.widgets.lab_book.book import checked_guess, factor_in_words, guess_figure
from lessons_lib.widgets.lab_book.experiment import QUESTIONS, Experiment, experiments

TIMES = Experiment("ratio", "How many times?", "times", lambda: 1.0)
SECONDS = Experiment("archive", "How long?", "s", lambda: 1.0)


@pytest.mark.parametrize(
    ("guess", "measured", "words"),
    [
        (1.0, 1.0, "within 10 %"),
        (1.05, 1.0, "within 10 %"),
        (1.2, 1.0, "1.2 times too high"),
        (1.0, 1.2, "1.2 times too low"),
        (9.99, 1.0, "10 times too high"),
        (1.0, 234.0, "230 times too low"),
        (1e300, 1.0, "more than a million times too high"),
        (1e-300, 1.0, "more than a million times too low"),
        (1.0, 0.0, "no factor"),
    ],
)
def test_the_factor_in_words(guess: float, measured: float, words: str) -> None:
    assert factor_in_words(Guess(guess, measured)) == words


@pytest.mark.parametrize(
    ("guess", "shown"),
    [(3.0, "3"), (0.25, "0.25"), (10_000.0, "10,000"), (1e300, "1e+300"), (1e-9, "1e-09")],
)
def test_a_guess_is_formatted_nearly_as_it_was_typed(guess: float, shown: str) -> None:
    assert guess_figure(guess) == shown


@pytest.mark.parametrize(
    ("experiment", "typed", "message"),
    [
        (
            SECONDS,
            " 1.000,5",
            r"not between thousands, .* 1000\.5\ss; got '1\.000,5', where a comma",
        ),
        (SECONDS, "1.234.567,8 s", "a comma comes after a point"),
        (SECONDS, "3 ms", "Enter the number with the unit s, for example"),
        (TIMES, "3 s", "Say how many times, for example 2.5 times; got '3 s'"),
    ],
)
def test_an_invalid_guess_is_rejected_with_its_problem(
    experiment: Experiment, typed: str, message: str
) -> None:
    with pytest.raises(ResponseError, match=message):
        checked_guess(experiment, typed)


@pytest.mark.parametrize(("typed", "guess"), [("1,000.5", 1000.5), ("2.5 times", 2.5), ("3", 3.0)])
def test_a_guess_is_accepted_with_or_without_its_unit(typed: str, guess: float) -> None:
    assert checked_guess(TIMES, typed) == guess


def test_the_field_names_the_unit_of_the_guess() -> None:
    plain = Experiment("count", "How many?", "", lambda: 1.0)
    assert [one.asks for one in (TIMES, SECONDS, plain)] == ["how many times", "in s", ""]


def test_each_measurement_gets_its_question() -> None:
    made = experiments({name: partial(float, len(name)) for name in QUESTIONS})
    assert [(one.id, one.question, one.measure()) for one in made] == [
        (name, question, len(name)) for name, (question, _, _) in QUESTIONS.items()
    ]
