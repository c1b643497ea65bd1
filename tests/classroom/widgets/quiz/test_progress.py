"""Progress in all notebooks."""

from pathlib import Path

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.record.kinds import Done, Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.quiz.card import show_progress, show_quiz, show_test
from tests.classroom.sessions.small_bank import SMALL_BANK
from tests.classroom.widgets.pretend_browser import act, send


def test_a_row_counts_what_is_answered_and_what_is_right() -> None:
    log = InMemoryLog()
    view = show_progress(bank=SMALL_BANK, log=log)
    before = repr(view)
    assert view.page["summary"].startswith("You haven't answered any")
    card = show_quiz("01", bank=SMALL_BANK, log=log)
    for do in ("answer", "next", "answer"):
        act(card, do, letters=["B"])
    send(view, "look")
    row = next(one for one in view.page["rows"] if one["file"] == "01_kinds.ipynb")
    assert (row["answered"], row["right"], row["questions"]) == (2, 1, 3)
    assert view.page["summary"].startswith("2 of ")
    assert repr(view) == before


@pytest.mark.parametrize("text", ["guesses: [", "guesses: []"])
def test_without_a_readable_file_of_guesses_the_rest_is_shown(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guesses.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("lessons_lib.classroom.practice.guesses.source_folder", lambda: tmp_path)
    events = [event_of("a", Guess(1.0, 2.0)), event_of("tour-taken", Done())]
    rows = show_progress(bank=SMALL_BANK, log=InMemoryLog(events)).page
    assert (rows["guesses"], rows["calibration"]) == ([], "")
    assert "guesses.yaml cannot be read." in rows["broken"]
    assert rows["others"]


def test_only_what_was_begun_is_listed() -> None:
    log = InMemoryLog()
    view = show_progress(bank=SMALL_BANK, log=log)
    assert [view.page[name] for name in ("rows", "objectives", "others")] == [[], [], []]
    log.append(event_of("tour-taken", Done()))
    act(show_quiz("01", bank=SMALL_BANK, log=log), "answer", letters=["B"])
    act(show_quiz("03", bank=SMALL_BANK, log=log), "answer", letters=["A"])  # a survey
    send(view, "look")
    assert [row["answered"] for row in view.page["rows"]] == [1]
    assert [row["words"] for row in view.page["others"]] == ["Tour completed"]
    (goal,) = view.page["objectives"]
    sentences = [one.sentence for lesson in course().lessons for one in lesson.objectives]
    assert (goal["title"] in sentences, goal["questions"] > 0) == (True, True)


def test_the_advice_follows_the_tests_that_were_taken() -> None:
    log = InMemoryLog()
    view = show_progress(bank=SMALL_BANK, log=log)

    def advice() -> str:
        send(view, "look")
        told = view.page["advice"]
        return f"{told['before']}{told['title']}{told['after']}"

    assert advice().startswith("A good way to start is the test: ")
    act(show_quiz("01", bank=SMALL_BANK, log=log), "answer", letters=["B"])
    assert advice().startswith("To find out how much you know, take the test: ")
    card = show_test(bank=SMALL_BANK, log=log, seed=lambda: 3)
    act(card, "start")
    assert advice() == "You haven't finished the test yet."
    act(card, "review")
    act(card, "end")
    assert advice().startswith("Your last verdict was “not yet”. Next: 1. The idea in plain words")
