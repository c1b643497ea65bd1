"""Cards that write, in JupyterLab: stopped, interrupted, two at once, and a closed tab."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser import press, status
from tests.support.lab import LabPage

pytestmark = pytest.mark.slow

CARDS = """import time

from lessons_lib import load_writer, show
from lessons_lib.lesson.views.writing import WriterCard

label = show("writer")._label
card = lambda: WriterCard(load_writer(), label, wait=lambda seconds: time.sleep(0.3))"""
ENDED = re.compile(r"together takes.* Our sentiment model labels this draft (pos|neg|neut)")


@pytest.fixture
def opened(lab_page: LabPage) -> LabPage:
    cells = CARDS, "card()", "card()", "show('streams')"
    lab_page.show("writing/all.ipynb", *cells)
    return lab_page


@pytest.fixture
def cards(opened: LabPage) -> tuple[Locator, Locator]:
    writers = opened.panel.locator(".lessons-writer")
    return writers.first, writers.last


def begun(card: Locator) -> None:
    """Begin to write and wait for the first token."""
    press(card, re.compile("^Write"))
    expect(card.locator(".wr-draft")).to_have_text(re.compile(r"^This movie\S* .*\S"))


def test_two_cards_write_at_once_and_one_is_stopped(cards: tuple[Locator, Locator]) -> None:
    one, other = cards
    begun(one)
    begun(other)
    press(one, "Stop")
    expect(status(one)).to_contain_text("Stopped. The seats are free again.")
    expect(one.locator(".wr-draft")).to_have_text(re.compile(r"^This movie.*…$", re.DOTALL))
    expect(status(other)).to_have_text(ENDED)


def test_an_interrupted_card_says_so_and_writes_again(
    opened: LabPage, cards: tuple[Locator, Locator]
) -> None:
    one, _ = cards
    begun(one)
    opened.interrupt()
    expect(status(one)).to_contain_text("The kernel was interrupted. The seats are free again.")
    press(one, "Write another one")
    expect(status(one)).to_have_text(ENDED)


def test_four_streams_end_with_a_sentence_about_both_ways(opened: LabPage) -> None:
    streams = opened.panel.locator(".lessons-streams")
    with opened.with_reduced_motion():
        press(streams, "Start")
        expect(status(streams)).to_contain_text("On average, the first token came after")


def test_the_cards_are_accessible_in_both_themes(opened: LabPage) -> None:
    opened.expect_accessible(".lessons-lab")


def test_after_a_closed_tab_the_next_draft_is_written(
    opened: LabPage, cards: tuple[Locator, Locator]
) -> None:
    begun(cards[0])
    opened.open("writing/all.ipynb")
    opened.run_all()
    begun(cards[1])
    expect(status(cards[1])).to_have_text(ENDED)
