"""The lab book: no measurement without a guess; both are saved and restored."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.views.lab_book.book import (
    MOST_ROUNDS,
    STILL_ENDING,
    LabBook,
    Measure,
    show_lab_book,
)
from tests.classroom.widgets.pretend_browser import interrupt, run, send, until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPACE = "\N{NO-BREAK SPACE}"


def book(*, log: InMemoryLog | None = None, **measures: Callable[[], Any]) -> LabBook:
    log = InMemoryLog() if log is None else log
    question, explain = "How long does it take?", "A batch shares its cost."
    tasks: dict[GuessTask, Measure] = {
        GuessTask(name, question, unit="s", explain=explain): measure
        for name, measure in (measures or {"archive": lambda: 1.5}).items()
    }
    return LabBook(tasks, log=log, note="a machine", clock=lambda: NOON)


def guess(lab: LabBook, typed: str, name: str = "archive") -> None:
    send(lab, "measure", experiment=name, guess=typed)


def first(lab: LabBook) -> dict[str, Any]:
    block: dict[str, Any] = lab.page["experiments"][0]
    return block


async def until_over(lab: LabBook) -> None:
    await until(lambda: not lab.page["measuring"])


def test_the_result_compares_the_guess_with_the_measurement_and_explains_it() -> None:
    lab = book()
    guess(lab, "3")
    assert first(lab)["result"] == (
        f"You guessed 3{SPACE}s; measured: 1.50{SPACE}s. "
        "Your guess was too high by a factor of 2.0."
    )
    assert first(lab)["explain"] == "A batch shares its cost."
    assert lab.page["status"] == f"{first(lab)['result']} A batch shares its cost."


def test_without_a_guess_nothing_is_measured_and_no_explanation_is_sent() -> None:
    calls: list[int] = []
    lab = book(archive=lambda: calls.append(1))
    guess(lab, "")
    assert calls == []
    assert "The field is empty" in first(lab)["problem"]
    assert (first(lab)["result"], first(lab)["explain"]) == ("", "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("abc", "got 'abc'"),
        ("nan", "got 'nan'"),
        ("1,5", "Use a decimal point"),
        ("10 000", "Enter the number with the unit s"),
        ("5 ms", "Enter the number with the unit s"),
        ("1e999", "a smaller number"),
        ("0", f"Guess a number above 0, for example 2.5{SPACE}s"),
        ("-3", "Guess a number above 0"),
    ],
)
def test_an_invalid_guess_is_explained_and_not_recorded(typed: str, words: str) -> None:
    log = InMemoryLog()
    lab = book(log=log)
    guess(lab, typed)
    assert words in first(lab)["problem"]
    assert lab.page["status"] == first(lab)["problem"]
    assert list(log.events()) == []
    assert lab.page["measuring"] == ""
    guess(lab, "2")
    assert first(lab)["problem"] == ""


@pytest.mark.parametrize(("typed", "value"), [("1e3", 1000.0), ("10,000 s", 10_000.0)])
def test_a_guess_is_parsed_like_a_number_in_a_quiz(typed: str, value: float) -> None:
    log = InMemoryLog()
    guess(book(log=log), typed)
    (event,) = log.events("guess")
    assert event.payload["guess"] == value


def test_a_round_is_saved_as_an_event_and_restored_by_a_new_book() -> None:
    log = InMemoryLog()
    guess(book(log=log), "3")
    (event,) = log.events("guess")
    assert (event.subject, event.time_utc) == ("archive", NOON)
    assert event.payload == {"guess": 3.0, "result": 1.5, "unit": "s", "note": "a machine"}
    again = book(log=log)
    assert "too high by a factor of 2.0" in first(again)["result"]
    assert len(again.page["rows"]) == 1


def test_each_round_is_a_row_and_the_last_one_is_shown_below_the_question() -> None:
    figures = iter([1.5, 6.0])
    lab = book(archive=lambda: next(figures))
    guess(lab, "3")
    guess(lab, "2")
    factors = [row["factor"] for row in lab.page["rows"]]
    assert factors == ["too high by a factor of 2.0", "too low by a factor of 3.0"]
    assert f"measured: 6.00{SPACE}s" in first(lab)["result"]


def test_rounds_of_unknown_experiments_and_invalid_ones_are_skipped() -> None:
    log = InMemoryLog(
        [
            event_of("elsewhere", Guess(1.0, 2.0, "s")),
            event_of("archive", Guess(1.0, 2.0)),
            new_event("bet", "archive", {"guess": 1, "result": 2}),
            new_event("guess", "archive", {"guess": "<b>", "measured": []}),
            new_event("guess", "archive", {"guess": -1, "measured": 1}),
            new_event("answer", "archive", {"guess": 1, "measured": 1}),
        ]
    )
    lab = book(log=log)
    assert lab.page["rows"] == []


def test_the_first_editions_factors_are_shown_like_todays() -> None:
    log = InMemoryLog([event_of("archive", Guess(3.0, 1.5, "times"))])
    row = book(log=log).page["rows"][0]
    assert (row["guess"], row["measured"], row["factor"]) == (
        "3×",
        "1.50×",
        "too high by a factor of 2.0",
    )


def test_a_row_keeps_the_unit_it_was_measured_in() -> None:
    old = {"guess": 1500, "measured": 740, "unit": "ms"}
    log = InMemoryLog([new_event("guess", "archive", old)])
    assert book(log=log).page["rows"][0]["measured"] == f"740{SPACE}ms"


def test_only_the_latest_rows_are_sent_with_the_number_of_the_others() -> None:
    log = InMemoryLog(event_of("archive", Guess(1.0, 2.0, "s")) for _ in range(MOST_ROUNDS + 3))
    lab = book(log=log)
    assert (len(lab.page["rows"]), lab.page["left_out"]) == (MOST_ROUNDS, 3)


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), None, "soon"])
def test_an_invalid_measurement_is_not_recorded(figure: object) -> None:
    lab = book(archive=lambda: figure)
    guess(lab, "2")
    assert first(lab)["problem"].startswith("The measurement failed, so nothing is recorded.")
    assert lab.page["rows"] == []


def test_a_measurement_of_0_is_saved_without_a_factor() -> None:
    lab = book(archive=lambda: 0.0)
    guess(lab, "2")
    assert lab.page["rows"][0]["factor"] == "2.0 too high"


def test_an_exception_is_shown_in_words() -> None:
    def broken() -> float:
        raise OSError("no <b>disk</b>")

    lab = book(archive=broken)
    guess(lab, "2")
    assert "OSError: no <b>disk</b>" in first(lab)["problem"]


@pytest.mark.parametrize(
    ("end", "reason"),
    [(lambda lab: send(lab, "stop"), "Stopped"), (lambda lab: interrupt(), "The kernel was int")],
    ids=["stop", "interrupt"],
)
def test_stop_and_interrupt_cancel_a_measurement_and_nothing_is_recorded(
    ignoring_interrupts: None, end: Callable[[LabBook], None], reason: str
) -> None:
    async def main() -> tuple[LabBook, list[str]]:
        ended: list[str] = []
        begun = asyncio.Event()

        async def wait() -> float:
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append("canceled")
                raise
            return 1.0

        lab = book(archive=wait)
        guess(lab, "2")
        await begun.wait()
        assert lab.page["measuring"] == "archive"
        end(lab)
        await until_over(lab)
        return lab, ended

    lab, ended = run(main())
    assert first(lab)["problem"].startswith(reason)
    assert ": nothing is recorded." in first(lab)["problem"]
    assert ended == ["canceled"]
    assert lab.page["rows"] == []


def test_after_stop_a_new_measurement_must_wait_for_the_old_thread() -> None:
    async def main() -> LabBook:
        begun, gate, figures = threading.Event(), threading.Event(), iter([1.0, 2.0])

        def wait() -> float:
            begun.set()
            gate.wait()
            return next(figures)

        lab = book(archive=wait)
        guess(lab, "2")
        await until(begun.is_set)
        send(lab, "stop")
        await until_over(lab)
        guess(lab, "3")
        assert first(lab)["problem"] == STILL_ENDING
        gate.set()
        await until(lambda: not lab._job.is_ending)
        guess(lab, "4")
        await until_over(lab)
        return lab

    rows = run(main()).page["rows"]
    assert [(row["guess"], row["measured"]) for row in rows] == [(f"4{SPACE}s", f"2.00{SPACE}s")]


def test_only_one_measurement_runs_at_a_time() -> None:
    async def main() -> list[str]:
        gate = asyncio.Event()
        calls: list[str] = []

        async def wait(name: str) -> float:
            calls.append(name)
            await gate.wait()
            return 1.0

        lab = book(one=partial(wait, "one"), two=partial(wait, "two"))
        guess(lab, "2", "one")
        await until(lambda: calls)
        guess(lab, "2", "two")
        assert lab.page["experiments"][1]["problem"] == ""
        gate.set()
        await until_over(lab)
        return calls

    assert run(main()) == ["one"]


@pytest.mark.parametrize(
    "content", [None, 3, {"do": "measure"}, {"do": "measure", "experiment": "x", "guess": "1"}]
)
def test_messages_that_no_page_sends_do_nothing(content: object) -> None:
    lab = book()
    before = lab.page
    lab._handle_custom_msg(content, [])
    send(lab, "stop")
    assert lab.page == before


def test_without_earlier_cells_it_asks_the_four_questions_of_the_course() -> None:
    assert repr(show_lab_book()) == "LabBook(guess first, then measure: 4 experiments)"
