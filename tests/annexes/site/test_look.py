"""The pages in a browser: on a phone, in both themes, and after following links."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from lessons_lib.classroom.course import course
from tests.annexes.site.conftest import Reader, Server, serving
from tests.support.browser import expect_accessible, visitor
from tests.support.waiting import eventually, now

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

OTHERS = ("index", "glossary", "record", "search")
ALIKE = ("02", "04", "05", "07", "14", "15", "16")  # their cards are of kinds that others have
TOO_WIDE = """() => [...document.querySelectorAll("article *, footer *")].filter((node) => {
    const { right, width } = node.getBoundingClientRect();
    return width && right > innerWidth + 1 && !node.closest("svg");
}).map((node) => node.outerHTML.slice(0, 90))"""
# What a finger touches: of an option, its label; of a link in a sentence, more than the link.
SMALL = """() => [...document.querySelectorAll(
    "button, summary, select, textarea, input, [role=button], li > strong > a"
)]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }))
    .filter((node) => !node.matches("svg *"))
    .map((node) => [(node.closest("label") ?? node.labels?.[0] ?? node), node])
    .map(([target, node]) => [...[target, node].map((one) => one.getBoundingClientRect()), node])
    .filter(([box, own]) => own.width && (Math.max(box.height, own.height) < 24 || box.width < 24))
    .map(([, , node]) => node.outerHTML.slice(0, 90))"""
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
JUPYTER = re.compile(r"\b(?:cells?|kernel|Shift\+Enter)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def still(pages: Path) -> Iterator[Server]:
    """A file server with the pages, without cards that are alive."""
    with serving(pages) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, still: Server) -> Iterator[Page]:
    """A wide window with the front page."""
    with opened(chromium, f"{still.url}index.html", width=1300) as page:
        yield page


@contextmanager
def opened(chromium: Browser, url: str, width: int, **options: Any) -> Iterator[Page]:
    with visitor(chromium, viewport={"width": width, "height": 900}, **options) as context:
        page = context.new_page()
        page.goto(url)
        yield page


def follow(page: Page, words: str) -> None:
    """Follow a link of the sidebar."""
    page.locator(".sidebar-tree").get_by_role("link", name=words).click()
    expect(page.locator("article h1")).to_contain_text(words)


@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), (1300, "light")])
def test_pages_with_their_cards_fit_a_phone_and_axe_finds_nothing(
    chromium: Browser, server: Server, width: int, scheme: str
) -> None:
    with opened(chromium, f"{server.url}index.html", width, color_scheme=scheme) as page:
        reader = Reader(page, server.url)
        for name in (*(one.slug for one in course().lessons[1:]), *OTHERS):
            reader.open(f"{name}.html")
            page.evaluate(UNFOLD)
            page.evaluate("scrollTo(0, 900); scrollTo(0, 800)")  # a way up is shown then
            eventually(lambda: page.evaluate("document.documentElement.scrollWidth"), width)
            eventually(lambda: page.evaluate(TOO_WIDE), [])
            eventually(lambda: page.evaluate(SMALL), [])
            if not name.startswith(ALIKE):  # axe needs seconds for a page
                expect_accessible(page, "body")


def test_links_keep_the_window_and_its_scripts(page: Page) -> None:
    page.evaluate("window.mark = 1")
    for words in ("Raw text", "Training", "Glossary"):
        follow(page, words)
    assert now(page.evaluate("[window.mark, window.hosts]")) == [1, 1]


def test_the_theme_changes_after_a_link_and_tells_the_cards(page: Page) -> None:
    follow(page, "Raw text")
    page.locator(".theme-toggle-content button").click()
    expect(page.locator("body")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-jp-theme-light", "false")
    follow(page, "Training")
    expect(page.locator("html")).to_have_attribute("data-jp-theme-light", "false")
    page.locator(".theme-toggle-content button").click()
    expect(page.locator("html")).to_have_attribute("data-jp-theme-light", "true")


def test_searching_works_after_a_link_twice_and_in_a_new_tab(page: Page, still: Server) -> None:
    follow(page, "Raw text")
    page.evaluate("window.mark = 1")
    for word in ("padding", "saturation"):
        page.locator(".sidebar-search").fill(word)
        page.locator(".sidebar-search").press("Enter")
        page.wait_for_url(f"**/search.html?q={word}*")
        expect(page.locator("#search-results li a").first).to_be_visible()
        expect(page.locator("#search-results h2")).to_have_count(1)
    assert now(page.evaluate("window.mark")) == 1
    page.goto(f"{still.url}search.html?q=padding")
    expect(page.locator("#search-results li a").first).to_be_visible()


def test_what_a_page_listens_to_ends_with_it(page: Page) -> None:
    page.add_init_script(
        """window.kept = 0;
        const add = EventTarget.prototype.addEventListener;
        EventTarget.prototype.addEventListener = function (kind, run, options) {
            if (this === window && kind === "scroll") {
                window.kept += 1;
                options?.signal?.addEventListener("abort", () => (window.kept -= 1));
            }
            return add.call(this, kind, run, options);
        };"""
    )
    page.reload()
    follow(page, "Code-along")
    first = page.evaluate("window.kept")
    for words in ("Training", "Code-along"):
        follow(page, words)
    assert first > 0
    eventually(lambda: page.evaluate("window.kept"), first)


def test_the_sidebar_opens_by_keyboard_on_a_phone(chromium: Browser, still: Server) -> None:
    with opened(chromium, f"{still.url}index.html", width=400) as page:
        link = page.locator(".sidebar-tree").get_by_role("link", name="Training")
        expect(link).not_to_be_visible()
        page.get_by_role("button", name="All pages").press("Enter")
        link.click()
        expect(page.locator("article h1")).to_contain_text("Training")
        expect(link).not_to_be_visible()


def test_without_javascript_texts_figures_and_cards_can_be_read(
    chromium: Browser, server: Server
) -> None:
    url = f"{server.url}02_raw_text.html"
    with opened(chromium, url, width=1000, java_script_enabled=False, color_scheme="dark") as page:
        page.locator(".lessons-result summary").first.click()
        expect(page.locator(".lessons-figure").first).to_be_visible()
        for name in (*(one.slug for one in course().lessons[1:]), "index"):
            page.goto(f"{server.url}{name}.html")
            cards = page.locator(".lessons-place:not(:empty)")
            expect(cards.first).to_be_visible()
            assert [one for one in now(cards.all_inner_texts()) if not one.strip()] == [], name
            text = page.locator("article").inner_text()
            assert JUPYTER.findall(text) == [], name


def test_paper_shows_results_and_no_buttons(chromium: Browser, server: Server) -> None:
    with opened(chromium, f"{server.url}06_batch_inference.html", width=800) as page:
        Reader(page, server.url).drawn()
        page.emulate_media(media="print")
        for what in (".sidebar-drawer", ".mobile-header", ".related-pages", "button"):
            for one in page.locator(what).all():
                expect(one).not_to_be_visible()
        expect(page.locator(".lessons-result .lessons-output").first).to_be_visible()
        expect(page.locator(".qc-options, .qc-fieldset").first).to_be_visible()
