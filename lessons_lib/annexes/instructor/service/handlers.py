"""What all addresses of the service share: who asks, and what to say if something is refused.

Learners' kernels send the token of their server. A cookie is not accepted from them, so no page of
a browser can answer for a learner. Who somebody is, and what they may do, is what the hub says;
nothing in a request can change it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Final

import msgspec
from jupyterhub.services.auth import HubOAuth, HubOAuthenticated
from tornado.web import HTTPError, RequestHandler

from lessons_lib.annexes.instructor.service.graded import (
    BrokenQuizError,
    GradedDesk,
    UnknownQuizError,
)
from lessons_lib.annexes.instructor.service.live.room import LiveRoom
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.annexes.instructor.service.store import ClassStore, StoreError
from lessons_lib.classroom.record.event import Clock
from lessons_lib.classroom.sessions.page import Message

ANSWER: Final = "custom:class:answer"
TEACH: Final = "custom:class:teach"
MOST_REQUEST_BYTES = 4_096  # of a request
MOST_INSIDE = 10  # requests of one person at the same time
BROKEN = "The class's server can't read this quiz now. Your instructor has to repair it."
SENTENCES: Mapping[int, str] = {
    400: "The class's server can't read this request. Update the course.",
    401: "The class's server doesn't know you any more. Restart your server from the hub.",
    403: "You may not answer in this class. Ask your instructor.",
    404: "The class has no such quiz.",
    405: "The class's server can't do that.",
    413: "This answer is too long.",
    423: BROKEN,
    429: "Too many requests of yours are open. Wait a moment.",
    503: "The class's server can't reach its record or the hub. Nothing was counted.",
}


class Served:
    """A class that is served, and nothing of it until its folder could be read.

    Parameters
    ----------
    hub : HubOAuth
        Says who has a token or a cookie.
    clock : callable
        Returns the current time in UTC.

    Attributes
    ----------
    store : ClassStore
        The record of the class; None until it is open.
    inside : Counter
        How many requests of each person are being answered.
    """

    def __init__(self, hub: HubOAuth, clock: Clock) -> None:
        self.hub, self.clock, self.inside = hub, clock, Counter[str]()
        self.store: ClassStore | None = None
        self._graded: GradedDesk | None = None
        self._live: LiveRoom | None = None

    def renew(self, found: ClassFolder, url: str) -> None:
        """Serve what is in the class's folder now, and keep its record at a URL.

        Raises
        ------
        StoreError
            If the record cannot be opened or read.
        """
        self.store = self.store or ClassStore(url)
        self._graded = self._graded or GradedDesk(found, self.store)
        self._graded.found = found
        self._live = self._live or LiveRoom(self._graded, self.clock)

    @property
    def is_ready(self) -> bool:
        """Whether requests can be answered."""
        return self._live is not None

    @property
    def graded(self) -> GradedDesk:
        """The graded quizzes; requests are refused while there are none."""
        if self._graded is None:
            raise HTTPError(423)
        return self._graded

    @property
    def live(self) -> LiveRoom:
        """The live question; requests are refused while there is none."""
        if self._live is None:
            raise HTTPError(423)
        return self._live


class Handler(RequestHandler):
    """Answers in JSON; a refusal is a sentence, and nothing of what went wrong inside.

    `sentences` has one for each status; that of 503 is for all others.
    """

    sentences: ClassVar[Mapping[int, str]] = SENTENCES
    headers: ClassVar[Mapping[str, str]] = {"Cache-Control": "no-store"}

    def initialize(self, served: Served) -> None:
        """Note when the request arrived, before the hub is asked, which may take seconds."""
        self.served, self.hub_auth, self.arrived = served, served.hub, served.clock()
        self.person = ""  # their name on the hub, once they are admitted

    def set_default_headers(self) -> None:
        """Keep what is sent, errors included, from caches and other pages."""
        for name, value in self.headers.items():
            self.set_header(name, value)

    async def identified(self) -> Any:
        """Return what the hub says about who asks; None if they have to log in."""
        raise NotImplementedError

    def needed(self) -> set[str]:
        """Return the scopes of which one is enough."""
        return {TEACH}

    def refuse(self) -> None:
        """Answer somebody whom the hub doesn't know."""
        raise HTTPError(401)

    async def prepare(self) -> None:
        """Let a user in who has a scope that is needed, and few open requests; refuse others."""
        model = await self.identified()
        if not model:
            return self.refuse()
        is_user = model.get("kind", "user") == "user"
        if not (is_user and self.hub_auth.check_scopes(self.needed(), model)):
            raise HTTPError(403)
        if self.served.inside[model["name"]] >= MOST_INSIDE:
            raise HTTPError(429)
        self.current_user, self.person = model, str(model["name"])
        self.served.inside[self.person] += 1

    def on_finish(self) -> None:
        """Count the request no longer."""
        if self.person:
            self.served.inside[self.person] -= 1

    def body(self, kind: type[Message]) -> Message:
        """Return what was sent; refuse it if it is too long or does not fit."""
        if len(self.request.body) > MOST_REQUEST_BYTES:
            raise HTTPError(413)
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise HTTPError(400) from error

    def send(self, page: object) -> None:
        """Send a page."""
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(page))

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence that a card can show."""
        self.send({"problem": self.sentences.get(status_code, self.sentences[503])})


class PageHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # it has no types
    """Sends pages to a browser, which logs in at the hub first."""

    def refuse(self) -> None:
        """Lead to the hub, which leads back."""
        self.redirect(self.get_login_url())

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence as a page of its own."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(self.sentences.get(status_code, self.sentences[503]))


async def asked(answer: Awaitable[Any]) -> Any:
    """Return what the hub says about somebody; if it can't be asked, nobody is let in."""
    try:
        return await answer
    except HTTPError as error:
        raise HTTPError(503) from error


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what goes wrong inside into the status of a reply."""
    try:
        yield
    except UnknownQuizError as error:
        raise HTTPError(404) from error
    except BrokenQuizError as error:
        raise HTTPError(423) from error
    except StoreError as error:
        raise HTTPError(503) from error
