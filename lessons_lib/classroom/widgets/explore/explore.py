"""An exploration: controls, and what the kernel shows for their values.

That is sentences, links, tables, curves, strips and chips, as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from lessons_lib.classroom.sessions.controls import Control, Number
from lessons_lib.classroom.sessions.page import Page, error_in_words, storable, target, well_formed
from lessons_lib.classroom.widgets.page import Card, Entered, framed_styles, script

Look: TypeAlias = Literal["", "struck", "warned", "faded", "outlined"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first cell of each row is its heading.

    Attributes
    ----------
    head : sequence of str
        The names of the columns.
    rows : sequence of sequences of str
        As many cells in each row as there are names.
    caption : str
        What the table shows, with units.
    bars : sequence of float, optional
        A fraction from 0 to 1 for each row, drawn as a bar beside the row's last cell. If any is
        negative, down to −1, zero is in the middle, and negative bars go to the left.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    bars: Sequence[float] | None = None

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the table."""
        bars = None if self.bars is None else [max(-1.0, min(1.0, float(one))) for one in self.bars]
        return {
            "kind": "table",
            "head": list(self.head),
            "rows": [[well_formed(str(cell)) for cell in row] for row in self.rows],
            "caption": self.caption,
            "bars": bars,
        }


@dataclass(frozen=True, slots=True)
class Chip:
    """A short text such as a token; `mark` says what happened to it, and `look` shows it."""

    text: str
    mark: str = ""
    look: Look = ""


@dataclass(frozen=True, slots=True)
class Chips:
    """A labeled row of chips."""

    label: str
    chips: Sequence[Chip]

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the chips."""
        chips = [
            {"text": well_formed(one.text), "mark": one.mark, "look": one.look}
            for one in self.chips
        ]
        return {"kind": "chips", "label": self.label, "chips": chips}


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve through points from left to right, with a dot for the current setting.

    Attributes
    ----------
    points : sequence of pairs
        x in rising order, and y ≥ 0; the y axis starts at 0.
    dot : pair
        The x and y of the current setting.
    x, y : str
        What the axes show, with units.
    alt : str
        A sentence that describes the curve.
    """

    points: Sequence[tuple[float, float]]
    dot: tuple[float, float]
    x: str
    y: str
    alt: str

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the curve: places from 0 to 1, and the axes' ends."""
        left, right = self.points[0][0], self.points[-1][0]
        top = max(y for _, y in self.points) or 1.0
        placed = [((x - left) / (right - left), y / top) for x, y in (*self.points, self.dot)]
        return {
            "kind": "curve",
            "points": [[round(x, 4), round(y, 4)] for x, y in placed],
            "ends": [f"{one:,.3g}" for one in (left, right, top)],
            "x": self.x,
            "y": self.y,
            "alt": self.alt,
        }


@dataclass(frozen=True, slots=True)
class Strips:
    """Rows of cells; neighbors with the same number are drawn as one strip with a letter.

    Attributes
    ----------
    label : str
        What the rows show, for instance one way to fill the seats.
    rows : sequence of sequences of int
        The number of what is in each cell, from 0; −1 for an empty cell.
    alt : str
        A sentence that describes the picture.
    """

    label: str
    rows: Sequence[Sequence[int]]
    alt: str

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the strips: each row as numbers and lengths."""
        rows = [[[number, len(list(run))] for number, run in groupby(row)] for row in self.rows]
        return {"kind": "strips", "label": self.label, "rows": rows, "alt": self.alt}


@dataclass(frozen=True, slots=True)
class Link:
    """A sentence with a link to a notebook of the course, or to a cell in one."""

    before: str
    title: str
    address: str
    after: str = ""

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the sentence."""
        words = {"before": self.before, "title": self.title, "after": self.after}
        return {"kind": "link", **words, **target(self.address)}


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The names of the controls to show, one below the other; the others are hidden."""

    names: Sequence[str]

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to know."""
        return {"kind": "asked", "names": list(self.names)}


ShownPart: TypeAlias = str | Table | Chips | Curve | Strips | Link | Dialogue
Shown: TypeAlias = ShownPart | Sequence[ShownPart]


def plain_parts(shown: Shown) -> Iterator[dict[str, Any]]:
    """Yield plain values for each part of what a computation returned."""
    parts = [shown] if isinstance(shown, ShownPart) else shown
    for part in parts:
        if isinstance(part, str):
            yield {"kind": "sentence", "text": well_formed(part)}
        elif isinstance(part, ShownPart):
            yield part.plain()
        else:
            kinds = "a sentence, Table, Chips, Curve, Strips, Link, Dialogue, or a list of these"
            raise TypeError(f"compute() must return {kinds}; got {type(part).__name__}.")


class ExploreAction(Struct, frozen=True):
    """What a page may request: the answer to the values of the controls, by name."""

    do: Literal["ask"]
    values: dict[str, Any]


class Explore(Card):
    """Shows what a function returns for the values of some controls, again after each change.

    Parameters
    ----------
    controls : mapping of str to Control
        The controls in order, by the name of the argument that receives their value.
    compute : callable
        Called as ``compute(**values)``; returns a sentence, a `Table`, `Chips`, a `Curve`,
        `Strips`, a `Link`, or a list of these. It should take no longer than 100 ms. The message
        of a `ValueError` is shown as it is, so it should say what to change.
    title, lead, note : str
        The heading, the line below it that says what to change first, and the small print.
    uses_cells_above : bool
        Whether `compute` depends on earlier cells.

    Notes
    -----
    What a learner enters is recorded only if `compute` does so.
    """

    _esm = script("classroom/widgets/explore/explore.js")
    _css = framed_styles("classroom/widgets/explore/explore.css")

    _kind = ExploreAction

    def __init__(
        self,
        controls: Mapping[str, Control],
        compute: Callable[..., Shown],
        *,
        title: str,
        lead: str = "",
        note: str = "",
        uses_cells_above: bool = False,
    ) -> None:
        self.controls, self._compute = dict(controls), compute
        self.saved, self.uses_cells_above = (title, lead), uses_cells_above
        plain = [{"name": key, "label": one.label, **one.plain()} for key, one in controls.items()]
        about = {"title": title, "lead": lead, "note": note, "controls": plain}
        self._start = {name: one.start for name, one in controls.items()}
        self._entered = Entered(self._start, type(self).__name__, about)
        super().__init__(about)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.saved[0]})"

    def finite(self) -> Explore:
        """Return the exploration with sliders instead of numbers that have stops."""
        controls = {
            name: one.finite() if isinstance(one, Number) else one
            for name, one in self.controls.items()
        }
        words = {name: self.about[name] for name in ("title", "lead", "note")}
        return Explore(controls, self._compute, **words)

    def submit(self, action: ExploreAction) -> None:
        """Show the answer to the values of the controls."""
        given = {**self._start, **action.values}
        self._entered.keep({name: storable(given[name]) for name in self._start})
        self.refresh()

    def content(self) -> Page:
        """Return the values of the controls, and what to show for them."""
        return {"values": self._entered.values, **self.answer_to(self._entered.values)}

    def answer_to(self, sent: Mapping[str, object]) -> Page:
        """Return what to show for the values of the controls as a browser sends them."""
        try:
            values = {name: one.parse(sent[name]) for name, one in self.controls.items()}
            return {"parts": list(plain_parts(self._compute(**values)))}
        except ValueError as error:
            return {"problem": str(error)}
        except Exception as error:
            return {"problem": f"This couldn't be computed. {error_in_words(error)}"}
