"""The start page without a browser: labels, a batch by passes, and where its links lead."""

import re
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest

from lessons_lib.classroom.course import CARD_KEY, course, course_folder
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import BegunDay, Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.views.start import (
    CHOOSER_CELL,
    EXAMPLE,
    LONGEST_TEXT,
    NO_TEXT,
    TEXTS_A_PASS,
    Archive,
    show_start,
    stored_run,
)
from lessons_lib.pipeline.text.corpus_files import CORPUS_VARIABLE
from tests.classroom.widgets.pretend_browser import send, sent
from tests.support.answers import right, wrong
from tests.support.start_view import TEXTS, labels, start_page


def test_the_example_has_a_label_from_the_start_and_a_text_gets_its_own() -> None:
    page = start_page()
    assert (page.page["own"]["text"], page.page["own"]["label"]) == (EXAMPLE, "negative")
    send(page, "label", text="I love it")
    own = page.page["own"]
    assert (own["text"], own["label"], own["time"]) == ("I love it", "positive", "1.0 ms")
    assert own["probabilities"] == [0.062, 0.188, 0.75]


@pytest.mark.parametrize("text", ["", " \t\n"])
def test_without_a_text_the_page_says_what_to_do_and_keeps_the_label(text: str) -> None:
    page = start_page()
    send(page, "label", text="I love it")
    send(page, "label", text=text)
    assert page.page["problem"] == NO_TEXT
    assert page.page["own"]["text"] == "I love it"
    send(page, "label", text="better")
    assert page.page["problem"] == ""


def test_any_text_can_be_sent_back_and_messages_that_do_not_fit_are_skipped() -> None:
    page = start_page()
    send(page, "label", text="half a character \ud83d")
    assert "half a character" in sent(page.get_state()["page"]).decode()
    before = page.page
    for message in ({"do": "steal"}, {"do": "label", "text": 3}, None):
        page._handle_custom_msg(message, [])
    send(page, "label", text="x" * (2 * LONGEST_TEXT + 1))
    assert page.page == before


def test_the_archive_is_labeled_pass_by_pass_in_order_and_nothing_is_recorded() -> None:
    log = InMemoryLog()
    page = start_page(log=log)
    send(page, "batch")
    assert list(log.events()) == []
    assert [int(digit) for digit in page.page["batch"]["digits"]] == labels(TEXTS)
    assert page.page["batch"]["ends_ms"] == pytest.approx([1, 2, 3])
    assert page.page["batch"]["time"] == "3.0 ms"
    assert page.page["batch"]["seen"] == f"That is 0.0030 ms per text, in passes of {TEXTS_A_PASS}."
    assert not page.page["is_running"]


def test_the_archive_is_read_once_and_its_note_is_shown() -> None:
    archives = iter([Archive(TEXTS, "These are demo texts.")])
    page = start_page(archive=lambda: next(archives))
    for _ in range(2):
        send(page, "batch")
    assert page.page["batch"]["note"] == "These are demo texts."


def test_a_stored_run_is_replayed_each_time_and_says_where_it_was_measured() -> None:
    stored = stored_run()
    page = start_page(run=stored)
    replays = []
    for _ in range(2):
        send(page, "batch")
        replays.append(page.page["batch"])
    assert replays[0] != replays[1]  # or a browser would not hear of the second
    assert all(one.items() >= stored.items() for one in replays)
    assert not page.page["is_running"]
    measured = show_start()
    send(measured, "batch")
    assert (stored["digits"], len(stored["ends_ms"])) == (measured.page["batch"]["digits"], 20)
    assert stored["ends_ms"] == sorted(stored["ends_ms"])
    assert "not from this machine" in stored["note"]
    assert measured.page["batch"].keys() - {"number"} == stored.keys()


def test_a_batch_that_fails_is_reported_and_can_be_tried_again() -> None:
    broken = iter([True, False])

    def sometimes(texts: Sequence[str]) -> list[int]:
        if next(broken, False):
            raise OSError("the disk is gone")
        return labels(texts)

    page = start_page(labels=sometimes)
    send(page, "batch")
    assert page.page["failed"] == "The batch did not finish. OSError: the disk is gone"
    send(page, "batch")
    assert page.page["failed"] == ""
    assert len(page.page["batch"]["digits"]) == len(TEXTS)


def test_a_newcomer_has_nothing_to_do_today_and_others_go_on_in_their_latest_notebook() -> None:
    assert start_page().page["today"] is None
    log = InMemoryLog([new_event("position", "06_batch_inference", {"question": "one"})])
    plan = start_page(log=log).page["today"]
    assert (plan["file"], plan["due"]) == ("06_batch_inference.ipynb", "")
    assert plan["lesson"] == "Batch inference"
    assert re.fullmatch(r"about \d+ minutes", plan["about"])


def test_begin_records_what_was_counted_and_counts_what_is_left() -> None:
    missed = [event.subject for event in wrong(load_bank(), "06_batch_inference")]
    log = InMemoryLog(wrong(load_bank(), "06_batch_inference"))
    page = start_page(log=log)
    plan = page.page["today"]
    assert (plan["file"], plan["due"]) == ("11_practice.ipynb", f"{len(missed)} missed questions")
    log.append(right(load_bank().question(missed[0]), "06_batch_inference"))  # by another kernel
    send(page, "begin")
    (begun,) = [one for one in log.events() if one.kind == BegunDay.kind]
    assert [name for name, _ in begun.payload["items"]] == missed[1:]
    assert page.page["begun"] == 1
    for name in missed[1:]:
        log.append(right(load_bank().question(name), "11_practice_due"))
    send(page, "look")
    assert page.page["today"]["due"] == ""
    send(page, "begin")
    assert len([one for one in log.events() if one.kind == BegunDay.kind]) == 1


def test_a_broken_table_of_guesses_closes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guesses.yaml").write_text("guesses: []", encoding="utf-8")
    monkeypatch.setattr("lessons_lib.classroom.practice.guesses.source_folder", lambda: tmp_path)
    log = InMemoryLog([event_of("best-epoch", Guess(3.0))])
    assert start_page(log=log).page["today"] is None


def test_the_links_lead_to_the_queue_and_through_three_doors() -> None:
    about = start_page().about
    assert about["queue"]["file"] + about["queue"]["fragment"] == course().mode("watch").link()
    files = [door["file"] for door in about["doors"]]
    assert files == ["00_start_here.ipynb", "01_concept.ipynb", "12_test.ipynb"]
    assert about["doors"][0]["fragment"] == f"#cell-id={CHOOSER_CELL}"


def test_the_first_door_leads_to_the_heading_above_the_modes() -> None:
    path = course_folder() / "notebooks/00_start_here.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    place = next(index for index, cell in enumerate(cells) if cell.id == CHOOSER_CELL)
    assert cells[place].source.startswith("## ")
    assert cells[place + 1].metadata[CARD_KEY] == {"card": "mode-chooser"}


def test_without_the_corpus_demo_texts_are_labeled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, "/no/such/folder")
    page = show_start()
    send(page, "batch")
    assert len(page.page["batch"]["digits"]) == 10_000
    assert "corpus is not on this machine" in page.page["batch"]["note"]
