"""The lab book: guess first, then measure, and keep both."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, to_builtins

from lessons_lib.formats import counted, three_digits
from lessons_lib.quiz.grading import ResponseError, parse_number
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.record.kinds import Guess, guess_event, guesses_in
from lessons_lib.widgets.job import Job, JobEnd
from lessons_lib.widgets.lab_book.experiment import TIMES, Experiment
from lessons_lib.widgets.page import Page, PageWidget, script, styles, well_formed
from lessons_lib.widgets.record import LearnerRecord

VERY_CLOSE, BEYOND_COUNTING = 1.1, 1e6
_COMMA_AFTER_POINT = re.compile(r"[-+−]?[0-9]+(\.[0-9]{3})+,[0-9]")


def checked_guess(experiment: Experiment, typed: str) -> float:
    """Return the number that a learner typed as a guess.

    Raises
    ------
    ResponseError
        If it is not a number above 0; the message says what to type.
    """
    guess = _parsed(typed.strip(), experiment.unit)
    if guess <= 0:
        unit = f" {experiment.unit}" if experiment.unit else ""
        raise ResponseError(
            f"Guess a number above 0, for example 2.5{unit}. Nothing measured here can be 0 or "
            "less."
        )
    return guess


def _parsed(typed: str, unit: str) -> float:
    if _COMMA_AFTER_POINT.match(typed):
        raise ResponseError(
            "Use a point only for decimals, not between thousands, for example "
            f"{with_unit('1000.5', unit)}; got {typed[:60]!r}, where a comma comes after a point."
        )
    try:
        return parse_number(typed, unit)
    except ResponseError as error:
        if unit != TIMES:
            raise
        sentence = str(error).replace("Enter the number with the unit times", "Say how many times")
        raise ResponseError(sentence) from None


def factor_in_words(guess: Guess) -> str:
    """Describe how far a guess was from the measurement: "2.4 times too high"."""
    if guess.factor is None:
        return "no factor"
    ratio = max(guess.factor, 1 / guess.factor)
    if ratio <= VERY_CLOSE:
        return "within 10 %"
    side = "too high" if guess.factor > 1 else "too low"
    if ratio >= BEYOND_COUNTING:
        return f"more than a million times {side}"
    times = f"{ratio:.1f}" if ratio < 9.95 else f"{float(f'{ratio:.1e}'):,.0f}"
    return f"{times} times {side}"


def result_in_words(guess: Guess) -> str:
    """Return a sentence that compares the guess with the measurement."""
    both = (
        f"You guessed {with_unit(guess_figure(guess.guess), guess.unit)}; "
        f"measured: {with_unit(three_digits(guess.measured), guess.unit)}."
    )
    if guess.factor is None:
        return both
    words = factor_in_words(guess)
    return f"{both} Your guess was {words}{' of it' if words.startswith('within') else ''}."


def guess_figure(guess: float) -> str:
    """Format a guess almost as it was typed."""
    return f"{guess:,.6g}" if 1e-4 <= guess < 1e6 else three_digits(guess)


def with_unit(figure: str, unit: str) -> str:
    """Return a figure and its unit, joined by a no-break space."""
    return f"{figure}\N{NO-BREAK SPACE}{unit}" if unit else figure


MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Round:
    """A guess and its measurement."""

    experiment: Experiment
    guess: Guess
    time_utc: datetime

    def shown(self) -> dict[str, str]:
        """Return the texts of the round's row in the table."""
        guess = self.guess
        return {
            "question": self.experiment.question,
            "guess": with_unit(guess_figure(guess.guess), guess.unit),
            "measured": with_unit(three_digits(guess.measured), guess.unit),
            "factor": factor_in_words(guess),
            "time": self.time_utc.isoformat(),
            "note": guess.note,
        }

    def plain(self) -> dict[str, Any]:
        """Return plain values, for a learner's own table."""
        return {
            "time_utc": self.time_utc,
            "experiment": self.experiment.id,
            "question": self.experiment.question,
            **to_builtins(self.guess),
            "factor": self.guess.factor,
        }


STILL_ENDING = "The previous measurement is still stopping. Try again in a moment."


class LabBookAction(Struct, frozen=True):
    """What a page may request."""

    do: Literal["measure", "stop"]
    experiment: Annotated[str, Meta(max_length=80)] = ""
    guess: Annotated[str, Meta(max_length=200)] = ""


