"""Race and lab book in JupyterLab: used, stopped, restored; accessible; calm."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser import expect_to_fit, press, status
from tests.support.lab import LabPage
from tests.support.waiting import now

RACE = """import threading
from types import SimpleNamespace

from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.jobs import lanes
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.lesson.views.race import race
from lessons_lib.lesson.views.race import RaceView

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
from lessons_lib.classroom.sessions.guesses import RoundSession
from lessons_lib.classroom.widgets.explore.guess import LabBook, MeasuringCard
from lessons_lib.classroom.widgets.job import Job
from lessons_lib.classroom.widgets.record import learner_record

async def never() -> float:
    await asyncio.Event().wait()

how_long = "How long do <b>texts</b> take?"
archive = GuessTask("archive", how_long, unit="s", explain="They take long.")
server = GuessTask("server", "How many?", unit="texts/s", explain="Many.", seconds=20)
record, job = learner_record(), Job()
LabBook(
    MeasuringCard(RoundSession(archive, record), lambda: 1.5, job=job),
    MeasuringCard(RoundSession(server, record), never, job=job),
)"""

RATIO = re.compile(r"^[\d.,]+× as many texts per second")


@pytest.fixture
def opened(lab_page: LabPage) -> LabPage:
    lab_page.show("lab/all.ipynb", RACE, ENDLESS, BOOK)
    return lab_page


@pytest.fixture
def race(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-race").first


@pytest.fixture
def endless(opened: LabPage) -> Locator:
    view = opened.panel.locator(".lessons-race").last
    view.scroll_into_view_if_needed()
    return view


@pytest.fixture
def archive(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-guess").first


@pytest.fixture
def server(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-guess").last


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


def test_nothing_can_be_measured_before_a_guess(server: Locator) -> None:
    button = server.get_by_role("button")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    expect(button).to_have_text("Measure")
    server.get_by_label("Your guess").fill("ten")
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()
    expect(status(server)).to_contain_text("got 'ten'")
    expect(server.get_by_label("Your guess")).to_have_attribute("aria-invalid", "true")


def test_a_guess_is_shown_beside_each_measurement(archive: Locator) -> None:
    archive.get_by_label("Your guess").fill("3")
    press(archive, "Measure")
    expect(archive.locator(".gs-scale")).to_contain_text("you: 3\N{NO-BREAK SPACE}s")
    expect(status(archive)).to_contain_text("Your guess was too high by a factor of 2.0.")
    expect(archive.locator(".gs-line").last).to_have_text("They take long.")
    expect(archive.get_by_role("heading")).to_have_text("How long do <b>texts</b> take?")
    archive.get_by_label("Your guess").fill("1.5")
    press(archive, "Measure again")
    expect(status(archive)).to_contain_text("Your guess was right.")
    table = archive.get_by_role("table", name="1 earlier round")
    expect(table).to_contain_text("too high by a factor of 2.0")


def test_a_measurement_is_stopped_or_interrupted(opened: LabPage, server: Locator) -> None:
    server.get_by_label("Your guess").fill("5")
    press(server, "Measure")
    expect(status(server)).to_contain_text("Measuring, about 20 s.")
    press(server, "Stop")
    expect(server.locator(".gs-problem")).to_contain_text("Stopped, so there is no result.")
    expect(server.get_by_label("Your guess")).to_have_value("5")
    press(server, "Measure")
    expect(server.get_by_role("button", name="Stop")).to_be_focused()
    opened.interrupt()
    expect(status(server)).to_contain_text("The kernel was interrupted, so there is no result.")
    expect(server.locator(".gs-result")).to_be_empty()


def test_everything_works_by_keyboard_and_no_key_reaches_the_notebook(
    opened: LabPage, race: Locator, archive: Locator
) -> None:
    before = opened.cells()
    button = race.locator("button").first
    button.focus()
    opened.press("b", "a", "Enter")
    expect(status(race)).to_contain_text("Both lanes ran the same model.")
    expect(button).to_be_focused()
    archive.get_by_label("Your guess").focus()
    opened.press("Control+a", "b", "Enter")
    expect(status(archive)).to_contain_text("got 'b'")
    opened.press("Control+a", *"1.5", "Tab", "Space")
    expect(status(archive)).to_contain_text("Your guess was right")
    expect(archive.get_by_role("button", name="Measure again")).to_be_focused()
    assert now(opened.cells()) == before


def test_all_views_are_accessible_in_both_themes_before_and_after_use(lab_page: LabPage) -> None:
    lab_page.page.emulate_media(reduced_motion="reduce")
    lab_page.show("lab/axe.ipynb", RACE, ENDLESS, BOOK.replace('"archive"', '"axe"'))
    panel = lab_page.panel
    lab_page.expect_accessible(".lessons-lab")
    race, endless = panel.locator(".lessons-race").first, panel.locator(".lessons-race").last
    expect(status(race)).to_contain_text("Both lanes ran")
    expect(race.locator(".ra-pace")).to_be_empty()  # the final picture
    endless.scroll_into_view_if_needed()
    press(endless, "Race again")
    card, server = panel.locator(".lessons-guess").first, panel.locator(".lessons-guess").last
    for guess, button in (("6", "Measure"), ("5", "Measure again")):
        card.get_by_label("Your guess").fill(guess)
        press(card, button)
        expect(card.locator(".gs-scale")).to_contain_text(f"you: {guess}")
    server.get_by_label("Your guess").fill("5")
    press(server, "Measure")
    lab_page.expect_accessible(".lessons-lab")
    press(endless, "Stop")
    with lab_page.of_width(620):
        expect_to_fit(*panel.locator(".lessons-lab").all())
