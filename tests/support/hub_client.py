"""A member of the class outside the browser, with an API token of the hub."""

import json
import uuid
from typing import Any

import httpx
import websocket

from tests.support.waiting import LIMIT_S, wait_for


class HubClient:
    """A member of the class, logged in with the hub's form; `PermissionError` if refused."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url, self.name = url, name
        with httpx.Client(base_url=url, follow_redirects=True, timeout=LIMIT_S) as browser:
            browser.get("/hub/login")
            form = {"username": name, "password": password, "_xsrf": browser.cookies["_xsrf"]}
            response = browser.post("/hub/login?next=/hub/home", data=form)
            if response.url.path != "/hub/home":
                raise PermissionError(f"{name} could not log in: {response.status_code}")
            xsrf = next(one.value for one in browser.cookies.jar if one.path == "/hub/")
            tokens = f"/hub/api/users/{name}/tokens"
            made = browser.post(tokens, headers={"X-XSRFToken": xsrf or ""}, json={})
            self.token = made.raise_for_status().json()["token"]

    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Send a request with the token."""
        headers = {"Authorization": f"token {self.token}"}
        return httpx.request(method, self.url + path, headers=headers, json=body, timeout=LIMIT_S)

    def start_server(self) -> None:
        """Start the user's server and wait until it is ready."""
        start = f"/hub/api/users/{self.name}/server"
        # While too many servers are starting, the hub asks to try again.
        wait_for(lambda: self.send("POST", start).status_code != 429)
        wait_for(lambda: bool(self.server().get("ready")))

    def server(self) -> dict[str, Any]:
        """Return what the hub knows about the user's server; empty if there is none."""
        user = self.send("GET", f"/hub/api/users/{self.name}").json()
        found: dict[str, Any] = user["servers"].get("", {})
        return found

    def start_kernel(self) -> str:
        """Start a kernel on the user's server and return its id."""
        made = self.send("POST", f"/user/{self.name}/api/kernels", {"name": "python3"})
        return str(made.json()["id"])

    def run_code(self, code: str) -> str:
        """Run code in a new kernel, and return what it prints; `RuntimeError` if it raises."""
        channel = self.open_socket(self.start_kernel())
        try:
            return printed(execute(channel, code))
        finally:
            channel.close()

    def open_socket(self, kernel: str) -> websocket.WebSocket:
        """Open the websocket of one of the user's kernels."""
        path = f"/user/{self.name}/api/kernels/{kernel}/channels"
        headers = [f"Authorization: token {self.token}"]
        address = self.url.replace("http", "ws", 1) + path
        return websocket.create_connection(address, header=headers, timeout=LIMIT_S)


def converse(
    channel: websocket.WebSocket, kind: str, content: dict[str, Any]
) -> list[dict[str, Any]]:
    """Send a message to a kernel and return its messages until it is idle again."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "version": "5.3", "username": ""}
    header |= {"session": uuid.uuid4().hex, "date": ""}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    channel.settimeout(LIMIT_S)
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


def printed(messages: list[dict[str, Any]]) -> str:
    """Return what was printed, from a kernel's messages."""
    return "".join(one["content"]["text"] for one in messages if one["msg_type"] == "stream")
