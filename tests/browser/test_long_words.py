"""What is shown without a card's frame is no wider than the window, whatever was typed."""

from collections.abc import Callable

import pytest
from msgspec import structs
from playwright.sync_api import BrowserContext

from lessons_lib.annexes.exchange import print_page
from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from tests.support.browser import expect_to_fit

WORD = "x" * 4_000


def printed() -> str:
    quiz = load_bank().quiz("06_batch_inference")
    questions = tuple(structs.replace(one, stem=WORD) for one in quiz.questions)
    bank = QuizBank((structs.replace(quiz, title=WORD, questions=questions),))
    return print_page.write(bank).decode()


def reported() -> str:
    return ExerciseReport(WORD, advice=WORD, code=WORD, case=WORD)._repr_html_()


@pytest.mark.parametrize("html", [printed, reported])
def test_a_word_of_thousands_of_letters_widens_no_page(
    html: Callable[[], str], browser: BrowserContext
) -> None:
    shown = browser.new_page()
    shown.set_content(html())
    expect_to_fit(shown.locator("html"))
