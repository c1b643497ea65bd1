"""Practice: five questions in order, then endless turns, counted and resumed."""

from collections.abc import Iterator

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.regrade import answer_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.practice import PracticeSession
from tests.classroom.sessions.actions import act, ada
from tests.classroom.sessions.small_bank import SMALL_BANK


def practice(bank: QuizBank, log: InMemoryLog | None = None) -> PracticeSession:
    return PracticeSession(bank, ada(log), lambda: 7)


def test_the_five_questions_of_the_course_come_first_and_in_order() -> None:
    session = practice(load_bank())
    assert (session.page()["number"], session.page()["of"]) == (1, 5)
    asked = [session.page()["question"]["id"]] + [
        act(session, "next")["question"]["id"] for _ in range(4)
    ]
    assert asked == [one.id for one in load_bank().quiz("11_practice").questions]
    page = act(session, "next")
    assert page["view"] == "review"
    assert act(session, page["onward"]["do"])["of"] == 0  # it goes on without an end


def test_endless_practice_draws_from_all_and_counts_first_attempts() -> None:
    session = practice(SMALL_BANK)
    note = act(session, "endless")["note"]
    assert note.startswith("You haven't answered a question on this objective (Batch inference) ")
    for letters in (["A"], ["B"]):
        act(session, "answer", letters=letters, number="19")
    assert session.page()["note"].endswith(" yet. 0 of 1 right on the first try here.")
    for _ in range(2):
        act(session, "next")
        act(session, "answer", letters=["B"], number="20")
    note = "2 of 3 right on the first try here, 2 in a row."
    assert session.page()["note"].endswith(note)


def test_an_answer_to_the_same_question_elsewhere_is_not_counted_here() -> None:
    log = InMemoryLog()
    session = practice(SMALL_BANK, log)
    page = act(session, "endless")
    question = SMALL_BANK.question(page["question"]["id"])
    elsewhere = Response(letters=("B",), number="20")
    log.append(answer_event(personalize(question, "ada"), elsewhere, "01_kinds"))
    assert act(session, "hint")["note"] == page["note"]


def test_a_repeated_question_starts_fresh() -> None:
    bank = QuizBank((SMALL_BANK.quiz("11_practice"),))
    session = practice(bank)
    act(session, "endless")
    seen = set()
    for _ in range(12):
        assert session.page()["question"]["attempts"] == 0
        assert session.page()["question"]["key"] is None
        seen.add(session.page()["turn"])
        act(session, "answer", letters=["B"])
        act(session, "next")
    assert len(seen) == 12


def test_a_turn_and_the_five_questions_are_restored() -> None:
    log = InMemoryLog()
    session = practice(SMALL_BANK, log)
    act(session, "next")
    act(session, "endless")
    page = act(session, "hint")
    restored = practice(SMALL_BANK, log)
    assert restored.page()["question"] == page["question"]
    assert act(restored, "five")["number"] == 2
    assert practice(SMALL_BANK, log).page()["number"] == 2


def test_a_turn_continues_when_the_record_is_moved_away() -> None:
    class ForgetfulLog(InMemoryLog):
        forgets = False

        def events(self, kind: str | None = None) -> Iterator[Event]:
            return iter(()) if self.forgets else super().events(kind)

    log = ForgetfulLog()
    session = practice(SMALL_BANK, log)
    turn = act(session, "endless")["turn"]
    log.forgets = True
    assert act(session, "solution")["turn"] == turn


def test_two_sessions_of_endless_practice_have_separate_turns() -> None:
    log = InMemoryLog()
    first = practice(SMALL_BANK, log)
    act(first, "endless")
    second = practice(SMALL_BANK, log)
    act(second, "endless")
    act(second, "next")
    act(first, "answer", letters=["A"], number="19")
    assert first.page()["question"]["attempts"] == 1
    assert second.page()["question"]["attempts"] == 0
    assert second.page()["turn"] != first.page()["turn"]
