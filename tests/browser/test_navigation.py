"""The ten modes and the stage map in JupyterLab under a base URL: links, stored and just run."""

import re
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from playwright.sync_api import Locator, expect

import lessons_lib
from lessons_lib.classroom.course import course
from lessons_lib.classroom.widgets.modes import ModeChooser
from lessons_lib.lesson.views.stages import StageMap
from tests.support.browser import expect_to_fit, status
from tests.support.lab import TABS, LabPage
from tests.support.waiting import eventually, now

EXTENSION = Path(lessons_lib.__file__).parent.joinpath(
    "classroom/server/jupyter/labextensions/lessons-lib/static/remoteEntry.js"
)
CHOOSER = "from lessons_lib.classroom.widgets.modes import ModeChooser\nModeChooser()"

FINDER = 'from lessons_lib import show\nshow("mode-finder")'

WIDTH = "root => root.closest('.jp-OutputArea-child').style.maxWidth = '600px'"

# The titles of the widgets that a mode opens at.
WIDGETS = {
    "trace": "From a sentence to a label",
    "watch": "Requests queue and form batches",
    "experiment": "Lab book",
}

# Whether a title comes to rest between the notebook's upper edge and a third of its height.
AT_THE_TOP = """async (title) => {
    const notebook = title.closest(".jp-WindowedPanel-outer");
    let still = 0;
    for (let frame = 0; frame < 1200 && still < 60; frame += 1) {
        const { top, height } = notebook.getBoundingClientRect();
        const below = title.getBoundingClientRect().top - top;
        still = 0 <= below && below < height / 3 ? still + 1 : 0;
        await new Promise(requestAnimationFrame);
    }
    return still === 60;
}"""


def stored(code: str, shown: ModeChooser | StageMap) -> NotebookNode:
    """Return a cell that was run, and shows something without a kernel."""
    bundle = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    output = new_output("execute_result", bundle, execution_count=1)
    cell: NotebookNode = new_code_cell(code, execution_count=1, outputs=[output])
    return cell


@pytest.fixture
def modes_page(lab_page: LabPage) -> LabPage:
    """A start page with a stored, untrusted chooser, next to the notebooks of the course."""
    title = new_markdown_cell("# Start here\n\n## Choose a learning mode")
    cells = title, stored(CHOOSER, ModeChooser()), FINDER
    lab_page.lab.write_notebook("notebooks/start.ipynb", *cells)
    lab_page.open("notebooks/start.ipynb")
    return lab_page


def chooser(lab_page: LabPage) -> Locator:
    return lab_page.panel.locator(".lessons-modes")


def finder(lab_page: LabPage) -> Locator:
    return lab_page.panel.locator(".lessons-explore")


def return_to(lab_page: LabPage, name: str) -> None:
    lab_page.page.locator(TABS, has_text=name).click()
    lab_page.expect_in_front(name)


def follow(lab_page: LabPage, link: Locator, name: str) -> None:
    link.press("Enter")
    lab_page.expect_in_front(name)


def test_each_of_ten_links_of_a_stored_page_opens_its_notebook(modes_page: LabPage) -> None:
    modes_page.page.evaluate("window.sameLab = true")
    expect(chooser(modes_page).locator("style")).to_have_count(0)
    expect(chooser(modes_page).get_by_role("listitem")).to_have_count(len(course().modes))
    for one in course().modes:
        if one.slug not in WIDGETS:  # those are opened below
            link = chooser(modes_page).get_by_role("link", name=one.title, exact=True)
            follow(modes_page, link, one.lessons[0])
            return_to(modes_page, "start.ipynb")
    assert now(modes_page.page.evaluate("window.sameLab")), "the page was loaded again"


def test_a_mode_opens_at_its_widget_and_one_shift_enter_runs_it(modes_page: LabPage) -> None:
    for mode, title in WIDGETS.items():
        one = course().mode(mode)
        link = chooser(modes_page).get_by_role("link", name=one.title, exact=True)
        for height in (700, 900):
            return_to(modes_page, "start.ipynb")
            modes_page.page.set_viewport_size({"width": 1440, "height": height})
            follow(modes_page, link, one.lessons[0])
            # A card that starts by itself replaces the stored title, so both may be looked at.
            shown = modes_page.panel.get_by_text(title, exact=True)
            eventually(partial(shown.evaluate, AT_THE_TOP), True)
        modes_page.press("Shift+Enter")
        heading = modes_page.panel.get_by_role("heading", name=title)
        expect(heading).to_be_visible()  # it measures its costs first
        assert now(heading.evaluate(AT_THE_TOP))
        expect(modes_page.panel.get_by_text("NameError")).to_have_count(0)


