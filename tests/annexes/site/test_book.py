"""A card in a page of another site: in a book, with a module that MyST copies, or in a frame."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.annexes.site.conftest import COURSE, PREFIX, Server, serving

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

MODULE = "lessons-card.mjs"
HOST = """async ([module, options]) => {
    const { default: card } = await import(module);
    const host = document.body.appendChild(document.createElement("div"));
    const el = host.attachShadow({ mode: "open" }).appendChild(document.createElement("div"));
    window.end = card.render({ model: { get: (name) => options[name] }, el });
}"""


@pytest.fixture
def book(context: BrowserContext, site: Path, tmp_path: Path) -> Iterator[Page]:
    """A page of another site, with a copy of the module."""
    shutil.copy(site / MODULE, tmp_path / "a1b2c3.mjs")
    (tmp_path / "index.html").write_text("<!doctype html><title>A book</title>")
    with serving(tmp_path) as server:
        page = context.new_page()
        page.goto(f"{server.url}index.html")
        yield page


def show(page: Page, module: str = f"{PREFIX}a1b2c3.mjs", **options: Any) -> None:
    """Show a card as an author asks for it."""
    page.evaluate(HOST, [module, options])


def test_a_book_shows_a_quiz_and_follows_its_height(book: Page, server: Server) -> None:
    show(book, site=server.url.rstrip("/"), card="quiz=06&place=shapes")
    card = book.frame_locator("iframe")
    expect(card.locator("input").first).to_be_visible()
    height = "document.querySelector('div').shadowRoot.querySelector('iframe').clientHeight"
    book.wait_for_function(f"{height} > 400")
    before = book.evaluate(height)
    card.locator("input").first.check()
    card.get_by_role("button", name="Submit").click()
    expect(card.locator(".qc-verdict")).to_be_visible()
    book.wait_for_function(f"{height} > {before}")
    expect(book.locator("iframe")).to_have_attribute("title", re.compile("."))


def test_only_the_card_changes_the_height_and_only_while_it_is_shown(
    book: Page, server: Server
) -> None:
    show(book, site=server.url, card="quiz=06&place=shapes")
    frame = book.locator("iframe")
    tell = "window.{}.postMessage({{ type: 'lessons:height', height: {} }}, '*')"
    expect(book.frame_locator("iframe").locator("input").first).to_be_visible()
    book.evaluate(tell.format("window", 5000))
    book.frames[1].evaluate(tell.format("parent", '"1px; color: red"'))
    book.frames[1].evaluate(tell.format("parent", 777))
    expect(frame).to_have_css("height", "777px")
    book.evaluate("window.end()")
    book.frames[1].evaluate(tell.format("parent", 888))
    book.wait_for_timeout(100)
    expect(frame).to_have_css("height", "777px")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"card": "practice"}, '"site"'),
        ({"card": "practice", "site": "javascript:alert(1)"}, '"site"'),
        ({"card": "practice", "site": 7}, '"site"'),
        ({"site": "https://example.org"}, '"card"'),
        ({"site": "https://example.org", "card": 6}, '"card"'),
    ],
)
def test_a_wrong_option_is_answered_by_a_sentence(
    book: Page, options: dict[str, Any], words: str
) -> None:
    show(book, **options)
    expect(book.get_by_text(words)).to_be_visible()
    expect(book.locator("iframe")).to_have_count(0)


def test_a_module_that_is_still_in_the_site_knows_its_address(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    page.goto(f"{server.url}record.html")
    show(page, f"{server.url}{MODULE}?v=1", card="practice")
    address = f"{server.url}embed.html?practice"
    expect(page.locator("iframe")).to_have_attribute("src", address)


def test_the_snippet_for_a_learning_platform_follows_the_height(book: Page, server: Server) -> None:
    recipes = (COURSE / "lessons_lib/annexes/site/SITE.md").read_text("utf-8")
    snippet = re.findall(r"```html\n(.*?)```", recipes, re.DOTALL)[0]
    book.set_content(snippet.replace("https://example.org/lessons/", server.url))
    expect(book.frame_locator("iframe").locator("input").first).to_be_visible()
    expect(book.locator("iframe")).not_to_have_attribute("height", "800")
