"""What JupyterLab runs in a clone without asking: our notebooks as they were built, no other."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import BrowserContext, expect

from lessons_lib.classroom.widgets.static import RUN_NOTEBOOK
from tests.support.browser import press
from tests.support.lab import NOTEBOOKS, Lab, LabPage, running_lab
from tests.support.waiting import now

ROOT = NOTEBOOKS.parent
HOSTILE = f'<img src="x" onerror="window.stranger = true">{RUN_NOTEBOOK}'
LEAVES_A_FILE = "from pathlib import Path\n\nPath('ran').touch()"


def _write_stranger(notebooks: Path) -> None:
    """Write a notebook that claims to be a lesson, with stored HTML and a button."""
    output = new_output("display_data", {"text/html": HOSTILE})
    metadata = nbformat.read(notebooks / "12_test.ipynb", as_version=4).metadata
    cell = new_code_cell(LEAVES_A_FILE, execution_count=1, outputs=[output])
    nbformat.write(new_notebook(cells=[cell], metadata=metadata), notebooks / "stranger.ipynb")


@pytest.fixture(scope="module")
def server(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, started twice in a clone with a changed lesson and a stranger's notebook."""
    folder = tmp_path_factory.mktemp("clone")
    root = folder / "course"
    for name in ("lessons_lib", "notebooks", "quizzes"):
        shutil.copytree(ROOT / name, root / name)
    changed = root / "notebooks" / "13_flashcards.ipynb"
    changed.write_text(
        changed.read_text("utf-8").replace("Run this cell", "run this cell"), "utf-8"
    )
    _write_stranger(changed.parent)
    for start in (1, 2):
        with running_lab(folder, PYTHONPATH=str(root)) as lab:
            if start == 2:
                yield lab


@pytest.fixture
def clone(server: Lab) -> Iterator[Lab]:
    """The clone for one test, which leaves neither a kernel nor a record there."""
    yield server
    server.end_sessions()
    shutil.rmtree(server.folder / "lessons", ignore_errors=True)


@pytest.mark.parametrize(
    ("name", "is_asked"), [("11_practice", False), ("13_flashcards", True), ("stranger", True)]
)
def test_one_press_runs_a_lesson_as_it_was_built_and_nothing_else_without_a_question(
    name: str, is_asked: bool, clone: Lab, browser: BrowserContext
) -> None:
    lab_page = LabPage(browser.new_page(), clone)
    lab_page.open(f"notebooks/{name}.ipynb")
    lab_page.panel.locator(".jp-OutputArea button").first.click()
    asks = lab_page.page.locator(".jp-Dialog")
    if is_asked:
        expect(asks).to_contain_text(":run-")
        press(asks, "Cancel")
    else:
        expect(lab_page.panel.locator(".jp-OutputArea-output.lm-Panel")).to_have_count(1)
    expect(asks).to_have_count(0)
    assert now(lab_page.page.evaluate("window.stranger")) is None
    assert not (clone.course / "notebooks" / "ran").exists()


def test_cards_of_a_notebook_as_it_was_built_run_by_themselves_and_no_others(
    clone: Lab, browser: BrowserContext
) -> None:
    lab_page = LabPage(browser.new_page(), clone)
    for mode, live in (("Flashcards", 0), ("Practice", 1)):
        lab_page.open("notebooks/00_start_here.ipynb")
        lab_page.panel.locator(".lessons-modes").get_by_role("link", name=mode, exact=True).click()
        expect(lab_page.panel.get_by_role("heading", name=mode).first).to_be_visible()
        expect(lab_page.panel.locator(".jp-OutputArea-output.lm-Panel")).to_have_count(live)
        lab_page.page.wait_for_timeout(500)
        expect(lab_page.panel.locator(".jp-OutputArea-output.lm-Panel")).to_have_count(live)
        expect(lab_page.page.locator(".jp-Dialog")).to_have_count(0)
