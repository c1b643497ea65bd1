"""The events that answers leave in the record, and the record graded again from them.

What a record claims about being right is ignored. `GradedRecord` reads a record once; progress,
exports and class results are all computed from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from lessons_lib.classroom.quiz.bank import RETIRED, QuizBank
from lessons_lib.classroom.quiz.grading import Response, ResponseError, Verdict, grade
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.quiz.variants import PersonalQuestion, filled_from
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import (
    Answer,
    Hint,
    Position,
    Solution,
    event_of,
    payload_of,
)


def answer_event(
    personal: PersonalQuestion, response: Response, quiz: str, *, test: str = ""
) -> Event:
    """Return the event for a response to a question of a quiz."""
    question = personal.question
    answer = Answer(
        letters=response.letters,
        number=response.number,
        variant=personal.variant,
        revision=question.revision,
        quiz=quiz,
        test=test,
        figures=personal.figures,
    )
    return event_of(question.id, answer)


def hint_event(question: Question, number: int, quiz: str, *, test: str = "") -> Event:
    """Return the event for a hint that was shown; the first hint is number 1."""
    return event_of(question.id, Hint(number, question.revision, quiz, test))


def solution_event(question: Question, quiz: str, *, test: str = "") -> Event:
    """Return the event for an opened solution."""
    return event_of(question.id, Solution(question.revision, quiz, test))


def position_event(question: Question, quiz: str, *, test: str = "") -> Event:
    """Return the event for moving to a question of a quiz."""
    return event_of(quiz, Position(question.id, test))


def verdict_on(bank: QuizBank, question_id: str, answer: Answer) -> Verdict | None:
    """Return the verdict on an answer, or None if it does not count.

    It counts if the question is in the bank, is graded, still has the revision and the row of
    variants that were shown, and accepts such a response. If it was asked with the learner's own
    figures, the right answer is computed from them.
    """
    if question_id not in bank:
        return None
    question = bank.question(question_id)
    filled = filled_from(question, answer.variant, answer.figures)
    if filled is None or not question.is_graded or question.revision != answer.revision:
        return None
    try:
        return grade(filled, Response(answer.letters, answer.number))
    except ResponseError:
        return None


class GradedAnswer(NamedTuple):
    """An answer in a record; the verdict is None if it does not count."""

    event: Event
    answer: Answer
    verdict: Verdict | None


@dataclass(slots=True)
class Tries:
    """What counts for one question: verdicts (oldest first), first answer, hints, solution.

    `solution_first` says whether the solution was opened before any answer counted.
    """

    quiz: str
    question: Question
    verdicts: list[Verdict] = field(default_factory=list)
    first_answer: Answer | None = None
    last_time: datetime | None = None
    hints: set[int] = field(default_factory=set)
    solution_opened: bool = False
    solution_first: bool = False


class GradedRecord:
    """A graded record: what counts for each question, and what does not count.

    Parameters
    ----------
    events : iterable of Event
        Oldest first, as a log yields them; `add` adds further ones.
    bank : QuizBank
        The current questions.

    Attributes
    ----------
    tries : dict of str to Tries
        One for each graded question, in the bank's order, and then for each retired one. Surveys
        have no right answer and are left out.
    in_pool : frozenset of str
        The questions that no notebook shows, retired ones included.
    opened : set of str
        The quizzes of which a question was answered in its own notebook.
    answers : list of GradedAnswer
        Every answer, surveys included.
    not_counted : int
        The number of answers that do not count, without surveys.
    """

    def __init__(self, events: Iterable[Event], bank: QuizBank) -> None:
        self.tries = {
            question.id: Tries(quiz.name, question)
            for quiz in bank.quizzes
            for question in quiz.questions
            if question.is_graded and quiz.policy_of(question) != "survey"
        }
        for one in bank.retired.questions if bank.retired else ():
            self.tries[one.id] = Tries(bank.lesson_on(one.objective) or RETIRED, one)
        self.in_pool = frozenset(self.tries) - {
            one.id for one in bank.questions if one.place != "pool"
        }
        self.opened: set[str] = set()
        self.answers: list[GradedAnswer] = []
        self.not_counted = 0
        self._bank = bank
        self._verdict = cache(partial(verdict_on, bank))  # the same wrong answer is common
        for event in events:
            self.add(event)

    def is_survey(self, subject: str) -> bool:
        """Return whether an event's subject is a question without a right answer."""
        return subject in self._bank and subject not in self.tries

    def add(self, event: Event) -> GradedAnswer | None:
        """Add the next event; return it graded if it is an answer, None for any other event.

        An answer event with values of the wrong type is no answer, but is counted as one.
        """
        if event.kind == Answer.kind:
            return self._add_answer(event)
        if hint := payload_of(event, Hint):
            if tries := self._current(event.subject, hint.revision):
                tries.hints.add(hint.number)
        elif (solution := payload_of(event, Solution)) and (
            tries := self._current(event.subject, solution.revision)
        ):
            tries.solution_opened = True
            tries.solution_first |= not tries.verdicts
        return None

    def _add_answer(self, event: Event) -> GradedAnswer | None:
        answer = payload_of(event, Answer)
        verdict = self._verdict(event.subject, answer) if answer else None
        if verdict is None:
            self.not_counted += not self.is_survey(event.subject)
        if answer is None:
            return None
        self.answers.append(GradedAnswer(event, answer, verdict))
        if verdict and (tries := self.tries.get(event.subject)):
            tries.verdicts.append(verdict)
            tries.first_answer = tries.first_answer or answer
            tries.last_time = event.time_utc
            if not answer.test and answer.quiz in ("", tries.quiz):
                self.opened.add(tries.quiz)
        return self.answers[-1]

    def _current(self, subject: str, revision: int) -> Tries | None:
        """Return the tries at a question, or None if it was revised or removed."""
        tries = self.tries.get(subject)
        return tries if tries is not None and tries.question.revision == revision else None
