"""The explorer in JupyterLab: typed text, keys, markup, broken traces, accessibility."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, expect

from lessons_lib.text.preprocess import preprocess

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

REAL = """from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.widgets.trace.explorer import TextExplorer

pipeline = SentimentPipeline.load()
explorer = TextExplorer(trace=pipeline.trace)
explorer"""
PICKY = """from dataclasses import replace

def raw_tokens(text: str) -> None:
    if "boom" in text:
        raise ValueError(f"cannot take {text}")
    trace = pipeline.trace(text)
    return replace(trace, tokens=[text for _ in trace.tokens])

TextExplorer(trace=raw_tokens, text="raw")"""
STALE = """number, tokens = explorer.asked["serial"], explorer.answer["tokens"]
explorer.answer = {**explorer.answer, "serial": number - 1, "tokens": ["stale", *tokens[1:]]}
explorer.answer = {"serial": number, "error": "the end"}"""
PASTE = """(input, units) => {
    input.value = units.map((unit) => String.fromCharCode(unit)).join("");
    input.dispatchEvent(new Event("input"));
}"""
CELLS = """window.jupyterapp.shell.currentWidget.content.widgets.map(
    (cell) => `${cell.model.type} ${cell.model.id}`
)"""
MARKUP = "<img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> LabPage:
    cells = [new_code_cell(REAL), new_code_cell(PICKY)]
    shared_lab_page.lab.write_notebook("scratch/explorer.ipynb", cells)
    shared_lab_page.open("scratch/explorer.ipynb")
    shared_lab_page.run_all()
    return shared_lab_page


@pytest.fixture
def explorer(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-explorer").first


@pytest.fixture
def picky(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-explorer").last


def chips(explorer: Locator) -> Locator:
    return explorer.locator(".lx-chip bdi")


def type_text(explorer: Locator, text: str) -> None:
    explorer.locator("textarea").fill(text)


def cells(lab_page: LabPage) -> list[str]:
    """Return the kind and id of each cell, in order."""
    return list(lab_page.page.evaluate(CELLS))


def test_a_typed_sentence_is_answered_with_all_five_layers(explorer: Locator) -> None:
    sentence = "I love this wonderful, great zyxxq!"
    explorer.locator("textarea").fill("")
    explorer.locator("textarea").press_sequentially(sentence)
    expect(chips(explorer)).to_have_text(preprocess(sentence))
    expect(explorer.locator(".lx-chip", has_text="unknown")).to_have_count(1)
    expect(explorer.locator(".lx-ids li")).to_have_count(20)
    expect(explorer.locator(".lx-ids .lx-pad")).to_have_count(14)
    expect(explorer.locator(".lx-heat").first.get_by_role("gridcell")).to_have_count(20 * 50)
    expect(explorer.locator(".lx-pooled").get_by_role("gridcell")).to_have_count(50)
    expect(explorer.locator(".lx-shares tbody tr")).to_have_count(1 + 6)
    expect(explorer.locator(".lx-probabilities .lx-figure")).to_have_count(3)
    expect(explorer.locator(".lx-decided")).to_have_text("Label: + positive")
    expect(explorer.locator(".lx-seen")).to_contain_text("pushed it most towards positive.")


def test_the_columns_of_the_share_table_add_up_to_the_logits_but_for_rounding(
    explorer: Locator,
) -> None:
    type_text(explorer, "I did not love the weather today but the room was spotless and quiet")
    expect(explorer.locator(".lx-shares tbody tr")).to_have_count(1 + 14)
    for place in (1, 2, 3):
        figures = explorer.locator(f".lx-shares td:nth-of-type({place})").all_inner_texts()
        *addends, total = map(thousandths, figures)
        assert abs(sum(addends) - total) <= len(figures) / 2


def thousandths(figure: str) -> int:
    return int(re.sub(r"[+.\s]", "", figure).replace("−", "-"))


def test_the_last_of_many_quick_changes_is_the_one_that_stays(explorer: Locator) -> None:
    for count in range(30):
        type_text(explorer, f"great film number {count}")
    expect(chips(explorer)).to_have_text(["great", "film", "number", "29"])
    expect(explorer.locator(".lx-status")).to_have_text(explorer.locator(".lx-seen").inner_text())


def test_an_answer_to_an_older_question_is_dropped(explorer: Locator, opened: LabPage) -> None:
    type_text(explorer, "two words")
    expect(chips(explorer)).to_have_text(["two", "words"])
    opened.run_code(STALE)
    expect(explorer.locator(".lx-seen")).to_contain_text("the end")
    expect(chips(explorer)).to_have_text(["two", "words"])


def test_markup_is_shown_as_text(explorer: Locator, picky: Locator, opened: LabPage) -> None:
    for each in (explorer, picky):
        type_text(each, MARKUP)
    expect(chips(explorer).first).to_have_text("img")
    expect(chips(picky).first).to_have_text(MARKUP[:31] + "…")
    type_text(picky, f"boom {MARKUP}")
    expect(picky.locator(".lx-seen")).to_contain_text(MARKUP)
    assert opened.panel.locator(".lessons-explorer img").count() == 0
    assert opened.page.evaluate("window.hacked") is None


def test_a_trace_that_raises_is_told_and_the_next_text_is_answered(picky: Locator) -> None:
    type_text(picky, "boom")
    expect(picky.locator(".lx-seen")).to_contain_text("ValueError: cannot take boom")
    expect(picky.locator("[role=status]")).to_contain_text("ValueError: cannot take boom")
    type_text(picky, "calm")
    expect(chips(picky)).to_have_text(["calm"])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", None),
        ("?!… —", None),
        ("😀👍🏽", "😀👍🏽"),
        ("שלום עולם", "שלום"),
        ("nul\0byte", "nul␀byte"),
        ("\ud83d alone", "�"),
        ("x" * 100_000, "x" * 31 + "…"),
    ],
    ids=[
        "empty",
        "punctuation",
        "emoji",
        "right-to-left",
        "nul",
        "lone-surrogate",
        "100000-characters",
    ],
)
def test_any_text_is_answered(explorer: Locator, text: str, first: str | None) -> None:
    units = list(memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H"))
    explorer.locator("textarea").evaluate(PASTE, units)
    if first is None:
        expect(explorer.locator(".lx-chips")).to_have_text("no tokens")
        expect(explorer.locator(".lx-seen")).to_contain_text("the bias alone decides")
    else:
        expect(chips(explorer).first).to_have_text(first)


def test_the_keyboard_alone_changes_the_text_and_reads_the_numbers(
    explorer: Locator, opened: LabPage
) -> None:
    keyboard = opened.page.keyboard
    type_text(explorer, "great room")
    explorer.locator("textarea").focus()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(chips(explorer)).to_have_text(["i", "love", "sunny", "days"])
    for _ in range(3):
        keyboard.press("Tab")
    for key in ("Home", "ArrowDown", "ArrowRight", "ArrowRight"):
        keyboard.press(key)
    readout = explorer.locator(".lx-readout")
    expect(readout).to_have_text(re.compile(r"^love, feature 3: [+−]?\d\.\d{3}$"))
    expect(explorer.locator("[role=gridcell]:focus")).to_have_attribute(
        "aria-label", readout.inner_text()
    )
    keyboard.press("Tab")
    expect(readout).to_have_text(re.compile(r"^mean, feature 1: "))


@pytest.mark.parametrize("part", ["textarea", ".lx-example >> nth=0", "[role=gridcell] >> nth=0"])
def test_letters_typed_in_the_explorer_are_no_notebook_commands(
    explorer: Locator, opened: LabPage, part: str
) -> None:
    before = cells(opened)
    explorer.locator(part).focus()
    for key in ("b", "m", "d", "d"):
        opened.page.keyboard.press(key)
        assert cells(opened) == before


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong_with_the_explorer(
    explorer: Locator, picky: Locator, opened: LabPage, theme: str
) -> None:
    type_text(explorer, "The zyxxq weather was dull, " * 5)
    expect(chips(explorer)).to_have_count(20)
    type_text(picky, "boom")
    expect(picky.locator(".lx-seen")).to_contain_text("boom")
    opened.set_theme(theme)
    assert opened.accessibility_report(".lessons-explorer") == ""
