"""The first second of a lesson: a button is pressed before the page has a kernel."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.lab import LabPage
from tests.support.waiting import now

STATIC = ".jp-OutputArea .lessons-static"
LIVE = ".jp-OutputArea-output.lm-Panel"
DIALOG = ".jp-Dialog"
STARTING = "Starting Python …"
# Presses the first button of a lesson in the frame in which it appears, as a mouse would.
PRESS_AT_ONCE = """
const look = () => {
    const button = document.querySelector(".jp-MarkdownOutput button");
    if (!button) return requestAnimationFrame(look);
    for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
        button.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
    }
};
requestAnimationFrame(look);
"""
FRAMES = "async () => { for (let n = 0; n < 30; n += 1) await new Promise(requestAnimationFrame); }"
SESSION = "window.jupyterapp.shell.currentWidget.sessionContext"
RAN = """(count) => window.jupyterapp.shell.currentWidget.content.widgets.filter(
    ({ model }) => model.executionCount && model.outputs.length
).length === count"""
RUN_AND_SELECT = "notebook:run-cell-and-select-next"


def _hold_kernel(page: Page) -> Callable[[], None]:
    """Let the page ask for its kernel only when the returned function is called."""
    held: list[Route] = []

    def handle(route: Route) -> None:
        if route.request.method == "POST" and not is_over.is_set():
            held.append(route)
        else:
            route.continue_()

    def release() -> None:
        is_over.set()
        for route in held:
            route.continue_()

    is_over = threading.Event()
    page.route("**/api/sessions*", handle)
    return release


def _expect_live(lab_page: LabPage) -> None:
    live = lab_page.panel.locator(LIVE).first
    expect(live).to_be_visible()
    expect(lab_page.page.locator(DIALOG)).to_have_count(0)
    expect(lab_page.panel.get_by_role("button", name=STARTING)).to_have_count(0)


@pytest.mark.parametrize(
    "lesson",
    [
        "11_practice",
        pytest.param("01_concept", marks=pytest.mark.slow),
        pytest.param("15_when_batching_loses", marks=pytest.mark.slow),
    ],
)
def test_a_press_in_the_first_frame_waits_for_the_kernel_and_loses_nothing(
    lesson: str, lab_page: LabPage
) -> None:
    start_kernel = _hold_kernel(lab_page.page)
    lab_page.page.add_init_script(PRESS_AT_ONCE)
    lab_page.goto(f"notebooks/{lesson}.ipynb")
    busy = lab_page.panel.get_by_role("button", name=STARTING)
    expect(busy).to_have_attribute("aria-busy", "true")
    shown = lab_page.panel.locator(STATIC).all_inner_texts()
    busy.click()  # this does nothing
    lab_page.page.evaluate(FRAMES)
    still = lab_page.panel.locator(STATIC).all_inner_texts()
    assert now(still[: len(shown)]) == shown
    start_kernel()
    _expect_live(lab_page)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["Shift+Enter", "toolbar"])
def test_keys_and_the_toolbar_wait_as_well(how: str, lab_page: LabPage) -> None:
    start_kernel = _hold_kernel(lab_page.page)
    lab_page.goto("notebooks/11_practice.ipynb")
    cell = lab_page.panel.locator(".jp-Cell", has=lab_page.page.locator(STATIC))
    cell.locator(".jp-InputPrompt").click()
    if how == "toolbar":
        lab_page.panel.locator(f"[data-command='{RUN_AND_SELECT}']").click()
    else:
        lab_page.press(how)
    lab_page.page.evaluate(FRAMES)
    expect(cell.locator(STATIC)).to_be_visible()
    start_kernel()
    _expect_live(lab_page)


@pytest.mark.slow
def test_all_cells_run_after_the_kernel_was_shut_down(lab_page: LabPage) -> None:
    lab_page.open("notebooks/11_practice.ipynb")
    lab_page.page.evaluate(f"{SESSION}.shutdown()")
    lab_page.panel.locator(".jp-MarkdownOutput button").click()
    _expect_live(lab_page)
    lab_page.page.wait_for_function(RAN, arg=2)


@pytest.mark.slow
def test_lessons_side_by_side_both_run(lab_page: LabPage) -> None:
    start_kernels = _hold_kernel(lab_page.page)
    lab_page.goto("notebooks/11_practice.ipynb")
    expect(lab_page.panel.locator(STATIC)).to_be_visible()
    beside = lab_page.lab.path("notebooks/13_flashcards.ipynb")
    lab_page.execute("docmanager:open", path=beside, options={"mode": "split-right"})
    panels = lab_page.page.locator(".jp-NotebookPanel")
    for panel in (panels.nth(0), panels.nth(1)):
        expect(panel.locator(STATIC)).to_be_visible()
    start_kernels()
    for panel in (panels.nth(0), panels.nth(1)):
        expect(panel.locator(LIVE).first).to_be_visible()
