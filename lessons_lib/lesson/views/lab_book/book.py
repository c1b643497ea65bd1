"""The lab book: guess first, then measure, and keep both."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from lessons_lib.classroom.practice.guesses import GuessTask, guess_task, of_round
from lessons_lib.classroom.quiz.grading import ResponseError
from lessons_lib.classroom.record.event import Clock, EventLog, utc_now
from lessons_lib.classroom.record.kinds import Guess, event_of, rounds_in
from lessons_lib.classroom.sessions.controls import with_unit
from lessons_lib.classroom.sessions.guesses import LABEL, control_of, in_figures, parse_typed
from lessons_lib.classroom.sessions.page import Page, well_formed
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import PageWidget, framed_styles, script
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.formats import counted, three_digits
from lessons_lib.pipeline.inference.jobs import jobs_by_mode
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.models import load_textbook
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing import ratios
from lessons_lib.pipeline.timing.machine import machine_line
from lessons_lib.pipeline.timing.scenarios import lonely_ms

Measure = Callable[[], float | Awaitable[float]]
MOST_ROUNDS = 100
MEASURED_TEXTS = 1_000
STILL_ENDING = "The previous measurement is still stopping. Try again in a moment."


def checked_guess(task: GuessTask, typed: str) -> float:
    """Return the number that a learner typed as a guess.

    Raises
    ------
    ResponseError
        If it is not a number above 0; the message says what to type.
    """
    guess = parse_typed(typed, task.unit)
    if guess <= 0:
        raise ResponseError(
            f"Guess a number above 0, for example {with_unit('2.5', task.unit)}. Nothing measured "
            "here can be 0 or less."
        )
    return guess


def result_in_words(guess: Guess) -> str:
    """Return a sentence that compares the guess with the measurement."""
    one = of_round(guess)
    return (
        f"You guessed {in_figures(one.guess, one.unit)}; "
        f"measured: {with_unit(three_digits(float(one.result)), one.unit)}. "
        f"Your guess was {one.in_words()}."
    )


@dataclass(frozen=True, slots=True)
class Round:
    """A guess and its measurement."""

    task: GuessTask
    guess: Guess
    time_utc: datetime

    def shown(self) -> dict[str, str]:
        """Return the texts of the round's row in the table."""
        one = of_round(self.guess)
        return {
            "question": self.task.question,
            "guess": in_figures(one.guess, one.unit),
            "measured": with_unit(three_digits(float(one.result)), one.unit),
            "factor": one.in_words(),
            "time": self.time_utc.isoformat(),
            "note": self.guess.note,
        }


class LabBookAction(Struct, frozen=True):
    """What a page may request."""

    do: Literal["measure", "stop"]
    experiment: Annotated[str, Meta(max_length=80)] = ""
    guess: Annotated[str, Meta(max_length=200)] = ""


