"""Progress in all notebooks."""

from __future__ import annotations

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.record.log import InMemoryLog
from lessons_lib.widgets.quiz.card import show_quiz
from lessons_lib.widgets.quiz.progress import show_progress
from tests.widgets.pretend_browser import act, send


def test_a_row_counts_what_is_answered_and_what_is_right(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    view = show_progress(bank=quiz_bank, log=log)
    before = repr(view)
    assert view.rows["summary"].endswith("none is answered yet.")
    card = show_quiz("01", bank=quiz_bank, log=log)
    for do in ("answer", "next", "answer"):
        act(card, do, letters=["B"])
    send(view, "look")
    row = next(one for one in view.rows["rows"] if one["file"] == "01_kinds.ipynb")
    assert (row["answered"], row["right"], row["questions"]) == (2, 1, 3)
    assert view.rows["summary"].startswith("2 of ")
    assert repr(view) == before


def test_surveys_have_no_row_and_the_test_has_a_link(quiz_bank: QuizBank) -> None:
    rows = show_progress(bank=quiz_bank, log=InMemoryLog()).rows
    assert "03_asked.ipynb" not in [row["file"] for row in rows["rows"]]
    assert rows["test"] == {"file": "12_test.ipynb", "title": "the test"}
