"""The explorer in JupyterLab: typed, broken, by keyboard; and a comparison of two texts."""

import re

import pytest
from playwright.sync_api import Locator, expect

from lessons_lib.pipeline.text.preprocess import preprocess
from tests.support.browser import expect_to_fit, status
from tests.support.lab import LabPage
from tests.support.waiting import eventually, now

REAL = """from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.lesson.views.trace import TextExplorer

pipeline = SentimentPipeline.load()
explorer = TextExplorer(trace=pipeline.trace)
explorer"""

PICKY = """from dataclasses import replace

def raw_tokens(text: str) -> None:
    if "boom" in text:
        raise ValueError(f"cannot read {text}")
    trace = pipeline.trace(text)
    return replace(trace, tokens=[text for _ in trace.tokens])

TextExplorer(trace=raw_tokens, text="raw")"""

PASTE = """(input, units) => {
    input.value = units.map((unit) => String.fromCharCode(unit)).join("");
    input.dispatchEvent(new Event("input"));
}"""

CUT = """root => [...root.querySelectorAll("th, td, li, p, button, textarea")].filter((node) =>
    !node.matches(".lb-status") &&
    (node.scrollWidth > node.clientWidth + 1 ||
        node.getBoundingClientRect().right > root.getBoundingClientRect().right)
).map((node) => node.textContent)"""

MARKUP = "<img src=x onerror=window.hacked=1>"

PAIR = """from lessons_lib import show

show("text-pair")"""
BARS = """bars => bars.map((bar) => [bar, bar.parentNode].map((one) => one.getBoundingClientRect()))
    .map(([bar, track]) => [bar.left, bar.right].map((x) => (x - track.left) / track.width))"""
LONG = "The movie was so very long and dull that we all left the old cinema long before the end"


@pytest.fixture
def opened(lab_page: LabPage) -> LabPage:
    lab_page.show("scratch/texts.ipynb", REAL, PICKY, PAIR)
    return lab_page


