"""The instructor's page of a live question in a browser, with a service in this process."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tornado.web import RequestHandler

from lessons_lib.annexes.instructor.service.graded import Request
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from tests.annexes.instructor.service.served_class import Served
from tests.annexes.instructor.service.test_graded import right, wrong
from tests.annexes.instructor.service.test_live_room import LATER
from tests.support.browser import expect_accessible, expect_to_fit, status
from tests.support.waiting import LIMIT_S, eventually, now

pytestmark = pytest.mark.slow
Result = TypeVar("Result")
STEPS = ("Open", "Close", "Ask again", "Reveal", "End")
WORDS = "museum comment cards expression"  # of the question that is asked


class Class:
    """A class with a service in a thread of its own."""

    def __init__(self, store: ClassStore) -> None:
        self._loop, self._votes = asyncio.new_event_loop(), 0
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.served = self.run(self._start(store))

    async def _start(self, store: ClassStore) -> Served:
        return Served(store, lambda: LATER)  # which needs the loop

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what work of the service returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LIMIT_S)

    def vote(self, *letters: str) -> None:
        """Let a learner vote for each letter in the current round."""
        mark = self.served.room.state()["mark"]
        for number, letter in enumerate(letters):
            self._votes += 1
            action = QuizAction("answer", question=mark, letters=(letter,))
            sent = Request(f"{self._votes:08x}", action)
            self.run(self.served.room.act(f"learner {number}", "", sent, LATER))

    def stop(self) -> None:
        """End the service."""
        self.run(self.served.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LIMIT_S)
        self._loop.close()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Class]:
    with closing(ClassStore(f"sqlite:///{tmp_path}/record.sqlite")) as store:
        running = Class(store)
        yield running
        running.stop()


@pytest.fixture
def page(browser: BrowserContext, live: Class) -> Page:
    """The page of an instructor who has logged in."""
    value = live.served.cookie("ada's browser")
    cookie = {"name": live.served.known.cookie_name, "value": value, "url": live.served.url}
    browser.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict's plain form
    opened = browser.new_page()
    opened.goto(live.served.url)
    expect(opened.get_by_label("Question", exact=True)).to_be_visible()
    return opened


def enabled(page: Page) -> list[str]:
    """Return which buttons can be pressed."""
    buttons = page.locator("button[aria-disabled=false]").filter(visible=True)
    return [one for one in STEPS if one in buttons.all_inner_texts()]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a button has the focus."""
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached")


def figures(page: Page) -> list[str]:
    """Return the figures beside the bars, row by row."""
    return page.locator(".lv-figure").all_inner_texts()


def test_a_whole_question_is_asked_by_keyboard_and_survives_reloads(
    live: Class, page: Page
) -> None:
    count = page.locator("#count")
    eventually(lambda: enabled(page), ["Open"])
    page.keyboard.press("Tab")
    page.get_by_label("Search").focus()
    page.keyboard.type(WORDS)
    expect(page.locator("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(count).to_have_text("Open: 0 of 0 answered")
    eventually(lambda: enabled(page), ["Close"])
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    live.vote(wrong(), wrong(), right())
    expect(count).to_have_text("Open: 3 of 3 answered")
    assert now(figures(page)) == []
    page.reload()
    expect(count).to_have_text("Open: 3 of 3 answered")
    expect(page.locator(".qc-stem")).to_be_visible()
    tab_to(page, "Close")
    page.keyboard.press("Enter")
    expect(count).to_have_text("Closed: 3 of 3 answered")
    eventually(lambda: sorted(figures(page)), ["0 (0 %)", "0 (0 %)", "1 (33 %)", "2 (67 %)"])
    eventually(lambda: enabled(page), ["Open", "Ask again", "Reveal", "End"])
    tab_to(page, "Ask again")
    page.keyboard.press("Space")
    expect(count).to_contain_text("Round 2")
    eventually(lambda: len(figures(page)), 4)
    live.vote(right(), right(), right())
    tab_to(page, "Close")
    page.keyboard.press("Enter")
    expect(count).to_have_text("Round 2. Closed: 3 of 3 answered")
    eventually(lambda: "3 (100 %)" in figures(page), True)
    expect(page.get_by_text("✓ Right")).to_have_count(0)
    tab_to(page, "Reveal")
    page.keyboard.press("Enter")
    expect(page.locator("tr").filter(has_text="✓ Right")).to_contain_text("3 (100 %)")
    eventually(lambda: enabled(page), ["Open", "End"])
    tab_to(page, "End")
    page.keyboard.press("Enter")
    expect(count).to_contain_text("No question is open")
    eventually(lambda: enabled(page), ["Open"])


def test_it_is_accessible_and_fits_in_every_phase(live: Class, page: Page) -> None:
    def look() -> None:
        for scheme in ("light", "dark"):
            for width in (390, 1280):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                expect_accessible(page, "html")
                expect_to_fit(page.locator("html"))

    look()
    page.get_by_label("Search").fill(WORDS)
    page.get_by_role("button", name="Open").click()
    expect(page.locator(".qc-stem")).to_be_visible()
    for step in ("Close", "Ask again", "Close", "Reveal"):
        live.vote(wrong(), right())
        look()
        page.get_by_role("button", name=step).click()
        expect(page.get_by_role("button", name=step)).to_have_attribute("aria-disabled", "true")
    look()


def test_it_says_so_when_the_server_is_gone(live: Class, page: Page) -> None:
    proxy = {"status": 503, "content_type": "text/html", "body": "<!doctype html>"}
    for end in (lambda route: route.abort(), lambda route: route.fulfill(**proxy)):
        page.route("**/api/teach*", end)
        expect(page.get_by_role("alert")).to_contain_text("can't be reached")
        page.unroute_all()
        expect(page.get_by_role("alert")).to_be_hidden()
    expect(status(page.locator("main"))).not_to_be_empty()


class Hostile(RequestHandler):
    """A page of a learner's server, which shares the hub's origin and sets headers as it likes."""

    def get(self) -> None:
        """Send a page without rules."""
        self.set_header("Cross-Origin-Opener-Policy", "noopener-allow-popups")
        self.finish("<!doctype html><title>Help me</title><p>")


def test_a_page_of_a_learners_server_neither_teaches_nor_reads(live: Class, page: Page) -> None:
    live.served.application.add_handlers(r".*", [("/user/bob/", Hostile)])
    page.goto(f"{live.served.origin}/user/bob/")
    tried = page.evaluate(
        """async (url) => {
            const body = JSON.stringify({ do: "open", question: "x" });
            const asked = async (path, options) => {
                try {
                    const response = await fetch(url + path, { redirect: "manual", ...options });
                    return response.status;
                } catch { return 0; }
            };
            const frame = document.body.appendChild(document.createElement("iframe"));
            const framed = new Promise((done) => (frame.onload = done));
            frame.src = url;
            const other = window.open(url);
            await framed;
            await new Promise((done) => setTimeout(done, 1000));
            const seen = (one) => { try { return Boolean(one.document.querySelector("main")); }
                                    catch { return false; } };
            return {
                codes: [await asked(""), await asked("api/teach"), await asked("api/teach?list=1"),
                        await asked("api/teach", { method: "POST", body })],
                reads: [seen(frame.contentWindow), Boolean(other) && seen(other)],
            };
        }""",
        live.served.url,
    )
    assert tried == {"codes": [0, 401, 401, 401], "reads": [False, False]}
    assert live.served.room.state()["phase"] == "idle"
