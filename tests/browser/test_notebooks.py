"""Lessons in JupyterLab: run from top to bottom, and how their pages look."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from lessons_lib.lesson.plots.style import figure_html, new_figure
from tests.support.browser import expect_apart, expect_to_fit, press
from tests.support.lab import THEMES, LabPage
from tests.support.waiting import eventually, now

MOST_CHARACTERS = 75
NOTEBOOK = "notebooks/06_batch_inference.ipynb"
PAGE = ".jp-NotebookPanel.lessons-page"
# A line of a paragraph is what has the same bottom, give or take the height of bold or code.
LINES = """(prose) => [...document.querySelectorAll(prose)].flatMap((p) => {
    const range = document.createRange();
    const lines = new Map();
    const texts = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        for (let at = 0; at < text.length; at += 1) {
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const line = Math.round(range.getBoundingClientRect().bottom / 13);
            lines.set(line, (lines.get(line) ?? "") + text.data[at]);
        }
    }
    return [...lines.values()];
})"""
LEFT_EDGES = """([page, kind]) => [
    ...new Set([...document.querySelectorAll(`${page} ${kind}`)]
        .filter((one) => one.offsetWidth)
        .map((one) => Math.round(one.getBoundingClientRect().left)))
]"""
KINDS = (".jp-MarkdownOutput > p", ".jp-InputArea-editor", ".jp-OutputArea img", ".lessons-quiz")
WIDTHS = (720, 800, 1440, 1920)
OVERFLOW = f"""() => {{
    const scrolled = document.querySelector('{PAGE} .jp-WindowedPanel-outer');
    return scrolled.scrollWidth - scrolled.clientWidth;
}}"""

IMAGES = ".jp-OutputArea img"
CURVES = """from lessons_lib import show_outcome
from lessons_lib.lesson.notebooks import training
from lessons_lib.pipeline.model.trace import EpochRow

print("It knows", "64 %.")
curves = training.LiveCurves(2, guesses=["held-out-accuracy"])
for epoch in (1, 2):
    curves(EpochRow(epoch, 1 / epoch, 0.5, 0.9, 0.64))
