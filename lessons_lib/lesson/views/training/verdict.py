"""What the curves of a training run show, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lessons_lib.formats import counted
from lessons_lib.pipeline.model.trace import EpochRow
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
