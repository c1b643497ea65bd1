"""The lab book of the course: it measures what its questions ask, on this machine."""

import pytest

from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.explorations.lab_book import show_lab_book
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from tests.classroom.widgets.pretend_browser import send


@pytest.mark.parametrize("place", range(4))
def test_each_question_of_the_lab_book_gets_a_measured_answer(place: int) -> None:
    log = InMemoryLog()
    book = show_lab_book(FoldedPipeline.load(), ["a fine day", "a dull one"] * 100, log=log)
    card = book.children[1 + place]  # the heading is first
    send(card, "commit", value="5")
    (event,) = log.events("guess")
    assert card.page["problem"] == ""
    assert event.payload["result"] > 0
    assert event.payload["note"].startswith("Measured here: ")
