"""Which cards there are, and that none holds a text of its own."""

import re

from lessons_lib.classroom.practice.flashcards import WORD_LATER, Flashcard, deck, sides
from lessons_lib.classroom.practice.glossary import glossary, term
from lessons_lib.classroom.quiz.bank import QuizBank


def test_each_term_and_each_question_to_recall_has_cards_of_its_own(bank: QuizBank) -> None:
    cards = deck(bank)
    terms = sorted(one.slug for one in glossary())
    for kind in ("meaning", "word"):
        assert sorted(card.of for card in cards if card.kind == kind) == terms
    asked = {card.of for card in cards if card.kind == "question"}
    assert asked == {one.id for one in bank.questions if one.recall}
    ids = [card.id for card in cards]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 200


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


def test_a_question_to_recall_has_a_short_answer_and_names_no_options(bank: QuizBank) -> None:
    for question in (one for one in bank.questions if one.recall):
        assert 0 < len(question.final_answer) <= LONGEST_ANSWER, question.id
        assert not OPTIONS.search(question.stem), question.id


def test_the_card_for_the_word_comes_well_after_the_one_for_the_meaning(bank: QuizBank) -> None:
    order = [card.id for card in deck(bank)]
    for one in glossary():
        assert order.index(f"word:{one.slug}") - order.index(f"meaning:{one.slug}") >= WORD_LATER
