"""The lab book: guess first, then measure, and keep both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
import traitlets
from msgspec import Meta, Struct

from lessons_lib.quiz.typed_number import ResponseError
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.record.guess import Guess, guess_event
from lessons_lib.widgets.kernel_loop import KernelLoop
from lessons_lib.widgets.kernel_owned import KernelOwned
from lessons_lib.widgets.lab_book_experiment import Experiment
from lessons_lib.widgets.lab_book_measure import Measurement, MeasurementStopped
from lessons_lib.widgets.lab_book_rows import MOST_SHOWN, Row, rows_in
from lessons_lib.widgets.lab_book_words import checked_guess, explained, result_in_words
from lessons_lib.widgets.named_items import by_id, check_text
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.static_files import read_static
from lessons_lib.widgets.trace_layers import error_in_words, well_formed

STILL_ENDING = "The measurement before is still ending. Try again in a moment."


class Action(Struct, frozen=True):
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

    _esm = read_static("elements.js", "kernel_line.js", "lab_parts.js", "lab_book.js")
    _css = read_static("lab_frame.css", "lab_book.css")

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
        self._record, self._clock, self._note = QuizRecord(log), clock, note[:500]
        self._measuring = ""
        self._measurement: Measurement | None = None
        self._loop = KernelLoop()
        self._problems: dict[str, str] = {}
        self._serial = 0
        super().__init__(page=self._page())
        self.on_msg(self._take)

    def __repr__(self) -> str:
        count = len(self._experiments)
        return f"LabBook(guess first, then measure: {count} experiment{'' if count == 1 else 's'})"

    def table(self) -> list[dict[str, Any]]:
        """Return every round as plain values, oldest first."""
        return [row.plain() for row in self._rows()]

    def _take(self, _: object, content: object, buffers: object) -> None:
        try:
            action = msgspec.convert(content, Action)
        except (msgspec.ValidationError, RecursionError):
            return
        if action.do == "stop" and self._measuring and self._measurement:
            self._loop.call(self._measurement.stop)
        elif action.do == "measure" and not self._measuring:
            self._begin(action)

    def _begin(self, action: Action) -> None:
        experiment = self._experiments.get(action.experiment)
        if experiment is None:
            return
        self._problems.pop(experiment.id, None)
        try:
            guess = checked_guess(experiment, well_formed(action.guess))
        except ResponseError as error:
            return self._tell_problem(experiment, str(error))
        if self._measurement is not None and self._measurement.is_ending:
            return self._tell_problem(experiment, STILL_ENDING)
        self._measuring = experiment.id
        self.page = self._page(said="Measuring.")
        self._measurement = Measurement(experiment.measure)
        self._loop.start(self._measure(experiment, guess, self._measurement))

    async def _measure(
        self, experiment: Experiment, guess: float, measurement: Measurement
    ) -> None:
        problem = "Stopped: nothing is recorded."
        try:
            measured = await measurement.result()
            self._keep(experiment, Guess(guess, measured, experiment.unit, self._note))
            problem = ""
        except MeasurementStopped as stop:
            problem = f"{stop}: nothing is recorded. Measure again when you like."
        except Exception as error:
            told = error_in_words(error)
            problem = f"It could not be measured, so nothing is recorded. {told}"
        finally:
            self._measuring = ""
            if problem:
                self._tell_problem(experiment, problem)
            else:
                rows = self._rows(experiment.id)
                self.page = self._page(said=_verdict(rows[-1]) if rows else "")

    def _keep(self, experiment: Experiment, guess: Guess) -> None:
        self._record.append(guess_event(experiment.id, guess, clock=self._clock))

    def _tell_problem(self, experiment: Experiment, problem: str) -> None:
        self._problems[experiment.id] = problem
        self.page = self._page(said=problem)

    def _rows(self, experiment: str = "") -> list[Row]:
        rows = rows_in(self._record.events(), self._experiments)
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

    def _block(self, experiment: Experiment, rows: list[Row]) -> dict[str, Any]:
        own = [row for row in rows if row.experiment.id == experiment.id]
        return {
            "id": experiment.id,
            "question": experiment.question,
            "asks": experiment.asks,
            "problem": self._problems.get(experiment.id, ""),
            "result": result_in_words(experiment, own[-1].guess) if own else "",
            "explain": explained(experiment, own[-1].guess.measured) if own else "",
        }


def _verdict(row: Row) -> str:
    sentence = result_in_words(row.experiment, row.guess)
    return f"{sentence} {explained(row.experiment, row.guess.measured)}".strip()
