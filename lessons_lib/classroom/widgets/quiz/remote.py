"""Graded quizzes and live questions in a learner's kernel; the class's server has their keys.

An answer is kept in the learner's home until the server has acknowledged it, so a killed kernel or
a server that is down loses none. Whichever kernel comes next sends the rest, in order; each action
has an id, so that it counts once. What has arrived is deleted here.
"""

import os
import re
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lessons_lib.arguments import check_text
from lessons_lib.classroom.record.folder import record_folder
from lessons_lib.classroom.sessions.page import NO_REPLY, Page, well_formed
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz.card import ErrorSession, QuizCard
from lessons_lib.files import read_file, write_whole

URL_VARIABLE, TOKEN_VARIABLE = "LESSONS_CLASS_URL", "JUPYTERHUB_API_TOKEN"
UNSENT_NAME = "unsent"  # the folder beside the record
LIVE = "live"  # what is asked live; a graded quiz is graded/NAME
LONGEST_S, TIMEOUT_S = 5.5, 4.0  # until a card says what is going on, and for one request
KEPT_HERE = "Your answer is kept here and sent as soon as the class's server answers."
KEPT_LIVE = (
    "Your answer is not sent yet. It is sent as soon as the class's server answers, and counts if "
    "the question is still open then."
)
OPENED = "A new question is open."
ON_YOUR_HUB = "on the hub of your class. Open this notebook there."
UNREACHED = "The class's server can't be reached."
REFUSED = (400, 405, 413)
NO_SUCH_QUIZ, BROKEN_QUIZ = 404, 423  # perhaps only until the instructor repairs something
AGAIN_S = (2.0, 5.0, 10.0, 20.0, 40.0)  # until the server is asked again; then each last
NEXT_LOOK_S = 0.2  # before it is asked for the next page of a live question
_FILE = re.compile(r"[0-9]{8}-[0-9a-f]{32}\.json")


class Unsent(Struct, frozen=True):
    """An action that the server has not acknowledged."""

    id: str
    name: str
    action: QuizAction
    revision: int = 0  # of the question that they saw


class Outbox:
    """Answers that have not arrived, each in a file of its own, which is deleted once it has.

    The files' names give the order, whatever the clock says. A file is never changed after it is
    written, so several kernels need no locks, and a killed one loses nothing.

    Parameters
    ----------
    folder : Path
        Created with the first answer, for its owner alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, unsent: Unsent) -> bool:
        """Keep an answer, as the last; return whether it is on disk."""
        number = max((int(path.name[:8]) for path in self._paths()), default=0) + 1
        path = self._folder / f"{number:08}-{unsent.id}.json"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, msgspec.json.encode(unsent), mode=0o600)
        except OSError:
            return False
        return True

    def waiting(self) -> list[tuple[Path, Unsent]]:
        """Return what has not arrived, oldest first, each with its file; no damaged one."""
        found = []
        for path in self._paths():
            with suppress(OSError, msgspec.MsgspecError, ValueError, RecursionError):
                found.append((path, msgspec.json.decode(read_file(path), type=Unsent)))
        return found

    def drop(self, path: Path) -> None:
        """Delete what has arrived."""
        with suppress(OSError):
            path.unlink()

    def _paths(self) -> list[Path]:
        with suppress(OSError):
            return sorted(one for one in self._folder.iterdir() if _FILE.fullmatch(one.name))
        return []


class UnreachedError(Exception):
    """The server gave no page: the sentence to show, and the status of its reply; 0 without."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def is_final(self) -> bool:
        """Whether the same request would be refused again."""
        return self.status in REFUSED


class _NoRedirects(HTTPRedirectHandler):
    """Refuses to be led elsewhere, where an answer would get lost and the token be known."""

    def redirect_request(self, *_: object) -> None:
        """Return no request, so that the redirect is an error."""


_OPENER = build_opener(_NoRedirects)


