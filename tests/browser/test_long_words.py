"""What is shown without a card's frame is no wider than the window, whatever was typed."""

from playwright.sync_api import BrowserContext

from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from tests.support.browser import expect_to_fit

WORD = "x" * 4_000


def test_a_word_of_thousands_of_letters_widens_no_report(browser: BrowserContext) -> None:
    shown = browser.new_page()
    shown.set_content(ExerciseReport(WORD, advice=WORD, code=WORD, case=WORD)._repr_html_())
    expect_to_fit(shown.locator("html"))
