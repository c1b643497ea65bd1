"""Quizzes in JupyterLab: answered, restored; by keyboard; hostile texts; accessible."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import Locator, expect

from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.question import NumberQuestion
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.folder import learner_id
from tests.support.browser import expect_to_fit, press, status
from tests.support.lab import LabPage
from tests.support.waiting import now

HOSTILE = Path(__file__).parent / "quizzes"

SAMPLE = Path(__file__).parents[1] / "classroom" / "quiz" / "banks"

SOURCE = """from pathlib import Path

from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.quiz.card import show_quiz

bank = load_bank(Path("banks"))
show_quiz("{name}", bank=bank{more})"""

BOXES = """nodes => nodes.map(node => {
    const { top, width } = node.getBoundingClientRect();
    return [top, width];
})"""

HINTS = ["Look at what stands between the parentheses."]

FORGETTING = ", log=InMemoryLog()"

PRACTICE = """from lessons_lib import show_practice
from lessons_lib.classroom.record.log import InMemoryLog

show_practice(log=InMemoryLog())"""

BUSY = """import time
from pathlib import Path

while not Path("go").exists():
    time.sleep(0.1)"""

RUN_WITHOUT_WAITING = "() => void window.jupyterapp.commands.execute('notebook:run-all-cells')"

# As in Safari on macOS: a press gives these no focus, but the nearest element around that takes it.
NO_FOCUS_BY_MOUSE = """window.addEventListener("mousedown", (event) => {
    const control = event.target.closest("a, button, label, [type=radio], [type=checkbox]");
    if (!control) return;
    event.preventDefault();
    control.parentElement.closest("[tabindex]").focus({ preventScroll: true });
})"""


def show(lab_page: LabPage, notebook: str, name: str, *, more: str = FORGETTING) -> Locator:
    """Write a notebook with one quiz, and the banks next to it; run it and return its card."""
    for folder in (HOSTILE, SAMPLE):
        shutil.copytree(folder, lab_page.lab.course / "quizzing/banks", dirs_exist_ok=True)
    lab_page.show(f"quizzing/{notebook}.ipynb", SOURCE.format(name=name, more=more))
    return card_in(lab_page)


def reopen(lab_page: LabPage, notebook: str) -> Locator:
    """Load the page again, run the notebook, and return its card."""
    lab_page.open(f"quizzing/{notebook}.ipynb")
    lab_page.run_all()
    return card_in(lab_page)


def card_in(lab_page: LabPage) -> Locator:
    card = lab_page.panel.locator(".lessons-quiz")
    expect(card).to_have_count(1)
    return card


def choose(card: Locator, letter: str) -> None:
    card.locator(f"label:has(input[value={letter}])").click()


def test_hostile_texts_do_nothing_in_the_browser(lab_page: LabPage) -> None:
    card = show(lab_page, "hostile", "66")
    for letter in ("A", "B"):
        choose(card, letter)
        card.locator("button[type=submit]").click()
        expect(card.locator(f".qc-option:has([value={letter}]) .qc-why")).to_be_visible()
    press(card, "Hint (1 left)")
    press(card, "Show solution")
    expect(card.locator(".qc-solution")).to_contain_text("<object data=")
    expect(card.locator(".qc-title")).to_contain_text("<script>")
    for forbidden in ("script, img, svg, iframe, object, video", "[href*=script], [href^=data]"):
        expect(card.locator(f"style, details, {forbidden}")).to_have_count(0)
    expect(card.locator("input")).to_have_count(2)
    assert now(lab_page.page.evaluate("window.hacked")) is None


def expect_as_left(card: Locator) -> None:
    """Check that what `test_answers_hints_and_position_are_restored` did is there."""
    expect(card.locator(".qc-heading")).to_have_text("Question 2 of 4")
    expect(card.locator("input[value=A]")).to_be_checked()
    expect(card.locator("input[value=C]")).not_to_be_checked()
    expect(card.locator(".qc-option").first).to_contain_text("✓ Right")
    expect(card.locator(".qc-verdict")).to_contain_text("Partly right, 50 % of the credit")
    expect(card.locator(".qc-solution")).to_contain_text("Only predict predicts.")
    expect(card.locator(".qc-hints li")).to_have_text(HINTS)
    press(card, "Back")
    expect(card.locator("input[value=B]")).to_be_checked()
    expect(card.locator(".qc-option[data-standing=right]")).to_contain_text("replace")
    expect(card.get_by_role("button", name="Hint (none left)")).to_be_visible()
    press(card, "Continue")
    expect(card.locator(".qc-heading")).to_have_text("Question 2 of 4")


def test_answers_hints_and_position_are_restored(lab_page: LabPage) -> None:
    """After a reload of the page, another run of the cell, and in a new kernel."""
    card = show(lab_page, "kept", "01", more="")
    choose(card, "A")
    expect(card.locator(".qc-unsent")).to_have_text("Not submitted yet")
    press(card, "Submit")
    expect(status(card)).to_contain_text("Not right. Change your answer and submit it again.")
    expect(status(card)).to_contain_text("Each is quick")
    expect(card.locator(".qc-option[data-standing=wrong]")).to_contain_text("✗ Not right")
    expect(card.locator("[data-standing=right], [data-standing=key]")).to_have_count(0)
    press(card, "Hint (1 left)")
    expect(status(card)).to_have_text("Hint 1 of 1: Count forward passes, not texts.")
    expect(card.locator("input[value=A]")).to_be_checked()
    choose(card, "B")
    press(card, "Submit again")
    expect(status(card)).to_contain_text("Right. (Attempt 2.)")
    expect(card.get_by_role("button", name="Submit again")).to_be_hidden()
    press(card, "Continue")
    expect(card.locator(".qc-heading")).to_be_focused()
    press(card, "Hint (2 left)")
    choose(card, "A")
    press(card, "Submit")
    press(card, "Show solution")
    expect(card.locator(".qc-solution")).to_be_visible()
    expect_as_left(reopen(lab_page, "kept"))
    lab_page.run_all()
    expect_as_left(card_in(lab_page))
    lab_page.lab.end_sessions()
    expect_as_left(reopen(lab_page, "kept"))


def test_enter_goes_on_from_an_answer_given_while_the_cells_below_run(lab_page: LabPage) -> None:
    go = lab_page.lab.course / "quizzing/go"
    lab_page.lab.write_notebook("quizzing/busy.ipynb", PRACTICE, BUSY)
    lab_page.open("quizzing/busy.ipynb")
    lab_page.page.evaluate(RUN_WITHOUT_WAITING)
    card = card_in(lab_page)
    card.locator(".qc-heading").focus()
    lab_page.press("Tab", "Space", "ArrowDown", "Enter")
    go.touch()
    expect(status(card)).to_contain_text("Right.")
    expect(card.get_by_role("button", name="Continue")).to_be_focused()
    lab_page.press("Enter")
    expect(card.locator(".qc-heading")).to_have_text("Question 2 of 5")
    expect(card.locator(".qc-heading")).to_be_focused()


def test_the_keyboard_alone_goes_from_the_first_question_to_the_review(lab_page: LabPage) -> None:
    card = show(lab_page, "keys", "01")
    heading, press_keys = card.locator(".qc-heading"), lab_page.press
    heading.focus()
    press_keys("b", "Tab", "Space", "ArrowDown", "b", "d", "d", "Tab", "b", "Enter")
    expect(status(card)).to_contain_text("Right.")
    expect(card.get_by_role("button", name="Continue")).to_be_focused()
    press_keys("Shift+Tab", "Enter")
    expect(card.get_by_role("button", name="Hide solution")).to_be_focused()
    press_keys("Shift+Tab", "Enter")
    expect(card.get_by_role("button", name="Hint (none left)")).to_be_focused()
    press_keys("Tab", "Tab", "Enter")
    expect(heading).to_have_text("Question 2 of 4")
    expect(heading).to_be_focused()
    press_keys("Tab", "Space", "Tab", "Tab", "Space", "Tab", "Tab", "Enter")
    expect(status(card)).to_contain_text("Right. A, right: Yes: a list of two texts. C, right: Yes")
    press_keys("Enter")
    expect(heading).to_have_text("Question 3 of 4")
    press_keys("Tab", *"bad", "Enter")
    expect(status(card)).to_contain_text("got 'bad'")
    expect(card.get_by_label("Your answer (passes)")).to_have_attribute("aria-invalid", "true")
    press_keys("Control+a", *right_number(), "Enter")
    expect(status(card)).to_contain_text("Right. Yes:")
    press_keys("Enter")
    expect(heading).to_have_text("Question 4 of 4")
    press_keys("Tab", "Space", "Enter")
    expect(status(card)).to_contain_text("Answer saved.")
    press_keys("Enter")
    expect(heading).to_have_text("Review")
    expect(heading).to_be_focused()
    expect(card.locator(".qc-summary")).to_have_text("3 of 3 right, 3 on the first try.")
    press_keys("Tab", "Enter")
    expect(heading).to_have_text("Question 1 of 4")
    assert len(now(lab_page.cells())) == 1


def right_number() -> str:
    """Return the answer to this learner's variant of the third question."""
    question = personalize(load_bank(SAMPLE).question("count-the-passes"), learner_id()).question
    assert isinstance(question, NumberQuestion)
    assert question.answer is not None
    return str(question.answer.value)


