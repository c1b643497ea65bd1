"""What learners do in widgets is recorded, but not what they type."""

import pytest

from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.record import recorded


def test_an_activity_is_recorded_once_when_it_is_done_without_what_was_typed() -> None:
    log = InMemoryLog()
    trace = recorded(str.upper, "text-traced", lambda text: text != "first", log=log)
    assert trace("first") == "FIRST"
    assert list(log.events()) == []
    assert [trace("my secret"), trace("another")] == ["MY SECRET", "ANOTHER"]
    (event,) = log.events()
    assert (event.kind, event.subject, event.payload) == ("done", "text-traced", {})


def test_without_a_condition_every_call_that_succeeds_is_recorded() -> None:
    log = InMemoryLog()
    train = recorded(int, "run-trained", log=log)
    assert [train("1"), train("2")] == [1, 2]
    with pytest.raises(ValueError, match="invalid literal"):
        train("stopped")
    assert [event.subject for event in log.events()] == ["run-trained"] * 2