show_outcome("held-out-accuracy", 64)"""

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


@pytest.fixture
def run_page(lab_page: LabPage) -> LabPage:
    lab_page.open(NOTEBOOK)
    lab_page.run_all()
    return lab_page


def test_run_all_runs_every_cell_and_gives_no_result_of_a_guess_away(run_page: LabPage) -> None:
    panel = run_page.panel
    cells = now(run_page.page.evaluate(CELLS))
    assert cells
    assert [cell["source"] for cell in cells if not cell["ran"]] == []
    assert [cell for cell in cells if cell["errors"] and not cell["mayRaise"]] == []
    expect(panel.get_by_text("Error displaying widget")).to_have_count(0)
    outcomes = panel.locator(".lessons-outcome")
    expect(outcomes.nth(1)).to_be_visible()
    expect(panel.locator(".lessons-guess")).to_have_count(outcomes.count())
    for outcome in outcomes.all():
        expect(outcome.locator(".gs-line").first).to_have_text("Guess first or Show the result")
    answers = panel.locator(".jp-OutputArea:has(.lessons-outcome) > .jp-OutputArea-child:visible")
    expect(answers).to_have_count(outcomes.count())  # plots and printed lines are hidden
    press(outcomes.first, "Guess first")
    asked = panel.locator(".lessons-guess :focus")
    expect(asked).to_have_accessible_name("Your guess")
    press(outcomes.first, "Show the result")
    expect(outcomes.first.locator(".gs-line").last).not_to_be_empty()
    expect(panel.locator(".lessons-guess .gs-below")).to_have_count(1)
    eventually(lambda: answers.count() > outcomes.count(), True)


def test_curves_that_answer_no_guess_stay_in_a_cell_whose_guess_is_open(lab_page: LabPage) -> None:
    lab_page.show("lab/curves.ipynb", CURVES, is_lesson=True)
    outcome, plot = (lab_page.panel.locator(one) for one in (".lessons-outcome", IMAGES))
    printed = lab_page.panel.get_by_text("It knows 64 %.")
    training_only = re.compile("^Epoch 2 of 2. Training loss((?!Held-out).)*$")
    expect(plot).to_have_attribute("alt", training_only)
    expect(plot).to_be_visible()
    expect(printed).to_be_hidden()
    press(outcome, "Show the result")
    expect(printed).to_be_visible()
    expect(plot).to_be_visible()
    lab_page.run_all()
    expect(plot).to_have_attribute("alt", re.compile("Held-out accuracy ends at 0.64"))


def test_a_bar_counts_what_is_answered_and_names_what_comes_next(lab_page: LabPage) -> None:
    lab_page.open("notebooks/04_embeddings.ipynb")
    strip = lab_page.panel.get_by_role("navigation", name="The way through this lesson")
    step = strip.get_by_role("button")
    expect(strip).to_contain_text(re.compile(r"^0 of \d+ · about \d+ min left"))
    card = lab_page.panel.locator(".lessons-guess").first
    name = step.inner_text()
    assert name.startswith("Next: guess, ")
    expect_apart(strip, lab_page.panel.locator(".jp-WindowedPanel-outer"))
    step.click()
    expect(card.locator(":focus")).to_be_in_viewport()
    card.get_by_label("free").check()
    press(card, "Guess")
    expect(strip).to_contain_text(re.compile(r"^1 of \d+ "))
    expect(step).not_to_have_text(name)
    step.press("Enter")
    expect(lab_page.panel.locator(".lessons-starts :focus")).to_be_in_viewport()
    expect(card.locator(":focus")).to_have_count(0)
    lab_page.expect_accessible(".lessons-way")
    with lab_page.of_width(360):
        expect_to_fit(strip)


def test_the_line_of_folded_code_appears_under_the_pointer_and_with_the_focus(
    run_page: LabPage,
) -> None:
    lines = run_page.panel.locator(".jp-InputPlaceholder")
    prompts = run_page.panel.locator(".jp-Cell:has(.jp-InputPlaceholder) .jp-OutputPrompt")
    run_page.page.mouse.move(0, 0)
    run_page.panel.locator(".jp-MarkdownCell").first.click()
    for node in (*lines.all(), *prompts.all()):
        expect(node).to_have_css("opacity", "0")
    lines.first.hover()
    expect(lines.first).to_have_css("opacity", "1")
    run_page.page.mouse.move(0, 0)
    expect(lines.first).to_have_css("opacity", "0")
    run_page.panel.locator(".lessons-guess").first.get_by_label("Your guess").focus()
    run_page.press("Shift+Tab", "Tab")
    expect(lines.first).to_have_css("opacity", "1")


def test_folded_code_is_opened_by_a_line_that_is_always_there(lab_page: LabPage) -> None:
    folded = {"tags": ["code"], "jupyter": {"source_hidden": True}}
    cells = [nbformat.v4.new_code_cell(one, metadata=folded) for one in ("import os", "1\n2")]
    lab_page.lab.write_notebook("lab/code.ipynb", *cells, is_lesson=True)
    lab_page.open("lab/code.ipynb")
    lines = lab_page.panel.get_by_role("button", name="Show the code")
    expect(lines).to_have_text(["Show the code (2 lines)"])
    lines.press("Enter")
    expect(lab_page.panel.locator(".cm-content:focus")).to_contain_text("2")
    expect(lines).to_have_count(0)
    lab_page.panel.locator(".jp-InputCollapser").last.click()
    expect(lines).to_be_visible()
    lab_page.expect_accessible(".lessons-code")


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("00_start_here", 400, 800), ("03_preprocessing", 720, 450), ("12_test", 800, 900)],
)
def test_a_small_window_begins_with_something_to_do(
    lab_page: LabPage, name: str, width: int, height: int
) -> None:
    lab_page.page.set_viewport_size({"width": width, "height": height})
    lab_page.open(f"notebooks/{name}.ipynb")
    begins = lab_page.panel.locator(".lessons-main, .lessons-starts .lm-Panel :is(h2, h3)")
    expect(begins.first).to_be_in_viewport()
    eventually(lambda: lab_page.page.evaluate(OVERFLOW) <= 0, True)


def test_a_narrow_window_closes_the_sidebars_once(lab_page: LabPage) -> None:
    browser = lab_page.page.locator("#filebrowser")
    lab_page.page.set_viewport_size({"width": 800, "height": 900})
    lab_page.open("notebooks/00_start_here.ipynb")
    expect(browser).to_be_hidden()
    lab_page.press("Control+b")
    expect(browser).to_be_visible()
    lab_page.page.set_viewport_size({"width": 790, "height": 900})
    lab_page.execute("docmanager:open", path=lab_page.lab.path("notebooks/12_test.ipynb"))
    expect(lab_page.panel.get_by_role("heading", name="12. Test")).to_be_visible()
    expect(browser).to_be_visible()


def test_prose_is_readable(run_page: LabPage) -> None:
    def long_lines() -> list[str]:
        lines = run_page.page.evaluate(LINES, f"{PAGE} .jp-MarkdownOutput > p")
        assert len(lines) > 20
        return [line for line in lines if len(line.strip()) > MOST_CHARACTERS]

    for width in WIDTHS:
        with run_page.of_width(width):
            eventually(long_lines, [])
            eventually(lambda: run_page.page.evaluate(OVERFLOW), 0)
    prose = run_page.panel.locator(".jp-MarkdownOutput > p").first
    expect(prose).to_have_css("font-size", "17px")
    run_page.expect_accessible(f"{PAGE} .jp-MarkdownOutput")  # links can be told from prose


def test_everything_begins_at_one_left_edge(lab_page: LabPage) -> None:
    lab_page.open("notebooks/04_embeddings.ipynb")  # it has a plot outside a guess
    lab_page.run_all()

    def is_aligned() -> bool:
        edges = [lab_page.page.evaluate(LEFT_EDGES, [PAGE, kind]) for kind in KINDS]
        found = [one for kind in edges for one in kind]
        return all(edges) and max(found) - min(found) <= 3

    for width in WIDTHS:
        with lab_page.of_width(width):
            eventually(is_aligned, True)


def test_in_other_notebooks_only_figures_change_with_the_theme(lab_page: LabPage) -> None:
    html = {"text/html": figure_html(new_figure()[0], "Empty axes.")}
    stored = nbformat.v4.new_output("display_data", html)
    cell = nbformat.v4.new_code_cell("plot()", outputs=[stored])
    lab_page.lab.write_notebook("notebooks/figure.ipynb", cell)
    lab_page.open("notebooks/figure.ipynb")
    expect(lab_page.page.locator(".lessons-page")).to_have_count(0)
    figure = lab_page.panel.get_by_role("img", name="Empty axes.")
    for theme, filtered in zip(THEMES, ("none", "invert(1) hue-rotate(180deg)"), strict=True):
        lab_page.set_theme(theme)
        expect(figure).to_have_css("filter", filtered)
