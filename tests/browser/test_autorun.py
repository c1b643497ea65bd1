"""Cells that only show a card run by themselves, once, in the page in sight, and no other cells."""

import re
import urllib.request
from functools import partial

import nbformat
from playwright.sync_api import expect

from tests.support.lab import DIRTY, KERNEL, NOTEBOOKS, TABS, LabPage
from tests.support.waiting import LIMIT_S, eventually, now

NOTEBOOK = "notebooks/03_preprocessing.ipynb"
PRACTICE = "notebooks/11_practice.ipynb"
START = "notebooks/00_start_here.ipynb"
STARTS = ".lessons-starts"
ANSWERS = """from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.log import session_log
session_log().append(new_event('position', '06_batch_inference'))"""
RAN = f"""async () => {{
    const asked = {{ code: "", silent: true, user_expressions: {{ it: "len(In) - 1" }} }};
    const reply = await {KERNEL}.requestExecute(asked).done;
    return Number(reply.content.user_expressions.it.data["text/plain"]);
}}"""
ACTIVE = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
AGE = "document.querySelectorAll('.qv-tour').forEach((tour) => (tour.dataset.old = ''))"
SATURATED = re.compile("Saturated")


def _expect_live(lab_page: LabPage) -> None:
    expect(lab_page.panel.locator(f"{STARTS}:visible").first).to_be_visible()
    expect(lab_page.panel.locator(f"{STARTS} .lessons-static")).to_have_count(0)


def _show(lab_page: LabPage, name: str) -> None:
    lab_page.page.locator(TABS, has_text=name).click()
    lab_page.expect_in_front(name)


def _is_running(lab_page: LabPage, kernel: str) -> bool:
    return kernel in lab_page.lab.running("kernels")


def _saved_tabs(lab_page: LabPage) -> int:
    """Return how often what JupyterLab would restore names a notebook."""
    with urllib.request.urlopen(f"{lab_page.lab.url}lab/api/workspaces", timeout=LIMIT_S) as saved:
        return int(saved.read().count(b'"notebook:'))


def test_cards_run_once_and_the_button_runs_the_rest(lab_page: LabPage) -> None:
    lab_page.open(PRACTICE)
    _expect_live(lab_page)
    cards = lab_page.panel.locator(STARTS).count()
    eventually(lambda: lab_page.page.evaluate(RAN), cards)
    assert now(lab_page.page.evaluate(DIRTY)) is False
    assert now(lab_page.page.evaluate(ACTIVE)) == 0
    lab_page.panel.get_by_role("button", name="▶ Run this notebook").click()
    eventually(lambda: lab_page.page.evaluate(RAN), lab_page.panel.locator(".jp-CodeCell").count())


def test_a_cell_that_the_learner_changed_does_not_run_by_itself(lab_page: LabPage) -> None:
    path = lab_page.lab.course / NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    changed = next(one for one in notebook.cells if "starts" in one.metadata.get("lessons", {}))
    changed.source += "\n# my own"
    lab_page.lab.write_notebook("notebooks/own.ipynb", *notebook.cells, is_lesson=True)
    lab_page.open("notebooks/own.ipynb")  # with outputs that nobody signed
    expect(lab_page.panel.locator(".lessons-static").first).to_be_visible()
    expect(lab_page.panel.locator(STARTS)).to_have_count(0)
    lab_page.run_all()
    lab_page.execute("docmanager:save")  # signs it
    lab_page.lab.end_sessions()
    lab_page.open("notebooks/own.ipynb")
    _expect_live(lab_page)
    expect(lab_page.panel.locator(".lessons-static")).not_to_have_count(0)
    eventually(lambda: lab_page.page.evaluate(RAN), lab_page.panel.locator(STARTS).count())


def test_on_day_two_one_of_fourteen_pages_has_a_kernel_and_the_start_page_greets(
    lab_page: LabPage,
) -> None:
    names = [path.name for path in sorted(NOTEBOOKS.glob("*.ipynb"))[:14]]
    lab_page.open(START)
    lab_page.run_code(ANSWERS)
    for name in (*names[1:], names[0]):
        lab_page.execute("docmanager:open", path=lab_page.lab.path(f"notebooks/{name}"))
    _expect_live(lab_page)
    # JupyterLab saves each as a tab and in the layout, and names the one in front.
    eventually(lambda: _saved_tabs(lab_page), 2 * len(names) + 1)
    lab_page.page.goto("about:blank")
    lab_page.lab.end_sessions()
    lab_page.page.goto(f"{lab_page.lab.url}lab")
    expect(lab_page.page.locator(TABS)).to_have_count(14)
    today = lab_page.panel.locator(".lessons-today")
    expect(today).to_have_text(re.compile("^Welcome backToday: Batch inference: about"))
    assert now(len(lab_page.lab.running("kernels"))) == 1
    _show(lab_page, names[3])
    _expect_live(lab_page)
    eventually(lambda: len(lab_page.lab.running("kernels")), 1)  # the first one has ended
    _show(lab_page, names[0])
    expect(today).to_be_visible()
    lab_page.panel.get_by_role("textbox").fill("so good")
    lab_page.press("Enter")
    expect(lab_page.panel.locator(".st-label")).to_have_text("+ positive")


def test_a_kernel_in_which_the_reader_ran_something_stays(lab_page: LabPage) -> None:
    lab_page.open(PRACTICE)
    _expect_live(lab_page)
    lab_page.panel.get_by_role("button", name="▶ Run this notebook").click()
    eventually(lambda: lab_page.page.evaluate(RAN), lab_page.panel.locator(".jp-CodeCell").count())
    kernels = now(lab_page.lab.running("kernels"))
    lab_page.execute("docmanager:open", path=lab_page.lab.path(START))
    _expect_live(lab_page)
    lab_page.page.wait_for_timeout(6_000)  # longer than it waits for the reader to come back
    assert set(kernels) < set(now(lab_page.lab.running("kernels")))


def test_a_door_leads_to_a_queue_that_is_saturated_and_moves(lab_page: LabPage) -> None:
    lab_page.open(START)
    kernel = ""
    for _ in range(2):  # the second time, the queue is open, and its kernel has ended
        _show(lab_page, "00_start_here")
        _expect_live(lab_page)
        eventually(partial(_is_running, lab_page, kernel), expected=False)
        lab_page.page.evaluate(AGE)
        lab_page.panel.get_by_role("link", name="What if everyone asks at once?").click()
        stop = lab_page.panel.locator(".qv-tour:not([data-old]) .qv-stop[aria-current=step]")
        expect(stop).to_have_text(SATURATED)
        expect(lab_page.panel.get_by_role("button", name="Pause")).to_be_visible()
        kernel = now(lab_page.page.evaluate(f"{KERNEL}.id"))
        lab_page.panel.locator(".qv-tour:not([data-old]) .qv-stop").first.click()
        expect(stop).not_to_have_text(SATURATED)
    with lab_page.with_reduced_motion():
        _show(lab_page, "00_start_here")
        lab_page.panel.get_by_role("link", name="What if everyone asks at once?").click()
        expect(stop).to_have_text(SATURATED)
        expect(lab_page.panel.get_by_role("button", name="Play again")).to_be_visible()
