"""Flashcards in JupyterLab: learned by keyboard, restored, and linked to the glossary."""

import re
import shutil
from datetime import datetime, timedelta

from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Locator, expect

from tests.support.browser import expect_to_fit, press, status
from tests.support.lab import NOTEBOOKS, LabPage
from tests.support.waiting import now

SOURCE = """from lessons_lib.classroom.widgets.quiz.card import show_flashcards
show_flashcards({log})"""
IN_MEMORY = "from lessons_lib.classroom.record.log import InMemoryLog\n"
ALL_RATED = f"""{IN_MEMORY}from lessons_lib.classroom.practice.flashcards import deck
from lessons_lib.classroom.practice.flashcards import rated_event
from lessons_lib.classroom.quiz.bank import load_bank

rated = [rated_event(card, "good") for card in deck(load_bank())[:10]]
{SOURCE.format(log="InMemoryLog(rated)")}"""
NEW = IN_MEMORY + SOURCE.format(log="InMemoryLog()")


def left_after(rated: datetime) -> str:
    """Return the counts after a card comes back 10 minutes later: before midnight, not today."""
    due = int((rated + timedelta(minutes=10)).date() <= datetime.now().date())
    return f"{due} due today · 8 new"


def shown(lab_page: LabPage, count: int = 1) -> Locator:
    cards = lab_page.panel.locator(".lessons-flashcards")
    expect(cards).to_have_count(count)
    return cards


def test_cards_are_learned_by_keyboard_and_restored_in_a_new_kernel(lab_page: LabPage) -> None:
    lab_page.show("cards/kept.ipynb", SOURCE.format(log=""))
    cards = shown(lab_page)
    counts = cards.locator(".fc-counts")
    expect(counts).to_have_text(re.compile("^0 due today · 10 new · "))
    lab_page.page.evaluate("document.querySelector('.lessons-flashcards .fc-show').focus()")
    first = cards.locator(".fc-front").text_content()
    lab_page.press("Space")
    expect(cards.locator(".qc-heading")).to_be_focused()
    expect(status(cards)).to_contain_text("Answer: Running a trained model on new texts.")
    lab_page.press("3")
    expect(status(cards)).to_contain_text("Good: this card comes back in 2 days.")
    expect(cards.locator(".fc-show")).to_be_focused()
    lab_page.press("Enter")
    expect(cards.locator(".fc-ratings button")).to_have_count(4)
    again = cards.locator(".fc-rating[data-rating=again]")
    for _ in range(5):  # past the link to the lesson
        if again.evaluate("node => node === document.activeElement"):
            break
        lab_page.press("Tab")
    rated = datetime.now()
    lab_page.press("Enter")
    expect(status(cards)).to_contain_text("Again: this card comes back in 10 min.")
    expect(counts).to_contain_text(left_after(rated))
    expect(cards.locator(".fc-front")).not_to_have_text(first or "")
    third = cards.locator(".fc-front").text_content()
    lab_page.lab.end_sessions()
    lab_page.open("cards/kept.ipynb")
    lab_page.run_all()
    cards = shown(lab_page)
    expect(cards.locator(".fc-counts")).to_contain_text(left_after(rated))
    expect(cards.locator(".fc-front")).to_have_text(third or "")


def test_ratings_are_undone_keys_stay_in_the_card_and_learning_goes_on(lab_page: LabPage) -> None:
    lab_page.show("cards/used.ipynb", NEW, NEW, ALL_RATED)
    undone, cards, done = (shown(lab_page, 3).nth(index) for index in range(3))
    first = undone.locator(".fc-front").text_content() or ""
    press(undone, "Show answer")
    undone.get_by_role("button", name="Easy").click()
    expect(undone.locator(".fc-front")).not_to_have_text(first)
    press(undone, "Undo last rating")
    expect(undone.locator(".fc-front")).to_have_text(first)
    expect(undone.get_by_role("button", name="Easy")).to_be_visible()
    expect(undone.locator(".fc-counts")).to_contain_text("0 due today · 10 new")

    first = cards.locator(".fc-front").text_content() or ""
    before = lab_page.cells()
    cards.get_by_role("button", name="Show answer").press("1")
    expect(cards.locator(".fc-front")).to_have_text(first)
    cards.get_by_role("button", name="Show answer").press("Enter")
    for key in ("b", "a", "d", "d", "x", "5", "Control+3"):
        cards.locator(".qc-heading").press(key)
        cards.get_by_role("button", name="Good").press(key)
    expect(cards.locator(".fc-front")).to_have_text(first)
    assert now(lab_page.cells()) == before
    cards.get_by_role("button", name="Good").press("4")
    expect(status(cards)).to_contain_text("Easy: this card comes back in 8 days.")

    expect(done.locator(".fc-done")).to_contain_text("The next card is due in 2 days.")
    done.get_by_role("button", name="Learn 10 more").press("Enter")
    expect(done.locator(".fc-show")).to_be_focused()
    expect(done.locator(".fc-counts")).to_contain_text("0 due today · 10 new")


def test_every_page_is_accessible_wide_and_narrow(lab_page: LabPage) -> None:
    lab_page.show("cards/looks.ipynb", ALL_RATED)
    steps = (("", ".fc-done"), ("Learn 10 more", ".fc-show"), ("Show answer", ".fc-ratings"))
    for width in (1400, 620):
        with lab_page.of_width(width):
            cards = shown(lab_page)
            for button, then in steps:
                if button:
                    press(cards, button)
                expect(cards.locator(then)).to_be_visible()
                lab_page.expect_accessible(".lessons-flashcards")
            expect_to_fit(cards)
            lab_page.run_all()


def test_a_link_to_the_glossary_opens_it_at_the_term(lab_page: LabPage) -> None:
    link = new_markdown_cell("How long is the [**throughput**](glossary.md#throughput)?")
    lab_page.show("cards/link.ipynb", link, "1")
    shutil.copy(NOTEBOOKS / "glossary.md", lab_page.lab.course / "cards")
    lab_page.page.set_viewport_size({"width": 1400, "height": 700})
    lab_page.panel.get_by_role("link", name="throughput").click()
    page = lab_page.page.locator(".jp-MarkdownViewer")
    row = page.locator("tr").filter(has_text="completed per second")
    expect(row).to_be_in_viewport()
    expect(page.locator("h1")).not_to_be_in_viewport()
