"""Notebooks on the second day: what JupyterLab saves, and what it shows when it opens that."""

import json
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from lessons_lib.classroom.server.extension import WIDGET_VIEW
from lessons_lib.classroom.widgets.static import STATIC_CLASS
from tests.support.browser import expect_to_fit
from tests.support.lab import DIRTY, KERNEL, NOTEBOOKS, QUEUE, LabPage
from tests.support.waiting import eventually, now

EXPLORER = 'from lessons_lib import show\nshow("explorer")'
START = 'from lessons_lib import show\nshow("start")'
MOVING = """(picture) => picture.getAnimations({ subtree: true })
    .filter((one) => /lessons-dot|moving-appear/.test(one.animationName))
    .map((one) => one.currentTime > 800 ? one.playState : `${one.playState} before its start`)"""
SHOWN = "dots => dots.filter((one) => getComputedStyle(one).opacity > 0.9).length"
WIDGET = "window.jupyterapp.shell.currentWidget"
CODE = f"{WIDGET}.content.widgets.filter((cell) => cell.model.type === 'code')"
TRUSTED = f"{CODE}.every((cell) => cell.model.trusted)"
DEAD = "Error displaying widget"
ZOOMED = 720  # CSS pixels of a window of 1440 at 200 %, with JupyterLab's left sidebar


def _count_widgets(path: Path) -> int:
    """Count a lesson's widgets when it was run; the result of a guess may not be stored."""
    cells = nbformat.read(path, as_version=4).cells
    results = [one for one in cells if one.metadata.get("lessons", {}).get("card") == "outcome"]
    others = (json.dumps(one.get("outputs", ())) for one in cells if one not in results)
    shown = sum(STATIC_CLASS in one for one in others)
    return shown + len(results)


