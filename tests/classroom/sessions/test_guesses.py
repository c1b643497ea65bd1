"""Guesses: committed once, recorded, restored, and compared with the result."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lessons_lib.classroom.lesson import Lesson
from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.record.event import EventLog, new_event
from lessons_lib.classroom.record.kinds import Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog
from lessons_lib.classroom.sessions import guesses as sessions
from lessons_lib.classroom.sessions.guesses import (
    MOST_ROUNDS,
    NOT_GUESSED,
    GuessAction,
    GuessSession,
    RoundSession,
    in_figures,
    positions,
    rounded,
)
from lessons_lib.classroom.sessions.page import LearnerRecord, Page
from tests.classroom.widgets.pretend_browser import sent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FACTOR = GuessTask("factor", "How many times as fast?", unit="×")
SHARE = GuessTask("share", "What share?", slider=(0, 10, 20, 50, 100), unit="%")
LABEL = GuessTask("label", "Which label?", options=("negative", "neutral", "positive"))


def session(task: GuessTask, log: EventLog | None = None) -> GuessSession:
    return GuessSession(task, LearnerRecord(log or InMemoryLog(), "learner"), lambda: NOON)


def commit(one: GuessSession, value: str | int) -> Page:
    one.submit(GuessAction("commit", value))
    return one.page()


def guesses(log: EventLog) -> list[dict[str, Any]]:
    return [dict(event.payload) for event in log.events("guess")]


def test_a_committed_guess_is_recorded_and_compared_once_the_result_is_known() -> None:
    log = InMemoryLog()
    one = session(FACTOR, log)
    page = commit(one, "20")
    assert (page["you"], page["compared"], page["is_final"]) == ("20×", None, False)
    one.resolve(8.7321)
    page = one.page()
    assert page["compared"]["you"] == "20×"
    assert page["compared"]["result"] == "8.7×"
    assert page["compared"]["line"] == "Your guess was too high by a factor of 2.3."
    assert page["is_final"]
    assert guesses(log) == [{"guess": 20.0}, {"guess": 20.0, "result": 8.7321}]
    assert sent(page)


def test_a_guess_can_change_until_the_result_is_known_and_not_after_nor_on_the_next_day() -> None:
    log = InMemoryLog()
    one = session(SHARE, log)
    commit(one, 1)
    assert commit(one, 2)["you"] == "20\N{NO-BREAK SPACE}%"
    one.resolve(34)
    assert commit(one, 4)["you"] == "20\N{NO-BREAK SPACE}%"
    assert guesses(log)[-1] == {"guess": 20.0, "result": 34.0}
    again = session(SHARE, log).page()
    assert again["compared"]["result"] == "34\N{NO-BREAK SPACE}%"
    assert (again["control"]["value"], again["is_final"]) == (2, True)


def test_a_guess_after_the_result_is_compared_at_once() -> None:
    one = session(LABEL)
    one.resolve("negative")
    assert one.page()["compared"] is None  # nothing to see before the guess
    assert "negative" not in str({**one.page(), "control": None})
    page = commit(one, "positive")
    assert page["compared"]["line"] == "Your guess was wrong."
    assert page["is_final"]


def test_a_guess_compared_in_another_kernel_counts() -> None:
    log = InMemoryLog()
    here, there = session(FACTOR, log), session(FACTOR, log)
    commit(there, "4")
    there.resolve(8.0)
    commit(here, "8")
    assert (here.page()["you"], here.page()["is_final"]) == ("4×", True)
    assert guesses(log) == [{"guess": 4.0}, {"guess": 4.0, "result": 8.0}]


def test_a_guess_that_cannot_be_saved_is_kept_and_saved_later(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    folder.write_text("a file where the folder should be", encoding="utf-8")
    log = JsonlEventLog(folder)
    one = session(FACTOR, log)
    page = commit(one, "4")
    one.resolve(8.0)
    assert page["notices"][0].startswith("Your answers cannot be saved")
    assert one.page()["compared"]["you"] == "4×"
    folder.unlink()
    log.append(event_of("share", Guess(1.0)))
    saved = [dict(event.payload) for event in JsonlEventLog(folder).events("guess")]
    assert saved == [{"guess": 4.0}, {"guess": 4.0, "result": 8.0}, {"guess": 1.0}]


def test_a_new_result_is_shown_but_the_record_keeps_the_first() -> None:
    log = InMemoryLog()
    commit(session(FACTOR, log), "4")
    session(FACTOR, log).resolve(8.0)
    again = session(FACTOR, log)
    again.resolve(9.0)
    assert again.page()["compared"]["result"] == "9×"
    assert guesses(log)[-1] == {"guess": 4.0, "result": 8.0}
    assert len(guesses(log)) == 2


@pytest.mark.parametrize(
    ("task", "value", "problem"),
    [
        (FACTOR, "", "The field is empty"),
        (FACTOR, "many", "got 'many'"),
        (FACTOR, "3 s", "without a unit"),
        (FACTOR, "1.000,5", "Use a point only for decimals, not between thousands"),
        (SHARE, 9, "Choose one of the options"),
        (LABEL, "", "Choose one of the options"),
        (LABEL, "great", "Choose one of the options"),
    ],
)
def test_an_invalid_guess_is_explained_and_not_recorded(
    task: GuessTask, value: str | int, problem: str
) -> None:
    log = InMemoryLog()
    page = commit(session(task, log), value)
    assert problem in page["problem"]
    assert guesses(log) == []


@pytest.mark.parametrize(
    "old", [{"guess": "great"}, {"guess": None}, {"guess": "neutral", "result": 1}, {"guess": 3.0}]
)
def test_a_recorded_guess_that_does_not_fit_is_ignored(old: dict[str, Any]) -> None:
    one = session(LABEL, InMemoryLog([new_event("guess", "label", old)]))
    assert one.page()["you"] == ""
    commit(one, "neutral")
    one.resolve("neutral")
    assert one.page()["compared"]["line"] == "Your guess was right."


@pytest.mark.parametrize(
    ("task", "result", "error", "message"),
    [
        (LABEL, "good", ValueError, "must be one of negative, neutral, positive"),
        (FACTOR, "8.7", TypeError, "must be a number, got str"),
        (FACTOR, True, TypeError, "must be a number, got bool"),
        (FACTOR, float("nan"), ValueError, "must be finite, got nan"),
    ],
)
def test_a_result_must_fit_its_question(
    task: GuessTask, result: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        session(task).resolve(result)


def test_without_a_guess_the_result_stays_hidden_until_the_learner_asks() -> None:
    one = session(FACTOR)
    assert one.submit(GuessAction("show"))["without"] == ""  # there is no result yet
    one.resolve(8.7321)
    page = one.page()
    assert (page["without"], page["compared"], page["explain"]) == ("", None, "")
    assert "8.7" not in repr(page)
    page = one.submit(GuessAction("show"))
    assert (page["without"], page["compared"]) == (f"Result: 8.7×. {NOT_GUESSED}", None)
    assert (page["is_final"], page["explain"]) == (True, FACTOR.explain)
    assert commit(one, "8.7")["compared"] is None  # too late


@pytest.mark.parametrize(
    ("you", "result", "scale"),
    [(10.0, 2.0, [1.0, 0.5]), (1.0, 6.0, [0.0, 0.75]), (2.0, 99.0, [0.5, 1.0])],
)
def test_a_slider_has_the_scale_of_its_stops(you: float, result: float, scale: list[float]) -> None:
    assert positions(you, result, (1, 2, 10)) == scale


@pytest.mark.parametrize(
    ("you", "result", "scale"),
    [
        (20.0, 8.0, [0.88, 0.424]),  # linear, from zero
        (10.0, 0.1, [0.88, 0.12]),  # logarithmic
        (5.0, 5.0, None),
        (-2.0, 2.0, [0.12, 0.88]),
    ],
)
def test_the_scale_shows_both_numbers(you: float, result: float, scale: list[float]) -> None:
    assert positions(you, result) == scale


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (8.7321, "×", "8.7×"),
        (10_000.4, "", "10,000"),
        (-0.0, "", "0"),
        (-2.34, "", "−2.3"),
        (1.23e-9, "", "1.2e−09"),
    ],
)
def test_results_are_short(value: float, unit: str, shown: str) -> None:
    assert in_figures(rounded(value), unit) == shown


@pytest.mark.parametrize("typed", ["2.25", "0.00125", "−0.5", "0", "12,345", "1,230,000", "1e+308"])
def test_a_typed_number_is_shown_as_it_was_typed(typed: str) -> None:
    page = commit(session(GuessTask("n", "How many?")), typed)
    assert page["you"] == page["control"]["value"] == typed


@pytest.mark.parametrize("typed", ["1e308", "-1e308", "5e-324", "-0"])
@pytest.mark.parametrize("result", [8.7, 0.0, -3.0, 5e-324])
def test_every_number_can_be_compared(typed: str, result: float) -> None:
    one = session(FACTOR)
    commit(one, typed)
    one.resolve(result)
    page = one.page()
    assert len(page["compared"]["you"]) <= 10
    places = page["compared"]["at"]
    assert (places is None) == (float(typed.replace("−", "-")) == result)
    assert all(0 <= place <= 1 for place in places or ())
    assert sent(page)


SECONDS = GuessTask("archive", "How long does it take?", unit="s", explain="They share a cost.")
SPACE = "\N{NO-BREAK SPACE}"


def rounds_of(log: EventLog) -> RoundSession:
    record = LearnerRecord(log, "learner")
    return RoundSession(SECONDS, record, lambda: NOON, note=lambda: "a machine")


@pytest.fixture
def busy_until_noon(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A lesson whose machine is busy as long as the list has a sentence; one is used at a time."""
    sentences = ["The machine was busy."]
    lesson = Lesson(busy=lambda since_s: sentences.pop() if sentences else "")
    monkeypatch.setattr(sessions, "current_lesson", lambda: lesson)
    return sentences


