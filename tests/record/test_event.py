from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from lessons_lib.record.event import Event, new_event
from lessons_lib.record.log import InMemoryLog

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_event_carries_its_time_and_an_id_of_its_own() -> None:
    first, second = (new_event("answer", "q", {"letters": ["A"]}, clock=lambda: NOON) for _ in "ab")
    assert first.time_utc == NOON
    assert first.id != second.id


def test_an_event_is_the_same_after_a_trip_through_json() -> None:
    event = new_event("answer", "q", {"letters": ["A"], "number": "2 s", "variant": None})
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


def test_an_event_without_a_time_zone_is_refused() -> None:
    line = b'{"id":"a","time_utc":"2026-03-01T12:00:00","kind":"answer","subject":"q"}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line, type=Event)


def test_fields_of_later_versions_are_passed_over() -> None:
    line = b'{"id":"a","time_utc":"2026-03-01T12:00:00Z","kind":"x","subject":"q","mood":"glad"}'
    assert msgspec.json.decode(line, type=Event).kind == "x"


def test_a_log_in_memory_keeps_the_order_and_sorts_out_kinds() -> None:
    log = InMemoryLog()
    for kind in ("answer", "hint", "answer"):
        log.append(new_event(kind, "q"))
    assert [one.kind for one in log.events()] == ["answer", "hint", "answer"]
    assert [one.order for one in log.events("answer")] == [1, 3]
    assert repr(log) == "InMemoryLog()"
