"""A guess beside what was measured, in words."""

from __future__ import annotations

import re

from lessons_lib.quiz.typed_number import ResponseError, parse_number
from lessons_lib.record.guess import Guess
from lessons_lib.widgets.figures import three_digits
from lessons_lib.widgets.lab_book_experiment import TIMES, Experiment
from lessons_lib.widgets.trace_layers import error_in_words

VERY_CLOSE, BEYOND_TELLING = 1.1, 1e6
_COMMA_AFTER_POINT = re.compile(r"[-+−]?[0-9]+(\.[0-9]{3})+,[0-9]")


def checked_guess(experiment: Experiment, typed: str) -> float:
    """Return the number that a learner typed.

    Raises
    ------
    ResponseError
        If it is none, or not above 0; the message says what to type.
    """
    guess = _parsed(typed.strip(), experiment.unit)
    if guess <= 0:
        unit = f" {experiment.unit}" if experiment.unit else ""
        raise ResponseError(
            f"Guess a number above 0, for example 2.5{unit}: nothing that is measured here can be "
            "0 or less."
        )
    return guess


def _parsed(typed: str, unit: str) -> float:
    if _COMMA_AFTER_POINT.match(typed):
        raise ResponseError(
            "Write decimals with a point, and no point between thousands, for example "
            f"{with_unit('1000.5', unit)}; got {typed[:60]!r}: its comma comes after a point."
        )
    try:
        return parse_number(typed, unit)
    except ResponseError as error:
        if unit != TIMES:
            raise
        told = str(error).replace("Give the number in times", "Say how many times")
        raise ResponseError(told) from None


def factor_in_words(guess: Guess) -> str:
    """Return how far a guess was from the figure: "2.4 times too high"."""
    if guess.factor is None:
        return "no factor"
    ratio = max(guess.factor, 1 / guess.factor)
    if ratio <= VERY_CLOSE:
        return "within a tenth"
    side = "too high" if guess.factor > 1 else "too low"
    if ratio >= BEYOND_TELLING:
        return f"more than a million times {side}"
    times = f"{ratio:.1f}" if ratio < 9.95 else f"{float(f'{ratio:.1e}'):,.0f}"
    return f"{times} times {side}"


def result_in_words(experiment: Experiment, guess: Guess) -> str:
    """Return the sentence that sets the figure beside the guess."""
    both = (
        f"You guessed {with_unit(guess_figure(guess.guess), guess.unit)}; "
        f"measured: {with_unit(experiment.figure(guess.measured), guess.unit)}."
    )
    if guess.factor is None:
        return both
    words = factor_in_words(guess)
    return f"{both} Your guess was {words}{' of it' if words.startswith('within') else ''}."


def explained(experiment: Experiment, measured: float) -> str:
    """Return the explaining sentence; what goes wrong in making it is told instead."""
    if isinstance(experiment.explain, str):
        return experiment.explain
    try:
        return str(experiment.explain(measured))
    except Exception as error:
        return f"The explanation failed: {error_in_words(error)}"


def guess_figure(guess: float) -> str:
    """Return a guess much as it was typed."""
    return f"{guess:,.6g}" if 1e-4 <= guess < 1e6 else three_digits(guess)


def with_unit(figure: str, unit: str) -> str:
    """Return a figure and its unit, with a space that does not break."""
    return f"{figure}\N{NO-BREAK SPACE}{unit}" if unit else figure
