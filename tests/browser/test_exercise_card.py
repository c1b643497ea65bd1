"""Exercises in JupyterLab: written by keyboard, run, stopped, left and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, expect

from lessons_lib.practice.exercises.catalog import EXERCISES, exercise

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

SOURCE = """from lessons_lib.widgets.exercises.card import show_exercises

show_exercises({names}{log})"""
FORGETTING = "log=InMemoryLog()"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"
HOSTILE = "print('<img src=x onerror=window.hacked=1><script>window.hacked=1</script>')\n"
LIGHT = ("count-the-passes", "pad-the-ids")


def show(lab_page: LabPage, notebook: str, *names: str, log: str = "") -> Locator:
    """Write a notebook with the card, open it, run it, and return the card."""
    listed = "".join(f"{name!r}, " for name in names)
    source = SOURCE.format(names=listed, log=log)
    if log == FORGETTING:
        source = f"from lessons_lib.record.log import InMemoryLog\n{source}"
    lab_page.lab.write_notebook(f"coding/{notebook}.ipynb", [new_code_cell(source)])
    return show_again(lab_page, notebook)


def show_again(lab_page: LabPage, notebook: str) -> Locator:
    lab_page.open(f"coding/{notebook}.ipynb")
    lab_page.run_all()
    card = lab_page.panel.locator(".lessons-exercise")
    expect(card).to_have_count(1)
    return card


def click(card: Locator, name: str) -> None:
    card.get_by_role("button", name=name, exact=True).click()


def editor(card: Locator) -> Locator:
    return card.get_by_label("Your code", exact=True)


def test_code_hints_solution_and_place_are_found_again_in_a_new_kernel(lab_page: LabPage) -> None:
    card = show(lab_page, "kept")
    expect(card.get_by_role("button", name="Show solution")).to_be_hidden()
    editor(card).fill(exercise("batch-call").mistakes[0].code)
    click(card, "Run")
    expect(card.get_by_role("status")).to_contain_text("TypeError in line 1: BatchPredictor")
    expect(card.locator(".ex-word")).to_have_text(
        "That is one text. A batch call takes a list: square brackets around all three."
    )
    click(card, "Hint (2 left)")
    expect(card.get_by_role("status")).to_contain_text("Hint 1 of 2: A batch call has the verb")
    editor(card).fill(exercise("batch-call").solution)
    editor(card).press("Control+Enter")
    expect(card.get_by_role("status")).to_contain_text("Right. It works on the example")
    expect(card.locator(".qc-line")).to_contain_text("✓ Solved")
    click(card, "Next")
    expect(card.locator(".qc-heading")).to_be_focused()
    editor(card).fill("half = 'a thought'")
    expect(card.locator(".qc-unsent")).to_have_text("Not saved yet")
    expect(card.locator(".qc-unsent")).to_have_text("")
    lab_page.lab.end_sessions()
    card = show_again(lab_page, "kept")
    expect(card.locator(".qc-heading")).to_have_text(f"Exercise 2 of {len(EXERCISES)}")
    expect(editor(card)).to_have_value("half = 'a thought'")
    click(card, "Back")
    expect(editor(card)).to_have_value(exercise("batch-call").solution)
    expect(card.locator(".qc-hints li")).to_have_count(1)
    click(card, "Show solution")
    expect(card.locator(".qc-solution code")).to_have_text(exercise("batch-call").solution)
    click(card, "All exercises")
    expect(card.locator(".ex-list li")).to_have_count(len(EXERCISES))
    expect(card.locator(".ex-list li").first).to_contain_text("✓ solved")


def test_the_keyboard_alone_writes_indents_runs_and_leaves_the_editor(lab_page: LabPage) -> None:
    card = show(lab_page, "keys", *LIGHT, log=FORGETTING)
    keyboard = lab_page.page.keyboard
    editor(card).focus()
    keyboard.press("Control+a")
    keyboard.type("def passes(n_texts, batch_size):")
    keyboard.press("Enter")
    keyboard.type("if n_texts == 0:")
    keyboard.press("Enter")
    keyboard.type("return 0")
    keyboard.press("Enter")
    keyboard.press("Shift+Tab")
    keyboard.type("x")
    keyboard.press("Tab")
    keyboard.press("Control+z")
    keyboard.press("Backspace")
    keyboard.type("return -(-n_texts // batch_size)")
    expect(editor(card)).to_have_value(
        "def passes(n_texts, batch_size):\n    if n_texts == 0:\n        return 0\n"
        "    return -(-n_texts // batch_size)"
    )
    keyboard.press("Control+Enter")
    expect(card.get_by_role("status")).to_contain_text("Right. It works on the example")
    expect(editor(card)).to_be_focused()
    keyboard.press("Escape")
    expect(card.get_by_role("status")).to_have_text("Tab leaves the editor now.")
    keyboard.press("Tab")
    expect(card.get_by_role("button", name="Run")).to_be_focused()
    for name in ("Hint (2 left)", "Show solution", "Start again"):
        keyboard.press("Tab")
        expect(card.get_by_role("button", name=name)).to_be_focused()
    keyboard.press("Enter")
    expect(card.get_by_role("button", name="No, keep mine")).to_be_focused()
    keyboard.press("Enter")
    expect(card.get_by_role("button", name="Start again")).to_be_focused()
    expect(editor(card)).not_to_have_value(exercise("count-the-passes").start)
    keyboard.press("Enter")
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(editor(card)).to_have_value(exercise("count-the-passes").start)
    assert lab_page.page.evaluate(CELLS) == 1


def test_many_lines_are_indented_and_outdented_together(lab_page: LabPage) -> None:
    card = show(lab_page, "lines", *LIGHT, log=FORGETTING)
    editor(card).fill("a\n\n  b")
    editor(card).press("Control+a")
    editor(card).press("Tab")
    expect(editor(card)).to_have_value("    a\n\n      b")
    editor(card).press("Shift+Tab")
    editor(card).press("Shift+Tab")
    expect(editor(card)).to_have_value("a\n\nb")


def test_an_endless_loop_is_stopped_and_the_kernel_lives(lab_page: LabPage) -> None:
    card = show(lab_page, "endless", *LIGHT, log=FORGETTING)
    editor(card).fill("while True:\n    pass\n")
    click(card, "Run")
    expect(card.get_by_role("button", name="Running…")).to_be_visible()
    expect(card.get_by_role("status")).to_contain_text("did not end within 5 seconds")
    editor(card).fill("import os\nos._exit(1)")
    click(card, "Run")
    expect(card.get_by_role("status")).to_contain_text("Your code ended Python before")
    editor(card).fill(exercise("count-the-passes").solution)
    click(card, "Run")
    expect(card.get_by_role("status")).to_contain_text("Right.")


def test_what_a_learner_writes_is_shown_as_text(lab_page: LabPage) -> None:
    card = show(lab_page, "hostile", *LIGHT, log=FORGETTING)
    editor(card).fill(f"{HOSTILE}raise ValueError('<img src=x onerror=window.hacked=1>')")
    click(card, "Run")
    expect(card.locator(".qc-sentence")).to_contain_text("ValueError in line 2: <img src=x")
    expect(card.locator(".ex-output")).to_contain_text("<script>")
    expect(card.locator("img, script, style, iframe")).to_have_count(0)
    assert lab_page.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_with_the_card(lab_page: LabPage, theme: str) -> None:
    card = show(lab_page, f"axe-{theme[-4:].strip().lower()}", *LIGHT, log=FORGETTING)
    lab_page.set_theme(theme)
    told = lab_page.accessibility_report(".lessons-exercise")
    editor(card).fill("def passes(n, b):\n    return n // b\n\n\nprint('hm', 1 / 3)\n")
    click(card, "Run")
    expect(card.locator(".ex-case")).to_contain_text("n_texts = 10000")
    click(card, "Hint (2 left)")
    click(card, "Show solution")
    expect(card.locator(".qc-solution")).to_be_visible()
    click(card, "Start again")
    told += lab_page.accessibility_report(".lessons-exercise")
    editor(card).fill("x = (")
    click(card, "Run")
    expect(card.locator(".ex-numbers .ex-marked")).to_have_text("1")
    told += lab_page.accessibility_report(".lessons-exercise")
    click(card, "All exercises")
    card.locator(".ex-go").first.hover()
    told += lab_page.accessibility_report(".lessons-exercise")
    assert told == ""
