"""The card for learners who come back: what to do today, and what *Begin* records."""

import re
from pathlib import Path

import pytest

from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import BegunDay, Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.quiz.today import show_today
from tests.classroom.widgets.pretend_browser import send
from tests.support.answers import right, wrong


def test_a_newcomer_has_nothing_to_do_today_and_others_go_on_in_their_latest_notebook() -> None:
    assert show_today(log=InMemoryLog()).page["today"] is None
    log = InMemoryLog([new_event("position", "06_batch_inference", {"question": "one"})])
    plan = show_today(log=log).page["today"]
    assert (plan["file"], plan["due"]) == ("06_batch_inference.ipynb", "")
    assert plan["lesson"] == "Batch inference"
    assert re.fullmatch(r"about \d+ minutes", plan["about"])


def test_begin_records_what_was_counted_and_counts_what_is_left() -> None:
    missed = [event.subject for event in wrong(load_bank(), "06_batch_inference")]
    log = InMemoryLog(wrong(load_bank(), "06_batch_inference"))
    page = show_today(log=log)
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
    assert show_today(log=log).page["today"] is None
