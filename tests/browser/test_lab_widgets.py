"""Race and lab book in JupyterLab: used, stopped, restored; accessible; calm."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import LabPage, overflow, press, status

RACE = """import threading
from types import SimpleNamespace

from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.jobs import lanes
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.pipeline.timing.race import race
from lessons_lib.lesson.views.race.view import RaceView

pipeline = FoldedPipeline.load()
texts = (demo_texts() * 500)[:2000]

def start():
    return race(lanes(pipeline, texts), total=len(texts))

RaceView(start, total=len(texts), note="Measured here: <b>somewhere</b>.")"""

ENDLESS = """first_done = iter([10_000_000])

def endless():
    done = next(first_done, 0)  # the race that starts by itself is over at once
    if done:
        yield [
            SimpleNamespace(name="real-time", done=done, seconds=2.0),
            SimpleNamespace(name="batch", done=done, seconds=1.0),
        ]
    while done < 9_000_000:
        done += 1
        for _ in range(20_000):
            pass
        yield [
            SimpleNamespace(name="real-time", done=done, seconds=done / 1000),
            SimpleNamespace(name="batch", done=2 * done, seconds=done / 1000),
        ]

RaceView(endless, total=10_000_000)"""

BOOK = """import asyncio

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.lesson.views.lab_book.book import LabBook

gate = asyncio.Event()

async def never() -> float:
    await gate.wait()
    return 8.0

