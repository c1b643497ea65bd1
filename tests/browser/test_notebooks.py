"""Lessons in JupyterLab: opened, run from top to bottom, their explorers typed into."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LabPage

# Of each code cell: the first line, whether it ran, whether it may raise, and the errors it shows.
CELLS = """window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === "code")
    .map((cell) => {
        const outputs = cell.model.sharedModel.outputs;
        const tags = cell.model.sharedModel.getMetadata("tags") ?? [];
        return {
            source: cell.model.sharedModel.source.split("\\n")[0],
            ran: cell.model.executionCount !== null,
            mayRaise: tags.includes("raises-exception"),
            errors: outputs.filter((one) => one.output_type === "error").map((one) => one.evalue),
        };
    })"""


@pytest.fixture(scope="module")
def batch_lesson(shared_lab_page: LabPage) -> LabPage:
    shared_lab_page.open("notebooks/06_batch_inference.ipynb")
    shared_lab_page.run_all()
    return shared_lab_page


def expect_a_clean_run(lab_page: LabPage) -> None:
    cells = lab_page.page.evaluate(CELLS)
    assert cells
    assert [cell["source"] for cell in cells if not cell["ran"]] == []
    assert [cell for cell in cells if cell["errors"] and not cell["mayRaise"]] == []
    expect(lab_page.panel.get_by_text("Error displaying widget")).to_have_count(0)


def test_the_first_notebook_opens_and_runs_from_top_to_bottom(lab_page: LabPage) -> None:
    lab_page.open("notebooks/00_start_here.ipynb")
    lab_page.run_all()
    expect_a_clean_run(lab_page)


def test_the_batch_lesson_opens_and_runs_from_top_to_bottom(batch_lesson: LabPage) -> None:
    expect_a_clean_run(batch_lesson)


def test_the_explorer_of_the_batch_lesson_answers_a_typed_sentence(batch_lesson: LabPage) -> None:
    explorer = batch_lesson.panel.locator(".lessons-explorer")
    explorer.locator("textarea").fill("What a lovely <b>quiet</b> morning!")
    tokens = ["what", "a", "lovely", "bquietb", "morning"]
    expect(explorer.locator(".lx-layer")).to_have_count(5)
    expect(explorer.locator(".lx-chip bdi")).to_have_text(tokens)
    expect(explorer.locator(".lx-ids .lx-pad")).to_have_count(15)
    expect(explorer.locator(".lx-heat-row:not(.lx-padding) bdi")).to_have_text([*tokens, "mean"])
    expect(explorer.locator(".lx-shares tbody tr")).to_have_count(6)
    expect(explorer.locator(".lx-decided")).to_contain_text("Label:")