def test_the_card_is_accessible_and_its_links_open_in_the_same_lab(lab_page: LabPage) -> None:
    lab_page.lab.write_notebook("quizzing/07_realtime_inference.ipynb")
    card = show(lab_page, "axe", "01")
    choose(card, "A")
    press(card, "Submit")
    press(card, "Hint (1 left)")
    press(card, "Show solution")
    lab_page.expect_accessible(".lessons-quiz")
    for number in (2, 3):
        press(card, "Next")
        expect(card.locator(".qc-heading")).to_have_text(f"Question {number} of 4")
    press(card, "Submit")
    expect(status(card)).to_contain_text("The field is empty")
    lab_page.expect_accessible(".lessons-quiz")
    press(card, "Next")
    press(card, "Review")
    expect(card.locator(".qc-reading")).to_contain_text("7. Real-time inference")
    lab_page.expect_accessible(".lessons-quiz")
    press(card, "Repeat the missed question")
    expect(card.locator(".qc-heading")).to_have_text("Question")
    expect(card.locator(".qc-heading")).to_be_focused()
    expect(card.locator("input:checked")).to_have_count(0)
    press(card, "Back to the review")
    lab_page.page.evaluate("window.sameLab = true")
    link = card.get_by_role("link", name="7. Real-time inference")
    path = lab_page.lab.path("quizzing/07_realtime")
    expect(link).to_have_attribute("href", re.compile(f"/user/ada/files/{path}"))
    link.press("Enter")
    lab_page.expect_in_front("07_realtime_inference")
    assert now(lab_page.page.evaluate("window.sameLab"))


