"""Make flashcards from the glossary and the quiz banks; they have no text of their own.

A card refers to a term or a question, and its two sides are looked up there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lessons_lib.classroom.practice.glossary import Term, glossary, term as term_of
from lessons_lib.classroom.quiz.bank import QuizBank

CardKind: TypeAlias = Literal["meaning", "word", "question"]

WORD_LATER = 20  # the card that asks for the word comes this many terms later


@dataclass(frozen=True, slots=True)
class Flashcard:
    """A reference to something to recall.

    Attributes
    ----------
    kind : str
        `meaning` shows a word and asks what it means, `word` shows a meaning and asks for the
        word, `question` asks a question from a quiz bank.
    of : str
        The term's slug, or the question's id.
    revision : int
        The revision of the term or question; ratings of other revisions do not count.
    """

    kind: CardKind
    of: str
    revision: int = 1

    @property
    def id(self) -> str:
        """The card's id in the record."""
        return f"{self.kind}:{self.of}"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a card, as Markdown; `lesson` is the notebook that teaches it."""

    asks: str
    front: str
    back: str
    more: str
    lesson: str


def deck(bank: QuizBank, terms: Sequence[Term] | None = None) -> tuple[Flashcard, ...]:
    """Return all cards, in the order in which new ones are shown.

    Notes
    -----
    Terms are in the order of the glossary. The card for a term's meaning comes first, and the card
    for the word `WORD_LATER` terms later; questions are spread evenly among them.
    """
    terms = glossary() if terms is None else terms
    questions = [one for one in bank.questions if one.recall]
    apart = len(terms) / max(1, len(questions))
    placed: list[tuple[float, Flashcard]] = []
    for index, term in enumerate(terms):
        placed.append((index, Flashcard("meaning", term.slug, term.revision)))
        placed.append((index + WORD_LATER, Flashcard("word", term.slug, term.revision)))
    for index, question in enumerate(questions):
        card = Flashcard("question", question.id, question.revision)
        placed.append(((index + 0.5) * apart, card))
    return tuple(card for _, card in sorted(placed, key=lambda pair: pair[0]))


def sides(card: Flashcard, bank: QuizBank) -> Sides:
    """Return the two sides of a card.

    Raises
    ------
    ValueError
        If its term is not in the glossary, or its question not in the bank.
    """
    if card.kind == "question":
        question = bank.question(card.of)
        lesson = bank.quiz_of(card.of).name
        asks = "Question"
        return Sides(asks, question.stem, question.final_answer, question.quick_check, lesson)
    term = term_of(card.of)
    code = f"In code: `{term.code}`" if term.code else ""
    if card.kind == "meaning":
        return Sides("What does it mean?", f"**{term.name}**", term.meaning, code, term.lesson)
    synonym = f" ({term.synonym})" if term.synonym else ""
    name = f"**{term.name}**{synonym}"
    return Sides("Which term is this?", term.meaning, name, code, term.lesson)
