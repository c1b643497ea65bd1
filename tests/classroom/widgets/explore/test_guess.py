"""The cards of a guess: they follow one session, measure, and ignore what no page sends."""

import asyncio
import threading
from typing import Any

import pytest

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.server.extension import WIDGET_VIEW
from lessons_lib.classroom.sessions.guesses import GuessSession, RoundSession
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.widgets.explore.guess import (
    FAILED,
    RESULT,
    STILL_MEASURING,
    GuessCard,
    LabBook,
    Measure,
    MeasuringCard,
    OutcomeCard,
    show_guess,
    show_outcome,
)
from lessons_lib.classroom.widgets.job import Job
from tests.classroom.widgets.pretend_browser import run, send, sent, until

LABEL = GuessTask("label", "Which label?", options=("negative", "neutral", "positive"))


def session(log: InMemoryLog | None = None) -> GuessSession:
    return GuessSession(LABEL, LearnerRecord(log or InMemoryLog(), "learner"))


def test_all_cards_of_a_guess_follow_it() -> None:
    one, other = session(), session()
    cards = [GuessCard(one), GuessCard(one), GuessCard(other)]
    before = cards[2].page
    send(cards[0], "commit", value="neutral")
    assert [card.page["you"] for card in cards] == ["neutral", "neutral", ""]
    one.resolve("neutral")
    outcome = OutcomeCard(one)
    assert [card.page["is_final"] for card in cards] == [True, True, False]
    assert cards[2].page is before  # it belongs to another guess
    assert outcome.page["compared"]["line"] == "Your guess was right."
    assert all(map(sent, (card.page for card in cards)))


@pytest.mark.parametrize(
    ("task", "result", "stored"),
    [
        (LABEL, "neutral", "neutral"),
        (GuessTask("n", "How many?"), 1_234_567, 1_234_567.0),
        (GuessTask("x", "How much?"), 8.70000001, 8.7),
        (LABEL, None, None),
    ],
)
def test_a_stored_outcome_has_its_result_beside_what_is_shown(
    task: GuessTask, result: object, stored: object
) -> None:
    one = GuessSession(task, LearnerRecord(InMemoryLog(), "learner"))
    if result is not None:
        one.resolve(result)
    bundle = OutcomeCard(one)._repr_mimebundle_()
    assert bundle is not None
    assert bundle[1] == {RESULT: stored}
    assert str(result) not in bundle[0]["text/html"]


def test_unknown_guesses_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match=r"Unknown guess 'one-by-two'\. Did you mean"):
        show_guess("one-by-two")
    with pytest.raises(ValueError, match="Unknown guess"):
        show_outcome("no-such-guess", 3)


def test_a_guess_of_the_course_is_shown_and_resolved_by_its_id() -> None:
    log = InMemoryLog()
    show_guess("one-by-one", log=log)
    outcome = show_outcome("one-by-one", 900, log=log)
    send(outcome, "show")
    assert "Result: 900" in outcome.page["without"]


def run_cell(shell: Any, code: str, **metadata: object) -> None:
    """Run code as JupyterLab sends it: with the metadata of its cell."""
    shell.get_parent = lambda: {"metadata": {"cellId": "one", **metadata}}
    shell.run_cell(code)


OUTCOME = {"card": "outcome", "name": "fastest-batch-size"}


def test_a_card_says_that_the_cell_at_its_result_is_running(shell: Any) -> None:
    shell.run_cell("from lessons_lib import show_outcome")
    shell.run_cell("from lessons_lib.classroom.widgets.explore.guess import say_step")
    card = show_guess("fastest-batch-size")
    seen: list[tuple[str, object]] = []
    card.observe(lambda change: seen.append((change.new["measuring"], change.new["steps"])), "page")
    run_cell(shell, "2", lessons={"card": "guess", "name": "fastest-batch-size"})
    run_cell(shell, "2")  # a cell of the learner
    assert seen == []
    run_cell(shell, 'say_step(1, 3); show_outcome("fastest-batch-size", 64)', lessons=OUTCOME)
    words = seen[0][0]
    assert words.startswith("Measuring, about ")
    assert seen == [(words, None), (words, (1, 3)), ("", None)]
    assert card.page["problem"] == ""
    run_cell(shell, '1 / 0\nshow_outcome("fastest-batch-size", 64)', lessons=OUTCOME)
    assert (card.page["problem"], card.page["measuring"]) == (FAILED, "")


