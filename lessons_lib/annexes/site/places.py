"""The places of cards in the pages: what each shows, and what it needs to be alive."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import lessons_lib
from lessons_lib.annexes.site.half.shown import QUEUE, SHOWN, STORED_RUN, STREAMS
from lessons_lib.annexes.site.sources import NO_PLACE, without_notebook_words
from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.widgets.static import RUN_ALL, RUN_CELL
from lessons_lib.pipeline.inference.one_text import HEAD, SHARES, VECTORS, WORDS

SESSIONS = {  # what they show depends on the record alone, so their last state may be kept
    *("show_quiz", "show_practice", "show_test", "show_flashcards"),
    *("show_guess", "show_outcome", "show_progress"),
}
EMBEDDABLE = {"practice", "test", "flashcards", "explorer", "queue"}
_LABEL = (WORDS, SHARES, HEAD)
_TRACE = (*_LABEL, VECTORS)
NEEDS = {  # the files that Python needs for a card, besides those that all need
    "show_explorer": _TRACE,
    "show_first_label": _LABEL,
    "show_fool_the_model": _LABEL,
    "show_preprocessing": _LABEL,
    "show_queue": (QUEUE,),
    "show_start": (*_LABEL, STORED_RUN),
    "show_streams": (STREAMS,),
    "show_text_pair": _TRACE,
}
TYPICAL = "<p class='lessons-typical'>Your guess is compared with a typical result.</p>"


@dataclass(frozen=True, slots=True)
class Place:
    """A card in a page.

    Attributes
    ----------
    show : str
        The function that makes the card.
    arguments : mapping
        Its arguments, plain and by name.
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
        if self.show == "show_quiz":
            return f"quiz={self.arguments['name']}&place={self.arguments.get('place', 'end')}"
        word = self.show.removeprefix("show_")
        return word if word in EMBEDDABLE else ""

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


def place_in(source: str, result: float | str | None = None) -> Place | None:
    """Return the place of a cell that ends with the call of a card, or None.

    Parameters
    ----------
    source : str
        The code of the cell.
    result : float or str, optional
        The stored result of a guess, if the cell has one; a typical one is used otherwise.
    """
    last = ast.parse(source).body[-1:]
    call = last[0].value if last and isinstance(last[0], ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    show = call.func.id
    if not show.startswith("show_") and show != "ModeFinder":
        return None
    if show not in SHOWN:  # no argument matters, and its module may be slow to import
        return Place(show)
    names = list(inspect.signature(getattr(lessons_lib, show)).parameters)
    given = {**dict(zip(names, call.args, strict=False)), **_by_name(call)}
    arguments = {name: one.value for name, one in given.items() if isinstance(one, ast.Constant)}
    if show != "show_outcome":
        return Place(show, arguments)
    is_typical = result is None
    known = guess_task(str(arguments["name"])).typical if is_typical else result
    return Place(show, {**arguments, "result": known}, is_typical)


def _by_name(call: ast.Call) -> dict[str, ast.expr]:
    return {one.arg: one.value for one in call.keywords if one.arg}


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
