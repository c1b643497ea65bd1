"""The ten modes in JupyterLab under a hub's base URL: found, opened at their place, remembered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from playwright.sync_api import Locator, expect

from lessons_lib.practice.course import course
from lessons_lib.widgets.modes.chooser import ModeChooser

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

THEMES = ("JupyterLab Light", "JupyterLab Dark")
CHOOSER = "from lessons_lib.widgets.modes.chooser import ModeChooser\nModeChooser()"
FINDER = "from lessons_lib.widgets.modes.chooser import ModeFinder\nModeFinder()"
GUESS = """from lessons_lib.record.kinds import Guess, guess_event
from lessons_lib.record.log import session_log

session_log().append(guess_event("one-by-one", Guess(2.0, 3.0, "s")))"""
NO_WISH = """from lessons_lib.practice.modes.modes import wish_event
from lessons_lib.record.kinds import Wish
from lessons_lib.record.log import session_log

session_log().append(wish_event(Wish()))"""
WIDTH = "root => root.closest('.jp-OutputArea-child').style.maxWidth = '600px'"
OVERFLOW = "root => root.scrollWidth - root.clientWidth"
RESTART = "window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"


@pytest.fixture
def modes_page(lab_page: LabPage) -> LabPage:
    """A start page with a stored, untrusted chooser, beside the notebooks that it opens."""
    bundle = {"text/html": ModeChooser()._repr_html_(), "text/plain": repr(ModeChooser())}
    stored = new_output("execute_result", bundle, execution_count=1)
    cells = [
        new_markdown_cell("# Start here\n\n## Choose a learning mode"),
        new_code_cell(CHOOSER, execution_count=1, outputs=[stored]),
        new_code_cell(FINDER),
    ]
    lab_page.lab.write_notebook("modes/start.ipynb", cells)
    prose = "A sentence of a lesson. " * 30
    far_down = [new_markdown_cell(prose, id=f"before-{place}") for place in range(30)]
    there = new_markdown_cell(f"**Try it here.** {prose}", id="try-it-1")
    for slug in {one.lessons[0] for one in course().modes} | {"04_embeddings"}:
        lab_page.lab.write_notebook(f"modes/{slug}.ipynb", [*far_down, there])
    lab_page.open("modes/start.ipynb")
    return lab_page


def chooser(lab_page: LabPage) -> Locator:
    return lab_page.panel.locator(".lessons-modes")


def finder(lab_page: LabPage) -> Locator:
    return lab_page.panel.locator(".lessons-mode-finder")


def expect_in_front(lab_page: LabPage, name: str) -> None:
    in_front = lab_page.page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")
    expect(in_front).to_contain_text(name)


def test_before_anything_has_run_each_of_ten_links_opens_its_notebook_with_one_click(
    modes_page: LabPage,
) -> None:
    page = modes_page.page
    page.evaluate("window.sameLab = true")
    expect(chooser(modes_page).locator("style")).to_have_count(0)
    expect(chooser(modes_page).get_by_role("listitem")).to_have_count(len(course().modes))
    for one in course().modes:
        chooser(modes_page).get_by_role("link", name=one.title, exact=True).click()
        expect_in_front(modes_page, one.lessons[0])
        there = modes_page.panel.locator("strong", has_text="Try it here.")
        if one.place:
            expect(there).to_be_in_viewport()
        else:
            expect(there).not_to_be_in_viewport()
        page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="start.ipynb").click()
        expect_in_front(modes_page, "start.ipynb")
    assert page.evaluate("window.sameLab"), "the page was loaded anew"


def test_the_cards_and_the_three_questions_are_accessible_in_both_themes_and_a_narrow_column(
    modes_page: LabPage,
) -> None:
    modes_page.run_all()
    expect(chooser(modes_page).locator("style")).to_have_count(1)
    answer(modes_page, "Understand the idea", "About ten minutes", "Watching")
    for theme in THEMES:
        modes_page.set_theme(theme)
        assert modes_page.accessibility_report(".lessons-modes") == ""
        assert modes_page.accessibility_report(".lessons-mode-finder") == ""
    for root in (chooser(modes_page), finder(modes_page)):
        root.evaluate(WIDTH)
        assert root.evaluate(OVERFLOW) <= 0


def test_the_keyboard_goes_from_card_to_card_and_opens_one(modes_page: LabPage) -> None:
    modes_page.run_all()
    page = modes_page.page
    chooser(modes_page).get_by_role("link", name=course().modes[0].title, exact=True).focus()
    for one in course().modes[1:]:
        page.keyboard.press("Tab")
        expect(chooser(modes_page).get_by_role("link", name=one.title, exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect_in_front(modes_page, "12_test")


def test_three_answers_by_keyboard_propose_a_mode_whose_link_opens_it_at_its_place(
    modes_page: LabPage,
) -> None:
    page = modes_page.page
    modes_page.run_code(NO_WISH)
    modes_page.run_all()
    finder(modes_page).get_by_role("radio", name="Understand the idea").focus()
    page.keyboard.press("Space")
    page.keyboard.press("b")  # would insert a cell, if JupyterLab heard it
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(finder(modes_page).get_by_role("status")).to_contain_text("We propose 5. Watch.")
    assert page.evaluate(CELLS) == 3
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_in_front(modes_page, "09_micro_batching")
    expect(modes_page.panel.locator("strong", has_text="Try it here.")).to_be_in_viewport()


def test_answers_and_progress_are_there_again_after_a_restart(modes_page: LabPage) -> None:
    modes_page.run_all()
    answer(modes_page, "Check what I know", "About twenty", "Typing")
    expect(finder(modes_page).get_by_role("link")).to_have_text("9. Practice")
    modes_page.run_code(GUESS)
    modes_page.page.evaluate(RESTART)
    modes_page.run_all()
    experiment = course().mode("experiment").title
    card = chooser(modes_page).get_by_role("listitem").filter(has_text=experiment)
    expect(card).to_contain_text(re.compile(r"\d guess(es)? measured"))  # other tests guess too
    expect(finder(modes_page).get_by_role("link")).to_have_text("9. Practice")
    expect(finder(modes_page).get_by_role("radio", name="About twenty")).to_be_checked()


def answer(lab_page: LabPage, *names: str) -> None:
    for name in names:
        finder(lab_page).get_by_role("radio", name=name).check()
