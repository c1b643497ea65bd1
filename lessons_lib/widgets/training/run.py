"""One training that a learner started: it runs in a thread, and can be stopped at any step."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lessons_lib.widgets.job import KernelInterrupts

LOOK_S = 0.2  # how often an interrupt is looked for
FIGURES = ("train_loss", "held_out_loss", "train_accuracy", "held_out_accuracy")


class Row(Protocol):
    """The figures after one epoch; `EpochRow` is one."""

    @property
    def epoch(self) -> int:
        """How often all training texts have been gone through."""
        ...

    @property
    def train_loss(self) -> float:
        """The mean loss on the training texts."""
        ...

    @property
    def held_out_loss(self) -> float:
        """The mean loss on the held-out texts."""
        ...

    @property
    def train_accuracy(self) -> float:
        """The share of training texts that is labelled rightly."""
        ...

    @property
    def held_out_accuracy(self) -> float:
        """The share of held-out texts that is labelled rightly."""
        ...


@dataclass(frozen=True, slots=True)
class Knobs:
    """What the learner has set."""

    learning_rate: float
    epochs: int
    ready_made: bool
    seed: int


class Train(Protocol):
    """Trains anew with the knobs as given; `KnobTraining` is one."""

    def __call__(
        self,
        *,
        learning_rate: float,
        epochs: int,
        ready_made: bool,
        seed: int,
        on_epoch: Callable[[Row], object],
        on_step: Callable[[], object],
    ) -> object:
        """Tell `on_epoch` each row; call `on_step` often: what it raises ends the training."""
        ...


class TrainingStopped(Exception):
    """The learner ended the training; the message says how."""


class TrainingRun:
    """One call of `train`, beside which the kernel goes on answering.

    Parameters
    ----------
    train : callable
        Called in a thread.
    knobs : Knobs
        What it is called with.
    on_row : callable
        Given each row, on the event loop of the one who awaits `finish()`.
    """

    def __init__(self, train: Train, knobs: Knobs, on_row: Callable[[Row], object]) -> None:
        self._train, self._knobs, self._on_row = train, knobs, on_row
        self._is_stopped = threading.Event()
        self._how = "Stopped"

    def stop(self, how: str = "Stopped") -> None:
        """End it at the next step."""
        self._how = how
        self._is_stopped.set()

    async def finish(self) -> None:
        """Wait until the training is over and its thread has ended.

        Raises
        ------
        TrainingStopped
            If it was stopped, or the kernel interrupted.
        Exception
            Whatever `train` raised.
        """
        work = asyncio.ensure_future(asyncio.to_thread(self._call, asyncio.get_running_loop()))
        try:
            with KernelInterrupts() as interrupts:
                while not work.done():
                    interrupts.listen()
                    await asyncio.wait({work}, timeout=LOOK_S)
                    if interrupts.heard and not self._is_stopped.is_set():
                        self.stop("The kernel was interrupted")
            work.result()
        finally:
            self._is_stopped.set()

    def _call(self, loop: asyncio.AbstractEventLoop) -> None:
        self._check()

        def on_epoch(row: Row) -> None:
            loop.call_soon_threadsafe(self._on_row, row)
            if row.epoch < self._knobs.epochs:
                self._check()

        knobs = self._knobs
        self._train(
            learning_rate=knobs.learning_rate,
            epochs=knobs.epochs,
            ready_made=knobs.ready_made,
            seed=knobs.seed,
            on_epoch=on_epoch,
            on_step=self._check,
        )

    def _check(self) -> None:
        if self._is_stopped.is_set():
            raise TrainingStopped(self._how)


def plain(row: Row) -> dict[str, Any]:
    """Return a row that can be sent: a figure that is no number, or infinite, becomes None."""
    figures = {name: float(getattr(row, name)) for name in FIGURES}
    return {
        "epoch": int(row.epoch),
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
    }
