"""A site, built once and delivered by a file server from below another folder."""

import functools
import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize, expect

from lessons_lib.annexes.site.places import place_html
from lessons_lib.classroom.widgets.static import STATIC_CLASS
from tests.support.browser import chromium, chromium_path, visitor

__all__ = ["chromium", "chromium_path"]

COURSE = Path(__file__).parents[3]
VIEW = ViewportSize(width=1000, height=900)
PAGE, QUIZ = "06_batch_inference.html", "quiz 06_batch_inference shapes"
PREFIX = "/a/b/"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site."""
    from lessons_lib.annexes.site.build import build_site

    folder = tmp_path_factory.mktemp("site") / "out"
    build_site(folder, say=print)
    return folder


class Server(http.server.ThreadingHTTPServer):
    """A file server whose pages are below `PREFIX`; it can be stopped and started again.

    Attributes
    ----------
    headers : dict of str to str
        Sent with every file.
    broken : str
        Files with this in their address cannot be had.
    asked : list of str
        The addresses that were requested.
    """

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: Callable[..., Any]) -> None:
        self.headers: dict[str, str] = {}
        self.broken = ""
        self.asked: list[str] = []
        super().__init__(address, handler)

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self.server_port}{PREFIX}"


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.broken and self.server.broken in self.path:
            self.send_error(503)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def translate_path(self, path: str) -> str:
        if not path.startswith(PREFIX):
            return "/nowhere"
        return super().translate_path(path.removeprefix(PREFIX.rstrip("/")))


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Server]:
    """Deliver a folder, at a free port if none is given."""
    handler: Callable[..., Any] = functools.partial(_Handler, directory=str(folder))
    with Server(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Server]:
    """A file server with the site."""
    with serving(site) as running:
        yield running


class Reader:
    """A tab of someone who reads the site; what goes wrong or elsewhere is kept."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.problems: list[str] = []
        self.outside: list[str] = []
        self.logged: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._listen)
        page.on("request", self._note)

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.logged.append(message.text)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, name: str) -> None:
        """Open a page of the site, and wait until its cards are drawn."""
        self.page.goto(f"{self.url}{name}")
        self.drawn()

    def follow(self, name: str) -> None:
        """Follow the sidebar's link to a page, and wait until its cards are drawn."""
        self.page.evaluate("document.body.isOld = true")
        link = self.page.locator(f".sidebar-drawer a[href*='{name}']").first
        link.dispatch_event("click")  # it is folded where the window is small
        self.page.wait_for_function("!document.body.isOld")
        self.drawn()

    def drawn(self) -> None:
        """Wait until all cards of the page are drawn."""
        self.page.wait_for_function(
            "[...document.querySelectorAll('.lessons-place:has(> script)')].length === 0"
        )

    def keep_everything(self) -> None:
        """Press the button for offline use, and wait until all is kept."""
        self.open("index.html")
        self.page.get_by_role("button", name="Keep everything").click()
        offline = self.page.locator(".lessons-offline").get_by_role("status")
        expect(offline).to_contain_text("are kept")

    def place(self, name: str) -> Locator:
        """Return a place by the beginning of its name."""
        return self.page.locator(f".lessons-place[data-place^='{name}']")

    def answer(self, place: Locator, letter: str) -> None:
        """Answer the question of a quiz, and wait for the verdict."""
        place.locator(f"input[value={letter}]").check()
        place.get_by_role("button", name="Submit").click()
        expect(place.locator(".qc-verdict")).to_be_visible()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of someone who has not been on the site before."""
    # Requests that pass a service worker cannot be changed by a test.
    with visitor(chromium, viewport=VIEW, service_workers="block") as own:
        yield own


@pytest.fixture
def own(chromium: Browser) -> Iterator[BrowserContext]:
    """Such a browser, in which the site's service worker may run."""
    with visitor(chromium, viewport=VIEW) as context:
        yield context


@pytest.fixture
def reader(context: BrowserContext, server: Server) -> Reader:
    """A tab of a new reader."""
    return Reader(context.new_page(), server.url)


def blocked(route: Route) -> None:
    """Let a request fail."""
    route.abort()


def card(slug: str, cell: Mapping[str, Any]) -> str | None:
    """Return the place of a stored card that stays as it is."""
    html = ("".join(one.get("data", {}).get("text/html", "")) for one in cell["outputs"])
    static = next((one for one in html if f'class="{STATIC_CLASS}"' in one), None)
    return place_html(static) if static and not slug.startswith("14") else None


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages alone; no card in them is alive."""
    from lessons_lib.annexes.site.pages import write_pages

    folder = tmp_path_factory.mktemp("pages")
    write_pages(COURSE, folder, card, measured="a test's machine.")
    (folder / "_static" / "host.js").write_text("window.hosts = (window.hosts ?? 0) + 1;")
    return folder
