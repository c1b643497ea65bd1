"""Answer the messages of a page: open a card, pass on what a learner does, return what changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from lessons_lib.annexes.site.half import stand_ins

stand_ins.install()

from lessons_lib.annexes.site.half.log import session_log  # noqa: E402
from lessons_lib.annexes.site.half.shown import SHOWN  # noqa: E402
from lessons_lib.classroom.course import course_folder  # noqa: E402
from lessons_lib.classroom.quiz.markdown import RENDERED  # noqa: E402
from lessons_lib.classroom.sessions.page import Page  # noqa: E402
from lessons_lib.classroom.widgets.page import Card  # noqa: E402

Message: TypeAlias = Mapping[str, Any]
opened: dict[str, Card] = {}
_sent: dict[str, Page] = {}  # the page that each place has

for _text, _is_inline, _html in json.loads((course_folder() / "texts.json").read_bytes()):
    RENDERED[_text, _is_inline] = _html


def serve(message: str, stored: str = "[]") -> str:
    """Do what a page requested, and return what to show and to store, as JSON.

    Parameters
    ----------
    message : str
        JSON: `do` names one of `ACTIONS`, `place` the card.
    stored : str
        JSON: the lines of the record that other tabs stored since the last call.

    Returns
    -------
    str
        JSON: the page of each card that has another one now, the rows to store before they are
        shown, and what the action says.
    """
    log = session_log()
    log.read(json.loads(stored))
    asked = json.loads(message)
    said = ACTIONS[asked["do"]](asked)
    pages = {place: it.page for place, it in opened.items() if it.page is not _sent.get(place)}
    _sent.update(pages)
    return json.dumps({"pages": pages, "rows": log.unsaved(), "said": said})


def _card_of(asked: Message) -> Card:
    """Return the card of a place, a new one if none is open."""
    if asked["place"] not in opened:
        opened[asked["place"]] = SHOWN[asked["show"]](**asked["arguments"])
    return opened[asked["place"]]


def _open(asked: Message) -> None:
    """Open a card; if it is to be new, as the record has it now."""
    if asked.get("isNew"):
        opened.pop(asked["place"], None)
    _card_of(asked)


def _send(asked: Message) -> None:
    _card_of(asked).receive(asked["content"])


def _close(_: Message) -> None:
    """Forget the cards of the page that was left."""
    opened.clear()
    _sent.clear()


def _fail(asked: Message) -> str:
    """Say why the browser does not store what was just done; a card, if it was done in one."""
    log = session_log()
    log.fault = asked["reason"]
    if card := opened.get(asked.get("place", "")):
        card.refresh()
    return log.notices()[0]


def _bring(asked: Message) -> str:
    return session_log().bring(asked["text"])


ACTIONS: Mapping[str, Callable[[Message], object]] = {
    "open": _open,
    "send": _send,
    "close": _close,
    "fail": _fail,
    "bring": _bring,
}
