"""Firefox and WebKit, which is Safari's engine, from Debian's packages, driven as by a learner.

Playwright drives only its own builds of both, and Debian has no geckodriver. The commands are those
of WebDriver: over HTTP for WebKit, and for Firefox over the socket that geckodriver would use.
"""

import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedRWPair
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.browser import SIZE
from tests.support.servers import held_port, needed, started, wait_for_port
from tests.support.waiting import LIMIT_S, wait_for

MOST_CLICKS = 20
KEYS = {
    "ArrowDown": "\ue015",
    "ArrowRight": "\ue014",
    "ArrowUp": "\ue013",
    "Control": "\ue009",
    "Enter": "\ue007",
    "Home": "\ue011",
    "Space": " ",
    "Tab": "\ue004",
}
# An element that is in view and stands still, with nothing over it.
FIND = """
const [outer, text, inner] = arguments;
const around = [...document.querySelectorAll(outer)].find(
    (one) => one.checkVisibility() && one.textContent.includes(text)
);
const found = inner ? around?.querySelector(inner) : around;
if (!found) return null;
found.scrollIntoView({ block: "nearest", behavior: "instant" });
const { x, y, width, height } = found.getBoundingClientRect();
const before = window.lastPlace;
window.lastPlace = [...arguments, x, y, width, height].join();
const top = document.elementFromPoint(x + width / 2, y + height / 2);
return window.lastPlace === before && found.contains(top) ? found : null;
"""
NOTE_CLICK = """
window.wasClicked = false;
const note = () => (window.wasClicked = true);
arguments[0].addEventListener("click", note, { capture: true, once: true });
"""
# The browsers' own logs are not available to both drivers.
KEEP_ERRORS = """
window.errors = [];
const words = (one) => `${one} ${one?.stack ?? ""}`; // Firefox's stack lacks the message
const keep = (...parts) => window.errors.push(parts.map(words).join(" "));
const { error } = console;
console.error = (...parts) => { keep(...parts); error.apply(console, parts); };
addEventListener("error", (event) => keep(event.message, event.error));
addEventListener("unhandledrejection", ({ reason }) => keep(reason));
"""


class Send(Protocol):
    """Send a command of WebDriver, by its name and its path, and return its result."""

    def __call__(self, name: str, path: str, **parameters: object) -> Any: ...


class Engine:
    """A browser with one page."""

    def __init__(self, send: Send) -> None:
        self._send = send
        send("SetWindowRect", "window/rect", x=0, y=0, **SIZE)

    def open(self, url: str) -> None:
        """Go to an address, and keep from then on what the page reports as errors."""
        self._send("Navigate", "url", url=url)
        self.run(KEEP_ERRORS)

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script, the body of a function, returns in the page."""
        return self._send("ExecuteScript", "execute/sync", script=script, args=arguments)

    def wait_for(self, script: str, *arguments: object) -> Any:
        """Return the first true value that a script returns."""
        return wait_for(lambda: self.run(script, *arguments))

    def find(self, outer: str, text: str = "", inner: str = "") -> Any:
        """Return what is inside the first visible element with a text, once it is in view."""
        return self.wait_for(FIND, outer, text, inner)

    def click(self, outer: str, text: str = "", inner: str = "") -> None:
        """Click what `find` finds; again if the page moved it away under the mouse."""
        for _ in range(MOST_CLICKS):
            target = self.find(outer, text, inner)
            self.run(NOTE_CLICK, target)
            press = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
            self._act("pointer", {"type": "pointerMove", "origin": target, "x": 0, "y": 0}, *press)
            if self.run("return window.wasClicked"):
                return
        pytest.fail(f"cannot be clicked: {outer} {text} {inner}")

    def keys(self, *names: str) -> None:
        """Press keys, such as "Enter", "a" or "Control+s", wherever the focus is."""
        for name in names:
            held = [KEYS.get(key, key) for key in name.split("+")]
            self._act("key", *({"type": "keyDown", "value": key} for key in held))
            self._act("key", *({"type": "keyUp", "value": key} for key in reversed(held)))

    def _act(self, kind: str, *actions: Mapping[str, object]) -> None:
        device = {"type": kind, "id": kind, "actions": actions}
        self._send("PerformActions", "actions", actions=[device])


@contextmanager
def firefox(folder: Path) -> Iterator[Engine]:
    """Start Firefox ESR without a window."""
    command = needed("Firefox ESR", "firefox-esr")
    (folder / "user.js").write_text('user_pref("marionette.port", 0);\n')  # any free one
    flags = ("--headless", "--marionette", "--profile", str(folder))
    with started(folder, command, *flags, environment=_own(folder)):
        address = ("127.0.0.1", int(_written(folder / "MarionetteActivePort", r"\d+")))
        with (
            socket.create_connection(address, LIMIT_S) as connection,
            connection.makefile("rwb") as stream,
        ):
            yield Engine(_over_socket(stream))


def _over_socket(stream: BufferedRWPair) -> Send:
    """Start a session with Firefox: each message is JSON, with its length and a colon before it."""

    def receive() -> Any:
        length = b""
        while (byte := stream.read(1)) != b":":
            assert byte, "Firefox ended"
            length += byte
        return json.loads(stream.read(int(length)))

    def send(name: str, path: str, **parameters: object) -> Any:
        message = json.dumps([0, 0, f"WebDriver:{name}", parameters]).encode()
        stream.write(b"%d:%s" % (len(message), message))
        stream.flush()
        _, _, error, result = receive()
        assert not error, f"{name}: {error}"
        return result.get("value")

    receive()  # its greeting
    send("NewSession", "", capabilities={})
    return send


@contextmanager
def webkit(folder: Path) -> Iterator[Engine]:
    """Start WebKitGTK's small browser on a screen of its own, which ends it."""
    driver, screen = needed("WebKitGTK", "WebKitWebDriver"), needed("a screen", "Xvfb")
    size = f"{SIZE['width']}x{SIZE['height']}x24"
    flags = ("-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp")
    own = _own(folder)
    with started(folder, screen, *flags, environment=own):
        own["DISPLAY"] = ":" + _written(folder / "Xvfb.log", r"^\d+(?=\n)")
        with (
            held_port() as port,
            started(folder, driver, f"--port={port}", environment=own) as process,
        ):
            wait_for_port(process, port)
            yield Engine(_over_http(f"http://127.0.0.1:{port}/session"))


def _over_http(sessions: str) -> Send:
    """Start a session with the driver at an address."""

    def post(url: str, parameters: dict[str, object]) -> Any:
        request = Request(
            url, json.dumps(parameters).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urlopen(request, timeout=LIMIT_S) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            pytest.fail(f"{url}: {error.read().decode()}")

    session = f"{sessions}/{post(sessions, {'capabilities': {}})['sessionId']}"
    return lambda name, path, **parameters: post(f"{session}/{path}", parameters)


def _own(folder: Path) -> dict[str, str]:
    """Return an environment in which a browser writes to a folder."""
    return os.environ | {"HOME": str(folder)}


def _written(path: Path, pattern: str) -> str:
    """Wait until a line of a file matches a pattern, and return what does."""
    wait_for(lambda: path.exists() and re.search(pattern, path.read_text("utf-8"), re.M))
    return str(re.findall(pattern, path.read_text("utf-8"), re.M)[0])
