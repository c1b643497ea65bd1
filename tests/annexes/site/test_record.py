"""The record of someone who reads the site: taken to a computer, handed in, deleted, kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, expect

from lessons_lib import show_flashcards, show_progress
from lessons_lib.classroom.course import course
from tests.annexes.site.conftest import PAGE, QUIZ, VIEW, Reader, Server, blocked
from tests.annexes.site.records import EVENT, GUESS, download
from tests.support.browser import visitor
from tests.support.shell import Lessons
from tests.support.waiting import eventually

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

FIND_STATE = """name => JSON.parse(
    Object.entries(localStorage).find(([key]) => key.endsWith(`:${name}`))?.[1] ?? "null"
)"""
SEED = """async ([course, line, state]) => {
    const scope = new URL("../", location.href);
    const key = `lessons:${course}${scope.pathname}:old:quiz 06_batch_inference shapes`;
    localStorage.setItem(key, state);
    const old = new URL("_static/icon.svg?v=old", scope);
    await (await caches.open(`${course}:${scope.href}`)).put(old, new Response("old"));
    const opening = indexedDB.open(course, 1);
    opening.onupgradeneeded = () => {
        const events = opening.result.createObjectStore("events", { autoIncrement: true });
        events.createIndex("id", "id", { unique: true });
    };
    await new Promise((done) => (opening.onsuccess = done));
    const change = opening.result.transaction("events", "readwrite");
    change.objectStore("events").add({ id: JSON.parse(line).id, line });
    await new Promise((done) => (change.oncomplete = done));
    opening.result.close();
}"""
IS_STORED = "async (address) => Boolean(await caches.match(address))"


@dataclass
class Kept:
    """What a reader downloaded, and what the site showed of it: progress and flashcards."""

    lines: list[str]
    states: dict[str, Any]


@pytest.fixture(scope="module")
def kept(chromium: Browser, server: Server) -> Iterator[Kept]:
    """The record of a reader with two questions, a guess with its result, and two flashcards."""
    with visitor(chromium, viewport=VIEW, service_workers="block") as context:
        reader = Reader(context.new_page(), server.url)
        reader.open(PAGE)
        guess = reader.place(f"guess {GUESS}")
        guess.get_by_role("slider").fill("3")
        guess.get_by_role("button", name="Guess").click()
        expect(guess.locator(".gs-line").first).to_contain_text("You: ")
        # Not by a click: Python may show the result by itself, and then the button is hidden.
        guess.locator("[data-commandlinker-command$=show-result]").dispatch_event("click")
        expect(guess.locator(".gs-true")).to_be_visible()
        quiz = reader.place(QUIZ)
        reader.answer(quiz, "D")
        quiz.get_by_role("button", name="Continue").click()
        expect(quiz.locator(".qc-verdict")).to_be_hidden()
        reader.answer(quiz, "A")
        reader.follow("13_flashcards")
        for key in ("3", "1"):
            rate(reader.place("flashcards"), key)
        reader.follow("index")
        reader.place("progress").scroll_into_view_if_needed()
        names = ("flashcards", "progress")
        for name in names:
            reader.page.wait_for_function(FIND_STATE, arg=name)
        states = {name: reader.page.evaluate(FIND_STATE, name) for name in names}
        reader.follow("record")
        yield Kept(download(reader), states)


def plain(page: object) -> Any:
    """Return a page as a browser gets it."""
    return json.loads(json.dumps(page))


def rate(cards: Locator, key: str) -> None:
    """Look at the answer of a flashcard, and rate it by keyboard."""
    cards.get_by_role("button", name="Show answer").click()
    expect(cards.locator(".fc-ratings")).to_be_visible()
    cards.page.keyboard.press(key)
    expect(cards.locator(".fc-show")).to_be_focused()


def test_a_record_counts_the_same_on_a_computer(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lessons: Lessons
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "record.jsonl"
    file.write_text("\n".join(kept.lines))
    assert f"{len(kept.lines)} events brought in" in lessons("progress", "--bring", file)
    shown, cards = kept.states["progress"]["page"], kept.states["flashcards"]["page"]
    assert plain(show_progress().page) == shown
    assert shown["guesses"]
    assert len(shown["rows"]) == 1
    here = plain(show_flashcards().page)
    changing = {"replies_to": "", "turn": "", "reply": ""}
    assert here | changing == cards | changing
    assert "8 new" in here["counts"]


def test_what_is_no_record_is_refused_and_a_deleted_one_is_gone(
    reader: Reader, kept: Kept, tmp_path: Path
) -> None:
    reader.open("record.html")
    controls = reader.page.locator(".lessons-record")
    status = controls.get_by_role("status")
    record = "\n".join(kept.lines).encode()
    for name, content, words in (
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "this has none"),
        ("empty.jsonl", b"", "0 events brought in"),
        ("utf-16.jsonl", record.decode().encode("utf-16-be"), "this has none"),
        ("record.jsonl", record, f"{len(kept.lines)} events brought in"),
    ):
        (tmp_path / name).write_bytes(content)
        status.evaluate("(node) => { node.textContent = ''; }")
        controls.locator("input").set_input_files(tmp_path / name)
        expect(status).to_contain_text(words)
    reader.open(f"{PAGE}#check-1")
    expect(reader.place(QUIZ).locator("input:checked")).to_have_count(1)
    reader.open("record.html")
    questions: list[str] = []
    for is_sure in (False, True):

        def reply(dialog: Dialog, is_sure: bool = is_sure) -> None:
            questions.append(dialog.message)
            dialog.accept() if is_sure else dialog.dismiss()

        reader.page.once("dialog", reply)
        controls.get_by_role("button", name="Delete").click()
        reader.page.wait_for_timeout(300)
        reader.drawn()
        assert len(download(reader)) == (0 if is_sure else len(kept.lines))
    assert "Download" in questions[0]
    reader.page.route("**/worker.js*", blocked)
    reader.open(PAGE)
    expect(reader.place(QUIZ).locator("input").first).to_be_visible()
    expect(reader.page.locator(".lessons-place input:checked")).to_have_count(0)
    assert reader.problems == []


def test_what_an_older_build_kept_is_dropped_but_never_the_record(
    own: BrowserContext, server: Server
) -> None:
    reader = Reader(own.new_page(), server.url)
    reader.page.goto(f"{server.url}_static/icon.svg")
    reader.page.evaluate(SEED, [course().address, json.dumps(EVENT), '{"page": {}}'])
    reader.open(PAGE)
    expect(reader.place(QUIZ).locator("input").first).to_be_visible()
    old_file = f"{server.url}_static/icon.svg?v=old"
    eventually(lambda: reader.page.evaluate(IS_STORED, old_file), False)
    old_keys = "Object.keys(localStorage).filter((one) => /:old:/.test(one))"
    eventually(lambda: reader.page.evaluate(old_keys), [])
    reader.follow("record")
    assert [json.loads(line) for line in download(reader)] == [EVENT]
    assert reader.problems == []


def test_a_card_answered_in_another_tab_is_shown_when_this_one_is_seen_again(
    context: BrowserContext, reader: Reader
) -> None:
    reader.open(PAGE)
    other = Reader(context.new_page(), reader.url)
    other.open(PAGE)
    other.answer(other.place(QUIZ), "A")
    quiz = reader.place(QUIZ)
    expect(quiz.locator(".qc-verdict")).to_be_hidden()
    reader.page.bring_to_front()
    reader.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(quiz.locator(".qc-verdict")).to_be_visible()
