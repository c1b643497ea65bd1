"""A guess beside what was measured, in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

import traitlets
from msgspec import Meta, Struct

from lessons_lib.formats import three_digits
from lessons_lib.quiz.grading import ResponseError, parse_number
from lessons_lib.record.event import Clock, Event, EventLog, utc_now
from lessons_lib.record.kinds import Guess, guess_event, guesses_in
from lessons_lib.widgets.job import Job, JobEnd
from lessons_lib.widgets.lab_book.experiment import TIMES, Experiment
from lessons_lib.widgets.named_items import by_id, check_text
from lessons_lib.widgets.page import KernelOwned, decoded, script, styles
from lessons_lib.widgets.record import LearnerRecord
from lessons_lib.widgets.safe_text import error_in_words, well_formed

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


MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class GuessRow:
    """One round: a guess, then a measurement."""

    experiment: Experiment
    guess: Guess
    time_utc: datetime

    def shown(self) -> dict[str, str]:
        """Return the cells that are drawn."""
        return {
            "question": self.experiment.question,
            "guess": with_unit(guess_figure(self.guess.guess), self.guess.unit),
            "measured": with_unit(self.experiment.figure(self.guess.measured), self.guess.unit),
            "factor": factor_in_words(self.guess),
            "time": self.time_utc.isoformat(),
            "note": self.guess.note,
        }

    def plain(self) -> dict[str, Any]:
        """Return the row as plain values, for a table of one's own."""
        return {
            "time_utc": self.time_utc,
            "experiment": self.experiment.id,
            "question": self.experiment.question,
            "guess": self.guess.guess,
            "measured": self.guess.measured,
            "unit": self.guess.unit,
            "factor": self.guess.factor,
            "note": self.guess.note,
        }


def rows_in(events: Iterable[Event], experiments: Mapping[str, Experiment]) -> list[GuessRow]:
    """Return a row for each guess on one of the experiments, oldest first."""
    return [
        GuessRow(experiments[event.subject], guess, event.time_utc)
        for event, guess in guesses_in(events)
        if event.subject in experiments
    ]


STILL_ENDING = "The measurement before is still ending. Try again in a moment."


class LabBookAction(Struct, frozen=True):
    """What a page may ask for."""

    do: Literal["measure", "stop"]
    experiment: Annotated[str, Meta(max_length=80)] = ""
    guess: Annotated[str, Meta(max_length=200)] = ""


class LabBook(KernelOwned):
    """Asks for a guess, measures, and sets the figure beside the guess.

    Parameters
    ----------
    experiments : sequence of Experiment
        In the order in which they are shown.
    log : EventLog, optional
        The session's record if not given. Rounds of earlier sessions are read from it.
    note : str
        Where this is measured: `machine_line()`. Kept with each round.
    clock : callable
        Says when a round was.

    Raises
    ------
    TypeError, ValueError
        If there is no experiment, two have the same id, or `note` is no text.
    """

    _esm = script("lab_book/book.js")
    _css = styles("frame.css", "lab_book/book.css")

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        experiments: Sequence[Experiment],
        *,
        log: EventLog | None = None,
        note: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self._experiments = by_id("LabBook", Experiment, experiments)
        check_text("LabBook(note=...)", note)
        self._record, self._clock, self._note = LearnerRecord(log), clock, note[:500]
        self._measuring = ""
        self._job = Job()
        self._problems: dict[str, str] = {}
        self._serial = 0
        super().__init__(page=self._page())
        self.on_msg(self._answer)

    def __repr__(self) -> str:
        count = len(self._experiments)
        return f"LabBook(guess first, then measure: {count} experiment{'' if count == 1 else 's'})"

    def table(self) -> list[dict[str, Any]]:
        """Return every round as plain values, oldest first."""
        return [row.plain() for row in self._rows()]

    def _answer(self, _: object, message: object, buffers: object) -> None:
        action = decoded(message, LabBookAction)
        if action is None:
            return
        if action.do == "stop":
            self._job.stop()
        elif action.do == "measure" and not self._measuring:
            self._begin(action)

    def _begin(self, action: LabBookAction) -> None:
        experiment = self._experiments.get(action.experiment)
        if experiment is None:
            return
        self._record.read()
        self._problems.pop(experiment.id, None)
        try:
            guess = checked_guess(experiment, well_formed(action.guess))
        except ResponseError as error:
            return self._tell_problem(experiment, str(error))
        if self._job.is_ending:
            return self._tell_problem(experiment, STILL_ENDING)
        self._measuring = experiment.id
        self.page = self._page(said="Measuring.")
        self._job.start(
            experiment.measure, convert=_finite, then=partial(self._finish, experiment, guess)
        )

    def _finish(self, experiment: Experiment, guess: float, end: JobEnd[float]) -> None:
        self._measuring = ""
        if end.stopped:
            problem = f"{end.stopped}: nothing is recorded. Measure again when you like."
            return self._tell_problem(experiment, problem)
        if end.result is None:
            problem = f"It could not be measured, so nothing is recorded. {end.failed}"
            return self._tell_problem(experiment, problem)
        round_ = Guess(guess, end.result, experiment.unit, self._note)
        self._record.append(guess_event(experiment.id, round_, clock=self._clock))
        rows = self._rows(experiment.id)
        self.page = self._page(said=_verdict(rows[-1]) if rows else "")

    def _tell_problem(self, experiment: Experiment, problem: str) -> None:
        self._problems[experiment.id] = problem
        self.page = self._page(said=problem)

    def _rows(self, experiment: str = "") -> list[GuessRow]:
        rows = rows_in(self._record.events, self._experiments)
        return [row for row in rows if experiment in ("", row.experiment.id)]

    def _page(self, said: str = "") -> dict[str, Any]:
        rows = self._rows()
        self._serial += 1
        return {
            "serial": self._serial,
            "said": said,
            "note": self._note,
            "notices": self._record.notices,
            "measuring": self._measuring,
            "experiments": [self._block(one, rows) for one in self._experiments.values()],
            "rows": [row.shown() for row in rows[-MOST_SHOWN:]],
            "left_out": max(0, len(rows) - MOST_SHOWN),
        }

    def _block(self, experiment: Experiment, rows: list[GuessRow]) -> dict[str, Any]:
        own = [row for row in rows if row.experiment.id == experiment.id]
        return {
            "id": experiment.id,
            "question": experiment.question,
            "asks": experiment.asks,
            "problem": self._problems.get(experiment.id, ""),
            "result": result_in_words(experiment, own[-1].guess) if own else "",
            "explain": explained(experiment, own[-1].guess.measured) if own else "",
        }


def _finite(measured: Any) -> float:
    figure = float(measured)
    if not math.isfinite(figure):
        raise ValueError(f"it gave {figure}, which is no figure.")
    return figure


def _verdict(row: GuessRow) -> str:
    sentence = result_in_words(row.experiment, row.guess)
    return f"{sentence} {explained(row.experiment, row.guess.measured)}".strip()
