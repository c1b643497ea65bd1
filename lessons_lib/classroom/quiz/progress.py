"""Compute a learner's progress from their record, and their state in one quiz.

Every answer is graded again from the bank; what a record claims about being right is ignored.
An answer counts if its question is still in the bank with the same revision and the same row of
variants; `not_counted` is the number of other answers. Surveys have no right answer and are left
out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Response, ResponseError, checked
from lessons_lib.classroom.quiz.question import Difficulty, Question, Quiz
from lessons_lib.classroom.quiz.regrade import GradedRecord, Tries
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, Figures, Hint, Position, Solution, payload_of

Group: TypeAlias = Literal["quiz", "objective", "stage", "difficulty"]


class QuestionProgress(Struct, frozen=True):
    """The progress on one question, wherever it was shown."""

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
    """Counts over a group of questions."""

    questions: int
    attempted: int
    right_first: int
    right_last: int
    hints_used: int

    def __str__(self) -> str:
        if not self.questions:
            return "No questions can be read at the moment."
        if not self.attempted:
            return f"You haven't answered any of the {self.questions} questions yet."
        return (
            f"{self.attempted} of {self.questions} questions answered, "
            f"{self.right_last} of them correctly."
        )


class Progress(Struct, frozen=True):
    """Every graded question in the bank's order.

    Counts leave out the `unseen` questions: those that no notebook shows, until they are answered
    or a hint is used. `opened` names the quizzes with an answer in their own notebook.
    """

    questions: tuple[QuestionProgress, ...]
    not_counted: int
    unseen: frozenset[str] = frozenset()
    in_pool: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()

    @property
    def overall(self) -> Tally:
        """The counts over all questions."""
        return _tally(one for one in self.questions if one.id not in self.unseen)

    def by(self, group: Group) -> dict[str, Tally]:
        """Return the counts by quiz, objective, stage or difficulty, in the bank's order."""
        groups: defaultdict[str, list[QuestionProgress]] = defaultdict(list)
        for one in (one for one in self.questions if one.id not in self.unseen):
            groups[str(getattr(one, group))].append(one)
        return {name: _tally(members) for name, members in groups.items()}

    @property
    def in_notebooks(self) -> Progress:
        """The progress on the questions of the notebooks alone, of which there are always as many.

        In a notebook that was never opened, nothing is answered, whatever tests and practice asked.
        """
        own = (one for one in self.questions if one.id not in self.in_pool)
        return Progress(
            tuple(one if one.quiz in self.opened else _unanswered(one) for one in own),
            self.not_counted,
        )

    def __str__(self) -> str:
        own, asked = self.in_notebooks.overall, self.overall
        elsewhere = asked.attempted - own.attempted
        if not elsewhere:
            return str(own)
        return (
            f"{own.attempted} of {own.questions} questions in the notebooks answered, "
            f"{own.right_last} of them correctly. Asked only in tests and practice: {elsewhere}, "
            f"{asked.right_last - own.right_last} of them answered correctly."
        )


def summarise(events: Iterable[Event], bank: QuizBank) -> Progress:
    """Return a learner's progress.

    Parameters
    ----------
    events : iterable of Event
        Oldest first, as a log yields them.
    bank : QuizBank
        The current questions.
    """
    return progress_of(GradedRecord(events, bank))


def progress_of(record: GradedRecord) -> Progress:
    """Return a learner's progress from a record that is already graded."""
    questions = tuple(map(_progress, record.tries.values()))
    in_pool = (one for one in questions if one.id in record.in_pool)
    return Progress(
        questions=questions,
        not_counted=record.not_counted,
        unseen=frozenset(one.id for one in in_pool if not (one.attempts or one.hints_used)),
        in_pool=record.in_pool,
        opened=frozenset(record.opened),
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


def _unanswered(one: QuestionProgress) -> QuestionProgress:
    return QuestionProgress(one.id, one.quiz, one.objective, one.stage, one.difficulty)


def _tally(questions: Iterable[QuestionProgress]) -> Tally:
    members = list(questions)
    return Tally(
        questions=len(members),
        attempted=sum(one.attempts > 0 for one in members),
        right_first=sum(one.right_first for one in members),
        right_last=sum(one.right_last for one in members),
        hints_used=sum(one.hints_used for one in members),
    )


class QuestionState(Struct, frozen=True):
    """What a learner did with one question; all defaults before the first event."""

    response: Response | None = None  # the last one
    variant: int | None = None
    attempts: int = 0
    hints_used: int = 0
    solution_opened: bool = False
    figures: Figures = ()


class QuizState(Struct):
    """A learner's state in one quiz: what they did with each question, and viewed last."""

    states: dict[str, QuestionState] = {}
    position: str | None = None

    def of(self, question: Question) -> QuestionState:
        """Return what the learner did with a question."""
        return self.states.get(question.id, QuestionState())


def state_of(quiz: Quiz, events: Iterable[Event], *, test: str = "") -> QuizState:
    """Return a learner's state in a quiz after the events of their record, oldest first.

    Parameters
    ----------
    quiz : Quiz
        A bank's quiz, or one assembled for practice or a test.
    events : iterable of Event
        Those of other quizzes, or of another revision of a question, do not count.
    test : str
        Only events of this test count; by default, only those outside tests.
    """
    questions, state = {one.id: one for one in quiz.questions}, QuizState()
    for event in events:
        if event.subject == quiz.name and (position := payload_of(event, Position)):
            if position.test == test and position.question in questions:
                state.position = position.question
        elif (question := questions.get(event.subject)) is not None:
            before = state.of(question)
            after = _after(before, event, question, (quiz.name, test))
            if after is not before:
                state.states[question.id], state.position = after, question.id
    return state


def _after(
    state: QuestionState, event: Event, question: Question, quiz_and_test: tuple[str, str]
) -> QuestionState:
    """Return a question's state after an event; the same object if it does not count."""
    payload = payload_of(event, Answer) or payload_of(event, Hint) or payload_of(event, Solution)
    if payload is None or (payload.quiz, payload.test) != quiz_and_test:
        return state
    if payload.revision != question.revision:
        return state
    match payload:
        case Answer():
            return _after_answer(state, payload, question)
        case Hint():
            used = min(max(state.hints_used, payload.number), len(question.hints))
            return structs.replace(state, hints_used=used)
        case Solution():
            return structs.replace(state, solution_opened=True)


def _after_answer(state: QuestionState, answer: Answer, question: Question) -> QuestionState:
    try:
        response = checked(question, Response(answer.letters, answer.number))
    except ResponseError:
        return state
    return structs.replace(
        state,
        response=response,
        variant=answer.variant,
        figures=answer.figures,
        attempts=state.attempts + 1,
    )
