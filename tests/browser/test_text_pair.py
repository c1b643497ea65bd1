"""Two texts in JupyterLab: typed side by side, compared, broken, by keys alone, axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

PAIR = """from dataclasses import replace

from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.widgets.text_pair.pair import TextPair

pipeline = SentimentPipeline.load()

def trace(text):
    if "boom" in text:
        raise ValueError(f"cannot take {text}")
    if "raw" in text:
        return replace(pipeline.trace(text), tokens=[text for _ in pipeline.trace(text).tokens])
    return pipeline.trace(text)

TextPair(trace)"""
MARKUP = "raw <img src=x onerror='window.hacked=1'>"
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"
LONG = "The movie was so very long and dull that we all left the old cinema long before the end"


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> LabPage:
    shared_lab_page.lab.write_notebook("lab/pair.ipynb", [new_code_cell(PAIR)])
    shared_lab_page.open("lab/pair.ipynb")
    shared_lab_page.run_all()
    return shared_lab_page


@pytest.fixture
def pair(opened: LabPage) -> Locator:
    view = opened.panel.locator(".lessons-pair")
    set_texts(view, "The movie was good", "The movie was not good")
    expect(seen(view)).to_contain_text("adding ‘not’")
    return view


def set_texts(pair: Locator, first: str, second: str) -> None:
    for place, text in enumerate((first, second)):
        pair.locator("textarea").nth(place).fill(text)


def seen(pair: Locator) -> Locator:
    return pair.locator(".tp-seen")


def test_what_moved_the_answer_is_shown_and_said(pair: Locator) -> None:
    expect(pair.locator(".tp-decided")).to_have_text(["+ positive", "− negative"])
    expect(pair.locator(".tp-only bdi")).to_have_text(["not"])
    expect(pair.locator(".tp-moves tbody tr")).to_have_count(6)
    expect(pair.locator(".tp-moves tbody th").first).to_have_text("notadded")
    expect(pair.locator(".tp-moves caption")).to_contain_text("lead of negative over positive")
    expect(pair.get_by_role("status")).to_have_text(seen(pair).inner_text())


def test_an_example_fills_both_texts(pair: Locator) -> None:
    pair.get_by_role("button", name="turn the order round").click()
    expect(pair.locator("textarea").last).to_have_value("bad, not good")
    expect(seen(pair)).to_contain_text("a mean knows no order")
    pair.get_by_role("button", name="copy the first over").click()
    expect(pair.locator("textarea").last).to_have_value("good, not bad")
    expect(seen(pair)).to_contain_text("the same tokens")


def test_a_long_pair_shows_its_largest_moves_and_all_on_request(pair: Locator) -> None:
    set_texts(pair, "The movie was good", f"{LONG} of it came")
    expect(pair.locator(".tp-note").last).to_have_text("22 words: only the first 20 count.")
    rows = pair.locator(".tp-moves tbody tr")
    expect(rows).to_have_count(11)
    expect(rows.nth(9).locator("th")).to_contain_text("more words")
    pair.get_by_role("button", name="Show all").click()
    expect(pair.get_by_role("button", name="Show fewer")).to_be_focused()
    assert rows.count() > 11
    pair.get_by_role("button", name="Show fewer").click()


def test_empty_texts_are_answered(pair: Locator) -> None:
    set_texts(pair, "", "?!")
    expect(pair.locator(".tp-empty")).to_have_count(2)
    expect(seen(pair)).to_contain_text("the bias alone decides")


def test_markup_is_shown_as_text(pair: Locator, opened: LabPage) -> None:
    set_texts(pair, MARKUP, "good")
    expect(pair.locator(".tp-chip bdi").first).to_have_text(MARKUP[:31] + "…")
    set_texts(pair, f"boom {MARKUP}", "good")
    expect(pair.locator(".lb-notices")).to_contain_text(f"ValueError: cannot take boom {MARKUP}")
    assert pair.locator("img").count() == 0
    assert opened.page.evaluate("window.hacked") is None


def test_a_problem_goes_with_the_next_texts(pair: Locator) -> None:
    set_texts(pair, "boom", "good")
    expect(pair.get_by_role("status")).to_contain_text("ValueError: cannot take boom")
    set_texts(pair, "calm", "good")
    expect(pair.locator(".lb-notices")).to_be_hidden()


def test_the_keyboard_alone_changes_a_text_and_takes_an_example(
    pair: Locator, opened: LabPage
) -> None:
    keyboard = opened.page.keyboard
    cells = opened.page.evaluate(CELLS)
    pair.locator("textarea").first.focus()
    keyboard.press("Tab")
    keyboard.press("Control+a")
    keyboard.type("bad bdd")
    expect(pair.locator(".tp-chips").last.locator("bdi")).to_have_text(["bad", "bdd"])
    keyboard.press("Tab")
    for key in ("b", "d", "d"):
        keyboard.press(key)
    assert opened.page.evaluate(CELLS) == cells
    keyboard.press("Enter")
    expect(seen(pair)).to_contain_text("adding ‘not’")


def test_a_narrow_column_cuts_nothing_off(pair: Locator) -> None:
    pair.evaluate("one => (one.style.width = '340px')")
    too_wide = pair.evaluate(
        "one => [...one.querySelectorAll('td, th, li, button, textarea')].filter("
        "(node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 2).length"
    )
    outside = pair.evaluate(
        "one => [...one.querySelectorAll('td, button, textarea')].filter((node) =>"
        "node.getBoundingClientRect().right > one.getBoundingClientRect().right + 1).length"
    )
    pair.evaluate("one => (one.style.width = '')")
    assert (too_wide, outside) == (0, 0)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong_with_two_texts(pair: Locator, opened: LabPage, theme: str) -> None:
    set_texts(pair, "boom", f"zyxxq {LONG}")
    expect(pair.locator(".lb-notices")).to_be_visible()
    set_texts(pair, "The movie was good", f"zyxxq {LONG}")
    expect(pair.locator(".tp-chip small")).to_have_text("unknown")
    opened.set_theme(theme)
    assert opened.accessibility_report(".lessons-pair") == ""