how_long = "How long do <b>texts</b> take?"
book = LabBook({
    GuessTask("archive", how_long, unit="s", explain="They take long."): lambda: 1.5,
    GuessTask("server", "How many does it answer?", unit="texts/s", explain="Many."): never,
})
book"""

RATIO = re.compile(r"^[\d.,]+× as many texts per second")
PICTURES = """(root) => new Promise((resolve) => {
    const clock = root.querySelector(".ra-clock");
    let pictures = 0;
    const observer = new MutationObserver(() => (pictures += 1));
    observer.observe(clock, { childList: true, characterData: true, subtree: true });
    setTimeout(() => (observer.disconnect(), resolve(pictures)), 2000);
})"""


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> LabPage:
    shared_lab_page.show("lab/all.ipynb", RACE, ENDLESS, BOOK)
    return shared_lab_page


@pytest.fixture
def race(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-race").first


@pytest.fixture
def endless(opened: LabPage) -> Locator:
    view = opened.panel.locator(".lessons-race").last
    view.scroll_into_view_if_needed()
    return view


@pytest.fixture
def book(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-book")


def item(book: Locator, name: str) -> Locator:
    return book.locator(f"[data-experiment={name}]")


def test_a_race_starts_when_it_is_seen_and_is_shown_in_slow_motion(race: Locator) -> None:
    over = re.compile(r"2,000 texts took .* Both lanes ran the same model\.")
    expect(status(race)).to_have_text(over)
    expect(race.locator(".ra-seen")).to_have_text(status(race).inner_text())
    expect(race.locator(".ra-ratio")).to_have_text(RATIO)
    expect(race.locator(".lb-note")).to_have_text("Measured here: <b>somewhere</b>.")
    press(race, re.compile(r"Watch it again in slow motion|Stop watching"))
    for lane in race.get_by_role("progressbar").all():
        expect(lane).to_have_attribute("aria-valuenow", "2000")
        expect(lane).to_have_attribute("aria-valuetext", "2,000 of 2,000 texts")
    expect(race.locator(".ra-mark", has_text="✓ first")).to_have_count(1)
    press(race, re.compile(r"Watch it again in slow motion, [\d,]+ times slower"))
    pace = race.locator(".ra-pace")
    expect(pace).to_have_text(re.compile(r"Shown in slow motion, [\d,]+ times slower\."))
    expect(race.get_by_role("progressbar").first).not_to_have_attribute("aria-valuenow", "2000")
    press(race, "Stop watching")
    expect(race.get_by_role("progressbar").first).to_have_attribute("aria-valuenow", "2000")
    expect(pace).to_be_empty()


def test_a_race_is_stopped_or_interrupted(opened: LabPage, endless: Locator) -> None:
    press(endless, "Race again")
    expect(status(endless)).to_have_text("The race has started.")
    expect(endless.locator(".ra-speed").first).not_to_be_empty()
    opened.run_code("answered = True")
    press(endless, "Stop")
    expect(status(endless)).to_contain_text("Stopped: one by one, ")
    expect(endless.locator(".ra-seen")).to_contain_text("2.0 times as long as in batches.")
    press(endless, "Race again")
    expect(endless.locator(".ra-speed").first).not_to_be_empty()
    opened.interrupt()
    expect(status(endless)).to_contain_text("The kernel was interrupted: one by one, ")
    press(endless, "Race again")
    expect(status(endless)).to_have_text("The race has started.")
    press(endless, "Stop")
    expect(status(endless)).to_contain_text("Stopped: ")


def test_with_reduced_motion_a_race_jumps_rarely(opened: LabPage, endless: Locator) -> None:
    with opened.with_reduced_motion():
        press(endless, "Race again")
        expect(endless.get_by_role("button", name="Stop")).to_be_visible()
        pictures = endless.evaluate(PICTURES)
    press(endless, "Stop")
    assert 1 <= pictures <= 9
    expect(status(endless)).to_contain_text("Stopped: ")


def test_nothing_can_be_measured_before_a_guess(book: Locator) -> None:
    block = item(book, "server")
    button = block.get_by_role("button")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    expect(button).to_have_text("Measure")
    block.get_by_label("Your guess").fill("ten")
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()
    expect(status(book)).to_contain_text("got 'ten'")
    expect(block.get_by_label("Your guess")).to_have_attribute("aria-invalid", "true")


def test_a_guess_is_shown_beside_the_measurement(book: Locator) -> None:
    block = item(book, "archive")
    block.get_by_label("Your guess").fill("3")
    press(block, re.compile("Measure"))
    expect(block.locator(".bk-result")).to_contain_text("too high by a factor of 2.0.")
    expect(block.locator(".bk-explain")).to_have_text("They take long.")
    expect(status(book)).to_contain_text("You guessed 3")
    expect(block.get_by_label("Your guess")).to_have_value("")
    expect(block.locator("h3")).to_have_text("How long do <b>texts</b> take?")
    row = book.get_by_role("table", name="Your rounds so far").get_by_role("row").last
    expect(row).to_contain_text("too high by a factor of 2.0")


def test_a_stopped_or_interrupted_measurement_is_dropped(opened: LabPage, book: Locator) -> None:
    block = item(book, "server")
    rounds = book.locator("tbody tr").count()
    block.get_by_label("Your guess").fill("5")
    press(block, "Measure")
    press(block, re.compile("Stop"))
    expect(block.locator(".gs-problem")).to_contain_text("Stopped: nothing is recorded.")
    press(block, "Measure")
    expect(block.get_by_role("button", name=re.compile("Stop"))).to_be_visible()
    opened.interrupt()
    expect(status(book)).to_contain_text("The kernel was interrupted: nothing is recorded.")
    assert book.locator("tbody tr").count() == rounds


def test_everything_works_by_keyboard_and_no_key_reaches_the_notebook(
    opened: LabPage, race: Locator, book: Locator
) -> None:
    before = opened.cells()
    button = race.locator("button").first
    button.focus()
    opened.press("b", "a", "Enter")
    expect(status(race)).to_contain_text("Both lanes ran the same model.")
    expect(button).to_be_focused()
    field = item(book, "archive").get_by_label("Your guess")
    field.focus()
    opened.press("b", "Enter")
    expect(status(book)).to_contain_text("got 'b'")
    opened.press("Control+a", *"1.5", "Tab", "Space")
    expect(status(book)).to_contain_text("Your guess was right")
    assert opened.cells() == before


def test_a_narrow_column_cuts_nothing_off(opened: LabPage) -> None:
    for width in (620, 1400):
        with opened.of_width(width):
            for view in opened.panel.locator(".lessons-lab").all():
                assert overflow(view) <= 0


def test_guesses_are_restored_in_a_new_kernel(lab_page: LabPage) -> None:
    lab_page.show("lab/kept.ipynb", BOOK.replace('"archive"', '"kept"'))
    block = item(lab_page.panel.locator(".lessons-book"), "kept")
    block.get_by_label("Your guess").fill("6")
    press(block, "Measure")
    expect(block.locator(".bk-result")).to_contain_text("too high by a factor of 4.0")
    lab_page.run_code("pass")
    lab_page.lab.end_sessions()
    lab_page.open("lab/kept.ipynb")
    lab_page.run_all()
    expect(block.locator(".bk-result")).to_contain_text("too high by a factor of 4.0")


def test_all_views_are_accessible_in_both_themes_before_and_after_use(lab_page: LabPage) -> None:
    lab_page.page.emulate_media(reduced_motion="reduce")
    lab_page.show("lab/axe.ipynb", RACE, ENDLESS, BOOK.replace('"archive"', '"axe"'))
    panel = lab_page.panel
    assert lab_page.accessibility_in_both_themes(".lessons-lab") == ""
    race, endless = panel.locator(".lessons-race").first, panel.locator(".lessons-race").last
    expect(status(race)).to_contain_text("Both lanes ran")
    expect(race.locator(".ra-pace")).to_be_empty()  # the final picture
    endless.scroll_into_view_if_needed()
    press(endless, "Race again")
    block = item(panel.locator(".lessons-book"), "axe")
    block.get_by_label("Your guess").fill("6")
    press(block, "Measure")
    expect(block.locator(".bk-result")).not_to_be_empty()
    server = item(panel.locator(".lessons-book"), "server")
    server.get_by_label("Your guess").fill("0")
    press(server, "Measure")
    assert lab_page.accessibility_in_both_themes(".lessons-lab") == ""
    press(endless, "Stop")
