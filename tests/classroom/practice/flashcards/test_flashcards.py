"""Which cards there are, and that none holds a text of its own."""

from __future__ import annotations

import dataclasses
import re

import pytest

from lessons_lib.classroom.practice.flashcards.deck import (
    WORD_LATER,
    Flashcard,
    deck,
    sides,
)
from lessons_lib.classroom.practice.glossary import glossary, term
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank


@pytest.fixture(scope="module")
def bank() -> QuizBank:
    return load_bank()


def test_there_are_enough_cards_from_both_sources(bank: QuizBank) -> None:
    kinds = [card.kind for card in deck(bank)]
    assert kinds.count("meaning") == kinds.count("word") == len(glossary())
    assert len(kinds) >= 60 and kinds.count("question") >= 25


def test_each_card_has_a_unique_id_that_fits_an_event(bank: QuizBank) -> None:
    ids = [card.id for card in deck(bank)]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 200


def test_a_card_holds_a_reference_and_no_text(bank: QuizBank) -> None:
    fields = {field.name for field in dataclasses.fields(Flashcard)}
    assert fields == {"kind", "of", "revision"}
    known = {one.slug for one in glossary()} | {one.id for one in bank.questions}
    assert {card.of for card in deck(bank)} <= known


def test_the_sides_of_every_card_are_looked_up_and_filled(bank: QuizBank) -> None:
    for card in deck(bank):
        both = sides(card, bank)
        assert both.front.strip() and both.back.strip() and both.asks
        assert "${" not in both.front + both.back + both.more


def test_a_term_and_its_meaning_are_each_others_back(bank: QuizBank) -> None:
    meaning, word = (
        sides(Flashcard("meaning", "latency"), bank),
        sides(Flashcard("word", "latency"), bank),
    )
    assert meaning.front == word.back == "**latency**"
    assert meaning.back == word.front == term("latency").meaning
    assert meaning.more == "In code: `latency_ms`"


def test_a_question_is_asked_without_its_options(bank: QuizBank) -> None:
    question = bank.question("loss-of-an-even-guess")
    both = sides(Flashcard("question", question.id), bank)
    assert (both.front, both.back) == (question.stem, question.final_answer)
    assert both.lesson == "05_training"


LONGEST_ANSWER = 160
OPTIONS = re.compile(r"\b(?:of these|options?|the following|choose all)\b", re.IGNORECASE)


def test_cards_are_the_questions_marked_as_recall(bank: QuizBank) -> None:
    marked = {one.id for one in bank.questions if one.recall}
    assert {card.of for card in deck(bank) if card.kind == "question"} == marked
    for name in marked:
        question = bank.question(name)
        assert 0 < len(question.final_answer) <= LONGEST_ANSWER, name
        assert not OPTIONS.search(question.stem), name


def test_the_card_for_the_word_comes_well_after_the_one_for_the_meaning(bank: QuizBank) -> None:
    order = [card.id for card in deck(bank)]
    for one in glossary():
        assert order.index(f"word:{one.slug}") - order.index(f"meaning:{one.slug}") > WORD_LATER


def test_a_deck_without_questions_has_the_terms() -> None:
    assert len(deck(QuizBank(()))) == 2 * len(glossary())


def test_a_revised_question_is_another_card_under_the_same_id(bank: QuizBank) -> None:
    revision = bank.question("loss-of-an-even-guess").revision
    card = next(card for card in deck(bank) if card.of == "loss-of-an-even-guess")
    assert card.revision == revision


def test_a_card_of_an_unknown_term_or_question_is_refused(bank: QuizBank) -> None:
    with pytest.raises(ValueError, match="nothing"):
        sides(Flashcard("question", "nothing"), bank)
    with pytest.raises(ValueError, match="nothing"):
        sides(Flashcard("word", "nothing"), bank)
