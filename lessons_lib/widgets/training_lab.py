"""The training lab: knobs, one button, and curves that grow while the model trains."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Annotated, Any, Literal

import msgspec
import traitlets
from msgspec import Meta, Struct

from lessons_lib.widgets.kernel_loop import KernelLoop
from lessons_lib.widgets.kernel_owned import KernelOwned
from lessons_lib.widgets.named_items import check_text
from lessons_lib.widgets.static_files import read_static
from lessons_lib.widgets.trace_layers import error_in_words
from lessons_lib.widgets.training_lab_run import (
    Knobs,
    Row,
    Train,
    TrainingRun,
    TrainingStopped,
    plain,
)
from lessons_lib.widgets.training_lab_words import (
    GUESS_LOSS,
    best_in_words,
    best_row,
    knobs_in_words,
    rate_in_words,
    stopped_in_words,
    what_was_seen,
)

MOST_EPOCHS = 15
FIRST_EPOCHS = 10
MOST_SEED = 9999


class Action(Struct, frozen=True):
    """What a page may ask for."""

    do: Literal["train", "stop"]
    learning_rate: Annotated[float, Meta(gt=0)] = 1.0
    epochs: Annotated[int, Meta(ge=1, le=MOST_EPOCHS)] = FIRST_EPOCHS
    ready_made: bool = True
    seed: Annotated[int, Meta(ge=0, le=MOST_SEED)] = 0


class TrainingLab(KernelOwned):
    """Trains with the knobs as the learner sets them, and shows both sides of the split.

    Parameters
    ----------
    train : callable
        Takes the knobs `learning_rate`, `epochs`, `ready_made` and `seed`, trains anew, and tells
        `on_epoch` a row for each epoch, for instance ``KnobTraining(corpus, table)``. It runs in a
        thread, and ends with whatever `on_step` raises.
    learning_rates : mapping of str to float
        The learning rates to choose from, by name.
    learning_rate : str, optional
        The name of the one to begin with; the first if not given.
    note : str
        What a run takes.
    clock : callable
        Returns seconds; it only says how long an epoch took.

    Raises
    ------
    TypeError, ValueError
        If `train` cannot be called, a learning rate is not a number above 0, or `note` no text.

    Notes
    -----
    Nothing is trained before the button is pressed. The run before stays as a pale line.
    """

    _esm = read_static(
        "elements.js",
        "kernel_line.js",
        "lab_parts.js",
        "training_curves.js",
        "training_knobs.js",
        "training_lab.js",
    )
    _css = read_static("lab_frame.css", "training_lab.css")
    _own = ("about", "page")

    about: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        train: Train,
        *,
        learning_rates: Mapping[str, float],
        learning_rate: str = "",
        note: str = "",
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        if not callable(train):
            raise TypeError(
                "TrainingLab(train=...) takes a callable such as KnobTraining(corpus, table), "
                f"got {type(train).__name__}."
            )
        check_text("TrainingLab(note=...)", note)
        first = _checked(learning_rates, learning_rate)
        self._train, self._rates, self._clock = train, dict(learning_rates), clock
        self._loop = KernelLoop()
        self._run: TrainingRun | None = None
        self._knobs = Knobs(first, FIRST_EPOCHS, ready_made=True, seed=0)
        self._rows: list[Row] = []
        self._before: dict[str, Any] = {}
        self._seconds: float | None = None  # an epoch of the latest run
        super().__init__(
            about={
                "rates": [
                    {"name": name, "value": rate, "figure": rate_in_words(rate)}
                    for name, rate in self._rates.items()
                ],
                "most_epochs": MOST_EPOCHS,
                "most_seed": MOST_SEED,
                "guess": GUESS_LOSS,
                "note": note,
            }
        )
        self._show("ready")
        self.on_msg(self._take)

    def __repr__(self) -> str:
        return "TrainingLab(learning rate, epochs, starting vectors, seed)"

    def _take(self, _: object, content: object, buffers: object) -> None:
        try:
            action = msgspec.convert(content, Action)
        except (msgspec.ValidationError, RecursionError):
            return
        if action.do == "stop":
            self._loop.call(self._stop)
        elif action.do == "train" and self._run is None and math.isfinite(action.learning_rate):
            self._begin(action)

    def _begin(self, action: Action) -> None:
        if self._rows:
            self._before = self._shown_run()
        self._knobs = Knobs(action.learning_rate, action.epochs, action.ready_made, action.seed)
        self._rows = []
        self._run = TrainingRun(self._train, self._knobs, self._take_row)
        self._began = self._clock()
        self._show("running")
        self._loop.start(self._finish(self._run))

    def _stop(self) -> None:
        if self._run is not None:
            self._run.stop()
            self._show("stopping")

    async def _finish(self, run: TrainingRun) -> None:
        phase, said = "failed", ""
        try:
            await run.finish()
            phase, said = "over", what_was_seen(self._rows) or "The training told of no epoch."
        except TrainingStopped as stop:
            phase, said = "stopped", stopped_in_words(self._rows, self._knobs.epochs, str(stop))
        except Exception as error:
            said = f"The training could not go on. {error_in_words(error)}"
        except asyncio.CancelledError:
            phase, said = "stopped", "Stopped."
            raise
        finally:
            self._run = None
            self._show(phase, said)

    def _take_row(self, row: Row) -> None:
        self._rows.append(row)
        self._seconds = (self._clock() - self._began) / len(self._rows)
        self._show(self.page["phase"])

    def _shown_run(self) -> dict[str, Any]:
        best = best_row(self._rows)
        return {
            "rows": [plain(row) for row in self._rows],
            "best": best.epoch if best else None,
            "told": f"{knobs_in_words(self._knobs, self._rates, len(self._rows))}. "
            f"{best_in_words(self._rows).capitalize()}."
            if self._rows
            else "",
        }

    def _show(self, phase: str, said: str = "") -> None:
        self.page = {
            "phase": phase,
            "knobs": {name: getattr(self._knobs, name) for name in self._knobs.__slots__},
            "seconds": self._seconds,
            "run": self._shown_run(),
            "before": self._before,
            "said": said,
        }


def _checked(rates: Mapping[str, float], name: str) -> float:
    """Return the learning rate to begin with."""
    if not rates or not all(math.isfinite(rate) and rate > 0 for rate in rates.values()):
        raise ValueError(f"Learning rates are finite numbers above 0, got {dict(rates)}.")
    if name and name not in rates:
        raise ValueError(f"The learning rates are {', '.join(rates)}, got {name!r}.")
    return rates[name] if name else next(iter(rates.values()))
