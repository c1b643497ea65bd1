"""The start page without a browser: labels, a batch by passes, and where its links lead."""

from collections.abc import Sequence

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.lesson.views.start import (
    EXAMPLE,
    LONGEST_TEXT,
    NO_TEXT,
    TEXTS_A_PASS,
    Archive,
    show_start,
    stored_run,
)
from lessons_lib.pipeline.inference.prediction import load_textbook
from lessons_lib.pipeline.text.corpus_files import CORPUS_VARIABLE
from tests.classroom.widgets.pretend_browser import send, sent
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


def test_the_archive_is_labeled_pass_by_pass_in_order() -> None:
    page = start_page()
    send(page, "batch")
    assert [int(digit) for digit in page.page["batch"]["digits"]] == labels(TEXTS)
    assert page.page["batch"]["ends_ms"] == pytest.approx([1, 2, 3])
    assert page.page["batch"]["time"] == "3.0 ms"
    assert page.page["batch"]["seen"] == f"In passes of {TEXTS_A_PASS} texts."
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


def test_the_links_lead_to_the_queue_and_to_the_layers_of_a_text() -> None:
    about = start_page().about
    for name, mode in (("queue", "watch"), ("explorer", "trace")):
        assert about[name]["file"] + about[name]["fragment"] == course().mode(mode).link()


def test_a_doubted_label_is_explained_by_the_push_of_each_word() -> None:
    page = show_start()
    send(page, "label", text="not bad at all")
    assert page.page["own"]["why"] is None
    send(page, "why")
    trace = load_textbook().trace("not bad at all")
    own: Page = page.page["own"]
    words, pushes = zip(*own["why"]["words"], strict=True)
    assert list(words) == trace.tokens
    assert pushes == pytest.approx(trace.shares[:, trace.prediction.label.number], abs=5e-4)
    send(page, "label", text="fine")
    assert page.page["own"]["why"] is None


def test_the_point_compares_both_lanes_once_both_were_measured_here() -> None:
    page = start_page()
    assert page.page["point"] == ""
    send(page, "batch")  # three passes of 1 ms for 1,010 texts, beside 1 ms for one
    assert "340 times less per text: 0.0030 ms instead of 1.0 ms" in page.page["point"]
    assert "first labels came after 1.0 ms, and the last after 3.0 ms" in page.page["point"]
    replayed = start_page(run=stored_run())
    send(replayed, "batch")
    assert replayed.page["point"] == ""


def test_without_the_corpus_demo_texts_are_labeled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, "/no/such/folder")
    page = show_start()
    send(page, "batch")
    assert len(page.page["batch"]["digits"]) == 10_000
    assert "corpus is not on this machine" in page.page["batch"]["note"]
