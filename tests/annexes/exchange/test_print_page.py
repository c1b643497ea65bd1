"""The page for paper, as text and as printed by Chromium."""

import re
from collections import Counter

import pytest
from msgspec.structs import replace
from playwright.sync_api import BrowserContext

from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.annexes.exchange.print_page import drawn, write
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import PARTIAL_CREDIT
from lessons_lib.classroom.quiz.question import Quiz
from tests.classroom.quiz.conftest import BANKS
from tests.support.browser import expect_to_fit

BREAKS = "all => all.map(one => getComputedStyle(one).breakInside)"


def halves(bank: QuizBank, variant: int = 1) -> tuple[str, str]:
    """Return the page's questions and its key."""
    page = write(bank, variant=variant).decode("utf-8")
    questions, key = page.split('<section class="key">')
    return questions, key


def keyed(bank: QuizBank, variant: int = 1) -> list[str]:
    """Return the ids in the key, in order."""
    return re.findall("<small>(.*?)</small>", halves(bank, variant)[1])


@pytest.fixture(scope="module")
def sample() -> QuizBank:
    return load_bank(BANKS)


def test_every_question_is_in_both_halves_under_the_same_number(bank: QuizBank) -> None:
    numbers = [str(number) for number, _ in enumerate(bank.questions, 1)]
    for half in halves(bank):
        assert re.findall(r"<h3>(\d+)", half) == numbers
        assert re.findall("<h2>(.*?)</h2>", half) == [one.title for one in bank.quizzes]


def test_ids_are_in_the_key_only(bank: QuizBank) -> None:
    questions, _ = halves(bank)
    assert [name.split(".")[0] for name in keyed(bank)] == [one.id for one in bank.questions]
    assert [item.id for item in items_of(bank) if item.id in questions] == []


def test_a_page_has_one_variant_of_each_question_and_starts_over_after_the_last(
    bank: QuizBank,
) -> None:
    counts = {one.id: len(one.variants) for one in bank.questions}
    assert max(counts.values()) > 2
    for variant in (1, 2, 3, 7):
        pairs = [name.split(".v") for name in keyed(bank, variant)]
        assert [int(number) for _, number in pairs] == [
            count and (variant - 1) % count + 1 for count in counts.values()
        ]


def test_a_draw_keeps_the_order_and_almost_all_when_a_question_is_removed(bank: QuizBank) -> None:
    names = [one.id for one in drawn(bank, 20).questions]
    assert len(names) == 20
    assert names == [one.id for one in bank.questions if one.id in names]
    assert names == [one.id for one in drawn(load_bank(), 20).questions]

    def without_one(quiz: Quiz) -> Quiz:
        questions = tuple(one for one in quiz.questions if one.id != names[0])
        return replace(quiz, questions=questions)

    fewer = QuizBank(tuple(map(without_one, bank.quizzes)))
    assert len({one.id for one in drawn(fewer, 20).questions} - set(names)) == 1
    assert len({quiz.name for quiz in drawn(bank, 20).quizzes if quiz.questions}) > 5


def test_a_draw_leaves_out_surveys(sample: QuizBank) -> None:
    graded = [one.id for one in sample.questions if one.is_graded]
    assert len(graded) < len(sample.questions)
    assert [one.id for one in drawn(sample, len(graded)).questions] == graded


def test_the_questions_show_no_answer(sample: QuizBank) -> None:
    questions, key = halves(sample)
    assert "<b>A</b><div><p><code>model.predict(['good', 'bad'])</code></p></div>" in questions
    assert re.search("<p>_+ passes</p>", questions)
    assert "carries 512 texts" in questions
    assert "carries 64 texts" not in questions  # the second variant
    answers = ("Key: A, C", "Key: 20 passes", "One string is one text", "round up")
    for text in (*answers, PARTIAL_CREDIT):
        assert text not in questions
        assert text in key
    assert "How sure do you feel" not in questions + key  # a survey


def test_the_page_needs_nothing_else(sample: QuizBank) -> None:
    page = "".join(halves(sample))
    assert page.startswith('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">')
    assert re.findall(r"<script|<link|<img|src=|url\(|@import", page) == []


def test_text_of_a_quiz_cannot_become_html(sample: QuizBank) -> None:
    quiz, hostile = sample.quizzes[0], "<script>alert(1)</script>{css}"
    first = replace(quiz.questions[0], stem=hostile, final_answer=hostile)
    page = "".join(halves(QuizBank((replace(quiz, title=hostile, questions=(first,)),))))
    assert Counter(re.findall("<script|&lt;script", page)) == {"&lt;script": 4}


@pytest.mark.slow
def test_a_word_of_thousands_of_letters_widens_no_page(browser: BrowserContext) -> None:
    quiz, word = load_bank().quiz("06_batch_inference"), "x" * 4_000
    questions = tuple(replace(one, stem=word) for one in quiz.questions)
    shown = browser.new_page()
    shown.set_content(write(QuizBank((replace(quiz, title=word, questions=questions),))).decode())
    expect_to_fit(shown.locator("html"))


def test_the_key_begins_on_a_page_of_its_own(sample: QuizBank, browser: BrowserContext) -> None:
    (quiz,) = sample.quizzes
    short = QuizBank((replace(quiz, questions=quiz.questions[1:2]),))
    page = browser.new_page()
    page.set_content(write(short).decode("utf-8"))
    printed = [page.pdf(format=paper) for paper in ("A4", "Letter")]
    assert [len(re.findall(rb"/Type /Page\b", one)) for one in printed] == [2, 2]
    styles = page.locator("main article").evaluate_all(BREAKS)
    assert styles == ["avoid"]  # no question is split
