"""The addresses of the service: learners' kernels by token, the instructor's page by cookie.

A token, whoever it belongs to, opens, reveals and reads nothing of a live question for the
instructor: that page is for a browser that logged in at the hub with the right to teach.
"""

from __future__ import annotations

import hashlib
from html import escape
from importlib.resources import files

from jupyterhub.services.auth import HubOAuthenticated
from tornado.web import Application, HTTPError, StaticFileHandler

from lessons_lib.annexes.instructor.service.handlers import (
    SENTENCES,
    TEACH,
    CallbackHandler,
    Handler,
    LearnerHandler,
    Request,
    Served,
    asked,
    refusing,
)
from lessons_lib.annexes.instructor.service.live.room import Command
from lessons_lib.annexes.instructor.service.results_web import OwnHandler, ResultsHandler

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
_LIBRARY = files("lessons_lib")
_STATIC = r"static/((?:annexes/instructor/service/live|classroom/widgets)/[a-z_/]+\.(?:js|css))"


class GradedHandler(LearnerHandler):
    """The page of a graded quiz, and what a learner does with it."""

    async def get(self, name: str) -> None:
        """Send the page of a quiz as it is now."""
        with refusing():
            self.send(await self.desk.page(self.person, name, self.arrived))

    async def post(self, name: str) -> None:
        """Do what the learner requested, and send the page after it."""
        sent = self.body(Request)
        with refusing():
            page = await self.desk.act(
                self.person,
                name,
                sent.action,
                self.arrived,
                answer_id=sent.id,
                revision=sent.revision,
            )
        self.send(page)


class LiveHandler(LearnerHandler):
    """The live question of a learner: a long request for what changes, and votes."""

    async def get(self) -> None:
        """Send the page as soon as it is not the one that the card shows."""
        self.send(await self.room.page(self.person, self.get_query_argument("seen", "-")))

    async def post(self) -> None:
        """Take a vote, and send the page once it is on disk."""
        sent = self.body(Request)
        with refusing():
            page = await self.room.vote(self.person, sent.action, sent.id)
        self.send(page)


class TeachHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # it has no types
    """A request of an instructor's browser."""

    sentences = DENIED

    async def prepare(self) -> None:
        """Find out who it is, from the cookie alone; the hub's library also checks against XSRF."""
        if self.request.headers.get("Authorization") or self.get_arguments("token"):
            raise HTTPError(403)
        model = await asked(self.hub_auth.get_user(self, sync=False))
        if model is None:
            return self.refuse()
        self.admit(model, {TEACH})
        self.current_user = model

    def refuse(self) -> None:
        """Answer a browser that has not logged in."""
        raise HTTPError(401)


class PageHandler(TeachHandler):
    """The instructor's page."""

    def refuse(self) -> None:
        """Lead to the hub, which leads back."""
        self.redirect(self.get_login_url())

    def write_error(self, status_code: int, **found: object) -> None:
        """Send a sentence as a page of its own."""
        self.set_header("Content-Type", "text/plain")
        self.finish(self.sentence(status_code, found))

    def get(self) -> None:
        """Send the page, whose script gets the rest."""
        for name, value in HEADERS.items():
            self.set_header(name, value)
        page = (_LIBRARY / "annexes/instructor/service/live/page.html").read_text("utf-8")
        self.finish(page.replace("{xsrf}", escape(self.xsrf_token.decode())))


class StateHandler(TeachHandler):
    """What is asked and what was answered: totals, and no names."""

    def get(self) -> None:
        """Send the state as it is now, or what can be asked."""
        wants_list = self.get_query_argument("list", "")
        self.send(self.room.listed() if wants_list else self.room.state())

    async def post(self) -> None:
        """Do what the instructor requested, and send the state after it."""
        command = self.body(Command)
        with refusing():
            state = await self.room.act(self.person, command)
        self.send(state)


def application(served: Served, prefix: str) -> Application:
    """Return the service's addresses under a prefix."""
    routes = {
        r"api/graded/([^/]+)": GradedHandler,
        r"api/live": LiveHandler,
        r"api/teach": StateHandler,
        r"results(|\.csv|\.json)": ResultsHandler,
        r"mine(|\.json)": OwnHandler,
        r"oauth_callback": CallbackHandler,
        r"": PageHandler,
    }
    shared = {"served": served}
    static = (f"{prefix}{_STATIC}", StaticFileHandler, {"path": str(_LIBRARY)})
    return Application(
        [static, *((f"{prefix}{path}", one, shared) for path, one in routes.items())],
        # The same after a restart, so that browsers stay logged in; only hub and service know it.
        cookie_secret=hashlib.sha256(b"class cookies " + served.hub.api_token.encode()).hexdigest(),
        # A page on the same host can read other cookies, from an error page that it opens.
        xsrf_cookie_kwargs={"httponly": True},
    )