@pytest.mark.usefixtures("busy_until_noon")
def test_a_busy_result_is_shown_but_neither_compared_nor_recorded_until_measured_again() -> None:
    log = InMemoryLog()
    one = session(FACTOR, log)
    one.resolve(172.3)
    assert one.page()["without"] == ""  # hidden, as any result
    page = commit(one, "20")
    assert page["without"] == "172×, not compared with a guess. The machine was busy."
    assert (page["compared"], page["explain"], page["is_final"]) == (None, "", False)
    assert commit(one, "30")["you"] == "30×"
    one.resolve(15)
    assert one.page()["compared"]["result"] == "15×"
    assert guesses(log)[-1] == {"guess": 30.0, "result": 15.0}
    assert [one.get("result") for one in guesses(log)] == [None, None, 15.0]


@pytest.mark.usefixtures("busy_until_noon")
def test_a_busy_result_is_shown_without_a_guess_on_request() -> None:
    one = session(FACTOR)
    one.resolve(172.3)
    one.submit(GuessAction("show"))
    assert one.page()["without"].startswith("172×, not compared")


@pytest.mark.usefixtures("busy_until_noon")
def test_a_busy_round_is_shown_and_not_recorded() -> None:
    log = InMemoryLog()
    one = rounds_of(log)
    for result, seen in ((99, 0), (1.5, 1)):
        commit(one, "3")
        one.begin()
        one.resolve(result)
        one.end()
        assert len(guesses(log)) == seen
        assert ("busy" in one.page()["without"]) == (not seen)
        assert bool(one.page()["compared"]) == bool(seen)


