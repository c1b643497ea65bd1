"""Draw passes as crossings of a ferry: each batch is a boat, and its texts are the passengers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Patch, Polygon, Rectangle, Wedge
from numpy.typing import NDArray

from lessons_lib.formats import counted
from lessons_lib.lesson.plots import style

WIDTH = 640  # of the picture, in pixels; all other lengths are in seats
SMALLEST_SEAT, USUAL_SEAT, LARGEST_SEAT = 13, 17, 24  # in pixels
MORE = 160  # in pixels: room for "… 9,997 more crossings"
SHIP = 130  # in pixels: room for "1,808 of 4,096"
MOST_SEATS_DRAWN = 40
DECK = 1.45  # from one floor to the next
GAP = 0.5  # between two crossings
WATER = style.CLASS_COLORS[2]


@dataclass(frozen=True, slots=True)
class _Boat:
    """A boat with some passengers; `width` and `height` are in seats of `seat` pixels."""

    passengers: int
    seats: int
    seat: float

    @property
    def decks(self) -> int:
        """The floors, so that the boat is not much longer than high."""
        return 1 if self.is_ship else ceil(sqrt(self.seats / 4))

    @property
    def is_ship(self) -> bool:
        """Whether its passengers are a number, because there are too many to draw."""
        return self.seats > MOST_SEATS_DRAWN

    @property
    def columns(self) -> float:
        """The length of a floor."""
        return SHIP / self.seat if self.is_ship else ceil(self.seats / self.decks)

    @property
    def width(self) -> float:
        """The length of the hull."""
        return self.columns + 1.1

    @property
    def floor(self) -> float:
        """From the water to the first floor."""
        return 0.55 if self.seats == 1 else 0.95

    @property
    def has_roof(self) -> bool:
        """Whether it is large enough for a funnel."""
        return self.is_ship or self.decks > 1

    @property
    def height(self) -> float:
        """From the water to the smoke."""
        return self.floor + self.decks * DECK + (1.6 if self.has_roof else 0)


def plot_crossings(crossings: Mapping[str, Iterable[int]], *, seats: int | None = None) -> None:
    """Draw the passes of each mode as crossings of a boat, with one passenger for each text.

    A mode has one boat: it is filled for its first crossing, and an outline for later ones.

    Parameters
    ----------
    crossings : mapping of names to iterables of int
        The batch sizes in order, for instance ``simulate(...).batch_sizes``. A name begins with its
        mode: ``"micro-batching"`` or ``"micro-batching, 5 ms"``.
    seats : int, optional
        The maximum batch size. Empty seats are then outlined; a real-time boat has one seat.

    Raises
    ------
    ValueError
        If there is nothing to draw, or a boat has no passengers or more than seats.
    """
    rows = {name: [int(size) for size in sizes] for name, sizes in crossings.items()}
    if not rows or not all(rows.values()):
        raise ValueError("plot_crossings() needs at least one crossing per mode, got none.")
    for name, sizes in rows.items():
        most = _seats(name, seats) or max(sizes)
        if wrong := [size for size in sizes if not 1 <= size <= most]:
            known = f"1 to {most}" if seats else "1 or more"
            raise ValueError(f"A boat must have {known} passengers, got {wrong[0]} for {name!r}.")
    scale = _seat_in_pixels(rows, seats)
    fleets = {name: _fleet(name, sizes, seats, scale) for name, sizes in rows.items()}
    heights = [max(boat.height for boat in fleet) + 2.4 for fleet in fleets.values()]
    figure, axes = style.new_figure(
        WIDTH / style.PIXELS_PER_INCH, sum(heights) * scale / style.PIXELS_PER_INCH
    )
    figure.set_layout_engine("none")
    axes.set_position((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, WIDTH / scale), ylim=(0, sum(heights)))
    texts = {name: f"{name}: {_as_text(name, sizes, seats)}" for name, sizes in rows.items()}
    top = sum(heights)
    for (name, fleet), height in zip(fleets.items(), heights, strict=True):
        axes.text(0.1, top - 0.1, texts[name], va="top", color=style.INK, fontsize=style.FONT_SIZE)
        _draw_river(axes, top - height + 0.9, name, fleet, len(rows[name]))
        top -= height
    alt = f"Each boat is a pass, and each passenger is a text. {'. '.join(texts.values())}."
    style.display_figure(figure, alt=alt)


def _seats(name: str, seats: int | None) -> int | None:
    return 1 if name.startswith("real-time") else seats


def _seat_in_pixels(rows: Mapping[str, Sequence[int]], seats: int | None) -> float:
    """Return the largest seat with which all rows fit, aside from those that never do."""
    scales = range(LARGEST_SEAT, SMALLEST_SEAT - 1, -1)
    return min(
        next((s for s in scales if len(_fleet(name, sizes, seats, s)) == len(sizes)), USUAL_SEAT)
        for name, sizes in rows.items()
    )


def _fleet(name: str, sizes: Sequence[int], seats: int | None, scale: float) -> list[_Boat]:
    """Return the boats that fit in a row, at least one."""
    shown = sizes[: WIDTH // SMALLEST_SEAT]
    boats = [_Boat(size, _seats(name, seats) or size, scale) for size in shown]
    ends = np.cumsum([boat.width + GAP for boat in boats]) * scale
    if len(shown) == len(sizes) and ends[-1] <= WIDTH:
        return boats
    return boats[: max(1, int(np.count_nonzero(ends <= WIDTH - MORE)))]


def _draw_river(axes: Axes, level: float, name: str, fleet: list[_Boat], crossings: int) -> None:
    color = next((c for mode, c in style.MODE_COLORS.items() if name.startswith(mode)), style.INK)
    left = GAP / 2
    for number, boat in enumerate(fleet):
        for part in _hull(boat, left, level, color):
            part.set_fill(part.get_fill() and number == 0)
            axes.add_patch(part)
        for part in _people(boat, left, level):
            axes.add_patch(part)
        if boat.is_ship:
            full = "" if boat.passengers == boat.seats else f" of {boat.seats:,}"
            middle = left + 0.1 + boat.columns / 2, level + boat.floor + DECK / 2
            label = f"{boat.passengers:,}{full}"
            axes.text(
                *middle, label, ha="center", va="center", color=style.INK, fontsize=style.FONT_SIZE
            )
        left += boat.width + GAP
    if more := crossings - len(fleet):
        text = f"… {counted(more, 'more crossing')}"
        axes.text(left, level + 0.5, text, color=style.INK, fontsize=style.FONT_SIZE)
    x = np.linspace(*axes.get_xlim(), 800)
    axes.plot(x, level + _wave(x), color=WATER, linewidth=1.5)
    axes.plot(x, level - 0.4 + _wave(x + 0.7), color=WATER, linewidth=0.8, dashes=(14, 10))


def _wave(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.08 * np.sin(2 * np.pi * x / 1.7))


def _hull(boat: _Boat, left: float, level: float, color: str) -> Iterator[Patch]:
    """Yield a hull that ends in the water, and an oar, or decks, a funnel and its smoke."""
    right, floor = left + boat.width, level + boat.floor
    bottom = np.linspace(right - 0.55, left + 0.35, 40)
    wet = np.column_stack([bottom, level + _wave(bottom)])  # (40, 2)
    deck = [(left, floor), (right - 0.9, floor), (right, floor + 0.3)]
    yield Polygon(np.vstack([deck, wet]), color=color)
    if boat.seats == 1:
        oar = [(left + 0.75, floor + 0.3), (left + 0.05, level - 0.2)]
        yield Polygon(oar, closed=False, edgecolor=style.INK, linewidth=1.5)
    if boat.has_roof:
        first, roof = left + 0.1, floor + boat.decks * DECK
        for below in range(boat.decks):
            frame = Rectangle((first, floor + below * DECK), boat.columns, DECK, fill=False)
            frame.set(edgecolor=color, linewidth=1.5)
            yield frame
        yield Rectangle((first + 0.5, roof), 0.6, 0.75, color=color)
        for x, y, radius in ((0.65, 1.05, 0.16), (0.35, 1.3, 0.13), (0.05, 1.42, 0.1)):
            yield Circle((first + x, roof + y), radius, color=style.GRAY)


def _people(boat: _Boat, left: float, level: float) -> Iterator[Patch]:
    """Yield the head and the shoulders of each passenger, and outlines for empty seats."""
    for seat in range(0 if boat.is_ship else boat.seats):
        deck, column = divmod(seat, int(boat.columns))
        x, y = left + 0.6 + column, level + boat.floor + deck * DECK + 0.08
        is_taken = seat < boat.passengers
        for part in (Wedge((x, y), 0.34, 0, 180), Circle((x, y + 0.66), 0.24)):
            part.set(fill=is_taken, color=style.INK if is_taken else style.GRAY, linewidth=0.8)
            yield part


def _as_text(name: str, sizes: Sequence[int], seats: int | None) -> str:
    room = _seats(name, seats) or 1
    boat, each = ("one boat, ", " each") if len(sizes) > 1 else ("", "")
    seated = f"; it has {room:,} seats" if room > 1 else ""
    if min(sizes) == max(sizes):
        carried = f"{counted(sizes[0], 'passenger')}{each}"
    elif len(sizes) <= 5:
        *first, last = (f"{size:,}" for size in sizes)
        carried = f"{', '.join(first)}{',' if len(first) > 1 else ''} and {last} passengers"
    else:
        carried = f"{min(sizes):,} to {max(sizes):,} passengers"
    return f"{boat}{counted(len(sizes), 'crossing')} with {carried}{seated}"
