"""A live question on a real hub: two rounds, an outage, and what no token can do."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.annexes.instructor.service.test_serve import open_now
from tests.support.browser import press, visitor
from tests.support.hub import HubRun, choose, running_hub

pytestmark = pytest.mark.slow

WORDS = "museum comment cards expression"  # of a question that the course asks
# What a kernel can try: each route with the token of its server, and a login with it at the hub.
TRIES = """
import json, os, urllib.error, urllib.request

token = os.environ["JUPYTERHUB_API_TOKEN"]
known = {"Authorization": f"token {token}"}

def code_of(url, step=None):
    request = urllib.request.Request(url, step and json.dumps(step).encode(), known)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return "login" if "/hub/login" in reply.url else reply.status
    except urllib.error.HTTPError as error:
        return error.code

codes = []
for base in (os.environ["LESSONS_CLASS_URL"], HUB + "/services/class/"):
    codes += [code_of(base + path) for path in ("", "api/teach", "api/teach?list=1")]
    codes.append(code_of(base + "api/teach", {"do": "end", "seen": SEEN}))
    known.clear()
    codes.append(code_of(f"{base}api/teach?token={token}", {"do": "end", "seen": SEEN}))
    known["Authorization"] = f"token {token}"
codes.append(code_of(HUB + "/hub/api/oauth2/authorize?client_id=service-class&response_type=code"))
print(json.dumps(codes))
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubRun]:
    folder = open_now(tmp_path / "class")
    with running_hub(tmp_path, "--learners=1", f"--class={folder}") as running:
        yield running


def vote(card: Locator, letter: str) -> None:
    """Choose an option and save it."""
    choose(card, letter)
    expect(card.locator(".qc-sentence")).to_contain_text("Answer saved.")


def test_a_room_votes_twice_and_only_the_instructors_browser_teaches(
    hub: HubRun, chromium: Browser
) -> None:
    teacher, learner = visitor(chromium).new_page(), visitor(chromium).new_page()
    card = hub.card(learner, "learner1", "from lessons_lib import show_live\nshow_live()")
    expect(card).to_contain_text("Waiting for the next question")
    hub.log_in(teacher, "instructor", "/services/class/")
    count = teacher.locator("#count")
    expect(count).to_have_text("No question is open. Learners here: 1")
    teacher.get_by_label("Search").fill(WORDS)
    press(teacher.locator("main"), "Open")
    vote(card, "A")
    hub.process_of("class serve").send_signal(signal.SIGKILL)
    choose(card, "C")
    expect(card.locator(".qc-notice")).to_contain_text("not sent yet")
    expect(teacher.get_by_role("alert")).to_contain_text("can't be reached")
    expect(card.locator(".qc-notice")).to_be_hidden()
    expect(card.locator("input[value=C]")).to_be_checked()
    expect(teacher.get_by_role("alert")).to_be_hidden()
    for step, letter in (("Ask again", "D"), ("Reveal", "B")):
        vote(card, letter)
        expect(count).to_contain_text("1 of 1 answered")
        press(teacher.locator("main"), "Close")
        expect(card).to_contain_text("Closed.")
        press(teacher.locator("main"), step)
    expect(card.get_by_text("The right answer")).to_be_visible()
    assert learner.goto(f"{hub.url}/services/class/").status == 403  # type: ignore[union-attr]
    instructor = hub.client("instructor")
    instructor.start_server()
    live = hub.client("learner1").send("GET", "/services/class/api/live").json()
    seen = live["question"]["id"]
    tried = instructor.run_code(f"HUB, SEEN = {hub.url!r}, {seen!r}\n{TRIES}")
    assert json.loads(tried) == [403] * 10 + ["login"]
    expect(count).to_contain_text("Revealed")