def test_the_figures_of_a_measurement_are_shown_with_the_guess_and_not_without_one(
    shell: Any,
) -> None:
    shell.run_cell("from lessons_lib import show_outcome")
    shell.run_cell("from lessons_lib.classroom.widgets.explore.guess import keep_picture")
    card, picture = show_guess("fastest-batch-size"), {"src": "data:", "alt": "A", "width": "1"}
    code = f'keep_picture({picture}); show_outcome("fastest-batch-size", 64)'
    run_cell(shell, code, lessons=OUTCOME)
    assert card.page["pictures"] == []
    send(card, "commit", value=2)
    assert card.page["pictures"] == [picture]
    run_cell(shell, code, lessons=OUTCOME)
    assert card.page["pictures"] == [picture]  # those of the latest run


TIME = GuessTask("archive", "How long?", unit="s", seconds=5)


def measuring(
    measure: Measure, log: InMemoryLog | None = None, job: Job | None = None
) -> MeasuringCard:
    one = RoundSession(TIME, LearnerRecord(log or InMemoryLog(), "learner"))
    return MeasuringCard(one, measure, job=job or Job())


def fail() -> float:
    raise OSError("no <b>disk</b>")


def test_a_committed_guess_is_measured_and_compared() -> None:
    log = InMemoryLog()
    card = measuring(lambda: 1.5, log)
    send(card, "commit", value="3")
    assert card.page["compared"]["words"] == "too high by a factor of 2.0"
    assert len(list(log.events("guess"))) == 1
    assert card.page["measuring"] == ""


def test_an_invalid_guess_is_not_measured() -> None:
    card = measuring(fail)
    send(card, "commit", value="ten")
    assert "got 'ten'" in card.page["problem"]


@pytest.mark.parametrize(
    ("measure", "words"),
    [(lambda: float("nan"), "must be finite, got nan"), (fail, "OSError: no <b>disk</b>")],
)
def test_a_failed_measurement_is_explained_and_not_recorded(measure: Measure, words: str) -> None:
    log = InMemoryLog()
    card = measuring(measure, log)
    send(card, "commit", value="2")
    assert words in card.page["problem"]
    assert list(log.events()) == []


def test_a_measurement_can_be_stopped_and_nothing_is_recorded() -> None:
    log, seen = InMemoryLog(), list[str]()

    async def wait() -> float:
        seen.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("canceled")
        return 1.0

    async def main() -> MeasuringCard:
        card = measuring(wait, log)
        send(card, "commit", value="2")
        await until(lambda: seen)
        assert card.page["measuring"] == "Measuring, about 5 s."
        send(card, "stop")
        await until(lambda: not card.page["measuring"])
        return card

    assert run(main()).page["problem"].startswith("Stopped")
    assert (seen, list(log.events())) == (["begun", "canceled"], [])


def test_cards_of_one_job_measure_one_at_a_time_also_while_a_stopped_thread_ends() -> None:
    log = InMemoryLog()

    async def main() -> None:
        begun, gate, job = threading.Event(), threading.Event(), Job()

        def wait() -> float:
            begun.set()
            gate.wait()
            return 1.0

        slow, other = measuring(wait, log, job), measuring(lambda: 2.0, log, job)
        send(slow, "commit", value="2")
        await until(begun.is_set)
        send(other, "stop")  # which measures nothing
        send(other, "commit", value="3")
        assert (other.page["problem"], slow.page["measuring"] != "") == (STILL_MEASURING, True)
        send(slow, "stop")
        await until(lambda: not slow.page["measuring"])
        send(other, "commit", value="3")
        assert other.page["problem"] == STILL_MEASURING
        gate.set()
        await until(lambda: not job.is_ending)
        send(other, "commit", value="4")
        await until(lambda: other.page["compared"])

    run(main())
    assert [event.payload["guess"] for event in log.events()] == [4.0]


def test_a_lab_book_is_stored_as_one_card() -> None:
    book = LabBook(measuring(lambda: 1.0), measuring(lambda: 2.0))
    bundle = book._repr_mimebundle_()
    assert "Lab book" in bundle["text/html"] and WIDGET_VIEW in bundle
    assert bundle["text/plain"] == "LabBook(guess first, then measure: 2 experiments)"
