"""Bringing a downloaded record in: nothing lost, nothing twice, and each event in its place."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.classroom.practice.flashcards import deck, schedule
from lessons_lib.classroom.practice.guesses import first_guesses, guess_table
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.progress import summarise
from lessons_lib.classroom.record.event import LAST_ORDER, Event, as_lines, new_event
from lessons_lib.classroom.record.log import JsonlEventLog
from lessons_lib.classroom.record.reader import LARGEST_RECORD, FolderReader, bring

GOLDEN = Path(__file__).parents[2] / "golden"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Minutes = list[int]
times = st.lists(st.integers(0, 20), max_size=12)


def made(name: str, minutes: Minutes, first_order: int = 1) -> list[Event]:
    """Return events in the order of a log, whose clock may have been set back."""
    return [
        Event(
            id=f"{name}{place}",
            time_utc=NOON + timedelta(minutes=one),
            kind="done",
            subject="any",
            order=first_order + place,
        )
        for place, one in enumerate(minutes)
    ]


def merged(known: Sequence[Event], other: Sequence[Event]) -> list[Event]:
    """Return a record after another one was brought in, as a log without files would sort it."""
    events = [*known, *bring(as_lines(other), known).events]
    return sorted(events, key=attrgetter("order", "time_utc"))


def ids(events: Sequence[Event]) -> list[str]:
    return [one.id for one in events]


def golden() -> list[Event]:
    reader = FolderReader(GOLDEN / "record")
    reader.refresh()
    return reader.events()


def results(events: Sequence[Event]) -> list[Any]:
    """Return what a learner reached: progress, the state of each flashcard, and the guesses."""
    bank, now = load_bank(GOLDEN / "quizzes"), datetime(2025, 3, 12, tzinfo=UTC)
    plan = schedule(events, deck(bank), now, zone=UTC)
    guesses = first_guesses(events, guess_table(GOLDEN).guesses)
    cards = {name: card.to_dict() for name, card in plan.cards.items()}
    return [summarise(events, bank), [one.id for one in plan.due], cards, guesses]


def test_a_record_brought_to_an_empty_one_or_in_parts_gives_the_same_results() -> None:
    events = golden()
    whole = merged([], events)
    assert ids(whole) == ids(events)
    assert [one.time_utc for one in whole] == [one.time_utc for one in events]
    assert results(whole) == results(events)
    earlier = events[:120]
    assert ids(merged(merged([], earlier), events)) == ids(events)
    # The first device is used on after the download.
    assert ids(merged(merged([], events[120:]), earlier)) == ids(events)


def test_the_lines_that_were_brought_are_read_in_the_same_places(tmp_path: Path) -> None:
    log = JsonlEventLog(tmp_path)
    for event in made("here", [1, 5, 9]):
        log.append(event)
    brought = bring(as_lines(made("there", [0, 3, 4, 12])), list(log.events()))
    (tmp_path / "brought.jsonl").write_bytes(as_lines(brought.events))
    log.append(new_event("done", "any"))
    expected = ["there0", "here0", "there1", "there2", "here1", "here2", "there3"]
    assert ids(list(log.events()))[:-1] == expected


@given(times, times)
def test_two_records_merge_by_time_in_either_direction(one: Minutes, other: Minutes) -> None:
    here, there = made("here", sorted(one)), made("there", sorted(other), first_order=7)
    for merge in (merged(here, there), merged(there, here)):
        assert [event.time_utc for event in merge] == sorted(
            event.time_utc for event in (*here, *there)
        )


@given(times, times, st.integers(0, 12))
def test_whatever_the_clocks_say_both_orders_are_kept_and_nothing_is_brought_twice(
    one: Minutes, other: Minutes, already: int
) -> None:
    here, there = made("here", one), made("there", other)
    before = merged(here, there[:already])
    after = merged(before, there)
    assert [event for event in after if event in here] == here
    assert ids([event for event in after if event not in here]) == ids(there)
    again = bring(as_lines(there), after)
    assert (again.events, again.already_here) == ([], len(there))


def test_old_and_last_orders_are_kept() -> None:
    old = [structs.replace(event, order=0) for event in made("old", [1, 5])]
    assert ids(merged(old, made("there", [3]))) == ["old0", "there0", "old1"]
    full = [structs.replace(*made("full", [9]), order=LAST_ORDER)]
    assert ids(merged(full, made("there", [12, 10]))) == ["full0", "there1", "there0"]


def test_damaged_foreign_and_repeated_lines_are_counted_and_the_rest_is_brought() -> None:
    one, two, three = made("there", [1, 2, 3])
    lines = as_lines([one, two, two, three]).splitlines()
    lines[1:1] = [
        b"",
        b"no event",
        b'{"id":"x"}',
        lines[1][:-9],
        b'{"a":"\xff"}',
        b"[" * 9999,
        b"\0",
    ]
    brought = bring(b"\xef\xbb\xbf" + b"\r\n".join(lines), [one])
    assert (ids(brought.events), brought.already_here, brought.unreadable) == (
        ["there1", "there2"],
        2,
        6,
    )
    assert structs.replace(brought.events[0], order=two.order) == two
    assert bring(b"\n", [one]).events == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x89PNG\r\n\x1a\n", "has none"),
        (as_lines(made("there", [1])).decode().encode("utf-16"), "UTF-8"),
        (b"\n" * (LARGEST_RECORD + 1), "at most 10 MB"),
    ],
    ids=["a picture", "UTF-16", "too large"],
)
def test_what_is_not_a_record_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        bring(content, [])
