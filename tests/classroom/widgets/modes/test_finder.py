"""The mode finder: answers are recorded and restored, and lead to a mode."""

from __future__ import annotations

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.modes.modes import latest_wish
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import WISH
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.modes.finder import ModeFinder
from tests.classroom.widgets.pretend_browser import ask


def test_each_answer_is_saved_and_restored_by_another_finder() -> None:
    log = InMemoryLog()
    first = ModeFinder(log)
    assert first.answer["parts"] == []
    (sentence,) = ask(first, want="Do something with it")["parts"]
    assert sentence["text"] == "2 questions left."
    assert latest_wish(log.events()) == {"want": "do", "time": "", "way": ""}
    ask(ModeFinder(log), time="An hour or more", way="By typing")
    assert latest_wish(log.events()) == {"want": "do", "time": "hour", "way": "type"}
    again = ModeFinder(log)
    assert again.answer["parts"][0]["title"].endswith(course().mode("code-along").title)
    assert (repr(again), again.saved) == (repr(first), first.saved)
    assert len(list(log.events())) == 2


def test_all_answers_together_lead_to_the_cell_where_their_mode_begins() -> None:
    wish = new_event(WISH, "modes", {"want": "understand", "time": "ten", "way": "watch"})
    (link,) = ModeFinder(InMemoryLog([wish])).answer["parts"]
    assert f"{link['file']}{link['fragment']}" == course().mode("watch").link()


@pytest.mark.parametrize("answer", ["sleep", "understand", 3])
def test_an_answer_that_does_not_exist_is_not_saved(answer: object) -> None:
    log = InMemoryLog()
    assert "problem" in ask(ModeFinder(log), want=answer)
    assert list(log.events()) == []
