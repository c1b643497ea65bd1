"""Use every card as learners might, in the library or in the site's half, and print what they show.

``python -m tests.site.play library|half`` prints one line of JSON for each action: the message, and
what the card shows after it. Ids and random draws are the same in both.
"""

from __future__ import annotations

import json
import secrets
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

Page = Mapping[str, Any]
Do = Callable[[dict[str, Any]], Page]

NUMBERS = ("1", "0,5", "12", "no number")
FLASHCARDS = 40


def reproducible() -> None:
    """Make ids and draws the same in each run."""
    numbers = count(1)
    uuid.uuid4 = lambda: uuid.UUID(int=next(numbers))  # type: ignore[assignment]
    secrets.randbelow = lambda _: 7  # type: ignore[assignment]


def library() -> Callable[[str, Mapping[str, Any]], tuple[Page, Do]]:
    """Return what opens a card of the library as a notebook does."""
    import lessons_lib

    def opened(show: str, arguments: Mapping[str, Any]) -> tuple[Page, Do]:
        card = getattr(lessons_lib, show)(**arguments)

        def do(content: dict[str, Any]) -> Page:
            card._handle_custom_msg(content, [])
            return dict(card.page)

        return dict(card.page), do

    return opened


def half() -> Callable[[str, Mapping[str, Any]], tuple[Page, Do]]:
    """Return what opens a card of the half as a page does."""
    from lessons_lib.site.half.serve import serve

    numbers = count()

    def opened(show: str, arguments: Mapping[str, Any]) -> tuple[Page, Do]:
        about = {"place": f"{next(numbers)}", "show": show, "arguments": arguments}
        state: dict[str, Any] = {}

        def ask(message: Mapping[str, Any]) -> Page:
            reply = json.loads(serve(json.dumps({**about, **message})))
            state.update(reply["changes"].get(about["place"], {}))
            return dict(state["page"])

        return ask({"do": "open"}), lambda content: ask({"do": "send", "content": content})

    return opened


def answers(question: Page) -> Iterator[dict[str, Any]]:
    """Yield answers to a question: every option, all options together, several numbers."""
    letters = [one["letter"] for one in question.get("options", ())]
    for one in letters:
        yield {"letters": [one]}
    if question["kind"] == "several":
        yield {"letters": letters}
    if question["kind"] == "number":
        for number in NUMBERS:
            yield {"number": number}


def play_quiz(page: Page, do: Do) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield actions and pages: hints, answers and the solution of every question, the review."""
    for _ in range(int(page.get("of", 0))):
        question = page["question"]
        about = {"question": question["id"]}
        steps = [{"do": "hint", **about}, *({"do": "answer", **about, **one} for one in answers(question))]
        for action in (*steps, {"do": "hint", **about}, {"do": "solution", **about}, {"do": "next"}):
            page = do(action)
            yield action, page
    for action in ({"do": "missed"}, {"do": "review"}, {"do": "go", "to": 1}):
        yield action, do(action)
