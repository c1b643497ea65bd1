"""A graded quiz in a learner's kernel: its pages come from the class's server, without any key.

An answer is kept in the learner's home until the server has acknowledged it, so a killed kernel or
a server that is down loses none. Whichever kernel comes next sends the rest, in order; each action
has an id, so that it counts once. What has arrived is deleted here.
"""

from __future__ import annotations

import os
import re
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
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
from lessons_lib.classroom.widgets.quiz.card import QuizCard
from lessons_lib.files import read_file, write_whole

URL_VARIABLE, TOKEN_VARIABLE = "LESSONS_CLASS_URL", "JUPYTERHUB_API_TOKEN"
UNSENT_NAME = "unsent"  # the folder beside the record
LONGEST_S, TIMEOUT_S = 5.5, 4.0  # until a card says what is going on, and for one request
KEPT_HERE = "Your answer is kept here and sent as soon as the class's server answers."
UNREACHED = "The class's server can't be reached."
REFUSED = (400, 405, 413)
NO_SUCH_QUIZ, BROKEN_QUIZ = 404, 423  # perhaps only until the instructor repairs something
AGAIN_S = (2.0, 5.0, 10.0, 20.0, 40.0)  # until the server is asked again; then each last
_FILE = re.compile(r"[0-9]{8}-[0-9a-f]{32}\.json")


class Unsent(Struct, frozen=True):
    """An action that the server has not acknowledged."""

    id: str
    quiz: str
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

    def __call__(self, name: str, body: bytes | None = None) -> Page:
        """Return the page of a quiz, after an action if there is one."""
        return self.ask(f"graded/{quote(name, safe='')}", body)

    def ask(self, path: str, body: bytes | None = None) -> Page:
        """Return the page at a path of the service."""
        headers = {"Authorization": f"token {self._token}"}
        request = Request(f"{self._url}api/{path}", body, headers)
        try:
            with _OPENER.open(request, timeout=TIMEOUT_S) as reply:  # the hub's address
                return msgspec.json.decode(reply.read(), type=dict[str, Any])
        except HTTPError as error:
            raise UnreachedError(_sentence(error), error.code) from None
        except (URLError, OSError, msgspec.DecodeError):
            raise UnreachedError(UNREACHED) from None


class RemoteSession:
    """A graded quiz whose questions, keys and record the class's server has.

    Parameters
    ----------
    name : str
        The quiz.
    line : callable
        Carries requests to the server, as an `HttpLine` does.
    outbox : Outbox
        Where answers wait until they have arrived.

    Attributes
    ----------
    on_page : callable
        Gets the page once the server can be reached again.
    """

    def __init__(self, name: str, line: Callable[..., Page], outbox: Outbox) -> None:
        self.label = f"{name}: run this cell to answer its questions"
        self.title = name.replace("_", " ").capitalize()
        self._name, self._line, self._outbox = name, line, outbox
        self._page: Page = {"view": "error", "text": UNREACHED}
        self.on_page: Callable[[Page], None] = lambda page: None
        self._turn = threading.Lock()  # one request at a time, so that actions arrive in order
        self._is_reached, self._asking = True, threading.Thread()

    def page(self) -> Page:
        """Return the current page, or the last one with a notice."""
        return self._reached(self._current)

    def submit(self, action: QuizAction) -> Page:
        """Keep what the learner did, and send it."""
        action = replace(action, number=well_formed(action.number))
        question = self._page.get("question", {})
        is_seen = question.get("id") == action.question
        revision = question.get("revision", 0) if is_seen else 0
        unsent = Unsent(uuid.uuid4().hex, self._name, action, revision)
        if action.do == "answer" and self._outbox.add(unsent):
            return self.page()
        return self._reached(lambda: self._after(unsent))

    def _reached(self, ask: Callable[[], Page]) -> Page:
        problem, is_unknown = UNREACHED, False
        if self._turn.acquire(timeout=LONGEST_S - TIMEOUT_S):
            try:
                self._page, self._is_reached = ask(), True
            except UnreachedError as error:
                problem, self._is_reached = str(error), False
                is_unknown = error.status == NO_SUCH_QUIZ
            else:
                return self._page
            finally:
                self._turn.release()
        kept = f" {KEPT_HERE}" if self._outbox.waiting() else ""
        if (kept or not is_unknown) and not self._asking.is_alive():
            self._asking = threading.Thread(target=self._ask_again, daemon=True)
            self._asking.start()
        if self._page["view"] == "error":
            return {**self._page, "text": f"{problem}{kept}"}
        return {**self._page, "reply": NO_REPLY, "notices": [f"{problem}{kept}"]}

    def _ask_again(self) -> None:
        """Ask until the server answers, and show that."""
        for wait_s in chain(AGAIN_S, repeat(AGAIN_S[-1])):
            time.sleep(wait_s)
            page = self._reached(self._current)
            if self._is_reached:
                return self.on_page(page)

    def _current(self) -> Page:
        return self._sent_all() or self._line(self._name)

    def _after(self, unsent: Unsent) -> Page:
        self._sent_all()
        return self._send(unsent)

    def _sent_all(self) -> Page | None:
        """Send what has not arrived, in order; return the page after this quiz's last action.

        What is refused for good, or for another quiz that the class can't ask now, does not stop
        what follows.
        """
        page = None
        for path, unsent in self._outbox.waiting():
            is_mine = unsent.quiz == self._name
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
        body = msgspec.json.encode(fields)
        return self._line(unsent.quiz, body)


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
    url, token = (os.environ.get(one, "") for one in (URL_VARIABLE, TOKEN_VARIABLE))
    if not (url and token):
        return QuizCard(_NoClass(name))
    outbox = Outbox(record_folder().with_name(UNSENT_NAME))
    session = RemoteSession(name, HttpLine(url, token), outbox)
    card = QuizCard(session)
    session.on_page = card.show
    return card


class _NoClass:
    """Stands behind a card that is shown outside a class."""

    def __init__(self, name: str) -> None:
        self.label, self.title = f"{name}: needs a class", "A graded quiz"

    def submit(self, action: object) -> Page:
        """Return the same page."""
        return self.page()

    def page(self) -> Page:
        """Return where graded quizzes are answered."""
        text = "Graded quizzes are answered on the hub of your class. Open this notebook there."
        return {"view": "error", "text": text}


def _sentence(error: HTTPError) -> str:
    """Return the server's sentence about a request that it refused."""
    try:
        problem = msgspec.json.decode(error.read(), type=dict[str, str]).get("problem", "")
    except (OSError, msgspec.DecodeError):
        problem = ""
    return problem or UNREACHED