@pytest.fixture
def explorer(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-explorer").first


@pytest.fixture
def picky(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-explorer").last


def chips(explorer: Locator) -> Locator:
    return explorer.locator(".lx-chip:not(.lx-dropped) bdi")


def type_text(explorer: Locator, text: str) -> None:
    explorer.locator("textarea").fill(text)


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
    expect(explorer.locator(".pb-list .pb-figure")).to_have_count(3)
    expect(explorer.locator(".lx-decided")).to_have_text("Label: + positive")
    expect(explorer.locator(".lx-seen")).to_contain_text("contributes most to positive.")


def test_dropped_words_are_struck_through_and_called_dropped(explorer: Locator) -> None:
    type_text(explorer, "one two " * 10 + "three four")
    expect(explorer.locator(".lx-dropped s")).to_have_text(["three", "four"])
    expect(explorer.locator(".lx-dropped").first).to_have_text("dropped: three")
    type_text(explorer, "one two")
    expect(explorer.locator(".lx-dropped")).to_have_count(0)


def test_a_narrow_explorer_cuts_nothing_off(explorer: Locator) -> None:
    type_text(explorer, f"{'unputdownable' * 2} {LONG} of it started")
    expect(chips(explorer)).to_have_count(20)
    for width in (340, 480, 640):
        explorer.evaluate("(one, width) => (one.style.width = `${width}px`)", width)
        eventually(lambda: explorer.evaluate(CUT), [])
    explorer.evaluate("one => (one.style.width = '')")


def test_the_last_of_many_quick_changes_stays(explorer: Locator) -> None:
    for count in range(30):
        type_text(explorer, f"great film number {count}")
    expect(chips(explorer)).to_have_text(["great", "film", "number", "29"])
    expect(status(explorer)).to_have_text(explorer.locator(".lx-seen").inner_text())


def test_markup_is_shown_as_text(explorer: Locator, picky: Locator, opened: LabPage) -> None:
    for each in (explorer, picky):
        type_text(each, MARKUP)
    expect(chips(explorer).first).to_have_text("img")
    expect(chips(picky).first).to_have_text(MARKUP[:31] + "…")
    type_text(picky, f"boom {MARKUP}")
    expect(picky.locator(".lx-seen")).to_contain_text(MARKUP)
    expect(status(picky)).to_contain_text("ValueError: cannot read boom")
    type_text(picky, "calm")
    expect(chips(picky)).to_have_text(["calm"])
    expect(opened.panel.locator(".lessons-explorer img")).to_have_count(0)
    assert now(opened.page.evaluate("window.hacked")) is None


def test_any_text_is_traced(explorer: Locator) -> None:
    for text, first in {
        "": None,
        "?!… —": None,
        "😀👍🏽": "😀👍🏽",
        "שלום עולם": "שלום",
        "nul\0byte": "nul␀byte",
        "\ud83d alone": "�",
        "x" * 100_000: "x" * 31 + "…",
    }.items():
        units = list(memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H"))
        explorer.locator("textarea").evaluate(PASTE, units)
        if first is None:
            expect(explorer.locator(".lx-chips")).to_have_text("no tokens")
            expect(explorer.locator(".lx-seen")).to_contain_text("the bias alone decides")
        else:
            expect(chips(explorer).first).to_have_text(first)


def test_the_keyboard_alone_reads_the_numbers(explorer: Locator, opened: LabPage) -> None:
    type_text(explorer, "great room")
    explorer.locator("textarea").focus()
    cells = opened.cells()
    opened.press("Tab", "b", "m", "d", "d", "Enter")
    expect(chips(explorer)).to_have_text(["i", "love", "sunny", "days"])
    opened.press("Tab", "Tab", "Tab", "Home", "ArrowDown", "ArrowRight", "ArrowRight")
    readout = explorer.locator(".lx-readout")
    expect(readout).to_have_text(re.compile(r"^love, feature 3: [+−]?\d\.\d{3}$"))
    focused = explorer.locator("[role=gridcell]:focus")
    expect(focused).to_have_attribute("aria-label", readout.inner_text())
    opened.press("Tab")
    opened.press("b", "m", "d", "d")
    expect(readout).to_have_text(re.compile(r"^mean, feature 1: "))
    assert now(opened.cells()) == cells


def test_both_are_accessible(explorer: Locator, picky: Locator, opened: LabPage) -> None:
    type_text(explorer, "The zyxxq weather was dull, " * 5)
    expect(chips(explorer)).to_have_count(20)
    type_text(picky, "boom")
    expect(picky.locator(".lx-seen")).to_contain_text("boom")
    opened.expect_accessible(".lessons-explorer")


def test_a_changed_word_is_outlined_and_its_bar_points_toward_the_label(opened: LabPage) -> None:
    pair = opened.panel.locator(".lessons-explore")
    pair.get_by_label("First text").fill("The movie was good")
    pair.get_by_label("Second text").fill("The movie was not good, zyxxq")
    expect(status(pair)).to_contain_text("adding ‘not’")
    expect(pair.locator("[data-look=outlined] bdi")).to_have_text(["not"])
    expect(pair.get_by_role("list", name="Second: negative")).to_contain_text("only here, unknown")
    table = pair.get_by_role("table", name="the lead of negative over positive")
    expect(table.get_by_role("rowheader").first).to_have_text("not (added)")

    def ends() -> list[float]:
        """Return where the bar of one word and that of another start and end."""
        one, _, other = table.locator(".xp-bar").evaluate_all(BARS)[:3]
        return [*one, *other]

    middle = pytest.approx(0.5, abs=0.02)
    eventually(lambda: ends()[::3], [middle, middle])
    assert ends()[2] < 0.5 < ends()[1]
    for width in (340, 900):
        pair.evaluate("(one, width) => (one.style.width = `${width}px`)", width)
        expect_to_fit(pair)
    opened.expect_accessible(".lessons-explore")
