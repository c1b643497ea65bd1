"""The record where a browser stores nothing, something damaged, or what another edition wrote."""

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from lessons_lib.classroom.course import course
from tests.annexes.site.conftest import PAGE, QUIZ, Reader, blocked
from tests.annexes.site.records import EVENT, download

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

DENIED = "haven't answered any"
READING = "Your answers are being read"
STORE = """([name, version, rows]) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onblocked = () => reject(new Error("blocked"));
    opening.onupgradeneeded = ({ oldVersion }) => {
        if (oldVersion) return;
        const events = opening.result.createObjectStore("events", { autoIncrement: true });
        events.createIndex("id", "id", { unique: true });
    };
    opening.onsuccess = () => {
        const change = opening.result.transaction("events", "readwrite");
        for (const row of rows) change.objectStore("events").add(row);
        change.oncomplete = () => resolve(opening.result.close());
    };
})"""
GOOD: dict[str, str] = {"id": str(EVENT["id"]), "line": json.dumps(EVENT)}


def store(reader: Reader, *rows: dict[str, Any], version: int = 1) -> None:
    """Put rows into the record's database, in this version, as an edition of the site does."""
    if reader.page.url == "about:blank":
        reader.page.goto(f"{reader.url}_static/icon.svg")
    reader.page.evaluate(STORE, [course().address, version, rows])


def answers(lines: list[str]) -> list[str]:
    """Return the subjects of the answers in a record."""
    events = [json.loads(one) for one in lines]
    return [one["subject"] for one in events if one["kind"] == "answer"]


def bring(reader: Reader, name: str, text: str) -> Locator:
    """Bring in a file, and return what the page says about it."""
    file: FilePayload = {"name": name, "mimeType": "", "buffer": text.encode()}
    reader.page.locator(".lessons-record input").set_input_files(file)
    return reader.page.locator(".lessons-record").get_by_role("status")


def without_storage(reader: Reader) -> None:
    """Let the browser forbid a page and its worker to store anything."""
    forbid = "Object.defineProperty(self, 'indexedDB', { get() { throw Error('no'); } });"

    def forbidden(route: Route) -> None:
        script = route.fetch().text()
        route.fulfill(body=f"{forbid}\n{script}", content_type="text/javascript")

    reader.page.add_init_script(forbid)
    reader.page.route("**/worker.js*", forbidden)


def test_what_cannot_be_stored_is_downloaded_all_the_same(reader: Reader) -> None:
    without_storage(reader)
    reader.open(PAGE)
    quiz = reader.place(QUIZ)
    reader.answer(quiz, "A")
    expect(quiz.get_by_role("note")).to_contain_text("cannot be stored in this browser (no)")
    reader.answer(quiz, "B")
    reader.follow("record")
    assert answers(download(reader)) == ["batch-answer-by-place"] * 2


def test_what_is_brought_in_but_cannot_be_stored_is_downloaded(reader: Reader) -> None:
    without_storage(reader)
    reader.open("record.html")
    said = bring(reader, "record.jsonl", GOOD["line"])
    expect(said).to_contain_text("cannot be stored in this browser (no)")
    assert [json.loads(one)["id"] for one in download(reader)] == [EVENT["id"]]


def test_a_row_that_was_damaged_is_replaced_by_the_one_brought_in(reader: Reader) -> None:
    store(reader, {"id": EVENT["id"], "line": '{"id": '})
    reader.open("record.html")
    said = bring(reader, "record.jsonl", GOOD["line"])
    expect(said).to_contain_text("1 ")
    expect(said).not_to_contain_text("cannot be stored")
    assert [json.loads(one)["id"] for one in download(reader)] == [EVENT["id"]]


def test_a_damaged_row_spoils_only_itself(reader: Reader) -> None:
    lines: list[dict[str, Any]] = [{"line": '{"id": '}, {}, {"line": {"toString": 1}}]
    damaged = [{"id": str(number)} | one for number, one in enumerate(lines)]
    store(reader, *damaged, GOOD)
    reader.open("record.html")
    assert GOOD["line"] in download(reader)
    reader.open(PAGE)
    quiz = reader.place(QUIZ)
    reader.answer(quiz, "A")
    expect(quiz.get_by_role("note")).to_contain_text("3 lines of your record could not be read")
    reader.open("record.html")
    assert len(download(reader)) > len([*damaged, GOOD])


def test_a_record_that_a_newer_edition_wrote_is_met_with_a_sentence_and_not_denied(
    reader: Reader,
) -> None:
    store(reader, GOOD, version=2)
    reader.open("index.html")
    progress = reader.place("progress")
    expect(progress).to_contain_text("a newer edition of these pages")
    expect(progress.get_by_text(DENIED)).to_be_hidden()
    reader.follow("06_batch_inference")
    quiz = reader.place(QUIZ)
    expect(quiz.get_by_role("note")).to_contain_text("a newer edition of these pages")
    reader.answer(quiz, "A")
    reader.follow("record")
    assert answers(download(reader)) == ["batch-answer-by-place"]


def test_no_tab_is_in_the_way_of_an_edition_that_stores_in_another_way(reader: Reader) -> None:
    reader.open(PAGE)
    quiz = reader.place(QUIZ)
    reader.answer(quiz, "A")
    reader.follow("record")
    download(reader)
    store(reader, version=2)
    reader.follow("06_batch_inference")
    reader.answer(quiz, "B")
    expect(quiz.get_by_role("note")).to_contain_text("a newer edition of these pages")


def test_nobody_with_answers_reads_that_there_are_none(reader: Reader) -> None:
    reader.page.route("**/worker.js*", blocked)
    store(reader, GOOD)
    reader.open("index.html")
    progress = reader.place("progress")
    expect(progress).to_contain_text(READING)
    expect(progress.get_by_text(DENIED)).to_be_hidden()
    reader.open(PAGE)
    expect(reader.place(QUIZ)).to_contain_text(READING)
    expect(reader.place(QUIZ).locator("input").first).to_be_visible()


def test_somebody_without_answers_reads_that_there_are_none(reader: Reader) -> None:
    reader.page.route("**/worker.js*", blocked)
    reader.open("index.html")
    progress = reader.place("progress")
    expect(progress.get_by_text(DENIED)).to_be_visible()
    expect(progress).not_to_contain_text(READING)


def test_progress_appears_when_the_answers_are_read(reader: Reader) -> None:
    reader.open(PAGE)
    reader.answer(reader.place(QUIZ), "A")
    reader.page.evaluate("localStorage.clear()")
    reader.open("index.html")
    progress = reader.place("progress")
    progress.scroll_into_view_if_needed()
    expect(progress.get_by_role("heading")).to_be_visible()
    expect(progress).not_to_contain_text(DENIED)
    expect(progress.get_by_text(READING)).to_be_hidden()
