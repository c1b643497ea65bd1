"""Exercises in JupyterLab's own cells: solved, failed, interrupted, restored."""

from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, expect

from lessons_lib.classroom.practice.exercises.catalog import exercise
from lessons_lib.classroom.practice.exercises.magic import UNTOUCHED
from tests.browser.conftest import LabPage

TASK = exercise("count-the-passes")
NOTEBOOK = "coding/exercises.ipynb"
LOAD = "%load_ext lessons_lib\nfrom lessons_lib import hint, last_try, solution"
HOSTILE = "raise ValueError('<img src=x onerror=window.hacked=1>')"


def cell(lab_page: LabPage, number: int) -> Locator:
    return lab_page.panel.locator(".jp-CodeCell").nth(number)


def output(lab_page: LabPage, number: int) -> Locator:
    return cell(lab_page, number).locator(".jp-OutputArea-output")


def write(lab_page: LabPage, number: int, code: str) -> None:
    """Replace a cell's code, as a learner who pastes does."""
    cell(lab_page, number).locator(".cm-content").click()
    lab_page.press("Control+a")
    lab_page.page.keyboard.insert_text(code)


def run(lab_page: LabPage, number: int, code: str = "") -> Locator:
    """Run a cell, after replacing its code if some is given, and return its output."""
    if code:
        write(lab_page, number, code)
    else:
        cell(lab_page, number).locator(".cm-content").click()
    lab_page.press("Control+Enter")
    return output(lab_page, number)


def test_an_exercise_is_solved_interrupted_and_restored_after_a_restart(
    lab_page: LabPage,
) -> None:
    cells = [LOAD, TASK.cell, f"hint('{TASK.id}')", f"last_try('{TASK.id}')"]
    lab_page.lab.write_notebook(NOTEBOOK, [new_code_cell(one) for one in cells[:3]])
    lab_page.open(NOTEBOOK)
    lab_page.run_all()
    expect(output(lab_page, 1)).to_have_text(UNTOUCHED)
    expect(output(lab_page, 2)).to_contain_text("Hint 1 of 2: Divide the number of texts")

    head = f"%%exercise {TASK.id}\n"
    wrong = run(lab_page, 1, head + TASK.mistakes[1].code)
    expect(wrong).to_contain_text("✗ Not solved yet: passes(n_texts, batch_size) is 19,")
    expect(wrong).to_contain_text("the remaining texts are never processed")
    hostile = run(lab_page, 1, head + HOSTILE)
    expect(hostile).to_contain_text("ValueError in line 2: <img src=x onerror")
    expect(hostile.locator("img, script")).to_have_count(0)
    assert lab_page.page.evaluate("window.hacked") is None
    assert lab_page.accessibility_in_both_themes(".jp-CodeCell .jp-OutputArea-output") == ""

    run(lab_page, 1, f"{head}print('begun')\nwhile True:\n    pass")
    expect(output(lab_page, 1).first).to_have_text("begun")
    lab_page.page.evaluate("window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    expect(output(lab_page, 1).last).to_contain_text("Your code was interrupted in line ")
    run(lab_page, 1, head + TASK.solution)
    expect(output(lab_page, 1).first).to_contain_text("✓ Right. It works on the example")
    expect(output(lab_page, 1).last).to_contain_text("1 of 17 exercises solved.")

    lab_page.lab.end_sessions()
    lab_page.lab.write_notebook(NOTEBOOK, [new_code_cell(one) for one in (LOAD, cells[3])])
    lab_page.open(NOTEBOOK)
    lab_page.run_all()
    expect(output(lab_page, 1)).to_have_text("Your last try is in a new cell below.")
    expect(cell(lab_page, 2).locator(".cm-content")).to_contain_text("ceil(n_texts / batch_size)")
    expect(run(lab_page, 2).first).to_contain_text("✓ Right.")
