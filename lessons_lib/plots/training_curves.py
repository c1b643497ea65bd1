"""Plot training and held-out loss and accuracy by epoch, live or afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from IPython.display import DisplayHandle
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lessons_lib.model.trace import EpochRow, ReferencePoint
from lessons_lib.plots.style import (
    BLUE,
    GRAY,
    ORANGE,
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
    panels = ((loss, "loss", "loss per text"), (accuracy, "accuracy", "accuracy (share right)"))
    for axes, metric, label in panels:
        x = [row.epoch for row in rows]
        for name, color, line in (("training", BLUE, "-"), ("held-out", ORANGE, "--")):
            key = f"{'train' if name == 'training' else 'held_out'}_{metric}"
            _draw(axes, x, name, [getattr(row, key) for row in rows], color, line)
        if reference:
            x = [point.epoch for point in reference]
            _draw(axes, x, "reference", [getattr(one, metric) for one in reference], GRAY, "")
        axes.set(xlabel="epoch", ylabel=label, xlim=(0.5, epochs or max(*x, rows[-1].epoch)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    accuracy.set_ylim(top=1)
    return figure


def _draw(
    axes: Axes, x: Sequence[int], name: str, values: Sequence[float], color: str, line: str
) -> None:
    """Draw a curve with a dot and its name at the end, or dots with their name at the first."""
    axes.plot(x, values, color=color, linewidth=1.6, linestyle=line, clip_on=False)
    dots = slice(-1, None) if line else slice(None)
    axes.scatter(x[dots], values[dots], 16, color=color, clip_on=False)
    at = -1 if line else 0
    name_point(axes, name, (x[at], values[at]))