class HttpLine:
    """Asks the class's server with the token of the learner's own server.

    Parameters
    ----------
    url : str
        The address of the service, such as ``http://127.0.0.1:10101/services/class/``.
    token : str
        The token that the hub gave to the learner's server.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def __call__(self, name: str, body: bytes | None = None, *, seen: str = "") -> Page:
        """Return the current page, the one after an action, or the next one after a version."""
        headers = {"Authorization": f"token {self._token}"}
        query = f"?seen={quote(seen)}" if seen else ""
        request = Request(f"{self._url}api/{quote(name)}{query}", body, headers)
        try:
            with _OPENER.open(request, timeout=TIMEOUT_S) as reply:  # the hub's address
                return msgspec.json.decode(reply.read(), type=dict[str, Any])
        except HTTPError as error:
            raise UnreachedError(_sentence(error), error.code) from None
        except (URLError, OSError, msgspec.DecodeError):
            raise UnreachedError(UNREACHED) from None


class RemoteSession:
    """Questions that the class's server asks: it has them, their keys and the record.

    Parameters
    ----------
    name : str
        Of a graded quiz, ``graded/NAME``, or `LIVE`.
    line : callable
        Carries requests to the server, as an `HttpLine` does.
    outbox : Outbox
        Where answers wait until they have arrived.
    """

    stored = ""  # the server has the questions

    def __init__(self, name: str, line: Callable[..., Page], outbox: Outbox) -> None:
        quiz = name.removeprefix("graded/")
        self.label, self._kept = f"{quiz}: run this cell to answer its questions", KEPT_HERE
        self.title = quiz.replace("_", " ").capitalize()
        if name == LIVE:
            self.label, self._kept = "run this cell to wait for the next question", KEPT_LIVE
            self.title = "Live question"
        self._name, self._line, self._outbox = name, line, outbox
        self._page: Page = {"view": "error", "text": UNREACHED}
        self._shown = self._page  # with what is wrong, if anything is
        self._card: Callable[[], QuizCard | None] = lambda: None
        self._turn = threading.Lock()  # one action at a time, so that they arrive in order
        self._is_lost, self._asking = False, threading.Thread()

    def page(self) -> Page:
        """Return the current page, or the last one with a notice."""
        return self._reached(self._ask)

    def submit(self, action: QuizAction) -> Page:
        """Keep what the learner did, and send it."""
        action = replace(action, number=well_formed(action.number))
        question = self._page.get("question", {})
        is_seen = question.get("id") == action.question
        revision = question.get("revision", 0) if is_seen else 0
        unsent = Unsent(uuid.uuid4().hex, self._name, action, revision)
        if action.do == "answer" and self._outbox.add(unsent):
            return self.page()
        return self._reached(lambda: self._ask(unsent))

    def follow(self, card: Callable[[], QuizCard | None]) -> None:
        """Show a card, as a weak reference returns it, each new page that comes by itself."""
        self._card = card
        self._ask_again()

    def next_page(self) -> Page | None:
        """Send what waits, or wait for a new page; return what to show unless it is shown."""
        before = self._shown
        must_ask = self._is_lost or self._is_waiting or "version" not in self._page
        page = self.page() if must_ask else self._reached(self._wait)
        return page if page != before else None

    @property
    def _is_waiting(self) -> bool:
        """Whether an answer to this quiz has not arrived."""
        return any(one.name == self._name for _, one in self._outbox.waiting())

    @property
    def _has_more(self) -> bool:
        """Whether a page can come by itself: a live question, or the first one after a failure."""
        return self._is_lost or self._is_waiting or "version" in self._page

    def _reached(self, ask: Callable[[], None]) -> Page:
        """Return the page once the server was asked, or the last one and what went wrong."""
        try:
            ask()
        except UnreachedError as error:
            kept = f" {self._kept}" if self._is_waiting else ""
            more: Page = {"reply": NO_REPLY, "notices": [f"{error}{kept}"]}
            more = {"text": f"{error}{kept}"} if self._page["view"] == "error" else more
            self._shown = self._page | more
            self._is_lost = bool(kept) or error.status != NO_SUCH_QUIZ
            self._ask_again()
        else:
            self._is_lost, self._shown = False, self._page
        return self._shown

    def _ask_again(self) -> None:
        if self._has_more and self._card() and not self._asking.is_alive():
            self._asking = threading.Thread(target=self._keep_asking, name=self.title, daemon=True)
            self._asking.start()

    def _keep_asking(self) -> None:
        """Show what comes, until nothing more does or the card is closed or gone."""
        pauses = chain(AGAIN_S, repeat(AGAIN_S[-1]))
        while True:
            is_live = "version" in self._page
            time.sleep((AGAIN_S[0] if is_live else next(pauses)) if self._is_lost else NEXT_LOOK_S)
            if _open(self._card) is None:
                return
            page = self.next_page()
            if page and (card := _open(self._card)):
                card.show(page)
            card = None  # while this waits, it holds no card
            if not self._has_more:
                return

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=LONGEST_S - TIMEOUT_S):
            raise UnreachedError(UNREACHED)
        try:
            yield
        finally:
            self._turn.release()

    def _ask(self, unsent: Unsent | None = None) -> None:
        """Send what has not arrived and then an action, if there is one; get the page after it."""
        with self._in_turn():
            page = self._sent_all()
            self._page = self._send(unsent) if unsent else page or self._line(self._name)

    def _wait(self) -> None:
        """Get the page after the one that is shown, unless an action leads to another one."""
        before = self._page
        page = self._line(self._name, seen=before["version"])
        with self._in_turn():
            if self._page is before and page["version"] != before["version"]:
                is_new = page.get("turn") not in (None, before.get("turn"))
                text = OPENED if is_new else page["note"] or page["heading"]
                self._page = page | {"reply": {"what": "", "text": text}}

    def _sent_all(self) -> Page | None:
        """Send what has not arrived, in order; return the page after this quiz's last action.

        What is refused for good, or for another quiz that the class can't ask now, does not stop
        what follows.
        """
        page = None
        for path, unsent in self._outbox.waiting():
            is_mine = unsent.name == self._name
            try:
                found = self._send(unsent)
            except UnreachedError as error:
                if error.status in (NO_SUCH_QUIZ, BROKEN_QUIZ) and not is_mine:
                    continue
                if not error.is_final:
                    raise
                reply = {"what": "problem", "text": str(error)}
                found = self._line(self._name) | {"reply": reply} if is_mine else {}
            self._outbox.drop(path)
            page = found if is_mine else page
        return page

    def _send(self, unsent: Unsent) -> Page:
        fields = {"id": unsent.id, "action": unsent.action, "revision": unsent.revision}
        return self._line(unsent.name, msgspec.json.encode(fields))


_live = weakref.WeakSet[QuizCard]()


def show_graded(name: str) -> QuizCard:
    """Return the card of a graded quiz of the class.

    Parameters
    ----------
    name : str
        The quiz, as the instructor names it: ``"week_1"``.

    Raises
    ------
    TypeError
        If the name is not a string.
    """
    check_text("show_graded()", name, "a quiz's name")
    text = f"Graded quizzes are answered {ON_YOUR_HUB}"
    outside = ErrorSession(f"{name}: needs a class", "A graded quiz", text)
    return _card_of(f"graded/{name}", outside)


def show_live() -> QuizCard:
    """Return a card that waits for the instructor's questions to the whole room.

    Notes
    -----
    A live question counts nowhere, and instructors see totals only. An earlier card of this kernel
    is closed, so that the server is asked once.
    """
    for earlier in list(_live):
        earlier.close()
    text = f"Live questions are asked {ON_YOUR_HUB}"
    outside = ErrorSession("needs a class", "Live question", text)
    _live.add(card := _card_of(LIVE, outside))
    return card


def _card_of(name: str, outside: ErrorSession) -> QuizCard:
    url, token = (os.environ.get(one, "") for one in (URL_VARIABLE, TOKEN_VARIABLE))
    if not (url and token):
        return QuizCard(outside)
    outbox = Outbox(record_folder().with_name(UNSENT_NAME))
    session = RemoteSession(name, HttpLine(url, token), outbox)
    card = QuizCard(session)
    session.follow(weakref.ref(card))
    return card


def _open(shown: Callable[[], QuizCard | None]) -> QuizCard | None:
    card = shown()
    return card if card is not None and card.comm is not None else None


def _sentence(error: HTTPError) -> str:
    """Return the server's sentence about a request that it refused."""
    try:
        problem = msgspec.json.decode(error.read(), type=dict[str, str]).get("problem", "")
    except (OSError, msgspec.DecodeError):
        problem = ""
    return problem or UNREACHED
