"""The flashcards: due cards are shown, and a rating decides when each one is due again."""

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lessons_lib.classroom.practice.flashcards import (
    NEW_A_DAY,
    Flashcard,
    Review,
    Schedule,
    deck,
    rated_event,
    schedule,
    sides,
)
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.record.event import Clock, utc_now
from lessons_lib.classroom.record.kinds import RATINGS, RatingName, Undone, event_of
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, link_to_notebook
from lessons_lib.formats import counted


def rest_words(rest: timedelta) -> str:
    """Format the time until a card is due again: in 10 min, tomorrow, in 8 days."""
    if rest.days > 1:
        return f"in {rest.days} days"
    if rest.days == 1:
        return "tomorrow"
    return f"in {max(1, round(rest.total_seconds() / 60))} min"


def next_sentence(plan: Schedule) -> str:
    """Describe when the next card is due."""
    if plan.next_due is None:
        return "No cards are due."
    if plan.later:
        wait = rest_words(max(plan.next_due - plan.now, timedelta(minutes=1)))
        if len(plan.later) == 1:
            return f"1 card comes back today, {wait}."
        return f"{len(plan.later)} cards come back today, the first {wait}."
    days = (plan.next_due - plan.day_ends) // timedelta(days=1) + 1
    return f"The next card is due {'tomorrow' if days == 1 else f'in {days} days'}."


def tomorrow_sentence(plan: Schedule) -> str:
    """Say how many cards wait tomorrow; empty if there are none."""
    due, new = plan.due_tomorrow, min(NEW_A_DAY, len(plan.all_new))
    waiting = [f"{counted(due, 'card')} due"] if due else []
    waiting += [f"{new} new" if due else counted(new, "new card")] if new else []
    return f"Come back tomorrow: {' and '.join(waiting)}." if waiting else ""


MEANS: dict[RatingName, str] = {
    "again": "I didn't know it",
    "hard": "I knew it, but it took effort",
    "good": "I knew it",
    "easy": "I knew it right away",
}


def card_page(card: Flashcard, bank: QuizBank, plan: Schedule, *, is_shown: bool) -> Page:
    """Return a card as a page may show it: its back and the ratings once the learner asks."""
    both = sides(card, bank)
    page: Page = {
        "view": "card",
        "id": card.id,
        "kind": card.kind,
        "is_new": card.id not in plan.cards,
        "asks": both.asks,
        "front_html": render(both.front),
        "back_html": "",
        "ratings": [],
    }
    if is_shown:
        page |= {
            "back_html": render(both.back),
            "more_html": render(both.more),
            "lesson": link_to_notebook(both.lesson, bank),
            "ratings": [_rating(plan.after(card, name), name) for name in RATINGS],
        }
    return page


def _rating(rest: timedelta, name: RatingName) -> Page:
    return {"do": name, "title": name.capitalize(), "means": MEANS[name], "rest": rest_words(rest)}


class FlashcardAction(Struct, frozen=True):
    """One action of a learner; `card` is the id of the card that they saw."""

    do: Literal["show", "rate", "undo", "more", "early", "look"]
    card: Annotated[str, Meta(max_length=200)] = ""
    rating: RatingName | None = None


class FlashcardsSession:
    """A learner using the flashcards.

    Parameters
    ----------
    bank : QuizBank
        The questions that become cards, in addition to the glossary.
    record : LearnerRecord
        The earlier ratings are read from it.
    clock : callable
        Returns the current time, with a time zone.
    """

    label = "run this cell to see what is due today"
    title = "Flashcards"

    def __init__(self, bank: QuizBank, record: LearnerRecord, clock: Clock = utc_now) -> None:
        self._bank, self._record, self._clock = bank, record, clock
        self._deck = deck(bank)
        self._extra = 0  # new cards that were requested beyond those of a day
        self._is_early = False  # whether cards that are due later today were requested
        self._turn = 0
        self._plan = self._scheduled()  # when the page last changed
        self._card, self._is_shown = self._plan.next_card(), False

    @property
    def stored(self) -> str:
        """What the cards ask, in a sentence."""
        words = "from the glossary and the quizzes; you rate how well you knew each answer"
        return f"<p>{counted(len(self._deck), 'card')} {words}.</p>"

    def submit(self, action: FlashcardAction) -> Page:
        """Do what the learner requested; late or impossible actions are ignored."""
        self._record.read()
        return self.page(self._perform(action))

    def page(self, reply: str = "") -> Page:
        """Return everything that the page may know and show now."""
        plan, card = self._plan, self._card
        frame = {
            "turn": f"{self._turn} {card.id if card else ''}",
            "reply": reply,
            "notices": self._record.notices,
            "counts": f"{plan.due_today} due today · {len(plan.new)} new · {len(self._deck)} cards",
            "may_undo": plan.may_undo,
        }
        return frame | (
            self._done()
            if card is None
            else card_page(card, self._bank, self._plan, is_shown=self._is_shown)
        )

    def _perform(self, action: FlashcardAction) -> str:
        """Do what the learner requested, and return a sentence about it."""
        card = self._card if self._card and self._card.id == action.card else None
        match action.do:
            case "show" if card:
                self._is_shown = True
            case "rate" if card and self._is_shown and action.rating:
                return self._rate(card, action.rating)
            case "undo" if self._plan.may_undo and self._plan.last:
                return self._undo(self._plan.last)
            case "more" | "early" | "look" if self._card is None:
                self._extra += NEW_A_DAY if action.do == "more" else 0
                self._is_early = action.do == "early"
                self._turn_over()
            case _:
                self._plan = self._scheduled()
        return ""

    def _done(self) -> Page:
        return {
            "view": "done",
            "title": "Done for now" if self._plan.later else "Done for today",
            "text": f"{next_sentence(self._plan)} {tomorrow_sentence(self._plan)}".strip(),
            "met": f"You have seen {len(self._plan.cards)} of {len(self._deck)} cards.",
            "early": len(self._plan.later),
            "more": min(NEW_A_DAY, len(self._plan.all_new)),
        }

    def _rate(self, card: Flashcard, rating: RatingName) -> str:
        rest = rest_words(self._plan.after(card, rating))
        self._record.append(rated_event(card, rating, clock=self._clock))
        self._turn_over()
        return f"{rating.capitalize()}: this card comes back {rest}."

    def _undo(self, last: Review) -> str:
        self._record.append(event_of(last.card_id, Undone(last.event), clock=self._clock))
        self._plan = self._scheduled()
        (self._card,) = (one for one in self._deck if one.id == last.card_id)
        self._is_shown = True
        self._turn += 1
        return "Your last rating was undone. Rate this card again."

    def _turn_over(self) -> None:
        self._plan = self._scheduled()
        self._card, self._is_shown = self._plan.next_card(early=self._is_early), False
        self._is_early &= self._card is not None
        self._turn += 1

    def _scheduled(self) -> Schedule:
        return schedule(self._record.events, self._deck, self._clock(), extra=self._extra)
