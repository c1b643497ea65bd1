"""What a learner has reached, from their record and the bank.

Every answer is graded anew from the bank; nothing that a record claims about being right counts.
An answer counts if its question is still in the bank with the same revision and the same row of
its variants; others are only counted as `not_counted`. Surveys have no right answer and are left
out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.question import Difficulty
from lessons_lib.quiz.regrade import GradedRecord, Tries
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


def summarise(events: Iterable[Event], bank: QuizBank) -> Progress:
    """Return what a learner has reached.

    Parameters
    ----------
    events : iterable of Event
        Oldest first, as a log yields them.
    bank : QuizBank
        The questions as they stand now.
    """
    return progress_of(GradedRecord(events, bank))


def progress_of(record: GradedRecord) -> Progress:
    """Return what a learner has reached by a record that is graded already."""
    return Progress(
        questions=tuple(_progress(one) for one in record.tries.values()),
        positions=record.positions,
        last_quiz=record.last_quiz,
        not_counted=len(record.rejected) + record.unreadable,
    )


def _progress(tries: Tries) -> QuestionProgress:
    question, verdicts = tries.question, tries.verdicts
    return QuestionProgress(
        id=question.id,
        quiz=tries.quiz,
        objective=question.objective,
        stage=question.stage,
        difficulty=question.difficulty,
        attempts=len(verdicts),
        right_first=bool(verdicts) and verdicts[0].is_right,
        right_last=bool(verdicts) and verdicts[-1].is_right,
        last_credit=verdicts[-1].credit if verdicts else 0.0,
        hints_used=len(tries.hints & set(range(1, len(question.hints) + 1))),
        solution_opened=tries.solution_opened,
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
