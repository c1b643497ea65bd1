"""The lab book of the course: it measures what its questions ask, on this machine."""

import pytest

from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.explorations.lab_book import show_lab_book
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.timing import machine
from tests.classroom.widgets.pretend_browser import send


@pytest.mark.parametrize("place", range(4))
def test_each_question_of_the_lab_book_gets_a_measured_answer(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "BUSY_SHARE", 1.0)  # other tests are other programs
    log = InMemoryLog()
    book = show_lab_book(FoldedPipeline.load(), ["a fine day", "a dull one"] * 100, log=log)
    card = book.children[1 + place]  # the heading is first
    send(card, "commit", value="5")
    (event,) = log.events("guess")
    assert card.page["problem"] == ""
    assert event.payload["result"] > 0
    assert event.payload["note"].startswith("Measured here: ")


def test_only_what_waits_is_not_recorded_on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "BUSY_SHARE", -1.0)  # however idle it is
    log = InMemoryLog()
    book = show_lab_book(FoldedPipeline.load(), ["a fine day", "a dull one"] * 100, log=log)
    for card in book.children[1:]:
        send(card, "commit", value="5")
    assert [event.subject for event in log.events("guess")] == [
        "one-by-one",
        "batch-against-one",
        "long-against-short",
    ]
    assert "Busy: other programs took" in book.children[-1].page["without"]
