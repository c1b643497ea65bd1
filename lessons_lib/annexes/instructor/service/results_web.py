"""The service's addresses for visits with a browser: a class's results, and everybody's own data.

Pages of learners' servers are on the same host. So a cookie is accepted from a visit alone, not
from a script or a frame, and what is sent is in a sandbox, so that no other page can read it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyterhub.services.auth import HubOAuthenticated
from tornado.web import HTTPError

from lessons_lib.annexes.instructor import collect
from lessons_lib.annexes.instructor.collect.item_statistics import FEWEST_LEARNERS
from lessons_lib.annexes.instructor.service.handlers import (
    ANSWER,
    SENTENCES,
    TEACH,
    Handler,
    asked,
    refusing,
)
from lessons_lib.annexes.instructor.service.results import (
    class_results,
    credits_csv,
    nameless,
    own_data,
)
from lessons_lib.classroom import widgets
from lessons_lib.classroom.record.event import new_event
from lessons_lib.formats import counted, percent

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
_FOLDERS = [Path(__file__).parent, Path(collect.__file__).parent, Path(widgets.__file__).parent]
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDERS), autoescape=True, trim_blocks=True, undefined=StrictUndefined
)
_TEMPLATES.filters.update(counted=counted, percent=percent)


class VisitHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # it has no types
    """A visit of somebody with one of some scopes."""

    sentences = REFUSALS

    def set_default_headers(self) -> None:
        """Keep everything sent, errors included, from other pages."""
        for name, value in SANDBOXED.items():
            self.set_header(name, value)

    def needed(self) -> set[str]:
        """Return the scopes of which one is enough."""
        return {TEACH}

    async def prepare(self) -> None:
        """Find out who it is; lead a browser that has not logged in to the hub."""
        model = await self.identified()
        if model is None:
            return self.redirect(self.get_login_url())
        self.admit(model, self.needed())

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

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence as a page of its own."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(self.sentence(status_code, found))


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
            page = _TEMPLATES.get_template("results.html").render(
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
            page = _TEMPLATES.get_template("mine.html").render(data, time=self._local)
            self.send_file(ending, page)

    def _local(self, time: str) -> str:
        zone = self.served.graded.found.plan.zone
        return f"{datetime.fromisoformat(time).astimezone(ZoneInfo(zone)):%Y-%m-%d, %H:%M:%S}"


async def in_turn(work: Callable[..., Any], *args: object) -> Any:
    """Return what takes long, from the one thread for all of it; answers never wait for that."""
    return await asyncio.get_running_loop().run_in_executor(_LONG, work, *args)
