"""Plot training and held-out loss and accuracy by epoch, live or afterwards."""

from collections.abc import Sequence

from IPython.display import DisplayHandle
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lessons_lib.classroom.widgets.explore.guess import is_open
from lessons_lib.lesson.plots import style
from lessons_lib.pipeline.model.trace import EpochRow, ReferencePoint

ONLY_TRAINING = "Only the training texts, because you have a guess to make about the held-out ones."


class LiveCurves:
    """A progress bar and curves that update while a model trains; pass it as `on_epoch`.

    Parameters
    ----------
    epochs : int
        How many there will be.
    guesses : sequence of str
        The ids of guesses that the held-out curves answer: while one is open, they are not drawn.
    """

    def __init__(self, epochs: int = 10, *, guesses: Sequence[str] = ()) -> None:
        self._epochs = epochs
        self._has_held_out = not any(map(is_open, guesses))
        self._rows: list[EpochRow] = []
        self._handle = DisplayHandle()  # type: ignore[no-untyped-call]

    def __call__(self, row: EpochRow) -> None:
        """Add an epoch and replace the previous figure."""
        self._rows.append(row)
        step = f"epoch {row.epoch} of {self._epochs}"
        alt = f"{step.capitalize()}. {_measured_in_words(self._rows, self._has_held_out)}"
        figure = training_figure(self._rows, self._has_held_out, epochs=self._epochs)
        picture = style.figure_html(figure, alt)
        figure.clear()  # otherwise reference cycles keep each epoch's pixels, 5 MB
        bar = f'<progress value="{row.epoch}" max="{self._epochs}" aria-label="epochs trained">'
        note = "" if self._has_held_out else f"<br>{ONLY_TRAINING}"
        # The class keeps it in sight in a cell whose guess is open.
        html = f'<div class="lessons-no-answer">{bar}</progress> {step}<br>{picture}{note}</div>'
        show = self._handle.update if self._rows[1:] else self._handle.display
        show({"text/html": html, "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]


def plot_training_curves(
    rows: Sequence[EpochRow] = (), *, reference: Sequence[ReferencePoint] = ()
) -> None:
    """Plot training and held-out loss and accuracy by epoch, a dotted gray reference, or both.

    Raises
    ------
    ValueError
        If there are neither epochs nor a reference.
    """
    if not rows and not reference:
        raise ValueError("plot_training_curves() needs an epoch or a reference, got neither.")
    alt, note = "Two panels by epoch: loss on the left, accuracy on the right.", ""
    if rows:
        alt += f" {_measured_in_words(rows)}"
    if reference:
        alt += f" {_reference_in_words(reference)}"
        note = "The dotted gray curve is the reference trace, which was not measured here."
    style.display_figure(training_figure(rows, reference=reference), alt=alt, note=note)


def _measured_in_words(rows: Sequence[EpochRow], has_held_out: bool = True) -> str:
    """Describe measured curves; the lowest held-out loss makes overfitting visible in words."""
    first, last = rows[0], rows[-1]
    best = min(rows, key=lambda row: row.held_out_loss)
    training = f"Training loss goes from {first.train_loss:.2f} to {last.train_loss:.2f}, and "
    training += f"training accuracy ends at {last.train_accuracy:.2f}."
    return training + has_held_out * (
        f" Held-out loss starts at {first.held_out_loss:.2f}, is lowest after epoch {best.epoch} "
        f"with {best.held_out_loss:.2f}, and ends at {last.held_out_loss:.2f}. Held-out accuracy "
        f"ends at {last.held_out_accuracy:.2f}."
    )


def _reference_in_words(reference: Sequence[ReferencePoint]) -> str:
    epochs, losses, accuracies = (
        ", ".join(f"{getattr(point, name):{form}}" for point in reference)
        for name, form in (("epoch", "d"), ("loss", ".2f"), ("accuracy", ".2f"))
    )
    return f"Reference at epochs {epochs}: loss {losses}; accuracy {accuracies}."


def training_figure(
    rows: Sequence[EpochRow],
    has_held_out: bool = True,
    *,
    reference: Sequence[ReferencePoint] = (),
    epochs: int | None = None,
) -> Figure:
    """Return the figure with the loss on the left and the accuracy on the right."""
    figure, (loss, accuracy) = style.new_panels(1, 2, width=7.2, height=3.0)
    panels = ((loss, "loss", "loss per text"), (accuracy, "accuracy", "accuracy (share correct)"))
    curves = ("training", "train", style.INK, "-"), ("held-out", "held_out", style.ACCENT, "--")
    for axes, metric, label in panels:
        for name, key, color, line in curves[: 1 + has_held_out]:
            points = [(row.epoch, getattr(row, f"{key}_{metric}")) for row in rows]
            _draw(axes, name, points, color, line)
        points = [(point.epoch, getattr(point, metric)) for point in reference]
        _draw(axes, "reference", points, style.GRAY, ":")
        last = max([row.epoch for row in rows] + [point.epoch for point in reference])
        axes.set(xlabel="epoch", ylabel=label, xlim=(0.5, epochs or last))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    accuracy.set_ylim(top=1)
    return figure


def _draw(
    axes: Axes, name: str, points: Sequence[tuple[int, float]], color: str, line: str
) -> None:
    """Draw a curve with its name at the end; a dotted one has a dot and no value in between."""
    if not points:
        return
    x, y = zip(*points, strict=True)
    is_dotted = line == ":"
    dots = slice(None) if is_dotted else slice(-1, None)
    axes.plot(x, y, color=color, linewidth=1.6, linestyle=line, clip_on=False)
    axes.scatter(x[dots], y[dots], 16, color=color, clip_on=False)
    style.name_point(axes, name, points[0 if is_dotted else -1])
