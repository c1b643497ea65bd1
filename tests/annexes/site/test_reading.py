"""The site in a browser: by keyboard, kept, in two tabs, offline, and where something fails."""

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from lessons_lib.classroom.course import course
from tests.annexes.site.conftest import PAGE, QUIZ, Reader, Server, blocked, serving
from tests.annexes.site.records import download

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]


def test_a_card_answered_by_keyboard_is_there_again_before_python_is(reader: Reader) -> None:
    reader.open(PAGE)
    quiz = reader.place(QUIZ)
    quiz.locator("input").first.focus()
    for key in ("Space", "ArrowDown", "Enter"):
        reader.page.keyboard.press(key)
    expect(quiz.locator(".qc-verdict")).to_be_visible()
    standing = quiz.locator(".qc-verdict").get_attribute("data-standing")
    reader.page.route("**/worker.js*", blocked)
    reader.page.reload()
    expect(quiz.locator("input:checked")).to_have_value("B")
    assert standing
    assert reader.problems == []


def record_of(reader: Reader) -> list[dict[str, object]]:
    """Return the events of the record that a reader downloads."""
    reader.open("record.html")
    return [json.loads(line) for line in download(reader)]


def test_what_a_verdict_was_shown_for_is_stored_even_if_the_tab_is_killed(
    context: BrowserContext, reader: Reader
) -> None:
    reader.open(PAGE)
    reader.answer(reader.place(QUIZ), "A")
    reader.page.close()
    other = Reader(context.new_page(), reader.url)
    answers = [one for one in record_of(other) if one["kind"] == "answer"]
    assert [one["subject"] for one in answers] == ["batch-answer-by-place"]


def test_two_tabs_lose_no_answer_and_count_those_of_the_other(
    context: BrowserContext, reader: Reader
) -> None:
    other = Reader(context.new_page(), reader.url)
    tabs = (reader, other)
    for tab in tabs:
        tab.open(PAGE)
        tab.place(QUIZ).scroll_into_view_if_needed()
    for number in range(200):
        tab = tabs[number % 2]
        tab.page.bring_to_front()
        tab.answer(tab.place(QUIZ), "AB"[number // 2 % 2])
    events = record_of(reader)
    assert sum(one["kind"] == "answer" for one in events) == 200
    assert len({one["id"] for one in events}) == len(events)


def test_a_message_that_is_sent_while_the_worker_starts_is_answered(reader: Reader) -> None:
    def slow(route: Route) -> None:
        time.sleep(5)
        route.continue_()

    reader.page.route("**/worker.js*", slow)
    reader.open(PAGE)
    reader.answer(reader.place(QUIZ), "A")


def test_a_worker_whose_script_never_comes_is_started_again(reader: Reader) -> None:
    reader.page.route("**/worker.js*", lambda route: None, times=1)
    reader.open(PAGE)
    reader.answer(reader.place(QUIZ), "A")


def test_python_that_cannot_start_leaves_the_page_readable_and_can_be_tried_again(
    reader: Reader,
) -> None:
    reader.page.route("**/pyodide.asm.wasm*", blocked)
    reader.open(PAGE)
    quiz = reader.place(QUIZ)
    quiz.locator("input").first.check()
    quiz.get_by_role("button", name="Submit").click()
    again = quiz.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(reader.page.get_by_role("heading", level=1)).to_be_visible()
    reader.page.unroute("**/pyodide.asm.wasm*")
    again.click()
    expect(quiz.locator(".qc-verdict")).to_be_visible()
    expect(again).to_be_hidden()


def test_a_damaged_record_is_brought_in_as_far_as_it_can_be_read(
    reader: Reader, tmp_path: Path
) -> None:
    reader.open(PAGE)
    reader.answer(reader.place(QUIZ), "A")
    lines = [json.dumps(one) for one in record_of(reader)]
    record = tmp_path / "record.jsonl"
    new = lines[-1].replace('"id": "', '"id": "f')
    record.write_text("\n".join([*lines, new, new, '{"kind": "foreign"}', lines[0][:40]]))
    status = reader.page.locator(".lessons-record").get_by_role("status")
    reader.page.locator(".lessons-record input[type=file]").set_input_files(record)
    known = len(lines) + 1
    expect(status).to_contain_text(
        re.compile(rf"1 event brought in, {known} already here, 2 unreadable")
    )
    record.write_bytes(b"x" * 10_000_001)
    reader.page.locator(".lessons-record input[type=file]").set_input_files(record)
    expect(status).to_contain_text("10 MB")
    assert len(record_of(reader)) == len(lines) + 1


def test_everything_works_without_a_server_once_it_is_kept(own: BrowserContext, site: Path) -> None:
    with serving(site) as server:
        reader = Reader(own.new_page(), server.url)
        reader.keep_everything()
    for path in sorted(site.glob("*.html")):
        reader.page.goto(f"{reader.url}{path.name}")
        expect(reader.page.locator("main, article").first).to_be_attached()
    reader.open("10_latency_and_throughput.html")
    reader.answer(reader.place("quiz 10_latency_and_throughput arrivals"), "A")
    reader.open("08_probabilities_to_labels.html")
    explorer = reader.place("explorer")
    explorer.locator("textarea").fill("an awful evening")
    expect(explorer).to_contain_text("awful")


def test_no_address_of_an_embedded_card_does_harm(reader: Reader, server: Server) -> None:
    page = reader.page
    for asked in ("quiz=99", "quiz=<script>alert(1)</script>", "nothing", ""):
        page.goto(f"{server.url}embed.html?{asked}")
        expect(page.get_by_text("?practice")).to_be_visible()
        expect(page.get_by_text("alert")).to_have_count(0)
    assert reader.problems == []


def test_every_page_and_place_asks_only_this_host(reader: Reader) -> None:
    for lesson in course().lessons[1:]:
        reader.open(f"{lesson.slug}.html")
        for place in reader.page.locator(".lessons-place").all():
            place.scroll_into_view_if_needed()
    assert reader.outside == []
    assert reader.problems == []
