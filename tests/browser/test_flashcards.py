"""Flashcards in JupyterLab: learnt by keyboard, found again, and the glossary behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Locator, expect

from lessons_lib.authoring.glossary import write_page

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

THEMES = ("JupyterLab Light", "JupyterLab Dark")
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"
SOURCE = """from lessons_lib.widgets.flashcards.card import show_flashcards

show_flashcards({log})"""
MET_TODAY = """from lessons_lib.practice.flashcards.deck import deck
from lessons_lib.practice.flashcards.record import rated_event
from lessons_lib.quiz.bank import load_bank
from lessons_lib.record.log import InMemoryLog

log = InMemoryLog([rated_event(card, "good") for card in deck(load_bank())[:10]])
"""
FORGETTING = "from lessons_lib.record.log import InMemoryLog\n\nlog = InMemoryLog()\n"


def show(lab_page: LabPage, notebook: str, before: str = "") -> Locator:
    """Write a notebook with the cards, open it, run it, and return the widget."""
    source = before + SOURCE.format(log="log" if before else "")
    lab_page.lab.write_notebook(f"cards/{notebook}.ipynb", [new_code_cell(source)])
    return show_again(lab_page, notebook)


def show_again(lab_page: LabPage, notebook: str) -> Locator:
    lab_page.open(f"cards/{notebook}.ipynb")
    lab_page.run_all()
    cards = lab_page.panel.locator(".lessons-flashcards")
    expect(cards).to_have_count(1)
    return cards


def test_cards_are_learnt_by_keyboard_alone_and_found_again_in_a_new_kernel(
    lab_page: LabPage,
) -> None:
    cards = show(lab_page, "kept")
    counts, status = cards.locator(".fc-counts"), cards.get_by_role("status")
    before = counts.text_content() or ""
    assert before.startswith("0 due today · 10 new · ")
    lab_page.page.evaluate("document.querySelector('.lessons-flashcards .fc-show').focus()")
    first = cards.locator(".fc-front").text_content()
    lab_page.page.keyboard.press("Space")
    expect(cards.locator(".qc-heading")).to_be_focused()
    expect(status).to_contain_text("Answer: To run a trained model on new texts.")
    lab_page.page.keyboard.press("3")
    expect(status).to_contain_text("Good: this card comes back in 2 days.")
    expect(cards.locator(".fc-show")).to_be_focused()
    lab_page.page.keyboard.press("Enter")
    expect(cards.locator(".fc-ratings button")).to_have_count(4)
    for _ in range(5):  # past the link to the lesson
        if cards.locator(".fc-rating[data-rating=again]").evaluate(
            "n => n === document.activeElement"
        ):
            break
        lab_page.page.keyboard.press("Tab")
    lab_page.page.keyboard.press("Enter")
    expect(status).to_contain_text("Again: this card comes back in 10 min.")
    expect(counts).to_contain_text("1 due today · 8 new")
    third = cards.locator(".fc-front").text_content()
    assert third != first
    lab_page.lab.end_sessions()
    cards = show_again(lab_page, "kept")
    expect(cards.locator(".fc-counts")).to_contain_text("1 due today · 8 new")
    expect(cards.locator(".fc-front")).to_have_text(third or "")


def test_a_rating_is_taken_back_and_given_anew(lab_page: LabPage) -> None:
    cards = show(lab_page, "undone", FORGETTING)
    first = cards.locator(".fc-front").text_content() or ""
    cards.get_by_role("button", name="Show answer").click()
    cards.get_by_role("button", name="Easy").click()
    expect(cards.locator(".fc-front")).not_to_have_text(first)
    cards.get_by_role("button", name="Undo last rating").click()
    expect(cards.locator(".fc-front")).to_have_text(first)
    expect(cards.get_by_role("button", name="Easy")).to_be_visible()
    expect(cards.locator(".fc-counts")).to_contain_text("0 due today · 10 new")


def test_keys_stay_in_the_card_and_count_only_there(lab_page: LabPage) -> None:
    cards = show(lab_page, "keys", FORGETTING)
    first = cards.locator(".fc-front").text_content() or ""
    n_cells = lab_page.page.evaluate(CELLS)
    cards.get_by_role("button", name="Show answer").press("1")
    expect(cards.locator(".fc-front")).to_have_text(first)
    cards.get_by_role("button", name="Show answer").press("Enter")
    for key in ("b", "a", "d", "d", "x", "5", "Control+3"):
        cards.locator(".qc-heading").press(key)
        cards.get_by_role("button", name="Good").press(key)
    expect(cards.locator(".fc-front")).to_have_text(first)
    assert lab_page.page.evaluate(CELLS) == n_cells
    cards.get_by_role("button", name="Good").press("4")
    expect(cards.get_by_role("status")).to_contain_text("Easy: this card comes back in 8 days.")


def test_a_finished_day_says_when_the_next_card_is_due_and_more_can_be_learnt(
    lab_page: LabPage,
) -> None:
    cards = show(lab_page, "done", MET_TODAY)
    expect(cards.locator(".fc-done")).to_contain_text("The next card is due in 2 days.")
    cards.get_by_role("button", name="Learn 10 more").press("Enter")
    expect(cards.locator(".fc-show")).to_be_focused()
    expect(cards.locator(".fc-counts")).to_contain_text("0 due today · 10 new")


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_accessible_wide_and_narrow(lab_page: LabPage, theme: str) -> None:
    cards = show(lab_page, "looks", MET_TODAY)
    lab_page.set_theme(theme)
    for width in (1400, 620):
        lab_page.page.set_viewport_size({"width": width, "height": 1400})
        expect(cards.locator(".fc-done")).to_be_visible()
        assert lab_page.accessibility_report(".lessons-flashcards") == ""
        cards.get_by_role("button", name="Learn 10 more").click()
        assert lab_page.accessibility_report(".lessons-flashcards") == ""
        cards.get_by_role("button", name="Show answer").click()
        expect(cards.locator(".fc-ratings button")).to_have_count(4)
        assert lab_page.accessibility_report(".lessons-flashcards") == ""
        assert cards.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
        lab_page.run_all()
    lab_page.page.set_viewport_size({"width": 1400, "height": 1400})


def test_a_link_to_the_glossary_opens_it_at_the_term(lab_page: LabPage) -> None:
    cells = [new_markdown_cell("How long is the [**throughput**](glossary.md#throughput)?")]
    lab_page.lab.write_notebook("cards/link.ipynb", [*cells, new_code_cell("1")])
    write_page(lab_page.lab.folder / "course" / "cards")
    lab_page.page.set_viewport_size({"width": 1400, "height": 700})
    lab_page.open("cards/link.ipynb")
    lab_page.panel.get_by_role("link", name="throughput").click()
    page = lab_page.page.locator(".jp-MarkdownViewer")
    row = page.locator("tr").filter(has_text="completed in each second")
    expect(row).to_be_in_viewport()
    expect(page.locator("h1")).not_to_be_in_viewport()
