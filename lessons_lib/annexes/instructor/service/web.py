"""The addresses of the service: learners' kernels by token, the instructor's page by cookie.

A token, whoever it belongs to, opens, reveals and reads nothing of a live question for the
instructor: that page is for a browser that logged in at the hub with the right to teach.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import Application, HTTPError, StaticFileHandler

from lessons_lib.annexes.instructor.collect.collect import FEWEST_LEARNERS
from lessons_lib.annexes.instructor.collect.page import TEMPLATES
from lessons_lib.annexes.instructor.service.desk import Request
from lessons_lib.annexes.instructor.service.handlers import (
    ANSWER,
    SENTENCES,
    Handler,
    PageHandler,
    Served,
    asked,
    refusing,
)
from lessons_lib.annexes.instructor.service.live.room import Command
from lessons_lib.annexes.instructor.service.results import (
    class_results,
    credits_csv,
    nameless,
    own_data,
)
from lessons_lib.classroom.record.event import new_event

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


class LearnerHandler(Handler):
    """A learner's questions: the page of a graded quiz, or else of the live question."""

    def needed(self) -> set[str]:
        """Return the scope of everybody in the class."""
        return {ANSWER}

    def check_xsrf_cookie(self) -> None:
        """Need no such cookie, because no cookie identifies anybody here."""

    async def identified(self) -> Any:
        """Return the owner of the token of a server; no cookie counts."""
        token = self.hub_auth.get_token(self, in_cookie=False)
        return await asked(self.hub_auth.user_for_token(token, sync=False)) if token else None

    async def get(self, quiz: str | None) -> None:
        """Send the page as it is now; that of the room once it is not the one that is seen."""
        seen = self.get_query_argument("seen", None)
        desk = self.served.graded if quiz else self.served.live
        with refusing():
            self.send(await desk.page(self.person, quiz or "", self.arrived, seen))

    async def post(self, quiz: str | None) -> None:
        """Do what the learner requested, and send the page after it once that is on disk."""
        sent = self.body(Request)
        desk = self.served.graded if quiz else self.served.live
        with refusing():
            self.send(await desk.act(self.person, quiz or "", sent, self.arrived))


class CallbackHandler(HubOAuthCallbackHandler):  # type: ignore[misc]  # it has no types
    """Where the hub leads a browser that has logged in."""

    def initialize(self, served: Served) -> None:
        """Take what knows about the login that began."""
        self.hub_auth = served.hub


class TeachHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # it has no types
    """A request of an instructor's browser."""

    sentences = DENIED

    async def identified(self) -> Any:
        """Return who has the cookie, and no token; the hub's library also checks against XSRF."""
        if self.request.headers.get("Authorization") or self.get_arguments("token"):
            raise HTTPError(403)
        return await asked(self.hub_auth.get_user(self, sync=False))


class FrontHandler(PageHandler, TeachHandler):
    """The instructor's page."""

    headers: ClassVar = HEADERS

    def get(self) -> None:
        """Send the page, whose script gets the rest."""
        page = (_LIBRARY / "annexes/instructor/service/live/page.html").read_text("utf-8")
        self.finish(page.replace("{xsrf}", escape(self.xsrf_token.decode())))


class StateHandler(TeachHandler):
    """What is asked and what was answered: totals, and no names."""

    def get(self) -> None:
        """Send the state as it is now, or what can be asked."""
        wants_list = self.get_query_argument("list", "")
        live = self.served.live
        self.send(live.listed() if wants_list else live.state())

    async def post(self) -> None:
        """Do what the instructor requested, and send the state after it."""
        command = self.body(Command)
        with refusing():
            self.send(await self.served.live.lead(self.person, command))


