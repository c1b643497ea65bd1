"""Four texts that share two seats, in a static batch and in a continuous one, in slow motion.

It stands alone because web pages show it, which have no torch.
"""

from collections.abc import Sequence
from typing import Any

from lessons_lib.classroom.widgets.page import Card, framed_styles, script


class StreamsView(Card):
    """Plays four texts that arrived together, in a static batch and in a continuous one.

    Parameters
    ----------
    texts : sequence of dict
        For each text, its ``mood``, its ``first`` words, and ``shown``: the text after each token.
    read_ms : float
        What reading one prompt takes.
    step_ms : sequence of float
        What a step takes with one text, with two, and so on: one figure for each seat.
    note : str
        Where the figures were measured.

    Notes
    -----
    Since no text depends on its neighbors, the browser has all it needs to play them: which tokens
    come, and what a pass takes. Who writes when is decided there, by the rules of `Seats`.
    """

    _esm = script("lesson/views/writing/streams.js")
    _css = framed_styles("classroom/widgets/explore/explore.css", "lesson/views/writing/view.css")
    saved = ("Four readers, two seats", "Who gets the first word, and when?")

    def __init__(
        self,
        texts: Sequence[dict[str, Any]],
        read_ms: float,
        step_ms: Sequence[float],
        note: str = "",
    ) -> None:
        super().__init__(
            {
                "title": self.saved[0],
                "texts": list(texts),
                "read_ms": read_ms,
                "step_ms": list(step_ms),
                "note": note,
            }
        )

    def __repr__(self) -> str:
        texts, seats = len(self.about["texts"]), len(self.about["step_ms"])
        return f"StreamsView({texts} texts, {seats} seats)"
