"""What all addresses of the service share: who asks, and what to say if something is refused.

Learners' kernels send the token of their server. A cookie is not accepted from them, so no page of
a browser can answer for a learner. Who somebody is, and what they may do, is what the hub says;
nothing in a request can change it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final

import msgspec
from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler
from msgspec import Meta, Struct
from tornado.web import HTTPError, RequestHandler

from lessons_lib.annexes.instructor.service.desk import BrokenQuizError, Desk, UnknownQuizError
from lessons_lib.annexes.instructor.service.live.room import LiveRoom
from lessons_lib.annexes.instructor.service.store import StoreError
from lessons_lib.classroom.record.event import Clock
from lessons_lib.classroom.sessions.page import Message
from lessons_lib.classroom.sessions.quiz_run import QuizAction

ANSWER: Final = "custom:class:answer"
TEACH: Final = "custom:class:teach"
MOST_REQUEST_BYTES = 4_096  # of a request
MOST_INSIDE = 10  # requests of one person at the same time
SENTENCES: Mapping[int, str] = {
    400: "The class's server can't read this request. Update the course.",
    401: "The class's server doesn't know you any more. Restart your server from the hub.",
    403: "You may not answer in this class. Ask your instructor.",
    404: "The class has no such quiz.",
    405: "The class's server can't do that.",
    413: "This answer is too long.",
    429: "Too many requests of yours are open. Wait a moment.",
    503: "The class's server can't reach its record or the hub. Nothing was counted.",
}
BROKEN = "The class's server can't read this quiz now. Your instructor has to repair it."


class Refused(HTTPError):
    """A request that is refused, with a sentence of its own."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.sentence = sentence


@dataclass(slots=True)
class Served:
    """What answers requests: nothing until the class's folder could be read.

    Attributes
    ----------
    hub : HubOAuth
        Says who has a token or a cookie.
    clock : callable
        Returns the current time in UTC.
    inside : Counter
        How many requests of each person are being answered.
    """

    hub: HubOAuth
    clock: Clock
    desk: Desk | None = None
    room: LiveRoom | None = None
    inside: Counter[str] = field(default_factory=Counter)


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """What a card sends: an action, and an id that is the same when it is sent again."""

    id: Annotated[str, Meta(min_length=8, max_length=32, pattern="^[0-9a-f]+$")]
    action: QuizAction
    revision: int = 0  # of the question that the card showed


class Handler(RequestHandler):
    """Answers in JSON; a refusal is a sentence, and nothing of what went wrong inside.

    `sentences` has one for each status; that of 503 is for all others.
    """

    sentences: ClassVar[Mapping[int, str]] = SENTENCES

    def initialize(self, served: Served) -> None:
        """Note when the request arrived, before the hub is asked, which may take seconds."""
        self.served, self.hub_auth, self.arrived = served, served.hub, served.clock()
        self.person = ""  # their name on the hub, once they are admitted

    @property
    def desk(self) -> Desk:
        """The plan, the questions and the record."""
        if self.served.desk is None:
            raise Refused(503, BROKEN)
        return self.served.desk

    @property
    def room(self) -> LiveRoom:
        """The live question."""
        if self.served.room is None:
            raise Refused(503, BROKEN)
        return self.served.room

    def admit(self, model: Mapping[str, Any], scopes: set[str]) -> None:
        """Let a user in who has one of some scopes, and few open requests; refuse all others."""
        if model.get("kind", "user") != "user" or not self.hub_auth.check_scopes(scopes, model):
            raise HTTPError(403)
        if self.served.inside[model["name"]] >= MOST_INSIDE:
            raise HTTPError(429)
        self.person = str(model["name"])
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
        """Send a page, which no cache may keep."""
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(msgspec.json.encode(page))

    def sentence(self, status: int, found: Mapping[str, Any]) -> str:
        """Return what to say of an error: its own sentence, or that of its status."""
        own = getattr(found["exc_info"][1], "sentence", "") if "exc_info" in found else ""
        return own or self.sentences.get(status, self.sentences[503])

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence that a card can show."""
        self.send({"problem": self.sentence(status_code, found)})


class LearnerHandler(Handler):
    """Knows the learner by the token of their server."""

    def check_xsrf_cookie(self) -> None:
        """Need no such cookie, because no cookie identifies anybody here."""

    async def prepare(self) -> None:
        """Find out who it is, from the token alone."""
        token = self.hub_auth.get_token(self, in_cookie=False)
        model = await asked(self.hub_auth.user_for_token(token, sync=False)) if token else None
        if not model:
            raise HTTPError(401)
        self.admit(model, {ANSWER})


class CallbackHandler(HubOAuthCallbackHandler):  # type: ignore[misc]  # it has no types
    """Where the hub leads a browser that has logged in."""

    def initialize(self, served: Served) -> None:
        """Take what knows about the login that began."""
        self.hub_auth = served.hub


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
        raise Refused(423, BROKEN) from error
    except StoreError as error:
        raise HTTPError(503) from error
