"""What a training showed, in sentences made from its rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lessons_lib.text.label import LABELS
from lessons_lib.widgets.training_lab_run import Knobs, Row

GUESS_LOSS = math.log(len(LABELS))  # who gives every class the same probability
NOTICEABLE = 0.005  # a change of the loss that is more than its last digits


def best_row(rows: Sequence[Row]) -> Row | None:
    """Return the row with the lowest held-out loss that is a number, the first one in a tie."""
    numbers = [row for row in rows if math.isfinite(row.held_out_loss)]
    return min(numbers, key=lambda row: row.held_out_loss, default=None)


def what_was_seen(rows: Sequence[Row]) -> str:
    """Say what the curves show: divergence, no better than a guess, overfitting, or progress."""
    if not rows:
        return ""
    broken = next((row for row in rows if not _is_finite(row)), None)
    best = best_row(rows)
    if broken is not None or best is None:
        epoch = (broken or rows[0]).epoch
        return (
            f"It diverged: after epoch {epoch} the loss was no number any more. "
            "The steps are too large."
        )
    if best.held_out_loss >= GUESS_LOSS:
        return _no_better_than_a_guess(rows, best)
    if _rises(rows, "train_loss"):
        return (
            f"The steps are too large: the training loss itself rises, "
            f"{_change(rows, 'train_loss')}."
        )
    if rows[-1].held_out_loss > best.held_out_loss + NOTICEABLE:
        return _worse_since_its_best(rows, best)
    return _still_going(rows, best)


def knobs_in_words(knobs: Knobs, names: Mapping[str, float], done: int) -> str:
    """Return a setting in words: "learning rate 0.0005 (as shipped), 10 epochs, ...".

    Where fewer epochs are done than were asked for, both are said: "4 of 10 epochs".
    """
    name = next((name for name, rate in names.items() if rate == knobs.learning_rate), "")
    rate = f"learning rate {rate_in_words(knobs.learning_rate)}{f' ({name})' if name else ''}"
    start = "ready-made vectors" if knobs.ready_made else "vectors by chance"
    of = f"{done} of " if done < knobs.epochs else ""
    return f"{rate}, {of}{_epochs(knobs.epochs)}, {start}, seed {knobs.seed}"


def rate_in_words(rate: float) -> str:
    """Return a learning rate without an exponent, down to 1e-12: 0.0001."""
    return f"{rate:.12f}".rstrip("0").rstrip(".")


def best_in_words(rows: Sequence[Row]) -> str:
    """Return where a run was best on held-out texts."""
    best = best_row(rows)
    if best is None:
        return "no held-out loss that is a number"
    return (
        f"lowest held-out loss {best.held_out_loss:.3f}, after epoch {best.epoch}; "
        f"accuracy there {best.held_out_accuracy:.3f}"
    )


def stopped_in_words(rows: Sequence[Row], epochs: int, how: str) -> str:
    """Say how far a training came that was ended early."""
    if not rows:
        return f"{how} before the first epoch was over: there is nothing to show."
    return f"{how} after {_epochs(len(rows))} of {epochs}. {what_was_seen(rows)}"


def _no_better_than_a_guess(rows: Sequence[Row], best: Row) -> str:
    said = (
        f"The held-out loss never got below {GUESS_LOSS:.2f}, that of a guess: at best it was "
        f"{best.held_out_loss:.2f}."
    )
    if _rises(rows, "train_loss"):
        return f"{said} The training loss rises too, {_change(rows, 'train_loss')}: " + (
            "the steps are too large."
        )
    if rows[-1].train_loss < GUESS_LOSS:
        return (
            f"{said} The training loss did, and ends at {rows[-1].train_loss:.2f}: the model "
            "learnt its own texts, and little that holds for others."
        )
    if rows[-1] is best:
        return f"{said} It is still falling: more epochs may help."
    return said


def _worse_since_its_best(rows: Sequence[Row], best: Row) -> str:
    last = rows[-1]
    rise = f"from {best.held_out_loss:.3f} to {last.held_out_loss:.3f}"
    if last.train_loss < best.train_loss:
        return (
            f"Overfitting from epoch {best.epoch + 1} on: the held-out loss rises again, {rise}, "
            f"while the training loss falls on to {last.train_loss:.3f}. "
            f"Epoch {best.epoch} was the time to stop."
        )
    return (
        f"The held-out loss was lowest after epoch {best.epoch} and has risen since, {rise}, and "
        "so has the training loss: the steps are too large to settle."
    )


def _still_going(rows: Sequence[Row], best: Row) -> str:
    last = rows[-1]
    if len(rows) == 1:
        return (
            f"After one epoch the held-out loss is {last.held_out_loss:.3f}, below the "
            f"{GUESS_LOSS:.2f} of a guess. One epoch tells of no direction: take more."
        )
    if rows[-2].held_out_loss - last.held_out_loss > NOTICEABLE:
        return (
            f"Still improving: the held-out loss falls to the last, {_change(rows)}. "
            "More epochs may help."
        )
    return (
        f"The held-out loss has come to rest near {last.held_out_loss:.3f}; it was lowest after "
        f"epoch {best.epoch}. More epochs would add little, or overfit."
    )


def _is_finite(row: Row) -> bool:
    return math.isfinite(row.train_loss) and math.isfinite(row.held_out_loss)


def _rises(rows: Sequence[Row], name: str) -> bool:
    return bool(getattr(rows[-1], name) > getattr(rows[0], name) + NOTICEABLE)


def _change(rows: Sequence[Row], name: str = "held_out_loss") -> str:
    return f"from {getattr(rows[0], name):.3f} to {getattr(rows[-1], name):.3f}"


def _epochs(count: int) -> str:
    return f"{count} epoch{'' if count == 1 else 's'}"
