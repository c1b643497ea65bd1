"""A kernel that was restarted under a live card: its notice has a button that runs the cell."""

from playwright.sync_api import Locator, expect

from tests.support.browser import press
from tests.support.lab import KERNEL, LabPage
from tests.support.waiting import eventually

QUIZ = "from lessons_lib import show_quiz\nshow_quiz('01_concept', 'modes')"
EXPLORE = 'from lessons_lib import show\nshow("first-label")'
EXERCISE = "%%exercise batch-call\nresults = 1"
OUTCOME = "from lessons_lib import show_outcome\nshow_outcome('sooner-by-rowboat', 2)"
COUNTS = """window.jupyterapp.shell.currentWidget.content.widgets.map(
    ({ model }) => model.executionCount
)"""
AGAIN = "▶ Run this cell"


def _run(lab_page: LabPage, *codes: str) -> Locator:
    """Run a lesson with these cells, and return its panel."""
    lab_page.show("notebooks/restarted.ipynb", *codes, is_lesson=True)
    return lab_page.panel


def _restart(lab_page: LabPage) -> None:
    lab_page.page.evaluate(f"{KERNEL}.restart()")


def test_a_quiz_goes_on_where_it_was_by_mouse_and_by_key(lab_page: LabPage) -> None:
    card = _run(lab_page, "1", "2", QUIZ).locator(".lessons-quiz")
    card.get_by_text("Batch inference", exact=True).click()
    press(card, "Submit")
    again = card.get_by_role("button", name=AGAIN)
    for left, key in ((2, ""), (1, "Enter")):
        expect(card.locator(".qc-verdict")).to_contain_text("Right")
        _restart(lab_page)
        press(card, f"Hint ({left} left)")  # this one is lost
        expect(again).to_be_visible()
        lab_page.panel.locator(".jp-InputPrompt").first.click()  # another cell is active
        again.press(key) if key else again.click()
        expect(again).to_have_count(0)
        expect(card.get_by_role("radio", name="Batch inference")).to_be_checked()
        press(card, f"Hint ({left} left)")
        expect(card.locator(".qc-hints li")).to_have_count(3 - left)
    eventually(lambda: lab_page.page.evaluate(COUNTS), [1, 2, 1])


def test_an_exploration_and_an_exercise_answer_again(lab_page: LabPage) -> None:
    panel = _run(lab_page, EXPLORE, "%load_ext lessons_lib", EXERCISE)
    _restart(lab_page)
    explore, card = panel.locator(".lessons-explore"), panel.locator(".lessons-exercise")
    explore.get_by_label("Your text").fill("good")
    press(explore, AGAIN)
    expect(explore.get_by_role("note")).to_be_hidden()
    explore.get_by_label("Your text").fill("what a good film")
    expect(explore.locator(".xp-seen")).to_contain_text("positive")
    card.get_by_role("button", name="Hint").click()
    press(card, AGAIN)  # also loads the magic
    expect(card.get_by_role("button", name=AGAIN)).to_have_count(0)
    expect(card.locator(".ex-said")).to_be_visible()


def test_a_card_that_uses_cells_above_runs_the_notebook(lab_page: LabPage) -> None:
    card = _run(lab_page, "1", OUTCOME).locator(".lessons-outcome")
    _restart(lab_page)
    press(card, "Show the result")
    press(card, "▶ Run this notebook")
    expect(card.get_by_role("button", name="▶ Run this notebook")).to_have_count(0)
    press(card, "Show the result")
    expect(card.locator(".gs-line").first).to_contain_text("2")
    eventually(lambda: lab_page.page.evaluate(COUNTS), [1, 2])
