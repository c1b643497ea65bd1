"""The flashcards: due cards are shown, and a rating decides when each one is due again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards.deck import Flashcard, deck, sides
from lessons_lib.classroom.practice.flashcards.record import rated_event, undone_event
from lessons_lib.classroom.practice.flashcards.schedule import NEW_A_DAY, Schedule, schedule
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render, render_inline
from lessons_lib.classroom.record.event import Clock, utc_now
from lessons_lib.classroom.record.kinds import RATINGS, RatingName
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.record import LearnerRecord


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


MEANS: dict[RatingName, str] = {
    "again": "I didn't know it",
    "hard": "I knew it, but it took effort",
    "good": "I knew it",
    "easy": "I knew it right away",
}


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
        self.bank, self.record, self._clock = bank, record, clock
        self.deck = deck(bank)
        self._known = {one.id: one for one in self.deck}
        self._extra = self._turn = 0
        self._early = self._shown = False
        self.reply = ""
        self._schedule = self._replayed()
        self.card = self._schedule.next_card()

    def submit(self, action: FlashcardAction) -> None:
        """Do what the learner requested; late or impossible actions are ignored."""
        self.reply = ""
        self.record.read()
        card = self.card if self.card and self.card.id == action.card else None
        match action.do:
            case "show" if card and not self._shown:
                self._shown = True
            case "rate" if card and self._shown and action.rating:
                self._rate(card, action.rating)
            case "undo" if self._schedule.may_undo:
                self._undo()
            case "more" if self.card is None and self._schedule.all_new:
                self._extra += NEW_A_DAY
                self._turn_over()
            case "early" if self.card is None and self._schedule.later:
                self._early = True
                self._turn_over()
            case "look" if self.card is None:
                self._turn_over()
            case _:
                self._schedule = self._replayed()

    def page(self) -> Page:
        """Return everything that the page may know and show now."""
        plan = self._schedule
        frame = {
            "turn": f"{self._turn} {self.card.id if self.card else ''}",
            "reply": self.reply,
            "notices": self.record.notices,
            "counts": f"{plan.due_today} due today · {len(plan.new)} new · {len(self.deck)} cards",
            "may_undo": plan.may_undo,
        }
        return frame | (self._done() if self.card is None else self._in_front(self.card))

    def _in_front(self, card: Flashcard) -> Page:
        both = sides(card, self.bank)
        page: Page = {
            "view": "card",
            "id": card.id,
            "kind": card.kind,
            "is_new": card.id not in self._schedule.cards,
            "asks": both.asks,
            "front_html": render(both.front),
            "back_html": "",
            "ratings": [],
        }
        if self._shown:
            page |= {
                "back_html": render(both.back),
                "more_html": render(both.more),
                "lesson": _lesson_link(both.lesson),
                "ratings": [self._rating(card, name) for name in RATINGS],
            }
        return page

    def _rating(self, card: Flashcard, name: RatingName) -> Page:
        rest = rest_words(self._schedule.after(card, name))
        return {"do": name, "title": name.capitalize(), "means": MEANS[name], "rest": rest}

    def _done(self) -> Page:
        return {
            "view": "done",
            "title": "Done for now" if self._schedule.later else "Done for today",
            "text": next_sentence(self._schedule),
            "met": f"You have seen {len(self._schedule.cards)} of {len(self.deck)} cards.",
            "early": len(self._schedule.later),
            "more": min(NEW_A_DAY, len(self._schedule.all_new)),
        }

    def _rate(self, card: Flashcard, rating: RatingName) -> None:
        rest = rest_words(self._schedule.after(card, rating))
        self.record.append(rated_event(card, rating, clock=self._clock))
        self.reply = f"{rating.capitalize()}: this card comes back {rest}."
        self._turn_over()

    def _undo(self) -> None:
        if (last := self._schedule.last) is not None:
            self.record.append(undone_event(last.card_id, last.event, clock=self._clock))
            self._schedule = self._replayed()
            self.card, self._shown = self._known[last.card_id], True
            self._turn += 1
            self.reply = "Your last rating was undone. Rate this card again."

    def _turn_over(self) -> None:
        self._schedule = self._replayed()
        self.card, self._shown = self._schedule.next_card(early=self._early), False
        self._early = self._early and self.card is not None
        self._turn += 1

    def _replayed(self) -> Schedule:
        return schedule(self.record.events, self.deck, self._clock(), extra=self._extra)


def _lesson_link(slug: str) -> Page:
    for one in course().lessons:
        if one.slug == slug:
            title = render_inline(one.heading)
            return {"file": one.file_name, "title_html": title}
    return {}
