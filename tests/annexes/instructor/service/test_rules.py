"""Deadlines: one second before counts, one after doesn't, and no key is seen while anyone works."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, strategies as st

from lessons_lib.annexes.instructor.service.rules import (
    GRACE,
    UNTIL_KEYS,
    ImpossibleTimeError,
    Timeline,
    Tried,
    instant,
    known,
    may_answer,
)

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"])
MINUTES = st.integers(0, 600).map(lambda n: timedelta(minutes=n))
TRIED = st.builds(Tried, st.integers(0, 6), st.booleans())


def test_local_times_become_instants_before_and_after_a_change_of_clock() -> None:
    assert instant("2026-03-28 18:00", PARIS) == datetime(2026, 3, 28, 17, tzinfo=UTC)
    assert instant("2026-03-29 18:00", PARIS) == datetime(2026, 3, 29, 16, tzinfo=UTC)


def test_a_time_that_means_never_is_refused() -> None:
    with pytest.raises(ValueError, match="before 3000"):
        instant("9999-12-31 23:59", PARIS)


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


def test_an_answer_counts_for_two_minutes_after_the_end_and_a_page_says_that_it_is_closed() -> None:
    line = Timeline(NOON, NOON + HOUR, NOON + HOUR)
    assert line.phase(NOON - SECOND) == line.counts_as(NOON - SECOND) == "before"
    assert [line.phase(line.due), line.phase(line.due + SECOND)] == ["open", "closed"]
    end = line.due + GRACE
    assert [line.share(NOON), line.share(end), line.share(end + SECOND)] == [1, 1, 0]


@given(tried=TRIED, tries=st.integers(0, 5), hours=st.integers(-1, 4), extra=MINUTES)
def test_nobody_may_see_a_key_while_somebody_may_still_answer(
    tried: Tried, tries: int, hours: int, extra: timedelta
) -> None:
    line = Timeline(NOON, NOON + HOUR, NOON + 2 * HOUR, late_share=0.5)
    slow = line.later(extra)
    now = NOON + hours * HOUR
    is_over = now > max(line.closes, slow.closes) + UNTIL_KEYS
    may = may_answer(slow.counts_as(now), Tried(), tries)
    if may or not is_over:
        assert known(tried, tries, "after-close", is_over=is_over) != "everything"
    if not tries and not is_over:
        assert known(tried, tries, "when-final", is_over=False) == "nothing"


def test_homework_that_teaches_shows_the_key_when_a_question_is_final() -> None:
    shown = [
        known(one, 2, "when-final", is_over=False)
        for one in (Tried(), Tried(1), Tried(2), Tried(1, is_right=True))
    ]
    assert shown == ["nothing", "verdict", "everything", "everything"]
    assert known(Tried(2), 2, "after-close", is_over=False) == "verdict"


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
