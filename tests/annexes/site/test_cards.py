"""The site's cards in one tab: each is used, on the way from page to page, with one Python."""

import re
import time

import pytest
from playwright.sync_api import CDPSession, Locator, expect

from tests.annexes.site.conftest import QUIZ, Reader
from tests.support.waiting import eventually

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

SESSIONS = re.compile("(quiz|guess|outcome|progress|practice|test|flashcards|today)")
WITH_EXPLORATIONS = (
    *("01_concept", "02_raw_text", "03_preprocessing", "06_batch_inference"),
    *("08_probabilities_to_labels", "09_micro_batching", "10_latency_and_throughput"),
    *("17_when_the_answer_is_long", "18_how_many_copies", "index"),
)
ALIVE = 23
ANSWER = ".xp-path, .xp-result, .lx-seen, .qv-figures tbody, .st-lanes, .wr-seen, .rt-said"
THEME = ".theme-toggle-content button"
CYCLE = ("08_probabilities_to_labels", "09_micro_batching", "06_batch_inference")
CHANGES = 30
MOST_GROWTH = 1.2
COLLECTIONS = 6  # a page that was left is let go of within a second


def change(card: Locator) -> None:
    """Change the first control of a card, or all if it is a choice."""
    control = card.locator("textarea, input:not([type=number])").first
    kind = control.evaluate("(node) => node.type")
    if kind == "radio":
        for choice in card.locator("fieldset:visible").all():
            choice.locator("input:not(:checked)").last.check()
    elif kind == "range":
        at_end = control.evaluate("(node) => node.value === node.max")
        control.press("ArrowLeft" if at_end else "ArrowRight")
    else:
        control.fill("what an awful waste of a good evening")
    if (button := card.get_by_role("button", name=re.compile("^(Label it|Start)$"))).count():
        button.click()


def test_every_exploration_answers_when_its_controls_are_changed(reader: Reader) -> None:
    reader.open("record.html")
    used = []
    for name in WITH_EXPLORATIONS:
        reader.follow(name)
        cards = reader.page.locator(".lessons-place[data-place]")
        for place in cards.evaluate_all("(nodes) => nodes.map((node) => node.dataset.place)"):
            if SESSIONS.match(place):
                continue
            card = reader.page.locator(f".lessons-place[data-place='{place}']")
            answer = card.locator(ANSWER).first
            if (more := card.get_by_text("All figures of this run")).count():
                more.click()
            before = answer.inner_text()
            change(card)
            expect(answer).not_to_have_text(before, use_inner_text=True)
            expect(card.locator(".lessons-problem")).to_be_hidden()
            used.append(place)
    assert len(used) == ALIVE
    assert reader.problems == []
    assert reader.logged == []


def memory(session: CDPSession) -> tuple[float, float]:
    """Return the size of the scripts' heap and the number of nodes: what collections leave."""
    found = []
    for _ in range(COLLECTIONS):
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        figures = {one["name"]: one["value"] for one in metrics}
        found.append((figures["JSHeapUsedSize"], figures["Nodes"]))
        time.sleep(0.2)
    return min(found)


def test_thirty_links_keep_the_worker_and_the_theme_and_leave_nothing_in_memory(
    reader: Reader,
) -> None:
    page = reader.page
    page.set_viewport_size({"width": 1400, "height": 900})
    session = page.context.new_cdp_session(page)
    for domain in ("Performance", "HeapProfiler"):
        session.send(f"{domain}.enable")
    reader.open(f"{CYCLE[-1]}.html")
    reader.answer(reader.place(QUIZ), "A")
    workers = list(page.workers)
    page.locator(THEME).first.click()
    theme = page.evaluate("document.body.dataset.theme")
    sizes = []
    for number in range(CHANGES):
        reader.follow(CYCLE[number % len(CYCLE)])
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        if number % len(CYCLE) == len(CYCLE) - 1:
            reader.answer(reader.place(QUIZ), "AB"[number % 2])
            sizes.append(memory(session))
    for before, after in zip(sizes[0], sizes[-1], strict=True):
        assert after <= MOST_GROWTH * before, sizes
    assert theme != "auto"
    eventually(lambda: page.evaluate("document.body.dataset.theme"), theme)
    page.locator(".sidebar-search").fill("padding")
    page.locator(".sidebar-search").press("Enter")
    expect(page.locator("#search-results li a").first).to_be_visible()
    assert list(page.workers) == workers


@pytest.mark.parametrize("width", [400, 1300])
def test_a_deep_link_leads_to_its_card(reader: Reader, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 700})
    reader.open("10_latency_and_throughput.html#check-2")
    card = reader.page.locator("#check-2 + .lessons-place")
    expect(card.locator(".qc-heading")).to_be_in_viewport()
    reader.page.evaluate("document.body.isOld = true")
    reader.page.evaluate("Turbo.visit('06_batch_inference.html#check-2')")
    reader.page.wait_for_function("!document.body.isOld")
    reader.drawn()
    expect(card.locator(".qc-heading")).to_be_in_viewport()
