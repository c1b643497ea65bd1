"""The explorer and the comparison of two texts in JupyterLab: typed, broken, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from lessons_lib.pipeline.text.preprocess import preprocess
from tests.browser.conftest import LabPage, press, status

REAL = """from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.lesson.views.trace.explorer import TextExplorer

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

STALE = """number, tokens = explorer.asked["serial"], explorer.answer["tokens"]
explorer.answer = {**explorer.answer, "serial": number - 1, "tokens": ["stale", *tokens[1:]]}
explorer.answer = {"serial": number, "error": "the end"}"""

PASTE = """(input, units) => {
    input.value = units.map((unit) => String.fromCharCode(unit)).join("");
    input.dispatchEvent(new Event("input"));
}"""

STRONGEST = """map => Math.max(...[...map.querySelectorAll(".lx-cell")].map(
    (cell) => parseFloat(cell.style.getPropertyValue("--strength"))))"""

CUT = """root => [...root.querySelectorAll("th, td, li, p, button, textarea")].filter((node) =>
    !node.matches(".lx-status") &&
    (node.scrollWidth > node.clientWidth + 1 ||
        node.getBoundingClientRect().right > root.getBoundingClientRect().right)
).map((node) => node.textContent)"""

MARKUP = "<img src=x onerror=window.hacked=1>"

PAIR = """def trace(text):
    if "boom" in text:
        raise ValueError(f"cannot read {text}")
    if "raw" in text:
        return replace(pipeline.trace(text), tokens=[text for _ in pipeline.trace(text).tokens])
    return pipeline.trace(text)

from lessons_lib.lesson.views.text_pair.pair import TextPair
TextPair(trace)"""
PAIR_MARKUP = "raw <img src=x onerror='window.hacked=1'>"
LONG = "The movie was so very long and dull that we all left the old cinema long before the end"


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> LabPage:
    shared_lab_page.show("scratch/texts.ipynb", REAL, PICKY, PAIR)
    return shared_lab_page


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


def test_the_columns_of_the_share_table_add_up_to_the_logits(explorer: Locator) -> None:
    type_text(explorer, "I did not love the weather today but the room was spotless and quiet")
    expect(explorer.locator(".lx-shares tbody tr")).to_have_count(1 + 14)
    for place in (1, 2, 3):
        figures = explorer.locator(f".lx-shares td:nth-of-type({place})").all_inner_texts()
        *addends, total = map(thousandths, figures)
        assert abs(sum(addends) - total) <= len(figures) / 2


def thousandths(figure: str) -> int:
    return int(re.sub(r"[+.\s]", "", figure).replace("−", "-"))


def test_dropped_words_are_struck_through_and_called_dropped(explorer: Locator) -> None:
    type_text(explorer, "one two " * 10 + "three four")
    expect(explorer.locator(".lx-dropped s")).to_have_text(["three", "four"])
    expect(explorer.locator(".lx-dropped").first).to_have_text("dropped: three")
    type_text(explorer, "one two")
    expect(explorer.locator(".lx-dropped")).to_have_count(0)


def test_a_color_means_the_same_number_for_every_text(explorer: Locator) -> None:
    def strongest() -> float:
        return float(explorer.locator(".lx-heat").first.evaluate(STRONGEST))

    type_text(explorer, "the movie was great")
    expect(chips(explorer)).to_have_text(["the", "movie", "was", "great"])
    assert strongest() == 100
    type_text(explorer, "zyxxq qqx")
    expect(explorer.locator(".lx-seen")).to_contain_text("No word of this text is in the")
    assert strongest() < 15


def test_a_narrow_explorer_cuts_nothing_off(explorer: Locator) -> None:
    type_text(explorer, f"{'unputdownable' * 2} {LONG} of it started")
    expect(chips(explorer)).to_have_count(20)
    for width in (340, 480, 640):
        explorer.evaluate("(one, width) => (one.style.width = `${width}px`)", width)
        assert explorer.evaluate(CUT) == []
    explorer.evaluate("one => (one.style.width = '')")


def test_the_last_of_many_quick_changes_stays(explorer: Locator) -> None:
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


def test_an_error_of_the_trace_is_reported_and_the_next_text_works(picky: Locator) -> None:
    type_text(picky, "boom")
    expect(picky.locator(".lx-seen")).to_contain_text("ValueError: cannot read boom")
    expect(status(picky)).to_contain_text("ValueError: cannot read boom")
    type_text(picky, "calm")
    expect(chips(picky)).to_have_text(["calm"])


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
    opened.press("Tab", "Enter")
    expect(chips(explorer)).to_have_text(["i", "love", "sunny", "days"])
    opened.press("Tab", "Tab", "Tab", "Home", "ArrowDown", "ArrowRight", "ArrowRight")
    readout = explorer.locator(".lx-readout")
    expect(readout).to_have_text(re.compile(r"^love, feature 3: [+−]?\d\.\d{3}$"))
    focused = explorer.locator("[role=gridcell]:focus")
    expect(focused).to_have_attribute("aria-label", readout.inner_text())
    opened.press("Tab")
    expect(readout).to_have_text(re.compile(r"^mean, feature 1: "))


