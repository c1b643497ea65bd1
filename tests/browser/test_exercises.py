"""Exercises in JupyterLab's own cells: solved, failed, interrupted, restored."""

import shutil

from playwright.sync_api import Locator, expect

from lessons_lib.classroom.practice.exercises.catalog import exercise
from tests.support.browser import expect_to_fit, press, status
from tests.support.lab import NOTEBOOKS, LabPage
from tests.support.waiting import now

TASK = exercise("count-the-passes")
NOTEBOOK = "coding/exercises.ipynb"
LOAD = "%load_ext lessons_lib\nfrom lessons_lib import hint, last_try, solution"
STRIP = "from lessons_lib import show_exercises\nshow_exercises()"
HOSTILE = "raise ValueError('<img src=x onerror=window.hacked=1>')"


def cell(lab_page: LabPage, number: int) -> Locator:
    return lab_page.panel.locator(".jp-CodeCell").nth(number)


def output(lab_page: LabPage, number: int) -> Locator:
    return cell(lab_page, number).locator(".jp-OutputArea-output")


def write(lab_page: LabPage, number: int, code: str) -> None:
    """Replace a cell's code, as a learner who pastes does.

    The editor gets the focus without a click, which would miss it while an output above is drawn.
    """
    editor = cell(lab_page, number).locator(".cm-content")
    editor.focus()
    expect(editor).to_be_focused()
    lab_page.press("Control+a")
    lab_page.page.keyboard.insert_text(code)
    expect(editor).to_contain_text(code.splitlines()[-1].strip())


def run(lab_page: LabPage, number: int, code: str = "") -> Locator:
    """Run a cell, after replacing its code if some is given, and return its output."""
    if code:
        write(lab_page, number, code)
    else:
        cell(lab_page, number).locator(".cm-content").click()
    lab_page.press("Control+Enter")
    return output(lab_page, number)


def open_copy(lab_page: LabPage, name: str) -> Locator:
    """Open a copy of the exercises, and return the cell of the first one."""
    path = lab_page.lab.course / name
    path.parent.mkdir(exist_ok=True)
    shutil.copy(NOTEBOOKS / "14_code_along.ipynb", path)
    lab_page.open(name)
    return cell(lab_page, 2)


def card(lab_page: LabPage, number: int) -> Locator:
    return cell(lab_page, number).locator(".lessons-exercise")


def test_an_exercise_is_solved_interrupted_and_restored_after_a_restart(lab_page: LabPage) -> None:
    cells = [LOAD, TASK.cell, f"hint('{TASK.id}')", STRIP, f"last_try('{TASK.id}')"]
    lab_page.show(NOTEBOOK, *cells[:4])
    expect(card(lab_page, 1)).to_contain_text("Not started")
    expect(output(lab_page, 2)).to_contain_text("Hint 1 of 2: Divide the number of texts")

    head = f"%%exercise {TASK.id}\n"
    wrong = run(lab_page, 1, head + TASK.mistakes[1].code)
    expect(wrong).to_contain_text("the remaining texts are never processed")
    expect(status(wrong)).to_contain_text("passes(n_texts, batch_size) is 19,")
    hostile = run(lab_page, 1, head + HOSTILE)
    expect(hostile).to_contain_text("ValueError in line 2: <img src=x onerror")
    expect(hostile.locator("img, script")).to_have_count(0)
    assert now(lab_page.page.evaluate("window.hacked")) is None

    run(lab_page, 1, f"{head}print('begun')\nwhile True:\n    pass")
    expect(output(lab_page, 1).first).to_have_text("begun")
    lab_page.execute("notebook:interrupt-kernel")
    expect(card(lab_page, 1)).to_contain_text("Your code was interrupted in line ")
    run(lab_page, 1, head + TASK.solution)
    expect(card(lab_page, 1)).to_contain_text("✓ Right. It works on the example")
    expect(card(lab_page, 1)).to_contain_text("1 of 17 exercises solved. Next: 14. ")
    expect(output(lab_page, 3)).to_contain_text("1 of 17 exercises solved.")
    lab_page.expect_accessible(".jp-CodeCell .jp-OutputArea-output")

    lab_page.lab.end_sessions()
    lab_page.show(NOTEBOOK, LOAD, cells[4])
    expect(output(lab_page, 1)).to_have_text("Your last try is in a new cell below.")
    expect(cell(lab_page, 2).locator(".cm-content")).to_contain_text("ceil(n_texts / batch_size)")
    expect(run(lab_page, 2).first).to_contain_text("✓ Right.")


def test_who_writes_while_python_starts_goes_on_writing(lab_page: LabPage) -> None:
    first = open_copy(lab_page, "coding/early.ipynb")
    press(first, "▶ Run this cell")
    write(lab_page, 2, "%%exercise batch-call\nearly = 1")
    expect(first.get_by_role("button", name="Check", exact=True)).to_be_visible()
    expect(first.locator(".cm-content")).to_be_focused()
    lab_page.page.keyboard.insert_text("23")
    expect(first.locator(".cm-content")).to_contain_text("early = 123")


def test_the_buttons_of_a_card_run_the_cell_and_keep_the_focus(lab_page: LabPage) -> None:
    # Links lead within the notebook that is open.
    first = open_copy(lab_page, "coding/My copy & notes.ipynb")
    press(first, "▶ Run this cell")  # no other cell has run
    check = first.get_by_role("button", name="Check", exact=True)  # not "Checking …"
    expect(check).to_be_focused()
    expect(first.get_by_role("button", name="solution")).to_have_count(0)
    write(lab_page, 2, "%%exercise batch-call\nprint('seen')\nresults = 1")
    check.focus()
    lab_page.press("Enter")
    expect(first).to_contain_text("• Tried")
    expect(first).to_contain_text("seen")
    expect(check).to_be_focused()

    press(first, "Hint (2 left)")
    expect(status(first)).to_have_text("The method for a batch call is predict.")
    press(first, "Show solution")
    expect(first.locator(".qc-solution")).to_contain_text("Any code that does the same")
    expect(first.get_by_role("button", name="Hide solution")).to_be_focused()
    lab_page.run_all()
    with lab_page.of_width(700):  # with JupyterLab's side bar
        expect_to_fit(*lab_page.panel.locator(".lessons-quiz").all())
    lab_page.panel.get_by_role("link", name="3. Fix a real-time call: Not started").click()
    task = lab_page.panel.locator(".jp-MarkdownCell.jp-mod-active")
    expect(task).to_contain_text("3. Fix a real-time call")
    expect(task).to_be_in_viewport()
