"""The rows of a lab book: every guess in the record that belongs to one of its experiments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons_lib.record.event import Event
from lessons_lib.record.guess import Guess, guesses_in
from lessons_lib.widgets.lab_book_experiment import Experiment
from lessons_lib.widgets.lab_book_words import factor_in_words, guess_figure, with_unit

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
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


def rows_in(events: Iterable[Event], experiments: Mapping[str, Experiment]) -> list[Row]:
    """Return a row for each guess on one of the experiments, oldest first."""
    return [
        Row(experiments[event.subject], guess, event.time_utc)
        for event, guess in guesses_in(events)
        if event.subject in experiments
    ]
