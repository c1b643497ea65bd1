"""A live question in a learner's kernel: it waits for what the instructor opens next.

An answer that the server has not acknowledged waits in memory only. It names the round that it was
meant for, so the server never counts it in another one.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
import weakref
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from lessons_lib.classroom.sessions.page import NO_REPLY, Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz.card import QuizCard
from lessons_lib.classroom.widgets.quiz.remote import (
    TOKEN_VARIABLE,
    URL_VARIABLE,
    HttpLine,
    UnreachedError,
)

PAUSE_S, SHORT_PAUSE_S = 2.0, 0.2  # before the server is asked again: without and with a reply
UNSENT = (
    "Your answer is not sent yet. It is sent as soon as the class's server answers, and counts if "
    "the question is still open then."
)
OPENED = "A new question is open."
OUTSIDE = "Live questions are asked on the hub of your class. Open this notebook there."

Ask = Callable[..., Page]  # carries a path and perhaps a body to the class's server

_shown = weakref.WeakSet[QuizCard]()


class LiveSession:
    """What the class's server asks the whole room, as one learner sees it.

    Parameters
    ----------
    ask : callable
        Carries requests to the server; None outside a class.
    """

    label, title = "run this cell to wait for the next question", "Live question"

    def __init__(self, ask: Ask | None) -> None:
        self._ask, self._lock = ask, threading.Lock()
        text = "Waiting for the class's server." if ask else OUTSIDE
        self._page: Page = {"view": "start", "title_html": self.title, "heading": text}
        self._page |= {"introduction": [], "problem": "", "button": "", "note": ""}
        self._page |= {"reply": NO_REPLY, "version": "-"}
        self._unsent: bytes | None = None
        self._notices: list[str] = []

    def page(self) -> Page:
        """Return the page that the server sent last, and whether it can be reached."""
        return {**self._page, "notices": self._notices}

    def submit(self, action: QuizAction) -> Page:
        """Send an answer."""
        if self._ask and action.do == "answer":
            fields = {"id": uuid.uuid4().hex, "action": action}
            with self._lock:
                self._unsent = msgspec.json.encode(fields)
            self._reach(self._send)
        return self.page()

    def wait(self) -> bool:
        """Wait until the server has something new or gives up; return whether the page changed."""
        return self._reach(self._send if self._unsent else self._look)

    def _send(self) -> bool:
        with self._lock:  # an answer is sent by one thread at a time
            if not (self._ask and self._unsent):
                return False
            self._page, self._unsent = self._ask("live", self._unsent), None
            return True

    def _look(self) -> bool:
        seen = self._page["version"]
        page = self._ask(f"live?seen={quote(seen)}") if self._ask else self._page
        with self._lock:
            if page["version"] == seen or self._page["version"] != seen:
                return False  # nothing new, or an answer was sent meanwhile
            is_new = page.get("turn") not in (None, self._page.get("turn"))
            text = OPENED if is_new else page["note"] or page["heading"]
            self._page = page | {"reply": {"what": "", "text": text}}
            return True

    def _reach(self, act: Callable[[], bool]) -> bool:
        notices, has_changed = list[str](), False
        try:
            has_changed = act()
        except UnreachedError as error:
            if error.is_final:
                self._unsent = None
            notices = [f"{error} {UNSENT}" if self._unsent else str(error)]
        before, self._notices = self._notices, notices
        return has_changed or notices != before


def follow(
    shown: Callable[[], QuizCard | None],
    session: LiveSession,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Keep a card up to date until it is closed or gone.

    Parameters
    ----------
    shown : callable
        Returns the card while somebody else holds it, as a weak reference does.
    session : LiveSession
        What the card shows.
    pause : callable
        Waits for some seconds.
    """
    while _open(shown):
        if session.wait() and (card := _open(shown)):
            card.refresh()
        card = None  # while this waits, it holds no card
        pause(PAUSE_S if session.page()["notices"] else SHORT_PAUSE_S)


def _open(shown: Callable[[], QuizCard | None]) -> QuizCard | None:
    card = shown()
    return card if card is not None and card.comm is not None else None


def show_live() -> QuizCard:
    """Return a card that waits for the instructor's questions to the whole room.

    Notes
    -----
    A live question counts nowhere, and instructors see totals only. An earlier card of this kernel
    is closed, so that the server is asked once.
    """
    url, token = (os.environ.get(one, "") for one in (URL_VARIABLE, TOKEN_VARIABLE))
    if not (url and token):
        return QuizCard(LiveSession(None))
    for earlier in list(_shown):
        earlier.close()
    session = LiveSession(HttpLine(url, token).ask)
    card = QuizCard(session)
    _shown.add(card)
    arguments = (weakref.ref(card), session)
    threading.Thread(target=follow, args=arguments, name="live question", daemon=True).start()
    return card
