"""The start page in JupyterLab: the dock, one action to a label, and doors that open."""

import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.support.browser import expect_to_fit, press, status
from tests.support.lab import TABS, LabPage
from tests.support.waiting import eventually, now

NOTEBOOK = "notebooks/00_start_here.ipynb"
LAPTOP = ViewportSize(width=1440, height=900)
SCROLLED = "window.jupyterapp.shell.currentWidget.content.outerNode.scrollTop"
BOXES = """(list) => [...list.querySelectorAll("li:not(.stage-training)")].map((box) => {
    const { top, width, height } = box.getBoundingClientRect();
    const texts = [...box.querySelectorAll("a, small")].map((one) => getComputedStyle(one));
    return {
        size: `${Math.round(width)} x ${Math.round(height)}`, top,
        smallest: Math.min(...texts.map(({ fontSize }) => parseFloat(fontSize))),
        isCut: box.lastElementChild.getBoundingClientRect().bottom > top + height,
    };
})"""
SHARES = """(paths) => paths.map(
    (path) => path.getBBox().width / path.ownerSVGElement.viewBox.baseVal.width
)"""
LOG = """from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.log import session_log
"""
MISSED = f"""{LOG}
answer = {{"letters": ["A"], "quiz": "06_batch_inference"}}
session_log().append(new_event("answer", "batch-answer-by-place", answer))"""
DOORS = (
    ("What if everyone asks at once?", "09_micro_batching", ".lessons-queue"),
    ("Start the lesson: twelve minutes", "00_twelve_minutes", ".lessons-dock"),
    ("Test", "12_test", ".lessons-quiz"),
)
ROWS = {400: 6, 800: 3, 1440: 2, 1920: 2}  # of the stages' boxes, at each width
FIGURE = re.compile(r"^[\d.,]+ m?s$")


@pytest.fixture
def start_page(lab_page: LabPage) -> LabPage:
    """Notebook 00 once its cards are alive, on a laptop's screen."""
    lab_page.page.set_viewport_size(LAPTOP)
    lab_page.open(NOTEBOOK)
    run(lab_page)
    return lab_page


def run(lab_page: LabPage) -> None:
    """Wait until the cards have run by themselves."""
    expect(start(lab_page)).to_be_visible()
    lab_page.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets.every("
        "(cell) => cell.model.type !== 'code' || cell.prompt !== '*')"
    )


def start(lab_page: LabPage) -> Locator:
    return lab_page.panel.locator(".lessons-start")


def lane(lab_page: LabPage, name: str) -> Locator:
    return start(lab_page).locator(f"[data-lane='{name}']")


def expect_figures(lab_page: LabPage) -> None:
    """Expect the batch to have ended: its time, and a count of each label, 10,000 together."""
    batch = lane(lab_page, "batch")
    again = batch.get_by_role("button", name="Label them again")
    expect(again).not_to_have_attribute("aria-disabled", "true")
    expect(batch.locator(".st-time")).to_have_text(FIGURE)
    expect(status(start(lab_page))).to_contain_text("Done in")
    texts = batch.locator(".st-counts strong")
    eventually(lambda: sum(map(number, texts.all_inner_texts())), 10_000)
    counts = texts.all_inner_texts()
    for one in counts:
        picture = batch.get_by_role("img")
        expect(picture).to_have_attribute("aria-label", re.compile(re.escape(one)))
    shares = pytest.approx([number(one) / 10_000 for one in counts], abs=0.01)
    eventually(lambda: batch.locator(".st-mosaic > path").evaluate_all(SHARES), shares)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_first_screen_is_the_dock_which_plays_before_and_stays_after_the_cards_run(
    start_page: LabPage,
) -> None:
    eventually(lambda: start_page.page.evaluate(SCROLLED), 0)
    dock = start_page.panel.locator(".lessons-dock")
    shown = dock.locator(".dock-scene:visible")
    for lane_of_mode in shown.locator(".dock-lane").all():
        expect(lane_of_mode).to_be_in_viewport(ratio=1)
    expect(shown.locator(".dock-meaning")).to_contain_text("a pile goes by ferry")
    cells = start_page.cells()
    dock.get_by_role("radio").first.focus()
    start_page.press("ArrowRight")
    expect(shown.locator(".dock-meaning")).to_contain_text("the rowboat wins")
    start_page.press("End", "ArrowLeft", "ArrowLeft")  # round to the last one
    expect(shown.locator(".dock-meaning")).to_contain_text("its queue grows without end")
    expect(shown).to_have_count(1)
    assert now(start_page.cells()) == cells


def test_with_reduced_motion_the_dock_stands_still_with_its_figures(start_page: LabPage) -> None:
    with start_page.with_reduced_motion():
        scene = start_page.panel.locator(".dock-scene:visible")
        moving = "(one) => one.getAnimations({ subtree: true }).length"
        eventually(lambda: scene.evaluate(moving), 0)
        expect(scene.locator("td").last).to_have_text("0.22 ms")


def test_a_doubted_label_shows_the_push_of_its_words(start_page: LabPage) -> None:
    press(start(start_page), "Why?")
    words = start(start_page).locator(".st-words li")
    expect(words).to_have_count(4)
    expect(words.last).to_contain_text("great")
    expect(words.last).to_have_attribute("data-sign", "plus")