class LabBook(PageWidget):
    """Asks for a guess, measures, and compares the two.

    Parameters
    ----------
    measures : mapping of GuessTask to callable
        The experiments in order: each measures the number that the learner guessed, in the unit of
        the guess. It returns the number, or an awaitable of it, and may take a few seconds.
    log : EventLog, optional
        Contains the earlier rounds; the session's record if not given.
    note : str
        The machine that measures: `machine_line()`. Saved with each round.
    clock : callable
        Returns the time of a round.
    """

    _esm = script("lesson/views/lab_book/book.js")
    _css = framed_styles(
        "classroom/widgets/explore/explore.css",
        "classroom/widgets/explore/guess.css",
        "lesson/views/lab_book/book.css",
    )
    saved = ("Lab book", "Guess first, then measure on this machine.")
    _kind = LabBookAction

    def __init__(
        self,
        measures: Mapping[GuessTask, Measure],
        *,
        log: EventLog | None = None,
        note: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self._measures, self._tasks = measures, {task.id: task for task in measures}
        self._record, self._clock, self._note = learner_record(log), clock, note[:500]
        self._measuring = ""
        self._job = Job()
        self._problems: dict[str, str] = {}
        super().__init__()

    def __repr__(self) -> str:
        count = counted(len(self._tasks), "experiment")
        return f"LabBook(guess first, then measure: {count})"

    def submit(self, action: LabBookAction) -> None:
        """Measure what the learner guessed, or stop measuring."""
        if action.do == "stop":
            self._job.stop()
        elif not self._measuring and action.experiment in self._tasks:
            self._record.read()
            self._begin(self._tasks[action.experiment], well_formed(action.guess))

    def content(self) -> Page:
        """Return the experiments with their last rounds, and a table of all rounds."""
        rounds = self._rounds()
        return {
            "status": "",
            "note": self._note,
            "notices": self._record.notices,
            "measuring": self._measuring,
            "experiments": [self._block(one, rounds) for one in self._tasks.values()],
            "rows": [one.shown() for one in rounds[-MOST_ROUNDS:]],
            "left_out": max(0, len(rounds) - MOST_ROUNDS),
        }

    def _begin(self, task: GuessTask, typed: str) -> None:
        self._problems.pop(task.id, None)
        try:
            guess = checked_guess(task, typed)
        except ResponseError as error:
            return self._show_problem(task, str(error))
        if self._job.is_ending:
            return self._show_problem(task, STILL_ENDING)
        self._measuring = task.id
        self.refresh(status="Measuring.")
        then = partial(self._finish, task, guess)
        self._job.start(self._measures[task], convert=_finite, then=then)

    def _finish(self, task: GuessTask, guess: float, end: JobEnd[float]) -> None:
        self._measuring = ""
        if end.stopped:
            again = "nothing is recorded. You can measure again at any time."
            return self._show_problem(task, f"{end.stopped}: {again}")
        if end.result is None:
            problem = f"The measurement failed, so nothing is recorded. {end.failed}"
            return self._show_problem(task, problem)
        both = Guess(guess, end.result, task.unit, self._note)
        self._record.append(event_of(task.id, both, clock=self._clock))
        self.refresh(status=f"{result_in_words(both)} {task.explain}".strip())

    def _show_problem(self, task: GuessTask, problem: str) -> None:
        self._problems[task.id] = problem
        self.refresh(status=problem)

    def _rounds(self) -> list[Round]:
        return [
            Round(self._tasks[event.subject], guess, event.time_utc)
            for event, guess in rounds_in(self._record.events)
            if event.subject in self._tasks
        ]

    def _block(self, task: GuessTask, rounds: list[Round]) -> dict[str, Any]:
        last = next((one.guess for one in reversed(rounds) if one.task is task), None)
        return {
            "id": task.id,
            "question": task.question,
            "control": {"label": LABEL, **control_of(task).plain()},
            "problem": self._problems.get(task.id, ""),
            "result": result_in_words(last) if last else "",
            "explain": task.explain if last else "",
        }


def _finite(measured: Any) -> float:
    figure = float(measured)
    if not math.isfinite(figure):
        raise ValueError(f"Expected a finite number, got {figure}.")
    return figure


def show_lab_book(pipeline: Pipeline | None = None, texts: Sequence[str] | None = None) -> LabBook:
    """Return a lab book in which the learner guesses figures and then measures them.

    Parameters
    ----------
    pipeline : Pipeline, optional
        What is measured; by default the textbook path.
    texts : sequence of str, optional
        What it runs on; by default the first 1,000 of the archive.
    """
    pipeline = pipeline or load_textbook()
    texts = load_corpus_or_demo().archive(MEASURED_TEXTS) if texts is None else texts
    jobs = jobs_by_mode(pipeline, texts)
    experiments: dict[str, Measure] = {
        "one-by-one": partial(ratios.texts_per_s, jobs["real-time"], len(texts)),
        "batch-against-one": partial(ratios.throughput_ratio, jobs),
        "slow-hundredth": partial(ratios.tail_ratio, RealTimePredictor(pipeline).predict, texts),
        "alone-at-the-queue": partial(lonely_ms, partial(MicroBatchPredictor, pipeline), texts),
    }
    measures = {guess_task(name): measure for name, measure in experiments.items()}
    return LabBook(measures, note=machine_line())