def application(served: Served, prefix: str) -> Application:
    """Return the service's addresses under a prefix."""
    routes = {
        r"api/(?:live|graded/([^/]+))": LearnerHandler,
        r"api/teach": StateHandler,
        r"results(|\.csv|\.json)": ResultsHandler,
        r"mine(|\.json)": OwnHandler,
        r"oauth_callback": CallbackHandler,
        r"": FrontHandler,
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


SANDBOXED = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox allow-downloads; default-src 'none'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "noopener-allow-popups",
    "X-Content-Type-Options": "nosniff",
}
REFUSALS = {
    **SENTENCES,
    401: "Open this address itself in a browser and log in. Unless it is local, it needs https.",
    403: "You may not see this.",
}
MEDIA_TYPES = {"": "text/html", ".csv": "text/csv", ".json": "application/json"}
_LONG = ThreadPoolExecutor(max_workers=1)


class VisitHandler(PageHandler):
    """A visit of somebody."""

    sentences, headers = REFUSALS, SANDBOXED

    async def identified(self) -> Any:
        """Return what the hub says about the one who visits, None if they have to log in."""
        if self.hub_auth.get_token(self, in_cookie=False):
            raise HTTPError(403)
        sent = [self.request.headers.get(f"Sec-Fetch-{name}") for name in ("Mode", "Dest")]
        if sent != ["navigate", "document"]:
            raise HTTPError(401)
        return await asked(self.hub_auth.get_user(self, sync=False))

    def send_file(self, ending: str, text: str | bytes) -> None:
        """Send a page, or a file to be saved."""
        self.set_header("Content-Type", f"{MEDIA_TYPES[ending]}; charset=utf-8")
        if ending:
            self.set_header("Content-Disposition", f"attachment; filename=class{ending}")
        self.finish(text)


class ResultsHandler(VisitHandler):
    """The results, as a page or a file; names are in it if the address asks for them."""

    async def get(self, ending: str) -> None:
        """Send the results, after storing who reads them."""
        names = self.get_query_argument("names", "") == "1"
        about, desk, now = {"names": names}, self.served.graded, self.arrived
        read = new_event("class-results", f"results{ending}", about, clock=lambda: now)
        with refusing():
            await desk.store.save([(self.person, read)])
            events = await in_turn(desk.store.all_events)
        results = await in_turn(class_results, desk.found, events, now)
        results = results if names else nameless(results)
        if ending == ".csv":
            self.send_file(ending, credits_csv(results))
        elif ending == ".json":
            self.send_file(ending, msgspec.json.encode(results))
        else:
            page = TEMPLATES.get_template("results.html").render(
                results=results,
                names=names,
                fewest=FEWEST_LEARNERS,
                reminders=desk.found.plan.reminders(now),
            )
            self.send_file(ending, page)


class OwnHandler(VisitHandler):
    """What is stored about whoever visits, as a page or a file; also for a token of their own."""

    def needed(self) -> set[str]:
        """Return those of everybody in the class, and of whoever may use the service at all."""
        return {ANSWER, *self.hub_auth.access_scopes}

    async def identified(self) -> Any:
        """Return the owner of a token, if there is one, or else who visits."""
        if token := self.hub_auth.get_token(self, in_cookie=False):
            model = await asked(self.hub_auth.user_for_token(token, sync=False))
            if model is None:
                raise HTTPError(401)
            return model
        return await super().identified()

    async def get(self, ending: str) -> None:
        """Send it."""
        desk = self.served.graded
        with refusing():
            data = await in_turn(own_data, desk.found, desk.store, self.person, self.arrived)
        if ending:
            self.send_file(ending, msgspec.json.encode(data))
        else:
            page = TEMPLATES.get_template("mine.html").render(data, time=self._local)
            self.send_file(ending, page)

    def _local(self, time: str) -> str:
        zone = self.served.graded.found.plan.zone
        return f"{datetime.fromisoformat(time).astimezone(ZoneInfo(zone)):%Y-%m-%d, %H:%M:%S}"


async def in_turn(work: Callable[..., Any], *args: object) -> Any:
    """Return what takes long, from the one thread for all of it; answers never wait for that."""
    return await asyncio.get_running_loop().run_in_executor(_LONG, work, *args)
