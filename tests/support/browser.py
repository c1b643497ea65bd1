"""Headless Chromium, and what tests of any page ask it."""

import importlib.resources
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.support.servers import needed
from tests.support.waiting import LIMIT_MS, eventually

SIZE = ViewportSize(width=1400, height=1400)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
OFF = ("gpu", "quic", "background-networking", "component-update", "sync")
CHROMIUM_FLAGS = ["--no-sandbox", "--no-first-run", *(f"--disable-{one}" for one in OFF)]
AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# JupyterLab's body clips and has no height: axe would consider all text hidden, and skip contrast.
VIOLATIONS = """async (selector) => {
    document.body.style.overflow = "visible";
    const { violations } = await axe.run(selector, { resultTypes: ["violations"] });
    const nodes = violations.flatMap((one) => one.nodes.map((node) => [one.help, node.html]));
    return nodes.map((pair) => pair.join(": ")).join("\\n");
}"""

OVERFLOW = "root => root.scrollWidth - root.clientWidth"


def press(view: Locator, name: str | re.Pattern[str]) -> None:
    """Click the button with this name."""
    view.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def status(view: Locator) -> Locator:
    """Return what a screen reader announces."""
    return view.get_by_role("status")


def overflow(view: Locator) -> int:
    """Return how many pixels of a view are cut off at the right, as it is now."""
    return max(0, int(view.evaluate(OVERFLOW)))


def expect_to_fit(*views: Locator) -> None:
    """Expect that nothing of these views is cut off at the right."""
    for view in views:
        eventually(partial(overflow, view), 0)


def expect_apart(one: Locator, other: Locator) -> None:
    """Expect that two elements cover no part of each other."""
    eventually(lambda: overlap(one, other), False)


def overlap(one: Locator, other: Locator) -> bool:
    """Return whether two elements cover a part of each other, as they are now."""
    a, b = one.bounding_box(), other.bounding_box()
    assert a and b
    is_beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    return not (is_beside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"])


def expect_accessible(page: Page, selector: str) -> None:
    """Expect that axe finds no problem inside an element."""
    page.evaluate(AXE)
    eventually(lambda: page.evaluate(VIOLATIONS, selector), "")


def find_chromium() -> str | None:
    """Return the path of the browser, if there is one."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@contextmanager
def running_chromium(path: str | None) -> Iterator[Browser]:
    """Run Chromium while something uses it."""
    expect.set_options(timeout=LIMIT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


def visitor(chromium: Browser, **options: Any) -> BrowserContext:
    """Return a window of somebody who has not been anywhere before."""
    context = chromium.new_context(**({"viewport": SIZE} | options))
    context.set_default_timeout(LIMIT_MS)
    context.set_default_navigation_timeout(LIMIT_MS)
    return context


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of the browser; without one the tests are skipped, but fail in CI."""
    return needed("Chromium", *CHROMIUM_NAMES)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for a module, without a window.

    Playwright keeps an event loop running, which makes `asyncio.run` fail. So it stops at the end
    of the module, before other tests of the same worker.
    """
    with running_chromium(chromium_path) as running:
        yield running


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser window for one test."""
    with visitor(chromium) as context:
        yield context
