"""The cards of a guess: they follow one session and ignore what no page sends."""

from __future__ import annotations

import pytest

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.guesses import NOT_GUESSED, GuessSession
from lessons_lib.classroom.sessions.record import LearnerRecord
from lessons_lib.classroom.widgets.explore.guess import (
    GuessCard,
    OutcomeCard,
    show_guess,
    show_outcome,
)
from tests.classroom.widgets.pretend_browser import send, sent

LABEL = GuessTask("label", "Which label?", options=("negative", "neutral", "positive"))


def session(log: InMemoryLog | None = None) -> GuessSession:
    return GuessSession(LABEL, LearnerRecord(log or InMemoryLog(), "learner"))


def test_all_cards_of_a_guess_follow_it() -> None:
    one, other = session(), session()
    cards = [GuessCard(one), GuessCard(one), GuessCard(other)]
    send(cards[0], "commit", value="neutral")
    assert [card.page["you"] for card in cards] == ["neutral", "neutral", ""]
    one.resolve("neutral")
    outcome = OutcomeCard(one)
    assert [card.page["is_final"] for card in cards] == [True, True, False]
    assert cards[2].page["serial"] == 1  # it belongs to another guess
    assert outcome.page["compared"]["line"] == "Your guess was right."
    assert all(map(sent, (card.page for card in cards)))


def test_an_outcome_shown_first_follows_a_late_guess() -> None:
    one = session()
    one.resolve("neutral")
    card, outcome = GuessCard(one), OutcomeCard(one)
    assert outcome.page["without"] == f"Result: neutral. {NOT_GUESSED}"
    assert (card.page["asks"], outcome.page["asks"]) == (True, False)
    send(card, "commit", value="positive")
    assert outcome.page["compared"]["line"] == "Your guess was wrong."


LONG = {"do": "commit", "value": "neutral" * 10_000}


@pytest.mark.parametrize(
    "message", [None, 3, {"do": "commit"}, {"do": "commit", "value": [1]}, LONG]
)
def test_messages_that_no_page_sends_do_nothing(message: object) -> None:
    log = InMemoryLog()
    GuessCard(session(log))._handle_custom_msg(message, [])
    assert list(log.events()) == []


def test_stored_forms_do_not_depend_on_answers() -> None:
    one = session()
    before = [(repr(card), card.saved) for card in (GuessCard(one), OutcomeCard(one))]
    send(GuessCard(one), "commit", value="neutral")
    one.resolve("neutral")
    assert before == [(repr(card), card.saved) for card in (GuessCard(one), OutcomeCard(one))]


def test_unknown_guesses_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match=r"Unknown guess 'one-by-two'\. Did you mean"):
        show_guess("one-by-two")
    with pytest.raises(ValueError, match="Unknown guess"):
        show_outcome("no-such-guess", 3)


def test_a_guess_of_the_course_is_shown_and_resolved_by_its_id() -> None:
    log = InMemoryLog()
    show_guess("one-by-one", log=log)
    assert "Result: 900" in show_outcome("one-by-one", 900, log=log).page["without"]
