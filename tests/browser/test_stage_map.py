"""The stage map in JupyterLab under a hub's base URL: just run, or stored and untrusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell, new_output
from playwright.sync_api import expect

from lessons_lib.practice.course import course
from lessons_lib.widgets.stages.map import StageMap

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

THEMES = ("JupyterLab Light", "JupyterLab Dark")
ARROW = """(box) => {
    const { top, height } = getComputedStyle(box, "::before");
    return { top: parseFloat(top), height: parseFloat(height) };
}"""
SOURCE = "from lessons_lib.widgets.stages.map import StageMap\nStageMap(here='batch')"


@pytest.fixture
def map_page(lab_page: LabPage) -> LabPage:
    """A notebook with a stored, untrusted map, beside the two that the tests follow links to."""
    stage_map = StageMap(here="batch")
    bundle = {"text/html": stage_map._repr_html_(), "text/plain": repr(stage_map)}
    stored = new_output("execute_result", bundle, execution_count=1)
    cell = new_code_cell(SOURCE, execution_count=1, outputs=[stored])
    lab_page.lab.write_notebook("map/map.ipynb", [cell])
    for name in ("02_raw_text", "08_probabilities_to_labels"):
        lab_page.lab.write_notebook(f"map/{name}.ipynb", [])
    lab_page.open("map/map.ipynb")
    return lab_page


def expect_link_to_open(lab_page: LabPage, title: str, name: str, *, key: str | None) -> None:
    """Follow a link by a key or the mouse; its notebook comes to the front of the same Lab."""
    page = lab_page.page
    page.evaluate("window.sameLab = true")
    link = lab_page.panel.locator(".lessons-stage-map").get_by_role("link", name=title)
    link.press(key) if key else link.click()
    in_front = page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")
    expect(in_front).to_contain_text(name)
    assert page.evaluate("window.sameLab"), "the page was loaded anew"
    assert not page.context.pages[page.context.pages.index(page) + 1 :], "a window was opened"


def test_a_stored_untrusted_map_is_readable_and_its_links_open_notebooks_in_the_same_lab(
    map_page: LabPage,
) -> None:
    stage_map = map_page.panel.locator(".lessons-stage-map")
    expect(stage_map).to_contain_text("You are here: stage 4 of 6")
    expect(stage_map.locator("style")).to_have_count(0)
    for stage in course().stages:
        expect(stage_map.get_by_role("link", name=stage.title)).to_be_visible()
    expect_link_to_open(map_page, "Output predictions", "08_probabilities_to_labels", key=None)


def test_a_map_that_was_just_run_is_accessible_and_opens_notebooks_by_keyboard(
    map_page: LabPage,
) -> None:
    map_page.run_all()
    stage_map = map_page.panel.locator(".lessons-stage-map")
    expect(stage_map.locator("style")).to_have_count(1)
    expect(stage_map.locator("[aria-current=step]")).to_have_text("Model inference (batch)")
    arrow = stage_map.locator(".stage-training").evaluate(ARROW)
    realtime = stage_map.locator(".stage-realtime").bounding_box()
    training = stage_map.locator(".stage-training").bounding_box()
    assert realtime is not None
    assert training is not None
    assert realtime["y"] + realtime["height"] <= training["y"] + arrow["top"]
    assert arrow["top"] + arrow["height"] <= 0
    for theme in THEMES:
        map_page.set_theme(theme)
        assert map_page.accessibility_report(".lessons-stage-map") == ""
    expect_link_to_open(map_page, "Input text data", "02_raw_text", key="Enter")