def test_enter_labels_a_text_which_never_becomes_markup(start_page: LabPage) -> None:
    box = start(start_page).get_by_role("textbox", name="Type a sentence of your own")
    cells = start_page.cells()
    box.click()
    start_page.page.keyboard.type("I love it <img src=x>")
    start_page.press("Enter")
    labeled = lane(start_page, "real-time")
    expect(labeled).to_contain_text("“I love it <img src=x>”")
    expect(labeled.locator(".st-label")).to_have_text("+ positive")
    expect(labeled.locator(".st-time")).to_have_text(FIGURE)
    expect(labeled.locator("img")).to_have_count(0)
    expect(status(start(start_page))).to_contain_text("positive, in")
    box.fill("")
    start_page.press("Enter")
    expect(start(start_page).get_by_role("note")).to_contain_text("The field is empty.")
    assert now(start_page.cells()) == cells


def test_the_batch_is_replayed_slowly_and_ends_with_its_figures(start_page: LabPage) -> None:
    press(lane(start_page, "batch"), "Label all 10,000")
    expect(lane(start_page, "batch")).to_contain_text(re.compile(r"replayed \d+× slower"))
    expect_figures(start_page)


@pytest.mark.slow
def test_with_reduced_motion_the_result_is_there_at_once(start_page: LabPage) -> None:
    with start_page.with_reduced_motion():
        press(lane(start_page, "batch"), re.compile("^Label"))
        expect(lane(start_page, "batch")).not_to_contain_text("slower")
        expect_figures(start_page)


@pytest.mark.slow
def test_every_control_is_reached_with_the_keyboard(start_page: LabPage) -> None:
    start(start_page).get_by_role("textbox").focus()
    names = []
    for _ in range(5):
        start_page.press("Tab")
        names.append(start_page.page.evaluate("document.activeElement.textContent"))
    layers, busy = "Take it apart, layer by layer", "What if everyone asks at once?"
    assert names == ["Label it", "Why?", layers, "Label all 10,000", busy]


@pytest.mark.slow
def test_the_page_is_accessible_in_both_themes_and_fits_at_200_percent(start_page: LabPage) -> None:
    start_page.expect_accessible(".lessons-start")
    with start_page.of_width(720):
        expect_to_fit(start(start_page))


@pytest.mark.slow
def test_the_stages_are_boxes_of_one_size_at_every_width(start_page: LabPage) -> None:
    start_page.page.evaluate("window.jupyterapp.shell.collapseLeft()")
    stages = start_page.panel.locator(".stages-large ul")

    def rows() -> int:
        """Return how many rows of boxes there are, or 0 while they are not yet as they must be."""
        boxes = stages.evaluate(BOXES)
        is_one_size = len({box["size"] for box in boxes}) == 1
        is_readable = min(box["smallest"] for box in boxes) >= 13
        is_cut = any(box["isCut"] for box in boxes)
        return len({box["top"] for box in boxes}) if is_one_size and is_readable > is_cut else 0

    for width, count in ROWS.items():
        with start_page.of_width(width):
            eventually(rows, count)


@pytest.mark.slow
def test_a_door_opens_its_notebook_and_runs_its_card(start_page: LabPage) -> None:
    for link, notebook, card in DOORS:
        start_page.panel.get_by_role("link", name=link, exact=True).first.click()
        start_page.expect_in_front(notebook)
        expect(start_page.panel.locator(card)).to_be_visible()
        expect(start_page.panel.locator(card)).to_be_in_viewport()
        start_page.page.locator(TABS, has_text="00_start_here").click()


@pytest.mark.slow
def test_who_comes_back_begins_today_with_one_button(start_page: LabPage) -> None:
    start_page.run_code(f"{LOG}session_log().append(new_event('position', '06_batch_inference'))")
    start_page.open(NOTEBOOK)
    run(start_page)
    today = start_page.panel.locator(".lessons-today")
    expect(today).to_have_text(
        re.compile(r"^Welcome backToday: Batch inference: about \d+ minutesBegin\s*$")
    )
    begin = today.get_by_role("link", name="Begin")
    expect(begin).to_have_attribute("href", re.compile("/files/"))  # JupyterLab handles it now
    begin.click()
    expect(start_page.panel.get_by_role("heading", name="6. Batch inference")).to_be_visible()
    expect(start_page.panel.locator(".lessons-guess").first).to_be_visible()


@pytest.mark.slow
def test_begin_asks_what_it_counted_in_a_practice_card_that_is_alive(start_page: LabPage) -> None:
    start_page.open("notebooks/11_practice.ipynb")
    start_page.run_all()
    practice = start_page.panel.locator(".lessons-quiz")
    expect(practice).to_contain_text("Question 1 of 5")
    start_page.execute("docmanager:open", path=start_page.lab.path(NOTEBOOK))
    run(start_page)
    start_page.run_code(MISSED)
    start_page.run_all()
    today = start_page.panel.locator(".lessons-today")
    expect(today).to_contain_text("Today: 1 missed question, then")
    today.get_by_role("link", name="Begin").click()
    expect(practice).to_contain_text("Left for today: 1 missed question.")
    expect(practice).to_contain_text("A museum runs three visitors' comment cards")
