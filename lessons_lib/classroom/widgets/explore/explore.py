"""An exploration: controls whose values the kernel turns into sentences, tables, and chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from lessons_lib.classroom.sessions.controls import Control, Number
from lessons_lib.classroom.sessions.page import Page, error_in_words, storable
from lessons_lib.classroom.widgets.explore.shown import Shown, plain_parts
from lessons_lib.classroom.widgets.page import Card, Entered, framed_styles, script


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
