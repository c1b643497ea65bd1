"""The test: started, left, resumed, ended, judged, taken again."""

from __future__ import annotations

from typing import Any

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.test import rule_text
from lessons_lib.record.log import InMemoryLog
from lessons_lib.widgets.quiz.card import QuizCard
from lessons_lib.widgets.quiz.test import show_test


def card_of(bank: QuizBank, log: InMemoryLog) -> QuizCard:
    return show_test(bank=bank, log=log, seed=lambda: 3)


def act(card: QuizCard, do: str, **more: object) -> dict[str, Any]:
    question = card.page.get("question", {}).get("id", "")
    card._handle_custom_msg({"do": do, "question": question, **more}, [])
    return card.page


def answer_all(card: QuizCard, right: int) -> None:
    for place in range(10):
        act(card, "go", to=place + 1)
        letters = ["B"] if place < right else ["A"]
        act(card, "answer", letters=letters, number="20" if place < right else "1")


def test_it_begins_with_what_to_expect_and_the_rule(quiz_bank: QuizBank) -> None:
    page = card_of(quiz_bank, InMemoryLog()).page
    assert page["view"] == "start"
    assert page["introduction"][0] == "10 questions across the stages: 4 easy, 3 medium, 3 hard."
    assert page["introduction"][-1] == rule_text()


def test_it_can_be_left_and_resumed_and_answers_can_be_changed(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    card = card_of(quiz_bank, log)
    act(card, "start")
    act(card, "answer", letters=["A"], number="1")
    page = act(card, "next")
    resumed = card_of(quiz_bank, log)
    assert resumed.page["question"] == page["question"]
    assert act(resumed, "back")["question"]["given"]["letters"] == ["A"]
    assert act(resumed, "answer", letters=["B"])["question"]["given"]["letters"] == ["B"]


def test_before_the_end_it_says_what_has_no_answer(quiz_bank: QuizBank) -> None:
    card = card_of(quiz_bank, InMemoryLog())
    act(card, "start")
    act(card, "answer", letters=["B"], number="20")
    page = act(card, "review")
    assert page["view"] == "check"
    assert page["summary"] == "9 questions have no answer yet, and would count as wrong."


def test_turning_the_page_saves_the_answer_that_stands_on_it(quiz_bank: QuizBank) -> None:
    card = card_of(quiz_bank, InMemoryLog())
    act(card, "start")
    for _ in range(10):
        page = act(card, "next", letters=["B"], number="20")
    assert page["summary"] == "All questions are answered. End the test to see the verdict."
    act(card, "go", to=2)
    first = act(card, "back", letters=["A"], number="1")["question"]
    assert first["attempts"] == 1
    assert act(card, "next")["question"]["attempts"] == 2


def test_what_cannot_be_saved_keeps_the_page_and_says_why(quiz_bank: QuizBank) -> None:
    card = card_of(quiz_bank, InMemoryLog())
    page = act(card, "start")
    for _ in range(10):
        turn = page["turn"]
        page = act(card, "next", letters=["Z"], number="many")
        assert (page["said"]["what"], page["turn"]) == ("problem", turn)
        page = act(card, "next")
    assert page["summary"].startswith("10 questions have no answer yet")


def test_it_cannot_be_ended_from_anywhere_but_the_last_look(quiz_bank: QuizBank) -> None:
    card = card_of(quiz_bank, InMemoryLog())
    act(card, "start")
    assert act(card, "end")["view"] == "question"


def test_the_verdict_comes_with_the_rule_charts_reading_and_review(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    card = card_of(quiz_bank, log)
    act(card, "start")
    answer_all(card, right=8)
    act(card, "review")
    page = act(card, "end")
    assert (page["view"], page["level"], page["rule"]) == ("result", "strong", rule_text())
    assert page["summary"].startswith("8 of 10 right.")
    by_stage, by_difficulty = page["charts"]
    assert by_stage["rows"] == [{"name": "Model inference (batch)", "right": 8, "of": 10}]
    assert [row["of"] for row in by_difficulty["rows"]] == [4, 3, 3]
    assert page["reading"][0]["numbers"] == [9, 10]
    reviewed = act(card, "go", to=9)["question"]
    assert reviewed["is_over"]
    assert reviewed["verdict"]["sentence"] == "Not right."
    assert reviewed["solution"] is not None
    assert card_of(quiz_bank, log).page["view"] == "result"


def test_an_ended_test_takes_no_more_answers(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    card = card_of(quiz_bank, log)
    act(card, "start")
    act(card, "review")
    act(card, "end")
    act(card, "go", to=1)
    count = len(list(log.events()))
    page = act(card, "answer", letters=["B"], number="20")
    assert page["question"]["attempts"] == 0
    assert len(list(log.events())) == count


def test_another_test_avoids_what_was_just_seen(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    card = card_of(quiz_bank, log)
    asked = []
    for _ in range(2):
        act(card, "start")
        answer_all(card, right=2)
        asked.append({act(card, "go", to=place)["question"]["id"] for place in range(1, 11)})
        act(card, "review")
        assert act(card, "end")["level"] == "not yet"
    assert not asked[0] & asked[1]


def test_a_bank_that_is_too_small_is_told_on_the_page(quiz_bank: QuizBank) -> None:
    card = card_of(QuizBank((quiz_bank.quiz("01"),)), InMemoryLog())
    page = act(card, "start")
    assert page["view"] == "start"
    assert "A test needs 4 easy questions" in page["problem"]


def test_a_card_in_another_kernel_goes_on_with_the_same_test(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    one, other = card_of(quiz_bank, log), card_of(quiz_bank, log)
    act(one, "start")
    act(other, "start")
    assert one.page["turn"] == other.page["turn"]
    act(one, "review")
    act(one, "end")
    assert act(other, "next")["view"] == "result"
