"""Plot training and held-out loss and accuracy by epoch, live or afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from IPython.display import DisplayHandle
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessons_lib.model.trace import EpochRow, ReferencePoint
from lessons_lib.plots.style import (
    HELD_OUT_COLOR,
    REFERENCE_COLOR,
    TRAINING_COLOR,
    display_figure,
    figure_html,
    name_point,
    new_panels,
)


class LiveCurves:
    """A progress bar and curves that update while a model trains; pass it as `on_epoch`."""

    def __init__(self, epochs: int = 10) -> None:
        self._epochs = epochs
        self._rows: list[EpochRow] = []
        self._handle: DisplayHandle | None = None

    def __call__(self, row: EpochRow) -> None:
        """Add an epoch and replace the previous figure."""
        self._rows.append(row)
        alt = f"Loss and accuracy up to epoch {row.epoch} of {self._epochs}."
        picture = figure_html(training_figure(self._rows, epochs=self._epochs), alt)
        bar = (
            f'<progress value="{row.epoch}" max="{self._epochs}" aria-label="epochs trained">'
            f"</progress> epoch {row.epoch} of {self._epochs}<br>"
        )
        bundle = {"text/html": bar + picture, "text/plain": alt}
        if self._handle is None:
            self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
            self._handle.display(bundle, raw=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]


def plot_training_curves(
    rows: Sequence[EpochRow], *, reference: Sequence[ReferencePoint] = ()
) -> None:
    """Plot training and held-out loss and accuracy by epoch, with a reference in gray.

    Raises
    ------
    ValueError
        If there are no epochs.
    """
    if not rows:
        raise ValueError("plot_training_curves() needs at least one epoch, got none.")
    first, last = rows[0], rows[-1]
    alt = (
        f"Two panels by epoch. Training loss goes from {first.train_loss:.1f} to "
        f"{last.train_loss:.1f}, held-out loss from {first.held_out_loss:.1f} to "
        f"{last.held_out_loss:.1f}. Training accuracy ends at {last.train_accuracy:.1f}, held-out "
        f"accuracy at {last.held_out_accuracy:.1f}."
    )
    if reference:
        alt += " Grey dots show the reference trace of the course."
    display_figure(training_figure(rows, reference=reference), alt=alt)


def training_figure(
    rows: Sequence[EpochRow],
    *,
    reference: Sequence[ReferencePoint] = (),
    epochs: int | None = None,
) -> Figure:
    """Return the figure with the loss on the left and the accuracy on the right."""
    figure, (loss, accuracy) = new_panels(1, 2, width=7.2, height=3.0)
    x = [row.epoch for row in rows]
    _draw(loss, x, "training", [row.train_loss for row in rows], TRAINING_COLOR, "-")
    _draw(loss, x, "held-out", [row.held_out_loss for row in rows], HELD_OUT_COLOR, "--")
    _draw(accuracy, x, "training", [row.train_accuracy for row in rows], TRAINING_COLOR, "-")
    _draw(accuracy, x, "held-out", [row.held_out_accuracy for row in rows], HELD_OUT_COLOR, "--")
    if reference:
        x = [point.epoch for point in reference]
        _draw(loss, x, "reference", [point.loss for point in reference], REFERENCE_COLOR, "o")
        _draw(
            accuracy, x, "reference", [point.accuracy for point in reference], REFERENCE_COLOR, "o"
        )
    for axes, name in ((loss, "loss per text"), (accuracy, "accuracy (share right)")):
        axes.set(xlabel="epoch", ylabel=name, xlim=(0.5, (epochs or max(*x, rows[-1].epoch)) + 2))
    return figure


def _draw(
    axes: Axes, x: Sequence[int], name: str, values: Sequence[float], color: str, line: str
) -> None:
    """Draw one curve with its name at the end, or dots with their name at the first one."""
    axes.plot(x, values, line, color=color, markersize=4, linewidth=1.6)
    at = 0 if line == "o" else -1
    name_point(axes, name, (x[at], values[at]), size=8)
