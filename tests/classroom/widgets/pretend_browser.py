"""Shared by the tests of the widgets: messages from a browser, an event loop, a page's outline."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Coroutine
from html.parser import HTMLParser
from typing import Any, TypeVar

Result = TypeVar("Result")


def send(widget: Any, do: object, **more: object) -> None:
    """Send what a browser would send for an action."""
    widget._handle_custom_msg({"do": do, **more}, [])


def act(card: Any, do: str, **more: object) -> dict[str, Any]:
    """Send an action about the question on a quiz card, and return the page that follows."""
    send(card, do, **{"question": card.page.get("question", {}).get("id", ""), **more})
    page: dict[str, Any] = card.page
    return page


def ask(explore: Any, **values: object) -> dict[str, Any]:
    """Change some values of an exploration, and return the page that follows."""
    send(explore, "ask", id="mine", values={**explore.page["values"], **values})
    page: dict[str, Any] = explore.page
    assert page["replies_to"] == "mine"
    return page


def sent(state: object) -> bytes:
    """Return a state as it goes to a browser; ValueError if it cannot."""
    return json.dumps(state, ensure_ascii=False, allow_nan=False).encode("utf-8")


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; without the time limit, a failing test could hang."""
    return asyncio.run(asyncio.wait_for(main, timeout=60))


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


class Outline(HTMLParser):
    """The list items of a page and the attributes of its links; checks that tags are nested."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, dict[str, str | None]] = {}
        self.items = 0
        self._open: list[str] = []
        self._link: dict[str, str | None] | None = None
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self._open.append(tag)
        self.items += tag == "li"
        if tag == "a":
            self._link = dict(attrs)

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self.links[data] = self._link

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "a":
            self._link = None
