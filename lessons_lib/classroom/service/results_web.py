"""The service's addresses for visits with a browser: a class's results, and everybody's own data.

Pages of learners' servers are on the same host. So a cookie is accepted from a visit alone, not
from a script or a frame, and what is sent is in a sandbox, so that no other page can read it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyterhub.services.auth import HubOAuth, HubOAuthenticated
from tornado.web import Application, HTTPError, RequestHandler

from lessons_lib.classroom.hub.collect.item_statistics import FEWEST_LEARNERS
from lessons_lib.classroom.record.event import Clock, new_event
from lessons_lib.classroom.service.desk import Desk
from lessons_lib.classroom.service.login import TEACH
from lessons_lib.classroom.service.results import class_results, credits_csv, nameless, own_data
from lessons_lib.classroom.service.web import ANSWER, SENTENCES, admitted
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
_FOLDERS = [Path(__file__).parents[1] / name for name in ("service", "hub/collect", "widgets")]
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDERS), autoescape=True, trim_blocks=True, undefined=StrictUndefined
)
_TEMPLATES.filters.update(counted=counted, percent=percent)


class VisitHandler(HubOAuthenticated, RequestHandler):  # type: ignore[misc]  # it has no types
    """A visit of somebody with one of some scopes; `person` is their name on the hub."""

    person: str

    def initialize(self, desk: Callable[[], Desk | None], hub_auth: HubOAuth, clock: Clock) -> None:
        """Take what all visits share."""
        self._desk, self.hub_auth, self.clock = desk, hub_auth, clock

    def set_default_headers(self) -> None:
        """Keep everything sent, errors included, from other pages."""
        for name, value in SANDBOXED.items():
            self.set_header(name, value)

    def needed(self) -> set[str]:
        """Return the scopes of which one is enough."""
        return {TEACH}

    @property
    def desk(self) -> Desk:
        """The plan, the questions and the record, if they can be read."""
        if (desk := self._desk()) is None or not desk.is_current():
            raise HTTPError(503)
        return desk

    async def prepare(self) -> None:
        """Find out who it is; lead a browser that has not logged in to the hub."""
        model = await self.identified()
        if model is None:
            return self.redirect(self.get_login_url())
        self.person = admitted(self.hub_auth, model, self.needed())

    async def identified(self) -> dict[str, Any] | None:
        """Return what the hub says about the one who visits, None if they have to log in."""
        if self.hub_auth.get_token(self, in_cookie=False):
            raise HTTPError(403)
        sent = [self.request.headers.get(f"Sec-Fetch-{name}") for name in ("Mode", "Dest")]
        if sent != ["navigate", "document"]:
            raise HTTPError(401)
        model: dict[str, Any] | None = await self.hub_auth.get_user(self, sync=False)
        return model

    def send(self, ending: str, text: str | bytes) -> None:
        """Send a page, or a file to be saved."""
        self.set_header("Content-Type", f"{MEDIA_TYPES[ending]}; charset=utf-8")
        if ending:
            self.set_header("Content-Disposition", f"attachment; filename=class{ending}")
        self.finish(text)

    def write_error(self, status_code: int, **_: object) -> None:
        """Send a sentence, and nothing of what went wrong in the record or at the hub."""
        self.set_status(status_code if status_code in REFUSALS else 503)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(REFUSALS[self.get_status()])


class ResultsHandler(VisitHandler):
    """The results, as a page or a file; names are in it if the address asks for them."""

    async def get(self, ending: str) -> None:
        """Send the results, after storing who reads them."""
        names = self.get_query_argument("names", "") == "1"
        read = new_event("class-results", f"results{ending}", {"names": names}, clock=self.clock)
        desk = self.desk
        await desk.store.save([(self.person, read)])
        events = await asyncio.to_thread(desk.store.all_events)
        results = await asyncio.to_thread(class_results, desk.found, events, self.clock())
        results = results if names else nameless(results)
        if ending == ".csv":
            self.send(ending, credits_csv(results))
        elif ending == ".json":
            self.send(ending, msgspec.json.encode(results))
        else:
            page = _TEMPLATES.get_template("results.html")
            self.send(ending, page.render(results=results, names=names, fewest=FEWEST_LEARNERS))


class OwnHandler(VisitHandler):
    """What is stored about whoever visits, as a page or a file; also for a token of their own."""

    def needed(self) -> set[str]:
        """Return those of everybody in the class, and of whoever may use the service at all."""
        return {ANSWER, *self.hub_auth.access_scopes}

    async def identified(self) -> dict[str, Any] | None:
        """Return the owner of a token, if there is one, or else who visits."""
        if token := self.hub_auth.get_token(self, in_cookie=False):
            model: dict[str, Any] | None = await self.hub_auth.user_for_token(token, sync=False)
            if model is None:
                raise HTTPError(401)
            return model
        return await super().identified()

    async def get(self, ending: str) -> None:
        """Send it."""
        desk = self.desk
        data = await asyncio.to_thread(own_data, desk.found, desk.store, self.person, self.clock())
        if ending:
            self.send(ending, msgspec.json.encode(data))
        else:
            self.send(ending, _TEMPLATES.get_template("mine.html").render(data, time=self._local))

    def _local(self, time: str) -> str:
        zone = self.desk.found.plan.zone
        return f"{datetime.fromisoformat(time).astimezone(ZoneInfo(zone)):%Y-%m-%d, %H:%M:%S}"


def add_results(
    served: Application,
    desk: Callable[[], Desk | None],
    hub_auth: HubOAuth,
    prefix: str,
    clock: Clock,
) -> None:
    """Add the addresses of results to those of a service, under its prefix."""
    shared = {"desk": desk, "hub_auth": hub_auth, "clock": clock}
    served.add_handlers(
        r".*",
        [
            (rf"{prefix}results(|\.csv|\.json)", ResultsHandler, shared),
            (rf"{prefix}mine(|\.json)", OwnHandler, shared),
        ],
    )