WIDGETS = {path.stem: _count_widgets(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
LIVE = ".jp-OutputArea-output.lm-Panel"
OURS = ".jp-NotebookPanel:not(.lm-mod-hidden) :is(.jp-MarkdownOutput, .jp-OutputArea-output)"
STATIC = f".jp-OutputArea .{STATIC_CLASS}"


def _reopen(lab_page: LabPage, name: str) -> None:
    lab_page.page.goto("about:blank")
    lab_page.lab.end_sessions()
    lab_page.open(name)


def _saved(lab_page: LabPage, name: str) -> Path:
    lab_page.execute("docmanager:save")
    return lab_page.lab.course / name


@pytest.mark.slow
def test_a_reopened_notebook_shows_the_static_form_and_one_click_brings_the_widget_back(
    lab_page: LabPage,
) -> None:
    name = "notebooks/explorer.ipynb"
    lab_page.show(name, "'another cell'", EXPLORER, is_lesson=True)
    tokens = lab_page.panel.locator(".lx-chip bdi")
    expect(tokens).to_have_count(4)
    file = _saved(lab_page, name)
    output = json.loads(file.read_text("utf-8"))["cells"][1]["outputs"][0]
    assert "text/html" in output["data"]
    assert WIDGET_VIEW not in output["data"]
    lab_page.panel.locator(".lessons-explorer textarea").fill("still connected")
    expect(tokens).to_have_text(["still", "connected"])

    _reopen(lab_page, name)
    expect(lab_page.panel.locator(STATIC)).to_contain_text("Run this cell (Shift+Enter)")
    expect(lab_page.panel).not_to_contain_text(DEAD)
    lab_page.panel.locator(STATIC).get_by_role("button").click()
    expect(tokens).to_have_count(4)
    expect(lab_page.panel.locator(STATIC)).to_have_count(0)


@pytest.mark.slow
def test_a_stored_picture_moves_once_when_it_is_seen_and_not_with_reduced_motion(
    lab_page: LabPage,
) -> None:
    name = "notebooks/moving.ipynb"
    space = nbformat.v4.new_markdown_cell("# Space\n\n" + "below\n\n" * 80)
    lab_page.show(name, START, space, QUEUE)
    _saved(lab_page, name)
    _reopen(lab_page, name)
    start, queue = (lab_page.panel.locator(f".moving-{one}") for one in ("start", "queue"))
    expect(start).to_be_visible()
    expect(queue).to_be_attached()
    eventually(lambda: set(queue.evaluate(MOVING)), {"paused before its start"})
    for picture in (start, queue):
        picture.scroll_into_view_if_needed()
        lab_page.page.wait_for_function(
            f"(picture) => ({MOVING})(picture).every((one) => one === 'finished')",
            arg=picture.element_handle(),
        )
    lab_page.expect_accessible(f".{STATIC_CLASS}")
    with lab_page.with_reduced_motion():
        eventually(lambda: "running" in start.evaluate(MOVING) + queue.evaluate(MOVING), False)
        eventually(lambda: queue.locator("circle").evaluate_all(SHOWN) > 5, True)
        expect(start.locator("rect").last).to_be_visible()


def test_ctrl_s_inside_a_widget_saves_the_notebook(lab_page: LabPage) -> None:
    lab_page.open("notebooks/12_test.ipynb")
    lab_page.run_all()
    lab_page.panel.locator(".lessons-quiz button").first.focus()
    eventually(lambda: lab_page.page.evaluate(DIRTY), True)
    lab_page.press("Control+s")
    lab_page.page.wait_for_function(f"!{DIRTY}")


def test_closing_a_notebook_shuts_down_its_kernel(lab_page: LabPage) -> None:
    lab_page.open("notebooks/00_start_here.ipynb")
    expect(lab_page.panel.locator(".lessons-start")).to_be_visible()
    lab_page.page.wait_for_function(f"!{DIRTY}")
    kernel = lab_page.page.evaluate(f"{KERNEL}.id")
    assert kernel in now(lab_page.lab.running("kernels"))
    lab_page.execute("application:close")
    expect(lab_page.panel).to_have_count(0)
    eventually(lambda: kernel in lab_page.lab.running("kernels"), False)


def test_opening_a_lesson_changes_nothing_and_it_is_trusted(lab_page: LabPage) -> None:
    name = "notebooks/06_batch_inference.ipynb"
    lab_page.open(name)
    lab_page.page.wait_for_function(f"{WIDGET}.model.getMetadata('language_info').version")
    eventually(lambda: lab_page.page.evaluate(TRUSTED), True)
    expect(lab_page.panel.locator(".lessons-starts").first).to_be_visible()
    expect(lab_page.panel.locator(".lessons-starts .lessons-static")).to_have_count(0)
    eventually(lambda: lab_page.page.evaluate(DIRTY), False)
    assert (lab_page.lab.course / name).read_bytes() == (NOTEBOOKS.parent / name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("lesson", WIDGETS)
def test_a_stored_lesson_comes_back_by_itself_is_accessible_when_zoomed_and_saves_no_widget(
    lesson: str, lab_page: LabPage
) -> None:
    name, count = f"notebooks/{lesson}.ipynb", WIDGETS[lesson]
    lab_page.open(name)
    widgets = lab_page.panel.locator(LIVE)
    expect(lab_page.panel).not_to_contain_text(DEAD)
    # A cell that runs by itself must not need what others import.
    expect(lab_page.panel.locator(".lessons-starts .lessons-static")).to_have_count(0)
    expect(lab_page.panel).not_to_contain_text("NameError")
    lab_page.run_all()
    expect(widgets).to_have_count(count)
    expect(lab_page.panel).not_to_contain_text("NameError")

    lab_page.expect_accessible(OURS)
    with lab_page.of_width(ZOOMED):
        expect_to_fit(*lab_page.panel.locator(".lessons-lab").all())
    saved = _saved(lab_page, name).read_text("utf-8")
    assert (saved.count(STATIC_CLASS), WIDGET_VIEW in saved) == (count, False)