def test_a_test_saves_each_page_and_all_cards_are_accessible(lab_page: LabPage) -> None:
    shown = ("show_practice", "show_test", "show_progress")
    codes = (f"from lessons_lib import {show}\n{show}()" for show in shown)
    lab_page.show("quizzing/all.ipynb", *codes)
    cards = lab_page.panel.locator(".lessons-quiz")
    practice, card, progress = (cards.nth(index) for index in range(3))
    press(practice, "Endless practice")
    expect(practice.locator(".qc-title")).to_have_text("Endless practice")
    press(card, "Start the test")
    with lab_page.of_width(720):
        expect_to_fit(card)
        boxes = card.locator(".qc-steps span").evaluate_all(BOXES)
        assert len({top for top, _ in boxes}) == 1
        assert min(size for _, size in boxes) >= 4
    for number in range(1, 11):
        expect(card.locator(".qc-heading")).to_have_text(f"Question {number} of 10")
        field = card.locator(".qc-number")
        field.fill("2") if field.count() else choose(card, "A")
        expect(card.locator(".qc-unsent")).to_contain_text("it is saved when you move on")
        expect(card.get_by_role("button", name="Save")).to_have_count(0)
        press(card, "Next" if number < 10 else "Check and finish")
    expect(card.locator(".qc-summary")).to_have_text(
        "All questions are answered. End the test to see the verdict."
    )
    press(card, "End the test")
    expect(card.locator(".qc-heading")).to_contain_text("Your verdict: ")
    expect(card.locator(".qc-chart")).to_have_count(2)
    expect(progress.get_by_role("link", name="the test")).to_be_visible()
    lab_page.expect_accessible(".lessons-quiz")


def test_keys_reach_the_card_after_a_click_where_clicks_give_no_focus(lab_page: LabPage) -> None:
    lab_page.page.add_init_script(NO_FOCUS_BY_MOUSE)
    card = show(lab_page, "safari", "01")
    before = lab_page.cells()
    choose(card, "A")
    lab_page.press("b", "d", "d", "Enter")
    expect(status(card)).not_to_be_empty()
    press(card, "Next")
    lab_page.press("b", "d", "d")
    assert now(lab_page.cells()) == before
    expect(lab_page.panel.locator(".jp-mod-editMode")).to_have_count(0)
