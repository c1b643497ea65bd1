"""What a learner has reached, from their record and the bank.

Every answer is graded anew from the bank; nothing that a record claims about being right counts.
An answer counts if its question is still in the bank with the same revision and the same row of
its variants; others are only counted as `not_counted`. Surveys have no right answer and are left
out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import (
    ANSWER,
    HINT,
    POSITION,
    SOLUTION,
    Answer,
    Hint,
    Position,
    Solution,
    payload_of,
)
from lessons_lib.quiz.grading import Verdict
from lessons_lib.quiz.question import Difficulty, Question
from lessons_lib.quiz.regrade import Regrader
from lessons_lib.record.event import Event

Group: TypeAlias = Literal["quiz", "objective", "stage", "difficulty"]


class QuestionProgress(Struct, frozen=True):
    """How one question went, over all places where it was shown."""

    id: str
    quiz: str
    objective: str
    stage: str
    difficulty: Difficulty
    attempts: int = 0
    right_first: bool = False
    right_last: bool = False
    last_credit: float = 0.0
    hints_used: int = 0
    solution_opened: bool = False
    last_time: datetime | None = None


class Tally(Struct, frozen=True):
    """Counts over some questions."""

    questions: int
    attempted: int
    right_first: int
    right_last: int
    hints_used: int


class Progress(Struct, frozen=True):
    """Every graded question in the bank's order, and the question last looked at in each quiz."""

    questions: tuple[QuestionProgress, ...]
    positions: dict[str, str]
    last_quiz: str | None
    not_counted: int

    @property
    def overall(self) -> Tally:
        """The counts over all questions."""
        return _tally(self.questions)

    def by(self, group: Group) -> dict[str, Tally]:
        """Return the counts by quiz, objective, stage or difficulty, in the bank's order."""
        groups: defaultdict[str, list[QuestionProgress]] = defaultdict(list)
        for one in self.questions:
            groups[str(getattr(one, group))].append(one)
        return {name: _tally(members) for name, members in groups.items()}


class _Tries:
    """What was counted for one question so far."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.hints: set[int] = set()
        self.solution = False
        self.last_time: datetime | None = None


class _Count:
    """Goes through a record and counts."""

    def __init__(self, bank: QuizBank) -> None:
        self.graded = {one.id: (quiz, one) for quiz, one in _graded(bank)}
        self.tries = {name: _Tries() for name in self.graded}
        self.positions: dict[str, str] = {}
        self.last_quiz: str | None = None
        self.not_counted = 0
        self._bank = bank
        self._regrader = Regrader(bank)

    def take(self, event: Event) -> None:
        """Count one event, if it counts."""
        if event.kind == ANSWER:
            self._take_answer(event)
        elif event.kind == HINT and (hint := payload_of(event, Hint)) is not None:
            if self._is_current(event.subject, hint.revision):
                self.tries[event.subject].hints.add(hint.number)
        elif event.kind == SOLUTION and (opened := payload_of(event, Solution)) is not None:
            if self._is_current(event.subject, opened.revision):
                self.tries[event.subject].solution = True
        elif event.kind == POSITION and (place := payload_of(event, Position)) is not None:
            self.positions[event.subject], self.last_quiz = place.question, event.subject

    def _take_answer(self, event: Event) -> None:
        if event.subject in self._bank and event.subject not in self.graded:
            return  # a survey
        answer = payload_of(event, Answer)
        verdict = None if answer is None else self._regrader.verdict(event.subject, answer)
        if verdict is None:
            self.not_counted += 1
        else:
            self.tries[event.subject].verdicts.append(verdict)
            self.tries[event.subject].last_time = event.time_utc

    def _is_current(self, subject: str, revision: int) -> bool:
        return subject in self.graded and self.graded[subject][1].revision == revision


def summarise(events: Iterable[Event], bank: QuizBank) -> Progress:
    """Return what a learner has reached.

    Parameters
    ----------
    events : iterable of Event
        Oldest first, as a log yields them.
    bank : QuizBank
        The questions as they stand now.
    """
    count = _Count(bank)
    for event in events:
        count.take(event)
    return Progress(
        questions=tuple(
            _progress(quiz, one, count.tries[one.id]) for quiz, one in count.graded.values()
        ),
        positions=count.positions,
        last_quiz=count.last_quiz,
        not_counted=count.not_counted,
    )


def _graded(bank: QuizBank) -> Iterator[tuple[str, Question]]:
    for quiz in bank.quizzes:
        for question in quiz.questions:
            if question.is_graded and quiz.mode_of(question) != "survey":
                yield quiz.name, question


def _progress(quiz: str, question: Question, tries: _Tries) -> QuestionProgress:
    verdicts = tries.verdicts
    return QuestionProgress(
        id=question.id,
        quiz=quiz,
        objective=question.objective,
        stage=question.stage,
        difficulty=question.difficulty,
        attempts=len(verdicts),
        right_first=bool(verdicts) and verdicts[0].is_right,
        right_last=bool(verdicts) and verdicts[-1].is_right,
        last_credit=verdicts[-1].credit if verdicts else 0.0,
        hints_used=len(tries.hints & set(range(1, len(question.hints) + 1))),
        solution_opened=tries.solution,
        last_time=tries.last_time,
    )


def _tally(questions: Iterable[QuestionProgress]) -> Tally:
    members = list(questions)
    return Tally(
        questions=len(members),
        attempted=sum(one.attempts > 0 for one in members),
        right_first=sum(one.right_first for one in members),
        right_last=sum(one.right_last for one in members),
        hints_used=sum(one.hints_used for one in members),
    )
