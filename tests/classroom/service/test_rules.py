"""Deadlines: one second before counts, one after doesn't, and no key is seen while anyone works."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, strategies as st

from lessons_lib.classroom.service.rules import (
    GRACE,
    MARK_EVERY,
    ImpossibleTimeError,
    Timeline,
    Tried,
    instant,
    known,
    may_answer,
    moved_by,
)

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"])
MINUTES = st.integers(0, 600).map(lambda n: timedelta(minutes=n))
TRIED = st.builds(Tried, st.integers(0, 6), st.booleans())


def marks(begin: datetime, end: datetime, *, down: tuple[datetime, datetime]) -> list[datetime]:
    """Return a mark of life each minute, except while the service was down."""
    n = (end - begin) // MARK_EVERY
    every = (begin + number * MARK_EVERY for number in range(n + 1))
    return [one for one in every if not down[0] < one < down[1]]


def test_local_times_become_instants_before_and_after_a_change_of_clock() -> None:
    assert instant("2026-03-28 18:00", PARIS) == datetime(2026, 3, 28, 17, tzinfo=UTC)
    assert instant("2026-03-29 18:00", PARIS) == datetime(2026, 3, 29, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "what"), [("2026-03-29 02:30", "skip"), ("2026-10-25 02:30", "twice")]
)
def test_times_that_a_clock_skips_or_shows_twice_are_refused(text: str, what: str) -> None:
    with pytest.raises(ImpossibleTimeError, match=what):
        instant(text, PARIS)


@given(local=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), zone=ZONES)
def test_an_instant_shows_the_same_time_on_the_clocks_of_its_zone(
    local: datetime, zone: str
) -> None:
    text = f"{local:%Y-%m-%d %H:%M}"
    try:
        found = instant(text, ZoneInfo(zone))
    except ImpossibleTimeError:
        assume(False)
    assert f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == text


def test_the_last_second_counts_and_the_next_one_does_not() -> None:
    line = Timeline(NOON, NOON + HOUR, NOON + HOUR)
    assert line.phase(NOON - SECOND) == "before"
    assert [line.share(NOON), line.share(line.due), line.share(line.due + SECOND)] == [1, 1, 0]


def test_a_late_answer_gets_its_share_until_the_quiz_closes() -> None:
    line = Timeline(NOON, NOON + HOUR, NOON + 2 * HOUR, late_share=0.5)
    assert line.share(line.due + SECOND) == line.share(line.closes) == 0.5
    assert line.share(line.closes + SECOND) == 0
    assert line.share(line.opens - SECOND) == 1  # the plan has moved `opens` since


@given(tried=TRIED, tries=st.integers(0, 5), hours=st.integers(-1, 4), extra=MINUTES)
def test_nobody_may_see_a_key_while_somebody_may_still_answer(
    tried: Tried, tries: int, hours: int, extra: timedelta
) -> None:
    line = Timeline(NOON, NOON + HOUR, NOON + 2 * HOUR, late_share=0.5)
    slow = line.later(extra)
    now = NOON + hours * HOUR
    all_closed = now > max(line.closes, slow.closes)
    may = may_answer(slow.phase(now), Tried(), tries)
    if may or not all_closed:
        assert known(tried, tries, "after-close", all_closed=all_closed) != "everything"
    if not tries and not all_closed:
        assert known(tried, tries, "when-final", all_closed=False) == "nothing"


def test_homework_that_teaches_shows_the_key_when_a_question_is_final() -> None:
    shown = [
        known(one, 2, "when-final", all_closed=False)
        for one in (Tried(), Tried(1), Tried(2), Tried(1, is_right=True))
    ]
    assert shown == ["nothing", "verdict", "everything", "everything"]
    assert known(Tried(2), 2, "after-close", all_closed=False) == "verdict"


@pytest.mark.parametrize(
    ("tried", "tries", "may"),
    [
        (Tried(9), 0, True),
        (Tried(9, is_right=True), 0, True),
        (Tried(1), 2, True),
        (Tried(2), 2, False),
        (Tried(1, is_right=True), 2, False),
    ],
)
def test_tries_limit_the_answers_until_one_is_right(tried: Tried, tries: int, may: bool) -> None:
    assert may_answer("open", tried, tries) is may
    assert not may_answer("closed", tried, tries)


def test_an_outage_in_the_last_hour_moves_the_deadline_by_its_length_and_five_minutes() -> None:
    due = NOON + 3 * HOUR
    down = due - 20 * MINUTE, due - 8 * MINUTE
    seen = marks(NOON, due + HOUR, down=down)
    assert moved_by(seen, NOON, due) == 12 * MINUTE + GRACE


def test_an_outage_at_the_deadline_counts_to_its_end() -> None:
    due = NOON + 3 * HOUR
    seen = marks(NOON, due + HOUR, down=(due - 10 * MINUTE, due + 20 * MINUTE))
    assert moved_by(seen, NOON, due) == 30 * MINUTE + GRACE


def test_an_outage_of_little_more_than_a_minute_moves_the_deadline() -> None:
    due = NOON + 3 * HOUR
    seen = marks(NOON, due + HOUR, down=(due - 72 * SECOND, due + 8 * SECOND))
    assert moved_by(seen, NOON, due) >= 80 * SECOND + GRACE


@pytest.mark.parametrize("minutes", [(70, 90), (-30, -10), (20, 21)])
def test_other_outages_move_nothing(minutes: tuple[int, int]) -> None:
    due = NOON + 3 * HOUR
    last, first = (due - one * MINUTE for one in minutes)
    seen = marks(NOON, due + HOUR, down=(min(first, last), max(first, last)))
    assert moved_by(seen, NOON, due) == timedelta()
