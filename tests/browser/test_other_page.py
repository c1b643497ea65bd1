"""Cards on a page that is not Jupyter: its words, its addresses, and no buttons that run cells."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.page import Card
from lessons_lib.classroom.widgets.quiz.card import show_progress, show_quiz

DRAW = """async ([script, state, host]) => {
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: widget } = await import(url);
    const traits = JSON.parse(state);
    const address = (file, fragment) => `/lessons/${file}?at=${fragment.slice(1)}`;
    const model = {
        get: (name) => traits[name], on() {}, off() {}, send() {},
        ...(host && { host: { waiting: "Python is starting." }, widget_manager: { address } }),
    };
    widget.render({ model, el: document.body });
}"""


@pytest.fixture
def page(browser: BrowserContext) -> Page:
    page = browser.new_page()
    page.set_content("<!doctype html>")
    return page


def draw(page: Page, card: Card, *, is_host: bool) -> None:
    state = json.dumps({"about": card.about, "page": card.page})
    page.evaluate(DRAW, [card._esm, state, is_host])


@pytest.mark.parametrize("is_host", [True, False], ids=["a page of its own", "Jupyter"])
def test_without_an_answer_a_card_waits_in_the_words_of_its_page(page: Page, is_host: bool) -> None:
    draw(page, show_quiz("06", log=InMemoryLog()), is_host=is_host)
    page.get_by_role("checkbox").first.check()
    page.locator(".qc-main").click()
    note = page.get_by_role("note")
    expect(note).to_contain_text("Python is starting." if is_host else "another cell")
    expect(note.get_by_role("button")).to_have_count(0 if is_host else 1)


def test_a_link_to_a_lesson_leads_to_the_address_that_the_page_gives(page: Page) -> None:
    draw(page, show_progress(log=InMemoryLog()), is_host=True)
    link = page.get_by_role("link", name="the test")
    expect(link).to_have_attribute("href", "/lessons/12_test.ipynb?at=")
