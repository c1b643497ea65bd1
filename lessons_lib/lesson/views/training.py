"""The training lab: knobs, one button, and curves that grow while the model trains."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.classroom.widgets.record import recorded
from lessons_lib.formats import counted
from lessons_lib.pipeline.embedding.table import EmbeddingTable, load_word_vectors
from lessons_lib.pipeline.model.trace import EpochRow
from lessons_lib.pipeline.text.corpus import Corpus, load_corpus
from lessons_lib.pipeline.text.label import LABELS

GUESS_LOSS = math.log(len(LABELS))  # the loss if every class gets the same probability
NOTICEABLE = 0.005  # smaller changes of the loss are noise


def best_row(rows: Sequence[EpochRow]) -> EpochRow | None:
    """Return the row with the lowest finite held-out loss, the first one in a tie, or None."""
    finite = [row for row in rows if math.isfinite(row.held_out_loss)]
    return min(finite, key=lambda row: row.held_out_loss, default=None)


def training_summary(rows: Sequence[EpochRow]) -> str:
    """Describe what the curves show: divergence, guessing, overfitting, or progress."""
    first, last, best = rows[0], rows[-1], best_row(rows)
    diverged = [row for row in rows if not math.isfinite(row.train_loss + row.held_out_loss)]
    if diverged or best is None:
        end = f"after epoch {diverged[0].epoch}, the loss was no longer a number"
        return f"Training diverged: {end}. The steps are too large."
    trains_worse = last.train_loss > first.train_loss + NOTICEABLE
    if best.held_out_loss >= GUESS_LOSS:
        guess = f"The held-out loss never fell below {GUESS_LOSS:.2f}, the loss of a guess."
        return f"{guess} {_why_no_better(last, best, trains_worse=trains_worse)}".rstrip()
    if trains_worse:
        rise = f"from {first.train_loss:.3f} to {last.train_loss:.3f}"
        return f"The steps are too large: even the training loss rises, {rise}."
    if last.held_out_loss > best.held_out_loss + NOTICEABLE:
        return _past_its_best(last, best)
    return _still_going(rows, best)


def _why_no_better(last: EpochRow, best: EpochRow, *, trains_worse: bool) -> str:
    if trains_worse:
        return "The training loss rises, so the steps are too large."
    if last.train_loss < GUESS_LOSS:
        return (
            f"The training loss did, and ended at {last.train_loss:.2f}: the model memorized its "
            "training texts and learned little that applies to others."
        )
    return "It is still falling, so more epochs may help." if last is best else ""


def _past_its_best(last: EpochRow, best: EpochRow) -> str:
    rise = f"from {best.held_out_loss:.3f} to {last.held_out_loss:.3f}"
    if last.train_loss < best.train_loss:
        return (
            f"Overfitting from epoch {best.epoch + 1} on: the held-out loss rises again, {rise}, "
            f"while the training loss keeps falling, to {last.train_loss:.3f}. "
            f"Epoch {best.epoch} was the best time to stop."
        )
    return (
        f"The held-out loss was lowest after epoch {best.epoch} and has risen since, {rise}. The "
        "training loss has risen too, so the steps are too large to settle."
    )


def _still_going(rows: Sequence[EpochRow], best: EpochRow) -> str:
    loss = rows[-1].held_out_loss
    if len(rows) == 1:
        return (
            f"After one epoch, the held-out loss is {loss:.3f}, below the {GUESS_LOSS:.2f} of a "
            "guess. One epoch can't show a trend; train for more."
        )
    if rows[-2].held_out_loss - loss > NOTICEABLE:
        return f"Still improving: the held-out loss fell to {loss:.3f}. More epochs may help."
    return (
        f"The held-out loss has leveled off near {loss:.3f}; it was lowest after epoch "
        f"{best.epoch}. More epochs would help little or lead to overfitting."
    )


def stopped_in_words(rows: Sequence[EpochRow], epochs: int, how: str) -> str:
    """Describe how far a run got that ended early."""
    if not rows:
        return f"{how} before the first epoch ended, so there is nothing to show."
    return f"{how} after {counted(len(rows), 'epoch')} of {epochs}. {training_summary(rows)}"


MOST_EPOCHS = 15
FIRST_EPOCHS = 10
MOST_SEED = 9999


class Knobs(Struct, frozen=True):
    """The settings of a training run."""

    learning_rate: Annotated[float, Meta(gt=0)] = 1.0
    epochs: Annotated[int, Meta(ge=1, le=MOST_EPOCHS)] = FIRST_EPOCHS
    ready_made: bool = True
    seed: Annotated[int, Meta(ge=0, le=MOST_SEED)] = 0


class TrainingAction(Knobs, frozen=True, kw_only=True):
    """What a page may request."""

    do: Literal["train", "stop"]


def plain(row: EpochRow) -> dict[str, Any]:
    """Return a row that can be sent as JSON: NaN and infinite values become None."""
    figures = dataclasses.asdict(row).items()
    return {name: value if math.isfinite(value) else None for name, value in figures}


def rate_in_words(rate: float) -> str:
    """Format a learning rate of at least 1e-12 without an exponent: 0.0001."""
    return f"{rate:.12f}".rstrip("0").rstrip(".")


def run_in_words(knobs: Knobs, names: Mapping[str, float], rows: Sequence[EpochRow]) -> str:
    """Describe the settings of a run and its best epoch.

    If fewer epochs are done than requested, both numbers appear: "4 of 10 epochs".
    """
    name = next((f" ({name})" for name, rate in names.items() if rate == knobs.learning_rate), "")
    start = "ready-made vectors" if knobs.ready_made else "random vectors"
    of = f"{len(rows)} of " if len(rows) < knobs.epochs else ""
    epochs = f"{of}{counted(knobs.epochs, 'epoch')}"
    rate = rate_in_words(knobs.learning_rate)
    settings = f"learning rate {rate}{name}, {epochs}, {start}, seed {knobs.seed}"
    best = best_row(rows)
    if best is None:
        return f"{settings}. The held-out loss was never a number."
    lowest = f"Lowest held-out loss {best.held_out_loss:.3f}, after epoch {best.epoch}"
    return f"{settings}. {lowest}; held-out accuracy then {best.held_out_accuracy:.3f}."


class TrainingLab(Card):
    """Trains with the learner's settings, and plots training and held-out curves.

    Parameters
    ----------
    train : callable
        Accepts `learning_rate`, `epochs`, `ready_made` and `seed`, trains from scratch, and calls
        `on_epoch` with a row after each epoch, for instance
        ``partial(train_with_knobs, corpus, table)``. It runs in a thread and lets exceptions of
        `on_step` propagate.
    learning_rates : mapping of str to float
        The learning rates to choose from, by name.
    learning_rate : str, optional
        The name of the initial one; the first if not given.
    note : str
        How long a run takes.
    clock : callable
        Returns seconds; only used to time the epochs.

    Notes
    -----
    Nothing is trained until the button is pressed. The previous run stays as a pale line.
    """

    _esm = script("lesson/views/training/view.js")
    _css = framed_styles("lesson/views/training/view.css")
    saved = ("Choose settings and train", "Train the model with your own settings.")
    _kind = TrainingAction

    def __init__(
        self,
        train: Callable[..., object],
        *,
        learning_rates: Mapping[str, float],
        learning_rate: str = "",
        note: str = "",
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._train, self._rates, self._clock = train, dict(learning_rates), clock
        self._job = Job()
        first = learning_rate or next(iter(self._rates))
        self._knobs = Knobs(self._rates[first])
        self._rows: list[EpochRow] = []
        self._before: dict[str, Any] = {}
        self._seconds: float | None = None  # per epoch of the latest run
        self._phase, self._status = "ready", ""
        super().__init__(
            {
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

    def __repr__(self) -> str:
        return "TrainingLab(learning rate, epochs, starting vectors, seed)"

    def submit(self, action: TrainingAction) -> None:
        """Start a run with the chosen settings, or stop it."""
        if action.do == "stop":
            self._job.on_loop(self._stop)
        elif not self._job.is_running and math.isfinite(action.learning_rate):
            self._begin(Knobs(action.learning_rate, action.epochs, action.ready_made, action.seed))
        else:
            self.refresh()

    def content(self) -> Page:
        """Return the settings, the rows of this run and of the one before, and the phase."""
        return {
            "phase": self._phase,
            "knobs": asdict(self._knobs),
            "seconds": self._seconds,
            "run": self._shown_run(),
            "before": self._before,
            "status": self._status,
        }

    def _begin(self, knobs: Knobs) -> None:
        if self._rows:
            self._before = self._shown_run()
        self._knobs, self._rows = knobs, []
        self._began = self._clock()
        self._show("running")
        self._job.start(self._call_train, then=self._finish, ends_itself=True)

    def _stop(self) -> None:
        if self._job.is_running:
            self._job.stop()
            self._phase = "stopping"
        self.refresh()

    def _call_train(self) -> None:
        """Train in the job's thread; `check()` ends it by raising at a step or an epoch."""

        def on_epoch(row: EpochRow) -> None:
            self._job.on_loop(self._add_row, row)
            if row.epoch < self._knobs.epochs:
                self._job.check()

        self._train(**asdict(self._knobs), on_epoch=on_epoch, on_step=self._job.check)

    def _finish(self, end: JobEnd[None]) -> None:
        if end.failed:
            self._show("failed", f"Training failed. {end.failed}")
        elif end.stopped:
            sentence = stopped_in_words(self._rows, self._knobs.epochs, end.stopped)
            self._show("stopped", sentence)
        else:
            self._show("over", training_summary(self._rows))

    def _add_row(self, row: EpochRow) -> None:
        self._rows.append(row)
        self._seconds = (self._clock() - self._began) / len(self._rows)
        self.refresh()

    def _shown_run(self) -> dict[str, Any]:
        best = best_row(self._rows)
        return {
            "rows": [plain(row) for row in self._rows],
            "best": best.epoch if best else None,
            "summary": run_in_words(self._knobs, self._rates, self._rows) if self._rows else "",
        }

    def _show(self, phase: str, sentence: str = "") -> None:
        self._phase, self._status = phase, sentence
        self.refresh()


def show_training(corpus: Corpus | None = None, table: EmbeddingTable | None = None) -> TrainingLab:
    """Return a training lab for the training split and the pretrained word vectors.

    Raises
    ------
    CorpusMissingError
        If no corpus is given and none is on this machine.
    """
    from lessons_lib.pipeline.model import training  # imported here because only it needs torch

    data = corpus or load_corpus(), table or load_word_vectors()
    return TrainingLab(
        recorded(partial(training.train_with_knobs, *data), "run-trained"),
        learning_rates=training.LEARNING_RATES,
        learning_rate="bold",
        note=training.size_of_a_run(*data),
    )
