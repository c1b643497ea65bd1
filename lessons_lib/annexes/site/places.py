"""The places of cards in the pages: what each shows, and what it needs to be alive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lessons_lib.annexes.site.half.shown import QUEUE, STORED_RUN, STREAMS
from lessons_lib.annexes.site.sources import NO_PLACE, without_notebook_words
from lessons_lib.classroom.course import STARTS_KEY
from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.widgets.static import RUN_ALL, RUN_CELL
from lessons_lib.pipeline.inference.realtime import HEAD, SHARES, VECTORS, WORDS

SESSIONS = {  # what they show depends on the record alone, so their last state may be kept
    *("quiz", "practice", "test", "flashcards", "guess", "outcome", "progress", "today"),
}
EMBEDDABLE = {"practice", "test", "flashcards", "explorer", "queue"}
_LABEL = (WORDS, SHARES, HEAD)
_TRACE = (*_LABEL, VECTORS)
NEEDS = {  # the files that Python needs for a card, besides those that all need
    "explorer": _TRACE,
    "first-label": _LABEL,
    "fool-the-model": _LABEL,
    "preprocessing": _LABEL,
    "queue": (QUEUE,),
    "start": (*_LABEL, STORED_RUN),
    "streams": (STREAMS,),
    "text-pair": _TRACE,
}
TYPICAL = "<p class='lessons-typical'>Your guess is compared with a typical result.</p>"


@dataclass(frozen=True, slots=True)
class Place:
    """A card in a page.

    Attributes
    ----------
    show : str
        The name of the card.
    arguments : mapping
        What it is about: the plain arguments of the call that shows it, by name.
    is_typical : bool
        Whether the result that it compares with is not one of the stored notebook.
    """

    show: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_typical: bool = False

    @property
    def name(self) -> str:
        """What the place is called in the page and in the browser's storage."""
        return " ".join([self.show, *(str(one) for one in self.arguments.values())])

    @property
    def address(self) -> str:
        """The words with which a page's address asks for this card alone; empty if none do."""
        if self.show == "quiz":
            return f"quiz={self.arguments['name']}&place={self.arguments.get('place', 'end')}"
        return self.show if self.show in EMBEDDABLE else ""

    def data(
        self,
        state: Mapping[str, Any],
        card: Mapping[str, str],
        needed: Mapping[str, str],
        table: str = "",
    ) -> dict[str, Any]:
        """Return what the page's script needs of it.

        Parameters
        ----------
        state : mapping
            The card's first state, which a page shows before Python has started.
        card : mapping
            The addresses of its script and its style sheet.
        needed : mapping
            The address of each file that Python may need for a card.
        table : str
            The address of the table with its answers; empty if Python answers.
        """
        return {
            "name": self.name,
            "show": self.show,
            "arguments": self.arguments,
            "needs": [needed[name] for name in NEEDS.get(self.show, ())],
            "keeps": self.show in SESSIONS,
            "card": card,
            "state": state,
            "table": table,
        }


def place_of(card: Mapping[str, str], result: float | str | None = None) -> Place:
    """Return the place of a cell with a card.

    Parameters
    ----------
    card : mapping of str to str
        What the build stored with the cell.
    result : float or str, optional
        The stored result of a guess, if the cell has one; a typical one is used otherwise.
    """
    arguments = {name: word for name, word in card.items() if name not in ("card", STARTS_KEY)}
    if card["card"] != "outcome":
        return Place(card["card"], arguments)
    is_typical = result is None
    known = guess_task(arguments["name"]).typical if is_typical else result
    return Place("outcome", {**arguments, "result": known}, is_typical)


def place_html(static: str, data: Mapping[str, Any] | None = None, *, note: str = "") -> str:
    """Return the HTML of a place: its data, if it is alive, and its form without a script.

    Parameters
    ----------
    static : str
        The stored HTML of the card.
    data : mapping, optional
        What `Place.data` returns; None for a card that stays as it is.
    note : str
        HTML that stands above the card.
    """
    inside = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")  # cannot end the script
    script = f'<script type="application/json">{inside}</script>' if data else ""
    return f'{note}<div class="lessons-place">{script}{still(static, is_alive=bool(data))}</div>'


def still(static: str, *, is_alive: bool) -> str:
    """Return a card's stored HTML without its button, and with what a reader of a page can do."""
    text = without_notebook_words(static)
    for words, _ in (RUN_CELL, RUN_ALL):
        text = text.replace(escape(words), "")
    if is_alive:
        return f"{text}<noscript><p>This card needs JavaScript.</p></noscript>"
    return text.replace("</div>", f"{NO_PLACE}</div>")
