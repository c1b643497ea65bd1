"""A class at work: two learners and an instructor, each in a separate browser."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from lessons_lib.cli import main
from tests.classroom.hub.conftest import HubRun

START, NOTEBOOK = "notebooks/00_start_here.ipynb", "notebooks/02_raw_text.ipynb"
TITLES = {START: "Start here", NOTEBOOK: "Raw text"}
START_TIMEOUT_MS = 240_000
RUN_TIMEOUT_MS = 180_000
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"


class Seat:
    """A user's browser window, operated through what is on the screen."""

    def __init__(self, page: Page, hub: HubRun, name: str) -> None:
        self.page, self.hub, self.name = page, hub, name

    def log_in(self) -> None:
        """Log in with the hub's form; the server starts and opens notebook 00."""
        self.page.goto(self.hub.url)
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password").fill(self.hub.passwords[self.name])
        self.page.get_by_role("button", name="Sign in").click()
        self.wait_for(START)

    def wait_for(self, notebook: str) -> None:
        """Wait until a notebook is in front and its kernel is idle."""
        self.page.wait_for_url(f"**/user/{self.name}/lab/**", timeout=START_TIMEOUT_MS)
        panel = self.page.locator(PANEL)
        heading = panel.locator("h1").first
        expect(heading).to_contain_text(TITLES[notebook], timeout=START_TIMEOUT_MS)
        kernel = panel.locator(".jp-KernelName")
        expect(kernel).to_contain_text("Python 3", timeout=START_TIMEOUT_MS)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        indicator = self.page.locator(f"{PANEL} .jp-Notebook-ExecutionIndicator")
        expect(indicator).to_have_attribute("data-status", "idle", timeout=RUN_TIMEOUT_MS)

    def run_quiz(self) -> Locator:
        """Open the notebook, run all its cells from the menu, and return its first quiz."""
        self.page.goto(f"{self.hub.url}/user/{self.name}/lab/tree/{NOTEBOOK}?reset")
        self.wait_for(NOTEBOOK)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        card = self.page.locator(f"{PANEL} .lessons-quiz").first
        expect(card).to_be_visible(timeout=RUN_TIMEOUT_MS)
        self.wait_until_idle()
        return card


@pytest.fixture
def seat(browser: BrowserContext, hub: HubRun) -> Iterator[Callable[[str], Seat]]:
    """Return a function that opens a browser window with separate cookies for a user."""
    chromium = browser.browser
    assert chromium is not None
    windows: list[BrowserContext] = []

    def sit_down(name: str) -> Seat:
        windows.append(chromium.new_context(viewport={"width": 1400, "height": 1400}))
        return Seat(windows[-1].new_page(), hub, name)

    yield sit_down
    for window in windows:
        window.close()


@pytest.mark.parametrize(
    "members",
    [
        ("learner1", "learner2"),
        pytest.param(("instructor",), marks=pytest.mark.slow),
    ],
    ids=["learners", "instructor"],
)
def test_a_class_works_separately_is_restored_after_a_restart_and_is_collected(
    members: tuple[str, ...], hub: HubRun, seat: Callable[[str], Seat], tmp_path: Path
) -> None:
    """Each learner chooses a different letter, so that a mix-up of answers would be noticed."""
    letters = dict(zip(members, "AB", strict=False))
    seats = {name: seat(name) for name in members}
    for name, letter in letters.items():
        seats[name].log_in()
        card = seats[name].run_quiz()
        card.locator(f"label:has(input[value={letter}])").first.click()
        card.get_by_role("button", name="Submit", exact=True).click()
        expect(card.locator(".qc-verdict")).to_be_visible()
        seats[name].page.goto("about:blank")
    for name in members[1:]:  # the servers of the others are running
        response = seats[name].page.goto(f"{hub.url}/user/{members[0]}/lab")
        assert response is not None
        assert response.status == 403
        expect(seats[name].page.locator(PANEL)).to_have_count(0)
    for name, letter in list(letters.items())[-1:]:
        client = hub.client(name)
        client.stop_server()
        client.start_server()
        card = seats[name].run_quiz()
        expect(card.locator(f"input[value={letter}]").first).to_be_checked()
        expect(card.locator(".qc-verdict")).to_be_visible()
        seats[name].page.goto("about:blank")
        client.stop_server()
    for name in members:
        records = list((hub.homes / name).rglob("record/*.jsonl"))
        answers = [line for one in records for line in one.read_text("utf-8").splitlines()]
        assert sum('"kind":"answer"' in line for line in answers) == 1, name
    table = tmp_path / "class.csv"
    command = ["collect", str(hub.homes), "--out", str(table)]
    assert main(command) == 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        answered = {row["learner"]: row["total_answered"] for row in csv.DictReader(file)}
    assert {name: answered[name] for name in members} == dict.fromkeys(members, "1")
