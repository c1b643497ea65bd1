"""Practice: what is due today, questions in order, then as many more as the learner wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.due import Due, begin, begun_today, due_at, left_of
from lessons_lib.classroom.practice.endless import (
    endless_quiz,
    first_tries,
    is_turn,
    next_question,
    reason_for,
)
from lessons_lib.classroom.practice.flashcards.schedule import day_around
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.quiz.regrade import GradedRecord, position_event, verdict_on
from lessons_lib.classroom.record.event import Clock, Event, utc_now
from lessons_lib.classroom.record.kinds import Answer, BegunDay, Position, payload_of
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply
from lessons_lib.classroom.sessions.quiz import REVIEW, QuizSession
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.classroom.sessions.today import TodaySession
from lessons_lib.formats import in_words

TITLE = "Endless practice"


def first_answers(events: Iterable[Event], bank: QuizBank) -> list[bool]:
    """Return whether the first answer of each turn of endless practice was right."""
    found, due = list[bool](), ""  # the question of the turn, until its first answer
    for event in events:
        if is_turn(event):
            position = payload_of(event, Position)
            due = position.question if position else ""
        elif event.subject == due and (answer := payload_of(event, Answer)):
            verdict = verdict_on(bank, event.subject, answer)
            if verdict is not None and answer.quiz == endless_quiz():
                found.append(verdict.is_right)
                due = ""
    return found


def streak(answers: Sequence[bool]) -> int:
    """Return how many answers at the end were right."""
    return sum(1 for _ in takewhile(bool, reversed(answers)))


def _tally_in_words(answers: Sequence[bool]) -> str:
    if not answers:
        return "After every two new questions comes one that you missed."
    row = f", {streak(answers)} in a row" if streak(answers) > 1 else ""
    return f"{sum(answers)} of {len(answers)} right on the first try here{row}."


class PracticeSession:
    """A learner in what is due today, in the questions in order, or in a turn of endless practice.

    A turn is a run through one question, which begins with the event that shows it. What is due
    begins with an event, too, from here or from the start page.
    """

    title = "Practice"

    def __init__(
        self,
        bank: QuizBank,
        record: LearnerRecord,
        seed: Callable[[], int],
        clock: Clock = utc_now,
    ) -> None:
        if not course().practice:
            raise ValueError("Practice needs a quiz: name it as `practice` in course.yaml.")
        quiz = bank.quiz(course().practice)
        self._bank, self._record, self._seed, self._clock = bank, record, seed, clock
        self._in_words = in_words(len(quiz.questions), "question")
        self.label = f"practice: run this cell for {self._in_words}, then as many more as you like"
        self._in_order = QuizSession(quiz, record)
        self._reason = ""  # why the question of the turn comes now
        self._turn: QuizRun | None = None
        self._today: TodaySession | None = None
        self._resume()

    def submit(self, action: QuizAction) -> Page:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        return self.page(self._perform(action))

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the page of the current question or review; it looks for a new beginning."""
        onward = {"onward": {"do": "endless", "text": "Keep practicing"}}
        if self._today:
            page = self._today.page(reply)
            page["doors"] = [{"do": "five", "text": f"Go to the {self._in_words}"}]
            return page | {"looks": True} | (onward if page["view"] == "review" else {})
        back = [{"do": "today", "text": "Back to today's"}] if self._left_today() else []
        page = self._endless_page(reply) if self._turn else self._in_order.page(reply)
        page |= {"looks": True, "doors": [*page["doors"], *back]}
        if self._turn:
            return page
        if page["view"] == "review":
            return page | onward
        if page["next"] == REVIEW:
            page["next"] = "See how it went"
        return page | {"doors": [*page["doors"], {"do": "endless", "text": TITLE}]}

    def _endless_page(self, reply: Reply) -> Page:
        assert self._turn
        asked, answers = self._turn.asked(), first_answers(self._record.events, self._bank)
        frame = self._turn.frame(asked, reply) | {
            "standings": [],
            "note": f"{self._reason} {_tally_in_words(answers)}".strip(),
            "doors": [{"do": "five", "text": f"Back to the {self._in_words}"}],
        }
        # There is no last question, so the page has no number.
        return frame | self._turn.question_page(asked, last="Next question") | {"of": 0}

    def _perform(self, action: QuizAction) -> Reply:
        if action.do == "look":
            self._look()
        elif action.do == "today":
            self._begin(self._left_today())
        elif action.do == "endless" or (action.do == "next" and self._turn):
            self._draw()
        elif action.do == "five":
            self._turn = self._today = None
            self._in_order.resume()
        elif self._today:
            return self._today.perform(action)
        elif self._turn is None:
            return self._in_order.perform(action)
        elif action.do in ("answer", "hint", "solution"):
            return self._turn.perform(action)
        return NO_REPLY

    def _draw(self) -> None:
        question = next_question(self._bank, self._record.events, self._seed())
        begin_turn = position_event(question, endless_quiz())
        self._record.append(begin_turn)
        self._turn, self._today = self._turn_from(begin_turn), None

    def _left_today(self) -> Due:
        """Return what is left of what was begun today."""
        events = self._record.events
        begun = begun_today(events, self._clock())
        return left_of(begun, events, self._bank) if begun else Due()

    def _begin(self, due: Due) -> None:
        """Begin what is due, if it still is."""
        begun = begin(due, self._record.events, self._bank, clock=self._clock)
        if begun:
            self._record.append(begun)
            self._go_to(begun)

    def _go_to(self, begun: Event) -> None:
        session = TodaySession(self._bank, self._record, begun, self._clock)
        if not session.is_empty:
            self._today, self._turn = session, None

    def _look(self) -> None:
        """Go to what was begun elsewhere, since the learner was here last."""
        latest = self._latest()
        is_here = latest and self._today and self._today.begun.id == latest.id
        if latest and latest.kind == BegunDay.kind and not is_here:
            self._go_to(latest)

    def _resume(self) -> None:
        """Go to what is due from earlier days, unless it was begun; else where the learner was."""
        events, now = self._record.events, self._clock()
        if begun_today(events, now) is None:
            day_begins, _ = day_around(now)
            earlier = [one for one in events if one.time_utc < day_begins]
            self._begin(due_at(earlier, self._bank, now))
        latest = self._latest()
        if latest is None:
            return
        if latest.kind == BegunDay.kind:
            self._look()
        elif is_turn(latest):
            self._turn = self._turn_from(latest)

    def _latest(self) -> Event | None:
        """Return the latest event that says where in practice the learner is."""
        begun = begun_today(self._record.events, self._clock())
        places = (endless_quiz(), course().practice)
        for event in reversed(self._record.events):
            if event is begun or (event.kind == Position.kind and event.subject in places):
                return event
        return None

    def _turn_from(self, begin_turn: Event) -> QuizRun | None:
        """Return the turn that an event begins, or None if its question no longer exists."""
        position = payload_of(begin_turn, Position)
        if position is None or position.question not in self._bank:
            return None
        question = self._bank.question(position.question)
        before = takewhile(lambda one: one.id != begin_turn.id, self._record.events)
        tries = first_tries(GradedRecord(before, self._bank), self._bank)
        self._reason = reason_for(question, tries)
        quiz = Quiz(name=endless_quiz(), title=TITLE, questions=(question,))
        return QuizRun(quiz, self._record, since=begin_turn.id)
