"""A class served in process, a hub that knows some people, and clients that send requests."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from jupyterhub.services.auth import HubOAuth
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import HTTPError, create_signed_value

from lessons_lib.annexes.instructor.service.live.room import LiveRoom
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.annexes.instructor.service.web import (
    ANSWER,
    TEACH,
    Served as ServedNow,
    application,
)
from lessons_lib.classroom.record.event import Clock
from tests.annexes.instructor.service.test_desk import FOUND
from tests.annexes.instructor.service.test_graded import SINGLE

PREFIX, REACH = "/services/class/", "access:services!service=class"
PEOPLE: dict[str, dict[str, Any]] = {
    "ann's": {"name": "ann", "scopes": [REACH, ANSWER]},
    "bob's": {"name": "bob", "scopes": [REACH, ANSWER]},
    "ada's server": {"name": "ada", "scopes": [REACH, ANSWER]},
    "ada's browser": {"name": "ada", "scopes": [REACH, ANSWER, TEACH]},
    "a former learner's": {"name": "zoe", "scopes": [REACH]},
    "a guest's": {"name": "guest", "scopes": ["read:users"]},
    "a service's": {"name": "robot", "kind": "service", "scopes": [REACH, ANSWER, TEACH]},
}
VISIT = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


class Hub(HubOAuth):  # type: ignore[misc]  # it has no types
    """The hub's own check of cookies and tokens, with a hub that knows some, or is down."""

    async def user_for_token(
        self, token: str, use_cache: bool = True, session_id: str = "", *, sync: bool = True
    ) -> dict[str, Any] | None:
        if token == "down":
            raise HTTPError(502)
        return PEOPLE.get(token)


def hub() -> Hub:
    """Return the hub's check as a service makes it."""
    return Hub(
        api_token="secret",
        oauth_client_id="service-class",
        access_scopes={"access:services", REACH},
        base_url=PREFIX,
    )


class Served:
    """The class at an address, while a loop runs."""

    def __init__(
        self, store: ClassStore, clock: Clock, found: ClassFolder = FOUND, *, is_up: bool = True
    ) -> None:
        self.known = hub()
        self.now = ServedNow(self.known, clock)
        self.now.store = store
        if is_up:
            self.now.renew(found, "")
        self.application = application(self.now, PREFIX)
        self.secret = self.application.settings["cookie_secret"]
        self._server = HTTPServer(self.application)
        socket, port = bind_unused_port()
        self._server.add_socket(socket)
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}{PREFIX}"

    @property
    def room(self) -> LiveRoom:
        """The live question."""
        return self.now.live

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


class Client:
    """Sends requests with a token, or as a browser with a cookie."""

    def __init__(self, served: Served) -> None:
        self.served = served

    async def send(
        self, path: str, headers: Mapping[str, str], body: object = None, method: str = ""
    ) -> HTTPResponse:
        """Send a request to a path of the service."""
        text = body if isinstance(body, str | None) else json.dumps(body)
        method = method or ("GET" if body is None else "POST")
        return await AsyncHTTPClient().fetch(
            f"{self.served.url}{path}",
            method=method,
            body=text,
            headers=headers,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
        )

    async def kernel(self, token: str, body: object = None, **more: Any) -> HTTPResponse:
        """Ask as a learner's kernel does."""
        path = more.pop("path", "api/live")
        return await self.send(path, {"Authorization": f"token {token}"}, body, **more)

    async def browser(self, token: str, body: object = None, **more: Any) -> HTTPResponse:
        """Ask as the script of the instructor's page does."""
        headers = self.cookies(token) | {"Sec-Fetch-Mode": "cors"}
        headers |= more.pop("headers", {"X-XSRFToken": self.served.xsrf(token, "s")})
        return await self.send(more.pop("path", "api/teach"), headers, body, **more)

    async def visit(
        self, path: str, *, cookie: str = "", token: str = "", **more: Any
    ) -> HTTPResponse:
        """Open a page, as a browser does with the address that somebody typed."""
        headers = dict(more.pop("headers", VISIT))
        if cookie:
            headers["Cookie"] = f"{self.served.known.cookie_name}={self.served.cookie(cookie)}"
        if token:
            headers["Authorization"] = f"token {token}"
        return await self.send(path, headers, **more)

    def cookies(self, token: str) -> dict[str, str]:
        """Return the header with the cookies of a browser that has logged in."""
        named = {self.served.known.cookie_name: self.served.cookie(token)}
        named |= {"jupyterhub-session-id": "s", "_xsrf": self.served.xsrf(token, "s")}
        return {"Cookie": "; ".join("=".join(one) for one in named.items())}


@asynccontextmanager
async def serving(
    store: ClassStore, clock: Clock, found: ClassFolder = FOUND, *, is_up: bool = True
) -> AsyncIterator[Client]:
    """Serve a class to a client."""
    service = Served(store, clock, found, is_up=is_up)
    try:
        yield Client(service)
    finally:
        await service.stop()


def answer(letter: str, question: str = SINGLE.id, number: int = 1) -> dict[str, object]:
    """Return the body of a request with an answer."""
    action = {"do": "answer", "question": question, "letters": [letter]}
    return {"id": f"{number:08x}", "action": action}


def page_of(response: HTTPResponse) -> Any:
    """Return the page in a reply."""
    return json.loads(response.body)
