"""Practice: questions in order, then as many more as the learner wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.endless import (
    endless_quiz,
    first_tries,
    is_turn,
    next_question,
    reason_for,
)
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.quiz.regrade import GradedRecord, position_event, verdict_on
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, Position, payload_of
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply
from lessons_lib.classroom.sessions.quiz import REVIEW, QuizSession
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
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
    """A learner in the questions in order or in a turn of endless practice.

    A turn is a run through one question, which begins with the event that shows it.
    """

    title = "Practice"

    def __init__(self, bank: QuizBank, record: LearnerRecord, seed: Callable[[], int]) -> None:
        if not course().practice:
            raise ValueError("Practice needs a quiz: name it as `practice` in course.yaml.")
        quiz = bank.quiz(course().practice)
        self._bank, self._record, self._seed = bank, record, seed
        self._in_words = in_words(len(quiz.questions), "question")
        self.label = f"practice: run this cell for {self._in_words}, then as many more as you like"
        self._in_order = QuizSession(quiz, record)
        self._reason = ""  # why the question of the turn comes now
        self._turn = self._resumed()

    def submit(self, action: QuizAction) -> Page:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        return self.page(self._perform(action))

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the page of the current question or review."""
        if self._turn is None:
            page = self._in_order.page(reply)
            if page["view"] == "review":
                return page | {"onward": {"do": "endless", "text": "Keep practicing"}}
            if page["next"] == REVIEW:
                page["next"] = "See how it went"
            return page | {"doors": [*page["doors"], {"do": "endless", "text": TITLE}]}
        asked, answers = self._turn.asked(), first_answers(self._record.events, self._bank)
        frame = self._turn.frame(asked, reply) | {
            "standings": [],
            "note": f"{self._reason} {_tally_in_words(answers)}".strip(),
            "doors": [{"do": "five", "text": f"Back to the {self._in_words}"}],
        }
        # There is no last question, so the page has no number.
        return frame | self._turn.question_page(asked, last="Next question") | {"of": 0}

    def _perform(self, action: QuizAction) -> Reply:
        if action.do == "endless" or (action.do == "next" and self._turn):
            self._draw()
        elif action.do == "five":
            self._turn = None
            self._in_order.resume()
        elif self._turn is None:
            return self._in_order.perform(action)
        elif action.do in ("answer", "hint", "solution"):
            return self._turn.perform(action)
        return NO_REPLY

    def _draw(self) -> None:
        question = next_question(self._bank, self._record.events, self._seed())
        begin = position_event(question, endless_quiz())
        self._record.append(begin)
        self._turn = self._turn_from(begin)

    def _resumed(self) -> QuizRun | None:
        """Return the last turn, if the learner was last in endless practice."""
        for event in reversed(self._record.events):
            if is_turn(event):
                return self._turn_from(event)
            if (event.kind, event.subject) == (Position.kind, course().practice):
                break
        return None

    def _turn_from(self, begin: Event) -> QuizRun | None:
        """Return the turn that an event begins, or None if its question no longer exists."""
        position = payload_of(begin, Position)
        if position is None or position.question not in self._bank:
            return None
        question = self._bank.question(position.question)
        before = takewhile(lambda one: one.id != begin.id, self._record.events)
        tries = first_tries(GradedRecord(before, self._bank), self._bank)
        self._reason = reason_for(question, tries)
        quiz = Quiz(name=endless_quiz(), title=TITLE, questions=(question,))
        return QuizRun(quiz, self._record, since=begin.id)
