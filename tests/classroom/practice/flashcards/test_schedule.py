"""Cards are due when FSRS schedules them, whatever is in the record and whatever the clock does."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given, strategies as st

from lessons_lib.classroom.practice.flashcards import (
    NEW_A_DAY,
    Flashcard,
    Schedule,
    day_around,
    rated_event,
    replay,
    schedule,
)
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.kinds import RATINGS, Rated, RatingName, Undone, event_of

DECK = tuple(Flashcard("meaning", f"term-{place}") for place in range(30))
NOON = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def rated(card: Flashcard, rating: RatingName, at: datetime) -> Event:
    return rated_event(card, rating, clock=lambda: at)


def plan(events: Iterable[Event], now: datetime = NOON, **more: Any) -> Schedule:
    return schedule(events, DECK, now, zone=UTC, **more)


def test_at_first_there_are_only_new_cards_up_to_the_daily_limit() -> None:
    first = plan([])
    assert (first.due, first.later, first.next_due) == ((), (), None)
    assert first.new == DECK[:NEW_A_DAY] and first.all_new == DECK
    assert first.next_card() == DECK[0]


def test_a_card_is_due_from_the_start_of_its_day() -> None:
    events = [rated(DECK[0], "good", NOON)]
    due_day = NOON.replace(hour=0) + 2 * DAY
    assert plan(events, due_day - MINUTE).due == ()
    assert plan(events, due_day).due == (DECK[0],)


def test_the_learners_day_is_that_of_their_zone() -> None:
    late = datetime(2025, 3, 10, 23, 30, tzinfo=UTC)
    tokyo = day_around(late, ZoneInfo("Asia/Tokyo"))
    assert tokyo == (datetime(2025, 3, 10, 15, tzinfo=UTC), datetime(2025, 3, 11, 15, tzinfo=UTC))
    change = datetime(2025, 3, 30, 12, tzinfo=UTC)  # clocks go forward in Berlin
    begins, ends = day_around(change, ZoneInfo("Europe/Berlin"))
    assert ends - begins == timedelta(hours=23)


def test_a_card_missed_just_now_is_later_today_and_can_be_asked_early() -> None:
    events = [rated(card, "good", NOON) for card in DECK[1:NEW_A_DAY]]
    events.append(rated(DECK[0], "again", NOON))
    now = plan(events, NOON + MINUTE)
    assert (now.due, now.later, now.due_today) == ((), (DECK[0],), 1)
    assert now.next_due == NOON + 10 * MINUTE
    assert now.next_card() is None
    assert now.next_card(early=True) == DECK[0]
    assert plan(events, NOON + 10 * MINUTE).due == (DECK[0],)


def test_due_cards_come_before_new_ones_the_longest_due_first() -> None:
    events = [rated(DECK[5], "good", NOON), rated(DECK[3], "good", NOON - DAY)]
    later = plan(events, NOON + 3 * DAY)
    assert later.due == (DECK[3], DECK[5])
    assert later.next_card() == DECK[3]


def test_new_cards_of_today_count_against_the_limit_and_tomorrow_the_count_restarts() -> None:
    events = [rated(card, "easy", NOON) for card in DECK[:7]]
    assert plan(events).new == DECK[7:10]
    assert plan(events, NOON + DAY).new == DECK[7:17]
    assert plan(events, extra=10).new == DECK[7:20]


def test_a_rating_can_be_undone() -> None:
    first, second = rated(DECK[0], "good", NOON), rated(DECK[0], "easy", NOON + 3 * DAY)
    undo, again = (event_of(DECK[0].id, Undone(one.id)) for one in (second, first))
    assert plan([first, second, undo], NOON + 4 * DAY) == plan([first], NOON + 4 * DAY)
    assert plan([first, second, undo, again]) == plan([])


@pytest.mark.parametrize(("minutes", "may_undo"), [(1, True), (120, False)])
def test_the_last_rating_can_be_undone_for_a_while(minutes: int, may_undo: bool) -> None:
    assert plan([rated(DECK[0], "good", NOON)], NOON + minutes * MINUTE).may_undo is may_undo


def test_a_clock_that_was_set_back_does_not_shorten_an_interval() -> None:
    events = [rated(DECK[0], "good", NOON), rated(DECK[0], "good", NOON - 30 * DAY)]
    at_once = [rated(DECK[0], "good", NOON), rated(DECK[0], "good", NOON)]
    assert plan(events).cards == plan(at_once).cards
    assert plan([rated(DECK[0], "good", NOON)], NOON - DAY).after(DECK[0], "good") >= DAY


def test_a_rating_from_the_future_is_ignored_until_then() -> None:
    far = NOON + 400 * DAY
    events = [rated(DECK[0], "easy", far)]
    assert plan(events) == plan([])
    assert DECK[0].id in plan(events, far).cards


@pytest.mark.parametrize(
    "payload",
    [
        {"what": "rated", "rating": "superb"},
        {"what": "rated", "rating": "good", "due": "2030-01-01"},
        {"what": "rated", "rating": "good", "revision": 2},
        {"what": "undone"},
    ],
    ids=str,
)
def test_an_invalid_rating_is_skipped(payload: dict[str, Any]) -> None:
    forged = new_event(Rated.kind, DECK[0].id, payload, clock=lambda: NOON)
    assert plan([forged]) == plan([])


def test_ratings_of_unknown_cards_and_of_earlier_revisions_are_skipped() -> None:
    gone, easy = rated(Flashcard("word", "gone"), "good", NOON), rated(DECK[0], "easy", NOON)
    assert plan([gone]) == plan([])
    revised = (Flashcard("meaning", "term-0", 2), *DECK[1:])
    assert schedule([easy], revised, NOON, zone=UTC).all_new == revised


gaps = st.integers(-5_000, 50_000).map(lambda minutes: timedelta(minutes=minutes))
reviews = st.lists(st.tuples(st.sampled_from(DECK[:4]), st.sampled_from(RATINGS), gaps))


@given(reviews)
def test_a_replay_equals_fsrs_applied_to_each_card(
    given_reviews: list[tuple[Flashcard, RatingName, timedelta]],
) -> None:
    scheduler = fsrs.Scheduler(
        learning_steps=[timedelta(minutes=10)],
        relearning_steps=[timedelta(minutes=10)],
        maximum_interval=365,
        enable_fuzzing=False,
    )
    numbers = {"again": 1, "hard": 2, "good": 3, "easy": 4}
    at, events, cards = NOON, [], dict[str, fsrs.Card]()
    for card, rating, gap in given_reviews:
        at += gap
        events.append(rated(card, rating, at))
        before = cards.get(card.id, fsrs.Card(card_id=0))
        when = max(at, before.last_review or at)
        cards[card.id], _ = scheduler.review_card(before, fsrs.Rating(numbers[rating]), when)
    end = max([NOON, *(one.time_utc for one in events)])
    assert plan(events, end).cards == cards


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(RATINGS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)
payloads = st.dictionaries(
    st.sampled_from(["what", "rating", "revision", "event", "due"]), values, max_size=4
) | st.fixed_dictionaries(
    {"what": st.sampled_from(["rated", "undone"]), "rating": st.sampled_from(RATINGS)}
)
any_events = st.lists(
    st.builds(
        lambda number, at, kind, subject, payload: Event(
            id=str(number), time_utc=at, kind=kind, subject=subject, payload=payload
        ),
        st.integers(0, 20),
        st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-12))])),
        st.sampled_from([Rated.kind, Rated.kind, "answer"]),
        st.sampled_from([card.id for card in DECK[:3]]) | st.text(max_size=10),
        payloads,
    )
)


@given(any_events)
def test_no_record_breaks_the_schedule_and_a_replay_is_reproducible(events: list[Event]) -> None:
    assert plan(events) == plan(list(events))
    assert all(one.at <= NOON + DAY for one in replay(events, DECK, NOON))
