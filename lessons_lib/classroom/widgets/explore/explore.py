"""An exploration: controls whose values the kernel turns into sentences, tables, and chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from lessons_lib.classroom.sessions.controls import Control, Number
from lessons_lib.classroom.sessions.page import error_in_words, storable
from lessons_lib.classroom.widgets.explore.shown import Shown, plain_parts
from lessons_lib.classroom.widgets.page import AnsweringWidget, framed_styles, script


class Explore(AnsweringWidget):
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

    Notes
    -----
    What a learner enters is recorded only if `compute` does so.
    """

    _esm = script("classroom/widgets/explore/explore.js")
    _css = framed_styles("classroom/widgets/explore/explore.css")

    frame: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        controls: Mapping[str, Control],
        compute: Callable[..., Shown],
        *,
        title: str,
        lead: str = "",
        note: str = "",
    ) -> None:
        self.controls, self._compute = dict(controls), compute
        self.saved = (title, lead)
        plain = [{"name": key, "label": one.label, **one.plain()} for key, one in controls.items()]
        frame = {"title": title, "lead": lead, "note": note, "controls": plain}
        start = {name: one.start for name, one in controls.items()}
        super().__init__({"values": start}, frame=frame)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.saved[0]})"

    def finite(self) -> Explore:
        """Return the exploration with sliders instead of numbers that have stops."""
        controls = {
            name: one.finite() if isinstance(one, Number) else one
            for name, one in self.controls.items()
        }
        words = {name: self.frame[name] for name in ("title", "lead", "note")}
        return Explore(controls, self._compute, **words)

    def answer_to(self, sent: Mapping[str, object]) -> dict[str, Any]:
        """Return what to show for the values of the controls as a browser sends them."""
        return self._answer_to({"values": sent})

    def _cleaned(self, asked: dict[str, Any]) -> dict[str, Any]:
        given = asked.get("values")
        sent = given if isinstance(given, dict) else {}
        start = {name: one.start for name, one in self.controls.items()}
        return {"values": {name: storable(sent.get(name, start[name])) for name in start}}

    def _answer_to(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            sent = asked["values"]
            values = {name: one.parse(sent[name]) for name, one in self.controls.items()}
            return {"parts": list(plain_parts(self._compute(**values)))}
        except ValueError as error:
            return {"problem": str(error)}
        except Exception as error:
            return {"problem": f"This couldn't be computed. {error_in_words(error)}"}
