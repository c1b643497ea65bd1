"""A class with a live question, served in process, and a hub that knows some people."""

import asyncio
import base64
import hashlib
from typing import Any

from jupyterhub.services.auth import HubOAuth
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import HTTPError, create_signed_value

from lessons_lib.classroom.record.event import Clock
from lessons_lib.classroom.service.desk import Desk
from lessons_lib.classroom.service.live.room import LiveRoom
from lessons_lib.classroom.service.live.web import add_live
from lessons_lib.classroom.service.login import TEACH, add_login
from lessons_lib.classroom.service.store import ClassStore
from lessons_lib.classroom.service.web import ANSWER, application
from tests.classroom.service.test_desk import FOUND

PREFIX = "/services/class/"
PEOPLE: dict[str, dict[str, Any]] = {
    "ann's": {"name": "ann", "scopes": [ANSWER]},
    "bob's": {"name": "bob", "scopes": [ANSWER]},
    "ada's server": {"name": "ada", "scopes": [ANSWER]},
    "ada's browser": {"name": "ada", "scopes": [ANSWER, TEACH]},
    "a service's": {"name": "collector", "kind": "service", "scopes": [ANSWER, TEACH]},
}


class Hub(HubOAuth):  # type: ignore[misc]  # it has no types
    """The hub's own check of cookies and tokens, without a hub that knows them."""

    async def user_for_token(
        self, token: str, *, sync: bool = True, **_: object
    ) -> dict[str, Any] | None:
        if token == "down":
            raise HTTPError(502)
        return PEOPLE.get(token)


def hub() -> Hub:
    """Return the hub's check as a service makes it."""
    return Hub(api_token="secret", oauth_client_id="service-class", base_url=PREFIX)


class Served:
    """The class at an address, while a loop runs."""

    def __init__(self, store: ClassStore, clock: Clock) -> None:
        desk, self.known = Desk(FOUND, store, clock), hub()
        self.room = LiveRoom(desk, clock)
        self.application = application(lambda: desk, self.known)
        add_login(self.application, self.known, PREFIX)
        add_live(self.application, lambda: self.room, self.known, PREFIX)
        self.secret = self.application.settings["cookie_secret"]
        self._server = HTTPServer(self.application)
        socket, port = bind_unused_port()
        self._server.add_socket(socket)
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}{PREFIX}"

    def cookie(self, token: str) -> str:
        """Return the value of the cookie that a browser has after its login."""
        return create_signed_value(self.secret, self.known.cookie_name, token).decode()

    def xsrf(self, token: str, session: str) -> str:
        """Return what the hub's library signs for a page of this browser and session."""
        value = f"{session}:{hashlib.sha256(token.encode()).hexdigest()}"
        signed = create_signed_value(self.secret, "_xsrf", value)
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    async def stop(self) -> None:
        """End all requests."""
        self._server.stop()
        await self._server.close_all_connections()
        await asyncio.sleep(0)