def test_letters_typed_in_it_are_not_notebook_commands(explorer: Locator, opened: LabPage) -> None:
    before = opened.cells()
    for part in ("textarea", ".lx-example", "[role=gridcell]"):
        explorer.locator(part).first.focus()
        opened.press("b", "m", "d", "d")
        assert opened.cells() == before


def test_both_are_accessible(
    explorer: Locator, picky: Locator, pair: Locator, opened: LabPage
) -> None:
    type_text(explorer, "The zyxxq weather was dull, " * 5)
    expect(chips(explorer)).to_have_count(20)
    type_text(picky, "boom")
    expect(picky.locator(".lx-seen")).to_contain_text("boom")
    set_texts(pair, "boom", f"zyxxq {LONG}")
    expect(pair.locator(".lb-notices")).to_be_visible()
    set_texts(pair, "The movie was good", f"zyxxq {LONG}")
    expect(pair.locator(".tp-chip small")).to_have_text("unknown")
    assert opened.accessibility_in_both_themes(".lessons-explorer") == ""
    assert opened.accessibility_in_both_themes(".lessons-pair") == ""


@pytest.fixture
def pair(opened: LabPage) -> Locator:
    view = opened.panel.locator(".lessons-pair")
    set_texts(view, "The movie was good", "The movie was not good")
    expect(view.locator(".tp-seen")).to_contain_text("adding ‘not’")
    return view


def set_texts(pair: Locator, first: str, second: str) -> None:
    for place, text in enumerate((first, second)):
        pair.locator("textarea").nth(place).fill(text)


def test_what_moved_the_answer_is_shown_and_announced(pair: Locator) -> None:
    expect(pair.locator(".tp-decided")).to_have_text(["+ positive", "− negative"])
    expect(pair.locator(".tp-only bdi")).to_have_text(["not"])
    expect(pair.locator(".tp-moves tbody tr")).to_have_count(6)
    expect(pair.locator(".tp-moves tbody th").first).to_have_text("notadded")
    expect(pair.locator(".tp-moves caption")).to_contain_text("lead of negative over positive")
    expect(status(pair)).to_have_text(pair.locator(".tp-seen").inner_text())


def test_an_example_fills_both_texts(pair: Locator) -> None:
    press(pair, "reverse the word order")
    expect(pair.locator("textarea").last).to_have_value("bad, not good")
    expect(pair.locator(".tp-seen")).to_contain_text("does not depend on their order")
    press(pair, "copy the first text")
    expect(pair.locator("textarea").last).to_have_value("good, not bad")
    expect(pair.locator(".tp-seen")).to_contain_text("the same tokens")


def test_a_long_pair_shows_its_largest_moves_and_all_on_request(pair: Locator) -> None:
    set_texts(pair, "The movie was good", f"{LONG} of it started")
    expect(pair.locator(".tp-note").last).to_have_text("22 words: only the first 20 count.")
    rows = pair.locator(".tp-moves tbody tr")
    expect(rows).to_have_count(11)
    expect(rows.nth(9).locator("th")).to_contain_text("more words")
    press(pair, re.compile("^Show all"))
    expect(pair.get_by_role("button", name="Show fewer")).to_be_focused()
    assert rows.count() > 11
    press(pair, "Show fewer words")
    pair.evaluate("one => (one.style.width = '340px')")
    too_wide = pair.evaluate(
        "one => [...one.querySelectorAll('td, th, li, button, textarea')].filter("
        "(node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 2).length"
    )
    outside = pair.evaluate(
        "one => [...one.querySelectorAll('td, button, textarea')].filter((node) =>"
        "node.getBoundingClientRect().right > one.getBoundingClientRect().right + 1).length"
    )
    pair.evaluate("one => (one.style.width = '')")
    assert (too_wide, outside) == (0, 0)


def test_empty_texts_have_a_result_and_errors_disappear(pair: Locator) -> None:
    set_texts(pair, "", "?!")
    expect(pair.locator(".tp-empty")).to_have_count(2)
    expect(pair.locator(".tp-seen")).to_contain_text("the bias alone decides")
    set_texts(pair, "boom", "good")
    expect(status(pair)).to_contain_text("ValueError: cannot read boom")
    set_texts(pair, "calm", "good")
    expect(pair.locator(".lb-notices")).to_be_hidden()


def test_the_pair_shows_markup_as_text(pair: Locator, opened: LabPage) -> None:
    set_texts(pair, PAIR_MARKUP, "good")
    expect(pair.locator(".tp-chip bdi").first).to_have_text(PAIR_MARKUP[:31] + "…")
    set_texts(pair, f"boom {PAIR_MARKUP}", "good")
    notice = f"ValueError: cannot read boom {PAIR_MARKUP}"
    expect(pair.locator(".lb-notices")).to_contain_text(notice)
    assert pair.locator("img").count() == 0
    assert opened.page.evaluate("window.hacked") is None


def test_a_text_and_an_example_by_keyboard_alone(pair: Locator, opened: LabPage) -> None:
    cells = opened.cells()
    pair.locator("textarea").first.focus()
    opened.press("Tab", "Control+a", *"bad bdd")
    expect(pair.locator(".tp-chips").last.locator("bdi")).to_have_text(["bad", "bdd"])
    opened.press("Tab", "b", "d", "d")
    assert opened.cells() == cells
    opened.press("Enter")
    expect(pair.locator(".tp-seen")).to_contain_text("adding ‘not’")