class LabBook(PageWidget):
    """Asks for a guess, measures, and compares the two.

    Parameters
    ----------
    experiments : sequence of Experiment
        The experiments, in the order in which they are shown.
    log : EventLog, optional
        Contains the earlier rounds; the session's record if not given.
    note : str
        The machine that measures: `machine_line()`. Saved with each round.
    clock : callable
        Returns the time of a round.

    """

    _esm = script("lab_book/book.js")
    _css = styles("frame.css", "lab_book/book.css")
    saved = ("Lab book", "Guess first, then measure on this machine.")
    _kind = LabBookAction

    def __init__(
        self,
        experiments: Sequence[Experiment],
        *,
        log: EventLog | None = None,
        note: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self._experiments = {one.id: one for one in experiments}
        self._record, self._clock, self._note = LearnerRecord(log), clock, note[:500]
        self._measuring = ""
        self._job = Job()
        self._problems: dict[str, str] = {}
        super().__init__()

    def __repr__(self) -> str:
        count = counted(len(self._experiments), "experiment")
        return f"LabBook(guess first, then measure: {count})"

    def table(self) -> list[dict[str, Any]]:
        """Return every round as plain values, oldest first."""
        self._record.read()
        return [one.plain() for one in self._rounds()]

    def submit(self, action: LabBookAction) -> None:
        """Measure what the learner guessed, or stop measuring."""
        if action.do == "stop":
            self._job.stop()
        elif not self._measuring and action.experiment in self._experiments:
            self._record.read()
            self._begin(self._experiments[action.experiment], well_formed(action.guess))

    def content(self) -> Page:
        """Return the experiments with their last rounds, and a table of all rounds."""
        rounds = self._rounds()
        return {
            "said": "",
            "note": self._note,
            "notices": self._record.notices,
            "measuring": self._measuring,
            "experiments": [self._block(one, rounds) for one in self._experiments.values()],
            "rows": [one.shown() for one in rounds[-MOST_ROUNDS:]],
            "left_out": max(0, len(rounds) - MOST_ROUNDS),
        }

    def _begin(self, experiment: Experiment, typed: str) -> None:
        self._problems.pop(experiment.id, None)
        try:
            guess = checked_guess(experiment, typed)
        except ResponseError as error:
            return self._show_problem(experiment, str(error))
        if self._job.is_ending:
            return self._show_problem(experiment, STILL_ENDING)
        self._measuring = experiment.id
        self.refresh(said="Measuring.")
        then = partial(self._finish, experiment, guess)
        self._job.start(experiment.measure, convert=_finite, then=then)

    def _finish(self, experiment: Experiment, guess: float, end: JobEnd[float]) -> None:
        self._measuring = ""
        if end.stopped:
            again = "nothing is recorded. You can measure again at any time."
            return self._show_problem(experiment, f"{end.stopped}: {again}")
        if end.result is None:
            problem = f"The measurement failed, so nothing is recorded. {end.failed}"
            return self._show_problem(experiment, problem)
        both = Guess(guess, end.result, experiment.unit, self._note)
        self._record.append(guess_event(experiment.id, both, clock=self._clock))
        self.refresh(said=f"{result_in_words(both)} {experiment.explain}".strip())

    def _show_problem(self, experiment: Experiment, problem: str) -> None:
        self._problems[experiment.id] = problem
        self.refresh(said=problem)

    def _rounds(self) -> list[Round]:
        return [
            Round(self._experiments[event.subject], guess, event.time_utc)
            for event, guess in guesses_in(self._record.events)
            if event.subject in self._experiments
        ]

    def _block(self, experiment: Experiment, rounds: list[Round]) -> dict[str, Any]:
        last = next((one.guess for one in reversed(rounds) if one.experiment is experiment), None)
        return {
            "id": experiment.id,
            "question": experiment.question,
            "asks": experiment.asks,
            "problem": self._problems.get(experiment.id, ""),
            "result": result_in_words(last) if last else "",
            "explain": experiment.explain if last else "",
        }


def _finite(measured: Any) -> float:
    figure = float(measured)
    if not math.isfinite(figure):
        raise ValueError(f"Expected a finite number, got {figure}.")
    return figure
