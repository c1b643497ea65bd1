"""What was due is asked, all of it and nothing else, wherever practice was left."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from lessons_lib.classroom.practice.flashcards import deck, rated_event
from lessons_lib.classroom.practice.up_next import MOST_MISSED, Due, begin, due_at, left_today
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.exam import start_test
from lessons_lib.classroom.record.event import Event, utc_now
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.practice import PracticeSession
from tests.classroom.sessions.actions import act, ada
from tests.support.answers import right, wrong

BANK = load_bank()
DAY = timedelta(days=1)


def a_day_ago(events: Iterable[Event]) -> list[Event]:
    return [structs.replace(one, time_utc=one.time_utc - DAY) for one in events]


@pytest.fixture
def log() -> InMemoryLog:
    """The record of yesterday: three cards and seven questions were missed."""
    cards = [rated_event(one, "again") for one in deck(BANK)[:3]]
    quizzes = "01_concept", "03_preprocessing"
    missed = [event for quiz in quizzes for event in wrong(BANK, quiz)]
    return InMemoryLog(a_day_ago([*cards, *missed[:7]]))


def practice(log: InMemoryLog, bank: QuizBank = BANK) -> PracticeSession:
    return PracticeSession(bank, ada(log), lambda: 7)


def due(log: InMemoryLog, bank: QuizBank = BANK) -> Due:
    return left_today([*log.events()], bank, utc_now())


def ids(due: Due) -> list[str]:
    return [name for name, _ in due.items]


def id_on(page: Page) -> str:
    return str(page["id"] if page["view"] == "card" else page["question"]["id"])


def do_all(session: PracticeSession) -> list[str]:
    """Rate each card and answer each question, right; return their ids."""
    asked, page = list[str](), session.page()
    while page["view"] != "review":
        asked.append(id_on(page))
        if page["view"] == "card":
            act(session, "show", question=page["id"])
            page = act(session, "rate", question=page["id"], rating="good")
        else:
            given = right(BANK.question(asked[-1]), "").payload
            act(session, "answer", letters=list(given["letters"]), number=given["number"])
            page = act(session, "next")
    return asked


def test_on_the_next_day_practice_asks_what_is_due_and_is_done(log: InMemoryLog) -> None:
    counted = due(log)
    assert (len(counted.cards), len(counted.questions)) == (3, MOST_MISSED)
    session = practice(log)
    assert session.page()["note"] == "Left for today: 3 cards and 5 missed questions."
    assert do_all(session) == ids(counted)
    page = session.page()
    assert page["heading"] == "Done for today"
    assert page["summary"] == "Tomorrow: 2 missed questions."
    assert page["following"][0]["file"] == "01_concept.ipynb"
    assert ids(due(log)) == []
    assert practice(log).page()["heading"] == "Done for today"


def test_a_card_that_is_alive_follows_what_the_start_page_began(log: InMemoryLog) -> None:
    session = practice(log)
    act(session, "five")
    page = act(session, "look")
    assert page["question"]["id"] == "practice-main-difference"
    begun = begin(due(log), [*log.events()], BANK)
    assert begun
    log.append(begun)
    page = act(session, "look")
    assert id_on(page) == id_on(practice(log).page()) == ids(due(log))[0]
    act(session, "five")
    assert act(session, "look")["of"] == 5  # the learner went on, and stays there


def test_what_is_missed_today_waits_until_it_is_begun() -> None:
    log = InMemoryLog(wrong(BANK, "01_concept")[:1])
    assert practice(log).page()["of"] == 5
    begun = begin(due(log), [*log.events()], BANK)
    assert begun
    log.append(begun)
    assert do_all(practice(log)) == [event.subject for event in wrong(BANK, "01_concept")[:1]]


def test_what_another_kernel_answered_is_not_asked_again(log: InMemoryLog) -> None:
    counted, session = due(log), practice(log)
    other = counted.questions[2]
    log.append(right(other, "01_concept"))
    log.append(rated_event(counted.cards[0], "good"))
    act(session, "look")
    assert session.page()["note"] == "Left for today: 2 cards and 4 missed questions."
    assert do_all(session) == [one for one in ids(counted)[1:] if one != other.id]


def test_a_question_that_was_revised_or_removed_is_left_out(log: InMemoryLog) -> None:
    session = practice(log)
    revised, removed, *others = due(log).questions
    kept = [
        structs.replace(one, revision=one.revision + 1) if one == revised else one
        for one in BANK.questions
        if one != removed
    ]
    quizzes = tuple(
        structs.replace(quiz, questions=tuple(one for one in kept if BANK.quiz_of(one.id) is quiz))
        for quiz in BANK.quizzes
    )
    later = practice(log, QuizBank(quizzes))
    assert do_all(later)[3:] == [one.id for one in others]
    assert session.page()["view"] == "card"  # a session with the questions of before goes on


def test_what_became_due_since_it_was_counted_is_not_asked(log: InMemoryLog) -> None:
    counted = due(log)
    log.append(rated_event(deck(BANK)[5], "again", clock=lambda: utc_now() - timedelta(hours=1)))
    assert len(due(log).cards) == 4
    begun = begin(counted, [*log.events()], BANK)
    assert begun
    assert [name for name, _ in begun.payload["items"]] == ids(counted)


def test_a_skipped_question_comes_back_before_the_end(log: InMemoryLog) -> None:
    session, counted = practice(log), due(log)
    for card in counted.cards:
        act(session, "show", question=card.id)
        act(session, "rate", question=card.id, rating="good")
    skipped = id_on(session.page())
    act(session, "next")
    assert do_all(session) == [*(one.id for one in counted.questions[1:]), skipped]


def test_what_an_unfinished_test_asks_is_not_given_away(log: InMemoryLog) -> None:
    test = start_test(BANK, [], 3)
    asked = [BANK.question(name) for name, _ in test.payload["questions"]]
    record = [*a_day_ago([test]), *(right(one, "12_test", test.subject) for one in asked)]
    wrong_ones = [structs.replace(one, payload={**one.payload, "letters": ["A"]}) for one in record]
    assert due_at([*wrong_ones], BANK, utc_now()) == Due()


def test_an_open_card_goes_on_with_a_new_day(
    log: InMemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = practice(log)
    act(session, "next")
    for module in ("practice.up_next", "sessions.practice"):
        monkeypatch.setattr(f"lessons_lib.classroom.{module}.utc_now", tomorrow)
    page = act(session, "look")
    begun = [one for one in log.events() if one.kind == "today"]
    assert len(begun) == 2
    assert id_on(page) == begun[-1].payload["items"][0][0]


def tomorrow() -> datetime:
    return utc_now() + DAY


def test_when_all_is_done_nothing_that_is_for_tomorrow_comes_next(log: InMemoryLog) -> None:
    session = practice(log)
    do_all(session)
    following = session.page()["following"]
    assert following
    assert not any("missed" in one["title"] or "card" in one["title"] for one in following)
