"""What a learner began today: the cards that were due, then the missed questions, each once."""

from __future__ import annotations

from lessons_lib.classroom.practice.due import begun_of, due_at, left_of, today_quiz
from lessons_lib.classroom.practice.flashcards.deck import Flashcard
from lessons_lib.classroom.practice.flashcards.schedule import day_around, rated_event, schedule
from lessons_lib.classroom.practice.modes.today import today
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.record.event import Clock, Event
from lessons_lib.classroom.sessions.flashcards import card_page
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply, target
from lessons_lib.classroom.sessions.question_page import AskedQuestion
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.classroom.sessions.review import question_list, reading_list
from lessons_lib.formats import counted

TITLE = "Today"


class TodaySession:
    """A learner's way through what they began today.

    Parameters
    ----------
    bank : QuizBank
        The current questions: those that were revised or removed since are left out.
    record : LearnerRecord
        What was rated or answered anywhere since the beginning is done.
    begun : Event
        The beginning.
    clock : callable
        Returns the current time, with a time zone.

    Attributes
    ----------
    is_empty : bool
        Whether there is nothing to ask.
    """

    def __init__(self, bank: QuizBank, record: LearnerRecord, begun: Event, clock: Clock) -> None:
        self.begun, self._bank, self._record, self._clock = begun, bank, record, clock
        self._due = begun_of(begun, bank)
        self._items = [*self._due]
        quiz = Quiz(name=today_quiz(), title=TITLE, questions=self._due.questions)
        self._run = QuizRun(quiz, record, since=begun.id)
        self._at, self._is_shown = -1, False  # the index of an item; beyond the last at the end
        self._go_on()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask."""
        return not self._items

    def perform(self, action: QuizAction) -> Reply:
        """Do what the learner requested; late or impossible actions are skipped."""
        item = self._item
        is_card = isinstance(item, Flashcard) and item.id == action.question
        match action.do:
            case "next":
                self._go_on()
            case "go" if action.to <= len(self._due.questions):
                self._turn_to(len(self._due.cards) + action.to - 1)
            case "show" if is_card:
                self._is_shown = True
            case "rate" if is_card and self._is_shown and action.rating:
                assert isinstance(item, Flashcard)
                self._record.append(rated_event(item, action.rating, clock=self._clock))
                self._go_on()
            case "answer" | "hint" | "solution" if item and not isinstance(item, Flashcard):
                return self._run.perform(action)
        return NO_REPLY

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the page of the current card or question, or in the end what comes tomorrow."""
        asked, item, left = self._run.asked(), self._item, self._left()
        done = "answered"
        standings = ["open" if one.id in left else done for one in self._due.cards]
        standings += [
            done if one.standing == "open" and one.question.id not in left else one.standing
            for one in asked
        ]
        note = f"{self._due}. {len(left)} left." if left else f"{self._due}."
        frame = self._run.frame(asked, reply) | {"standings": standings, "here": self._at}
        frame["note"] = note
        if item is None:
            return frame | self._done(asked)
        others = left - {item.id}
        onward = "Next" if others else "" if item.id in left else "Finish"
        if isinstance(item, Flashcard):
            plan = schedule(self._record.events, self._due.cards, self._clock())
            card = card_page(item, self._bank, plan, is_shown=self._is_shown)
            return frame | {"turn": f"{self.begun.id} {item.id}"} | card
        page = self._run.question_page(asked, last=onward)
        return frame | page | {"back": "", "next": onward}

    def _done(self, asked: list[AskedQuestion]) -> Page:
        events, now = self._record.events, self._clock()
        tomorrow = due_at(events, self._bank, day_around(now)[1])
        right = sum(one.standing == "right" for one in asked)
        cards = [f"{counted(len(self._due.cards), 'card')} reviewed"] * bool(self._due.cards)
        questions = [f"{right} of {counted(len(asked), 'missed question')} now right"] * bool(asked)
        following = [
            {**target(one.link), "title": one.words, "about": ""}
            for one in today(events, self._bank, now)
        ]
        return {
            "view": "review",
            "heading": "Done for today",
            "summary": f"{', '.join(cards + questions)}. Tomorrow: {tomorrow or 'nothing is due'}.",
            "questions": question_list(asked),
            "reading": reading_list(asked),
            "following": following,
            "again": "",
        }

    @property
    def _item(self) -> Flashcard | Question | None:
        return self._items[self._at] if self._at < len(self._items) else None

    def _left(self) -> frozenset[str]:
        return frozenset(left_of(self.begun, self._record.events, self._bank).ids)

    def _go_on(self) -> None:
        """Go to the next item that is left: after the last one, to those that were skipped."""
        left, count = self._left(), len(self._items)
        places = [*range(self._at + 1, count), *range(min(self._at + 1, count))]
        self._turn_to(next((one for one in places if self._items[one].id in left), count))

    def _turn_to(self, place: int) -> None:
        self._at, self._is_shown = place, False
        self._run.index = max(0, place - len(self._due.cards))
