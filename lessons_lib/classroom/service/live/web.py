"""The addresses of a live question: learners' kernels by token, the instructor's page by cookie.

A token, whoever it belongs to, opens, reveals and reads nothing here: the instructor's page is for
a browser that logged in at the hub with the right to teach.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files
from typing import Annotated, Any

from jupyterhub.services.auth import HubOAuth, HubOAuthenticated
from msgspec import Meta, Struct
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from lessons_lib.classroom.service.live.room import Command, LiveRoom
from lessons_lib.classroom.service.login import TEACH
from lessons_lib.classroom.service.store import StoreError
from lessons_lib.classroom.service.web import (
    BROKEN,
    SENTENCES,
    LearnerHandler,
    Refused,
    admitted,
    request_of,
    send_page,
    sentence_for,
)
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction

DENIED = {
    **SENTENCES,
    401: "The hub doesn't know you any more. Reload this page.",
    403: "Only the instructor of this class can use this page.",
}
HEADERS = {
    # Only our own files; in no frame, and out of reach of the page that opened it.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "noopener-allow-popups",
    "Cache-Control": "no-store",
}
Room = Callable[[], LiveRoom | None]  # none before the class could be read
_LIBRARY = files("lessons_lib")
_STATIC = r"static/(classroom/(?:service/live|widgets)/[a-z_/]+\.(?:js|css))"


class VoteRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a card sends: a vote, and an id that is the same when it is sent again."""

    id: Annotated[str, Meta(min_length=8, max_length=32, pattern="^[0-9a-f]+$")]
    action: QuizAction


class LiveHandler(LearnerHandler):
    """The live question of a learner: a long request for what changes, and votes."""

    def initialize(self, room: Room, hub_auth: HubOAuth) -> None:
        """Take what all requests share."""
        self._room, self._hub = room, hub_auth

    async def get(self) -> None:
        """Send the page as soon as it is not the one that the card shows."""
        seen = self.get_query_argument("seen", "-")
        send_page(self, await _now(self._room).page(self.learner, seen))

    async def post(self) -> None:
        """Take a vote, and send the page once it is on disk."""
        request = request_of(self, VoteRequest)
        voted = _now(self._room).vote(self.learner, request.action, request.id)
        send_page(self, await _stored(voted))


class TeachHandler(HubOAuthenticated, RequestHandler):  # type: ignore[misc]  # it has no types
    """A request of an instructor's browser."""

    def initialize(self, room: Room, hub_auth: HubOAuth) -> None:
        """Take what all requests share."""
        self._room, self.hub_auth = room, hub_auth

    async def prepare(self) -> None:
        """Find out who it is, from the cookie alone; the hub's library also checks against XSRF."""
        if self.request.headers.get("Authorization") or self.get_arguments("token"):
            raise HTTPError(403)
        try:
            model = await self.hub_auth.get_user(self, sync=False)
        except HTTPError as error:
            raise HTTPError(503) from error
        if model is None:
            return self.refuse()
        admitted(self.hub_auth, model, {TEACH})
        self.current_user = model

    def refuse(self) -> None:
        """Answer a browser that has not logged in."""
        raise HTTPError(401)

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence, and nothing of what went wrong inside."""
        send_page(self, {"problem": sentence_for(status_code, DENIED, found)})


class PageHandler(TeachHandler):
    """The instructor's page."""

    def refuse(self) -> None:
        """Lead to the hub, which leads back."""
        self.redirect(self.get_login_url())

    def write_error(self, status_code: int, **_: Any) -> None:
        """Send a sentence as a page of its own."""
        self.set_header("Content-Type", "text/plain")
        self.finish(DENIED.get(status_code, DENIED[503]))

    def get(self) -> None:
        """Send the page, whose script gets the rest."""
        for name, value in HEADERS.items():
            self.set_header(name, value)
        page = (_LIBRARY / "classroom/service/live/page.html").read_text("utf-8")
        self.finish(page.replace("{xsrf}", escape(self.xsrf_token.decode())))


class StateHandler(TeachHandler):
    """What is asked and what was answered: totals, and no names."""

    def get(self) -> None:
        """Send the state as it is now, or what can be asked."""
        wants_list = self.get_query_argument("list", "")
        send_page(self, _now(self._room).listed() if wants_list else _now(self._room).state())

    async def post(self) -> None:
        """Do what the instructor requested, and send the state after it."""
        command = request_of(self, Command)
        acted = _now(self._room).act(self.current_user["name"], command)
        send_page(self, await _stored(acted))


def add_live(served: Application, room: Room, hub_auth: HubOAuth, prefix: str) -> None:
    """Add the addresses of a live question to those of a service, under its prefix."""
    shared = {"room": room, "hub_auth": hub_auth}
    served.add_handlers(
        r".*",
        [
            (f"{prefix}api/live", LiveHandler, shared),
            (f"{prefix}api/teach", StateHandler, shared),
            (f"{prefix}{_STATIC}", StaticFileHandler, {"path": str(_LIBRARY)}),
            (prefix, PageHandler, shared),
        ],
    )


def _now(room: Room) -> LiveRoom:
    found = room()
    if found is None:
        raise Refused(503, BROKEN)
    return found


async def _stored(acted: Awaitable[Page]) -> Page:
    try:
        return await acted
    except StoreError as error:
        raise HTTPError(503) from error
