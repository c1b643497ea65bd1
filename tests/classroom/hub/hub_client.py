"""A hub user with a browser's cookies and an API token, who can send any request."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import websocket

SPAWN_TIMEOUT_S = 300
EXECUTE_TIMEOUT_S = 300
POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, its headers in lower case, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie, and the path to which a browser sends it."""

    path: str
    name: str
    text: str


@dataclass
class HubClient:
    """A member of the class, named `name`, outside a notebook."""

    url: str
    name: str
    token: str = ""
    cookies: list[Cookie] = field(default_factory=list)

    def log_in(self, password: str) -> None:
        """Log in with the form without starting a server, and create an API token."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=60) as browser:
            browser.get("/hub/login")
            form = {"username": self.name, "password": password, "_xsrf": browser.cookies["_xsrf"]}
            response = browser.post("/hub/login?next=/hub/home", data=form)
            if response.url.path != "/hub/home":
                raise PermissionError(
                    f"{self.name} could not log in: {response.status_code} {response.url}"
                )
            self.cookies = _cookies(browser)
            headers = {"X-XSRFToken": self._cookies_for("/hub/")["_xsrf"]}
            made = browser.post(f"/hub/api/users/{self.name}/tokens", headers=headers, json={})
            self.token = made.raise_for_status().json()["token"]

    def visit(self, path: str) -> None:
        """Follow all redirects like a browser, and keep the cookies that servers set."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=60) as browser:
            for one in self.cookies:
                browser.cookies.set(one.name, one.text, urlsplit(self.url).hostname or "", one.path)
            browser.get(path)
            self.cookies = _cookies(browser)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: object = None,
        with_token: bool = True,
        with_cookies: bool = False,
        timeout_s: float = 60,
    ) -> Answer:
        """Send a request with its path unchanged, including dots and encoded slashes."""
        given = dict(headers or {})
        if with_token and self.token:
            given.setdefault("Authorization", f"token {self.token}")
        if with_cookies:
            given["Cookie"] = self.cookie_header(path)
            given["X-XSRFToken"] = self._cookies_for(path).get("_xsrf", "")
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=timeout_s)
        content = None if body is None else json.dumps(body)
        given.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, content, given)
            answer = connection.getresponse()
            lowered = {name.lower(): text for name, text in answer.getheaders()}
            return Answer(answer.status, lowered, answer.read())
        finally:
            connection.close()

    def cookie_header(self, path: str) -> str:
        """Return all cookies for every path, which no browser would send."""
        return "; ".join(f"{name}={text}" for name, text in self._cookies_for(path).items())

    def _cookies_for(self, path: str) -> dict[str, str]:
        """Return the cookies; of those with the same name, the one that matches the path best."""
        fitting = sorted(self.cookies, key=lambda one: (path.startswith(one.path), len(one.path)))
        return {one.name: one.text for one in fitting}

    def start_server(self) -> None:
        """Start the user's server and wait until it is ready."""
        status = 429
        for _ in range(int(SPAWN_TIMEOUT_S / POLL_S)):
            if status == 429:  # too many servers are starting: the hub asks to try again
                status = self.send("POST", f"/hub/api/users/{self.name}/server").status
            elif self.server().get("ready"):
                return
            time.sleep(POLL_S)
        raise TimeoutError(f"The server of {self.name} did not start.")

    def stop_server(self) -> None:
        """Stop the user's server and wait until it has ended."""
        self.send("DELETE", f"/hub/api/users/{self.name}/server")
        for _ in range(int(SPAWN_TIMEOUT_S / POLL_S)):
            if not self.server():
                return
            time.sleep(POLL_S)
        raise TimeoutError(f"The server of {self.name} did not stop.")

    def server(self) -> dict[str, Any]:
        """Return what the hub knows about the user's server; empty if there is none."""
        user = json.loads(self.send("GET", f"/hub/api/users/{self.name}").body)
        found: dict[str, Any] = user["servers"].get("", {})
        return found

    def start_kernel(self) -> str:
        """Start a kernel on the user's server and return its id."""
        made = self.send("POST", f"/user/{self.name}/api/kernels", body={"name": "python3"})
        return str(json.loads(made.body)["id"])

    def run_code(self, code: str, kernel: str | None = None) -> str:
        """Run code in one of the user's kernels, by default a new one, and return what it prints.

        Raises
        ------
        RuntimeError
            If the code raises; the message is the last line of the error.
        """
        kernel = kernel or self.start_kernel()
        channel = self.open_socket(f"/user/{self.name}/api/kernels/{kernel}/channels")
        try:
            messages = execute(channel, code)
            return "".join(
                one["content"]["text"] for one in messages if one["msg_type"] == "stream"
            )
        finally:
            channel.close()

    def open_socket(self, path: str, **query: str) -> websocket.WebSocket:
        """Open a websocket with the token and cookies; `WebSocketException` if it is refused."""
        address = f"{self.url.replace('http', 'ws', 1)}{path}?{urlencode(query)}"
        headers = [f"Authorization: token {self.token}"]
        return websocket.create_connection(
            address, header=headers, cookie=self.cookie_header(path), timeout=60
        )


def converse(
    channel: websocket.WebSocket, kind: str, content: dict[str, Any]
) -> list[dict[str, Any]]:
    """Send a message to a kernel and return its messages until it is idle again."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "version": "5.3", "username": ""}
    header |= {"session": uuid.uuid4().hex, "date": ""}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    channel.settimeout(EXECUTE_TIMEOUT_S)
    channel.send(json.dumps({**message, "channel": "shell", "buffers": []}))
    messages = []
    while True:
        frame = channel.recv()
        if isinstance(frame, bytes) or not frame:  # a message with buffers, such as an image
            continue
        reply = json.loads(frame)
        if reply["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        messages.append(reply)
        if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
            return messages


def execute(channel: websocket.WebSocket, code: str) -> list[dict[str, Any]]:
    """Run code in a kernel and return its messages; `RuntimeError` if the code raises."""
    messages = converse(channel, "execute_request", {"code": code, "silent": False})
    for one in messages:
        if one["msg_type"] == "error":
            raise RuntimeError(f"{one['content']['ename']}: {one['content']['evalue']}")
    return messages


def _cookies(browser: httpx.Client) -> list[Cookie]:
    return [Cookie(one.path, one.name, one.value or "") for one in browser.cookies.jar]
