"""Results and own data on a real hub: who visits sees theirs, and no other page can read it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from lessons_lib.annexes.instructor.service.store import ClassStore, record_url
from tests.annexes.instructor.service.test_serve import open_now
from tests.support.browser import expect_accessible, expect_to_fit, visitor
from tests.support.hub import HubRun, running_hub
from tests.support.waiting import now
from tests.support.week import answer

pytestmark = pytest.mark.slow

PATHS = ("results", "results.csv", "results.json", "mine", "mine.json")
TRIES = """async (paths) => {
  const found = {};
  for (const path of paths) {
    const url = `/services/class/${path}`;
    const reply = await fetch(url);
    const frame = document.createElement("iframe");
    frame.src = url;
    document.body.append(frame);
    const other = window.open(url);
    await new Promise((done) => setTimeout(done, 1500));
    const read = (get) => { try { return get()?.innerText ?? ""; } catch { return ""; } };
    found[path] = {
      fetched: reply.status,
      text: await reply.text(),
      framed: read(() => frame.contentDocument?.body),
      opened: read(() => other?.document.body),
    };
    other?.close();
  }
  return found;
}"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubRun]:
    """A hub with a class in which a learner has answered."""
    folder = open_now(tmp_path / "class")
    store = ClassStore(record_url(folder))
    with ThreadPoolExecutor(1) as pool:  # Playwright's loop is running in this thread
        answers = store.save([("learner1", answer("A")), ("learner2", answer("B"))])
        pool.submit(asyncio.run, answers).result()
    store.close()
    with running_hub(tmp_path, "--learners=2", f"--class={folder}") as running:
        yield running


def logged_in(chromium: Browser, hub: HubRun, name: str, path: str, **options: Any) -> Page:
    """Go to an address of the class, and log in where that leads."""
    page = visitor(chromium, **options).new_page()
    hub.log_in(page, name, f"/services/class/{path}")
    return page


def test_everybody_sees_what_is_theirs_by_visit_and_no_page_reads_it(
    hub: HubRun, chromium: Browser
) -> None:
    learner = logged_in(chromium, hub, "learner1", "mine")
    expect(learner.get_by_role("heading", level=1)).to_be_visible()
    expect(learner.get_by_role("cell", name="how-many-passes-1")).to_have_count(1)
    assert "learner2" not in now(learner.content())
    refused = learner.goto(f"{hub.url}/services/class/results")
    assert refused is not None
    assert refused.status == 403

    teacher = logged_in(chromium, hub, "instructor", "results")
    expect(teacher.get_by_role("heading", level=2)).to_have_count(1)
    assert "learner1" not in now(teacher.content())
    teacher.get_by_role("link", name="Show names").click()
    expect(teacher.get_by_role("rowheader", name="learner1")).to_be_visible()

    teacher.goto(f"{hub.url}/hub/home")
    home = "../../hub/home"  # which has no such defense
    found: dict[str, dict[str, Any]] = teacher.evaluate(TRIES, [*PATHS, home])
    control = found.pop(home)
    assert control["fetched"] == 200
    assert "instructor" in control["opened"]
    for tried in found.values():
        assert tried["fetched"] == 401
        assert "week" not in "".join(map(str, tried.values())).lower()


def test_both_pages_are_accessible_on_a_phone_and_in_the_dark(
    hub: HubRun, chromium: Browser
) -> None:
    # The policy of these pages forbids scripts, that of axe included.
    page = logged_in(chromium, hub, "instructor", "results?names=1", bypass_csp=True)
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("results?names=1", "mine"):
        page.goto(f"{hub.url}/services/class/{path}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect_accessible(page, "html")
        expect_to_fit(page.locator("html"))
