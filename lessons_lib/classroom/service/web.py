"""The service's addresses for learners' kernels, which send the token of their server.

A cookie is not accepted here, so no page of a browser can answer for a learner. Who somebody is,
and what they may do, is what the hub says about their token; nothing in a request can change it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Protocol

import msgspec
from msgspec import Meta, Struct
from tornado.web import Application, HTTPError, RequestHandler

from lessons_lib.classroom.service.desk import BrokenQuizError, Desk, UnknownQuizError
from lessons_lib.classroom.service.store import StoreError
from lessons_lib.classroom.sessions.page import Message, Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction

ANSWER: Final = "custom:class:answer"
MOST_REQUEST_BYTES = 4_096  # of a request
SENTENCES: Mapping[int, str] = {
    400: "The class's server can't read this request. Update the course.",
    401: "The class's server doesn't know you any more. Restart your server from the hub.",
    403: "You may not answer in this class. Ask your instructor.",
    404: "The class has no such quiz.",
    405: "The class's server can't do that.",
    413: "This answer is too long.",
    503: "The class's server can't reach its record or the hub. Nothing was counted.",
}
BROKEN = "The class's server can't read this quiz now. Your instructor has to repair it."


class HubAuth(Protocol):
    """What the service needs of `jupyterhub.services.auth.HubAuth`."""

    def get_token(self, handler: RequestHandler, in_cookie: bool = True) -> str:
        """Return the token of a request."""

    def user_for_token(self, token: str, *, sync: bool = True) -> Any:
        """Return who has a token, or an awaitable of it."""

    def check_scopes(self, required_scopes: set[str], user: Mapping[str, Any]) -> set[str]:
        """Return which scopes somebody has."""


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """What a card sends: an action, and an id that is the same when it is sent again."""

    id: Annotated[str, Meta(min_length=8, max_length=64, pattern="^[0-9a-f]+$")]
    action: QuizAction
    revision: int = 0  # of the question that the card showed


class Refused(HTTPError):
    """A request that is refused, with a sentence of its own."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.sentence = sentence


def admitted(hub: HubAuth, model: Mapping[str, Any], scopes: set[str]) -> str:
    """Return the name of a user who has one of some scopes; `HTTPError` for everybody else."""
    if model.get("kind", "user") != "user" or not hub.check_scopes(scopes, model):
        raise HTTPError(403)
    return str(model["name"])


def sentence_for(status: int, sentences: Mapping[int, str], found: Mapping[str, Any]) -> str:
    """Return what to say of an error: its own sentence, or that of its status.

    Parameters
    ----------
    status : int
        Of the reply.
    sentences : mapping of int to str
        The sentence for each status; that of 503 is for all others.
    found : mapping of str to object
        What tornado passes to `write_error`.
    """
    own = getattr(found["exc_info"][1], "sentence", "") if "exc_info" in found else ""
    return own or sentences.get(status, sentences[503])


def request_of(handler: RequestHandler, kind: type[Message]) -> Message:
    """Return the body of a request; `HTTPError` if it is too long or does not fit."""
    if len(handler.request.body) > MOST_REQUEST_BYTES:
        raise HTTPError(413)
    try:
        return msgspec.json.decode(handler.request.body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise HTTPError(400) from error


def send_page(handler: RequestHandler, page: object) -> None:
    """Send a page, which no cache may keep."""
    handler.set_header("Content-Type", "application/json")
    handler.set_header("Cache-Control", "no-store")
    handler.finish(msgspec.json.encode(page))


class LearnerHandler(RequestHandler):
    """Knows the learner by the token of their server."""

    learner: str
    _hub: HubAuth

    def check_xsrf_cookie(self) -> None:
        """Need no such cookie, because no cookie identifies anybody here."""

    async def prepare(self) -> None:
        """Find out who it is, from the token alone."""
        token = self._hub.get_token(self, in_cookie=False)
        model = None
        if token:
            try:
                model = await self._hub.user_for_token(token, sync=False)
            except HTTPError as error:
                raise HTTPError(503) from error
        if not model:
            raise HTTPError(401)
        self.learner = admitted(self._hub, model, {ANSWER})

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence that a card can show, and nothing of what went wrong inside."""
        send_page(self, {"problem": sentence_for(status_code, SENTENCES, found)})


class GradedHandler(LearnerHandler):
    """The page of a graded quiz, and what a learner does with it."""

    def initialize(self, desk: Callable[[], Desk | None], hub_auth: HubAuth) -> None:
        """Take what all requests share."""
        self._desk_now, self._hub = desk, hub_auth

    @property
    def _desk(self) -> Desk:
        desk = self._desk_now()
        if desk is None:
            raise Refused(503, BROKEN)
        return desk

    async def get(self, name: str) -> None:
        """Send the page of a quiz as it is now."""
        send_page(self, await self._reached(self._desk.page(self.learner, name)))

    async def post(self, name: str) -> None:
        """Do what the learner requested, and send the page after it."""
        request = request_of(self, Request)
        acted = self._desk.act(self.learner, name, request.action, request.id, request.revision)
        send_page(self, await self._reached(acted))

    async def _reached(self, page: Any) -> Page:
        try:
            found: Page = await page
        except UnknownQuizError as error:
            raise HTTPError(404) from error
        except BrokenQuizError as error:
            raise Refused(503, BROKEN) from error
        except StoreError as error:
            raise HTTPError(503) from error
        return found


def application(
    desk: Callable[[], Desk | None], hub_auth: HubAuth, prefix: str = "/services/class/"
) -> Application:
    """Return the service's addresses under a prefix; without a desk, they say that it is broken."""
    shared = {"desk": desk, "hub_auth": hub_auth}
    return Application([(rf"{prefix}api/graded/([^/]+)", GradedHandler, shared)])
