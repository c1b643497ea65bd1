"""Practice: questions in order, then as many more as the learner wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.endless import endless_quiz, is_turn, next_question
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.quiz.regrade import position_event, verdict_on
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, Position, payload_of
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz import QuizAction, QuizSession
from lessons_lib.classroom.sessions.record import LearnerRecord
from lessons_lib.formats import in_words

TITLE = "Endless practice"


@dataclass(frozen=True, slots=True)
class EndlessTally:
    """The counts of endless practice; only the first answer of each turn counts."""

    answered: int = 0
    right: int = 0
    streak: int = 0

    def __str__(self) -> str:
        if not self.answered:
            return "A mix of new questions and those that you missed."
        row = f", {self.streak} in a row" if self.streak > 1 else ""
        return f"{self.answered} answered here, {self.right} right on the first try{row}."


def endless_tally(events: Iterable[Event], bank: QuizBank) -> EndlessTally:
    """Count the answered turns of endless practice in a record."""
    tally, due = EndlessTally(), ""  # the question of the turn, until its first answer
    for event in events:
        if is_turn(event):
            position = payload_of(event, Position)
            due = position.question if position else ""
        elif event.subject == due and (answer := payload_of(event, Answer)):
            verdict = verdict_on(bank, event.subject, answer)
            if verdict is not None and answer.quiz == endless_quiz():
                due, right = "", verdict.is_right
                streak = tally.streak + 1 if right else 0
                tally = EndlessTally(tally.answered + 1, tally.right + right, streak)
    return tally


def questions_in_order(bank: QuizBank) -> str:
    """Return how many questions come before endless practice: "five questions"."""
    return in_words(len(bank.quiz(course().practice).questions), "question")


class EndlessSession(QuizSession):
    """One turn of endless practice: one question, starting at the last position in the record."""

    def __init__(self, question: Question, bank: QuizBank, record: LearnerRecord) -> None:
        quiz = Quiz(name=endless_quiz(), title=TITLE, questions=(question,))  # type: ignore[arg-type]
        last = _last_turn(record.events)
        since = record.events[last].id if last is not None else ""
        super().__init__(quiz, bank, record, since=since)

    def current_question_page(self) -> Page:
        """Return the question's page without a number, since there is no last question."""
        page = super().current_question_page()
        return page | {"turn": self.since, "of": 0, "back": "", "next": "Next question"}

    def frame(self) -> Page:
        """Return the frame with the tally and the way back."""
        doors = [{"do": "five", "text": f"Back to the {questions_in_order(self.bank)}"}]
        note = str(endless_tally(self.record.events, self.bank))
        return super().frame() | {"note": note, "doors": doors, "standings": []}


class FiveSession(QuizSession):
    """The questions in order, with a door to endless practice."""

    def frame(self) -> Page:
        """Return the frame with the door."""
        return super().frame() | {"doors": [{"do": "endless", "text": TITLE}]}


class PracticeSession:
    """A learner in the questions in order or in a turn of endless practice."""

    title = "Practice"

    def __init__(self, bank: QuizBank, record: LearnerRecord, seed: Callable[[], int]) -> None:
        if not course().practice:
            raise ValueError("Practice needs a quiz: name it as `practice` in course.yaml.")
        self._bank, self._record, self._seed = bank, record, seed
        words = questions_in_order(bank)
        self.label = f"practice: run this cell for {words}, then as many more as you like"
        self._five = FiveSession(bank.quiz(course().practice), bank, record)
        self._endless = self._resumed()

    def submit(self, action: QuizAction) -> None:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        if action.do == "endless" or (action.do == "next" and self._endless):
            self._draw()
        elif action.do == "five":
            self._endless = None
            self._five.perform(QuizAction("go", to=self._five.index + 1))
        elif self._endless is None:
            self._five.perform(action)
        elif action.do in ("answer", "hint", "solution"):
            self._endless.perform(action)

    def page(self) -> Page:
        """Return the page of the current question or review."""
        return (self._endless or self._five).page()

    def _draw(self) -> None:
        question = next_question(self._bank, self._record.events, self._seed())
        self._record.append(position_event(question, endless_quiz()))
        self._endless = EndlessSession(question, self._bank, self._record)

    def _resumed(self) -> EndlessSession | None:
        """Return the last turn, if the learner was last in endless practice."""
        events = self._record.events
        turn = _last_turn(events)
        if turn is None or any(
            (one.kind, one.subject) == (Position.kind, course().practice) for one in events[turn:]
        ):
            return None
        position = payload_of(events[turn], Position)
        if position is None or position.question not in self._bank:
            return None
        return EndlessSession(self._bank.question(position.question), self._bank, self._record)


def _last_turn(events: list[Event]) -> int | None:
    """Return the index at which the last turn of endless practice begins, or None."""
    return max((i for i, one in enumerate(events) if is_turn(one)), default=None)
