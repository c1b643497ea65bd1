"""The flashcards without a browser: what they show and save, day after day."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from lessons_lib.classroom.practice.flashcards import deck, rated_event
from lessons_lib.classroom.practice.glossary import glossary
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog
from lessons_lib.classroom.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.classroom.sessions.page import Page, decoded
from tests.classroom.sessions.actions import ada
from tests.classroom.sessions.small_bank import quiz_of, single

NOON = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NO_QUESTIONS = QuizBank(())
ALL = 2 * len(glossary())


class MovedClock:
    """A clock that a test advances."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def cards_of(
    log: EventLog | None = None, clock: MovedClock | None = None, bank: QuizBank = NO_QUESTIONS
) -> FlashcardsSession:
    return FlashcardsSession(bank, ada(log), clock or MovedClock())


def send(cards: FlashcardsSession, do: str, **more: object) -> Page:
    return receive(cards, {"do": do, "card": cards.page().get("id", ""), **more})


def receive(cards: FlashcardsSession, message: object) -> Page:
    """Let a session do what a message asks for, if it is an action."""
    action = decoded(message, FlashcardAction)
    return cards.page() if action is None else cards.submit(action)


def rate(cards: FlashcardsSession, rating: str) -> Page:
    send(cards, "show")
    return send(cards, "rate", rating=rating)


def test_the_back_and_when_the_card_is_due_again_are_sent_only_when_requested() -> None:
    cards = cards_of()
    meaning = glossary()[0].meaning
    assert meaning not in str(cards.page()) and cards.page()["ratings"] == []
    page = send(cards, "show")
    assert page["back_html"] == f"<p>{meaning}</p>"
    assert page["lesson"]["file"] == f"{glossary()[0].lesson}.ipynb"
    assert [(one["title"], one["rest"]) for one in page["ratings"]] == [
        ("Again", "in 10 min"),
        ("Hard", "in 15 min"),
        ("Good", "in 2 days"),
        ("Easy", "in 8 days"),
    ]


def test_at_the_end_of_a_day_the_next_due_date_is_shown() -> None:
    log, clock = InMemoryLog(), MovedClock()
    cards = cards_of(log, clock)
    for _ in range(10):
        page = rate(cards, "good")
    assert (page["view"], page["title"]) == ("done", "Done for today")
    assert page["text"] == "The next card is due in 2 days. Come back tomorrow: 10 new cards."
    assert page["met"] == f"You have seen 10 of {ALL} cards."
    clock.now += DAY
    page = send(cards, "look")
    assert page["counts"] == f"0 due today · 10 new · {ALL} cards"
    clock.now += DAY
    assert cards_of(log, clock).page()["counts"] == f"10 due today · 10 new · {ALL} cards"


def test_more_new_cards_come_on_request_until_none_is_left() -> None:
    cards = cards_of()
    for _ in range(10):
        rate(cards, "easy")
    page = send(cards, "more")
    assert (page["view"], page["counts"]) == ("card", f"0 due today · 10 new · {ALL} cards")
    while page["view"] == "card" or page["more"]:
        page = rate(cards, "easy") if page["view"] == "card" else send(cards, "more")
    assert page["met"] == f"You have seen {ALL} of {ALL} cards."


def test_missed_cards_can_be_repeated_early() -> None:
    clock = MovedClock()
    cards = cards_of(clock=clock)
    first = cards.page()["id"]
    rate(cards, "again")
    for _ in range(9):
        page = rate(cards, "good")
    assert page["title"] == "Done for now"
    tomorrow = "Come back tomorrow: 10 new cards."
    assert page["text"] == f"1 card comes back today, in 10 min. {tomorrow}"
    clock.now += 4 * MINUTE
    assert send(cards, "look")["text"].startswith("1 card comes back today, in 6 min.")
    assert send(cards, "early")["id"] == first
    assert rate(cards, "good")["view"] == "done"


def test_undo_removes_the_last_rating_and_shows_its_card_again() -> None:
    log = InMemoryLog()
    cards = cards_of(log)
    first = cards.page()["id"]
    rate(cards, "easy")
    page = send(cards, "undo")
    assert page["id"] == first and len(page["ratings"]) == 4
    assert page["counts"] == f"0 due today · 10 new · {ALL} cards"
    page = send(cards, "rate", rating="again")
    assert page["counts"] == f"1 due today · 9 new · {ALL} cards"
    assert [one.payload["what"] for one in log.events()] == ["rated", "undone", "rated"]


def test_an_old_rating_cannot_be_undone() -> None:
    log, clock = InMemoryLog(), MovedClock()
    rate(cards_of(log, clock), "good")
    clock.now += DAY
    cards = cards_of(log, clock)
    assert cards.page()["may_undo"] is False
    send(cards, "undo")
    assert len(list(log.events())) == 1


@pytest.mark.parametrize(
    "message",
    [
        None,
        {"do": "erase"},
        {"do": "rate", "card": "meaning:inference", "rating": "good"},  # before it was shown
        {"do": "show", "card": "meaning:other"},
        {"do": "show", "card": 3},
        *({"do": do} for do in ("rate", "more", "early", "undo")),
    ],
    ids=str,
)
def test_late_or_invalid_actions_change_nothing(message: object) -> None:
    log = InMemoryLog()
    cards = cards_of(log)
    before = cards.page()
    assert receive(cards, message) == before
    assert list(log.events()) == []


def test_two_kernels_with_one_record_agree(tmp_path: Path) -> None:
    clock = MovedClock()
    one = cards_of(JsonlEventLog(tmp_path), clock)
    other = cards_of(JsonlEventLog(tmp_path), clock)
    rate(one, "good")
    rate(other, "easy")
    assert send(one, "look")["counts"] == send(other, "look")["counts"]


def test_a_question_is_rendered_as_on_a_quiz_card() -> None:
    stem = "What is *e*² of <img src=x onerror=alert(1)>?"
    question = single("one", stem=stem, final_answer="**Four**.", recall=True)
    bank = QuizBank((quiz_of("01_one", question),))
    before = takewhile(lambda card: card.kind != "question", deck(bank))
    log = InMemoryLog(rated_event(one, "easy", clock=MovedClock()) for one in before)
    cards = cards_of(log, MovedClock(NOON + DAY), bank)
    assert cards.page()["id"] == "question:one"
    assert "<em>e</em>²" in cards.page()["front_html"] and "<img" not in cards.page()["front_html"]
    assert send(cards, "show")["back_html"] == "<p><strong>Four</strong>.</p>"