def test_the_cards_and_questions_are_accessible_and_work_by_keyboard(modes_page: LabPage) -> None:
    modes_page.run_all()
    expect(chooser(modes_page).locator("style")).to_have_count(1)
    finder(modes_page).get_by_role("radio", name="Understand the idea").focus()
    before = modes_page.cells()
    modes_page.press("Space", "b")  # would insert a cell, if it reached JupyterLab
    modes_page.press("Tab", "Space", "Tab", "Space", "ArrowDown")
    expect(status(finder(modes_page))).to_contain_text("We suggest 5. Watch")
    assert now(modes_page.cells()) == before
    modes_page.press("Tab")
    proposal = finder(modes_page).get_by_role("link")
    expect(proposal).to_be_focused()
    follow(modes_page, proposal, "09_micro_batching")
    return_to(modes_page, "start.ipynb")

    finder(modes_page).get_by_role("radio", name="Check what I know").check()
    expect(proposal).to_have_text("8. Flashcards")
    follow(modes_page, proposal, "13_flashcards")
    return_to(modes_page, "start.ipynb")
    for selector in (".lessons-modes", ".lessons-explore"):
        root = modes_page.panel.locator(selector)
        modes_page.expect_accessible(selector)
        root.evaluate(WIDTH)
        expect_to_fit(root)
    chooser(modes_page).get_by_role("link", name=course().modes[0].title, exact=True).focus()
    for one in course().modes[1:]:
        modes_page.press("Tab")
        expect(chooser(modes_page).get_by_role("link", name=one.title, exact=True)).to_be_focused()
    modes_page.press("Enter")
    modes_page.expect_in_front("12_test")


@pytest.fixture
def map_page(lab_page: LabPage) -> LabPage:
    """A notebook with a stored, untrusted map, and the two that the tests follow links to."""
    source = "from lessons_lib.lesson.views.stages import StageMap\nStageMap(here='batch')"
    lab_page.lab.write_notebook("map/map.ipynb", stored(source, StageMap(here="batch")))
    for name in ("02_raw_text", "08_probabilities_to_labels"):
        lab_page.lab.write_notebook(f"map/{name}.ipynb")
    lab_page.open("map/map.ipynb")
    return lab_page


def test_a_map_stored_or_run_is_accessible_and_opens_notebooks(map_page: LabPage) -> None:
    page = map_page.page
    page.evaluate("window.sameLab = true")
    stage_map = map_page.panel.locator(".lessons-stage-map")
    expect(stage_map.locator("style")).to_have_count(0)  # stored and untrusted
    for stage in course().stages:
        expect(stage_map.get_by_role("link", name=stage.step)).to_be_visible()
    stage_map.get_by_role("link", name="Labels").click()
    map_page.expect_in_front("08_probabilities_to_labels")
    return_to(map_page, "map.ipynb")

    map_page.run_all()
    expect(stage_map.locator("style")).to_have_count(1)
    expect(stage_map.locator("[aria-current=step]")).to_have_text("Model: batch")
    eventually(lambda: (stage_map.bounding_box() or {"height": 99})["height"] <= 60, True)
    shapes = stage_map.locator("small:visible")
    expect(shapes).to_contain_text("10,000 × 20 × 50 → 10,000 × 3 classes")
    map_page.expect_accessible(".lessons-stage-map")
    first = stage_map.get_by_role("link", name="Raw text")
    first.focus()
    expect(shapes).to_contain_text("Input text data: ")
    stage_map.get_by_role("link", name="Vectors").hover()
    expect(shapes).to_contain_text("10,000 × 20 tokens × 50 features")
    first.press("Enter")
    map_page.expect_in_front("02_raw_text")
    assert now(page.evaluate("window.sameLab")), "the page was loaded again"
    assert not page.context.pages[page.context.pages.index(page) + 1 :], "a window was opened"


def test_what_the_extension_replaces_worked_in_this_jupyterlab() -> None:
    text = EXTENSION.read_text(encoding="utf-8")
    rows = re.findall(r"^// (\w+\.\S+) +\|.*\| (\S+) +\| (.+)$", text, re.MULTILINE)
    replaced = re.findall(r"^ +((?:app|panel|sessionContext)\.[\w.]+) = .*=>", text, re.MULTILINE)
    assert sorted(name for name, *_ in rows) == sorted(replaced)
    running = version("jupyterlab").rpartition(".")[0]
    assert {running in versions.split(", ") for *_, versions in rows} == {True}
    assert all((Path(__file__).parent / test).is_file() for _, test, _ in rows)