def test_a_round_is_recorded_once_measured_and_shown_again_by_a_new_session() -> None:
    log = InMemoryLog()
    one = rounds_of(log)
    page = commit(one, "3")
    assert guesses(log) == []
    assert (page["problem"], page["compared"], page["explain"]) == ("", None, "")
    one.resolve(1.5)
    assert guesses(log) == [{"guess": 3.0, "result": 1.5, "unit": "s", "note": "a machine"}]
    for page in (one.page(), rounds_of(log).page()):
        assert page["compared"]["result"] == f"1.5{SPACE}s"
        assert page["compared"]["line"] == "Your guess was too high by a factor of 2.0."
        assert (page["explain"], page["note"]) == ("They share a cost.", "a machine")
        assert (page["button"], page["control"]["value"]) == ("Measure again", "3")
        assert sent(page)


def test_while_a_guess_is_measured_no_result_is_shown_and_all_rounds_are_earlier_ones() -> None:
    one = rounds_of(InMemoryLog([event_of("archive", Guess(3.0, 1.5, "s"))]))
    commit(one, "2")
    one.begin()
    page = one.page()
    assert (page["you"], page["compared"], page["button"]) == (f"2{SPACE}s", None, "Stop")
    assert page["stops"]
    assert page["earlier"]["caption"] == "1 earlier round"


def test_earlier_rounds_are_rows_the_latest_first_and_the_oldest_only_counted() -> None:
    rounds = [event_of("archive", Guess(1.0, n, "s"), clock=lambda: NOON) for n in range(1, 31)]
    earlier = rounds_of(InMemoryLog(rounds)).page()["earlier"]
    assert earlier["caption"] == "29 earlier rounds"
    assert len(earlier["rows"]) == MOST_ROUNDS
    assert earlier["rows"][0][1:] == [f"1{SPACE}s", f"29{SPACE}s", "too low by a factor of 29"]


def test_rounds_are_shown_in_the_unit_they_were_measured_in() -> None:
    events = [
        event_of("elsewhere", Guess(1.0, 2.0, "s")),
        event_of("archive", Guess(1.0, 2.0)),  # the guess of a notebook
        new_event("guess", "archive", {"guess": -1, "result": 1, "unit": "s"}),
        event_of("archive", Guess(3.0, 1.5, "×")),
        event_of("archive", Guess(1500.0, 740.0, "ms")),
    ]
    page = rounds_of(InMemoryLog(events)).page()
    assert page["compared"]["result"] == f"740{SPACE}ms"
    assert [row[1:3] for row in page["earlier"]["rows"]] == [["3×", "1.5×"]]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", "The field is empty"), ("5 ms", "with the unit s"), ("0", f"for example 2.5{SPACE}s")],
)
def test_only_a_number_above_0_can_be_measured(typed: str, problem: str) -> None:
    one = rounds_of(InMemoryLog())
    assert problem in commit(one, typed)["problem"]
    assert commit(one, "10,000 s")["problem"] == ""


def test_a_measurement_of_0_is_recorded() -> None:
    one = rounds_of(InMemoryLog())
    commit(one, "2")
    one.resolve(0)
    assert one.page()["compared"]["words"] == "2.0 too high"
