"""Grade a learner's answers again by the bank: a record that claims a score is not believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from lessons_lib.hub.screening import UNFIT, Notes
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import ANSWER, SOLUTION, Answer, Solution, payload_of
from lessons_lib.quiz.progress import Progress, summarise
from lessons_lib.quiz.question import NumberQuestion, Question, SeveralQuestion, SingleQuestion
from lessons_lib.quiz.realise import filled_from
from lessons_lib.quiz.regrade import Regrader
from lessons_lib.quiz.ten import judge, last_test
from lessons_lib.quiz.typed_number import parse_number
from lessons_lib.record.event import Event


class FirstAnswer(Struct, frozen=True):
    """A learner's first answer to a question that counts; `wrong` is what was wrong in it.

    For options these are the letters that should not have been chosen, for a number the number.
    """

    is_right: bool
    wrong: tuple[str, ...]


class Result(Struct, frozen=True):
    """What one learner has reached, by the bank.

    `answers` counts those that were graded, `changed` those to a question that has another
    revision now, or is gone. `opened_before` counts questions whose solution was opened before
    the first answer that counts.
    """

    progress: Progress
    first: dict[str, FirstAnswer]
    answers: int
    changed: int
    opened_before: int
    test: str
    last_active: datetime | None


def regrade(events: Iterable[Event], bank: QuizBank, notes: Notes) -> Result:
    """Return what a learner has reached; note answers that cannot be graded.

    Parameters
    ----------
    events : iterable of Event
        The learner's record, oldest first.
    bank : QuizBank
        The questions as they stand now.
    notes : Notes
        Takes answers that their question does not offer.
    """
    record = list(events)
    progress = summarise(record, bank)
    count = _Count(bank, {one.id for one in progress.questions}, notes)
    for event in record:
        count.take(event)
    return Result(
        progress=progress,
        first=count.first,
        answers=count.answers,
        changed=count.changed,
        opened_before=len(count.opened & count.first.keys()),
        test=_test(record, bank),
        last_active=max((one.time_utc for one in record), default=None),
    )


class _Count:
    """Goes through a record for what `summarise` does not count."""

    def __init__(self, bank: QuizBank, graded: set[str], notes: Notes) -> None:
        self.first: dict[str, FirstAnswer] = {}
        self.opened: set[str] = set()  # solutions, before an answer to the question counted
        self.answers = 0
        self.changed = 0
        self._bank = bank
        self._graded = graded
        self._notes = notes
        self._regrader = Regrader(bank)

    def take(self, event: Event) -> None:
        """Count one event, if it counts."""
        if event.subject in self._bank and event.subject not in self._graded:
            return  # a survey
        if event.kind == SOLUTION and event.subject in self._graded:
            opened = payload_of(event, Solution)
            revision = self._bank.question(event.subject).revision
            is_current = opened is not None and opened.revision == revision
            if is_current and event.subject not in self.first:
                self.opened.add(event.subject)
        elif event.kind == ANSWER and (answer := payload_of(event, Answer)) is not None:
            self._take_answer(event, answer)

    def _take_answer(self, event: Event, answer: Answer) -> None:
        verdict = self._regrader.verdict(event.subject, answer)
        if verdict is not None:
            self.answers += 1
            if event.subject not in self.first:
                question = self._bank.question(event.subject)
                wrong = () if verdict.is_right else _wrong(question, answer)
                self.first[event.subject] = FirstAnswer(verdict.is_right, wrong)
        elif self._is_changed(event.subject, answer):
            self.changed += 1
        else:
            self._notes.add(UNFIT, event)

    def _is_changed(self, subject: str, answer: Answer) -> bool:
        """Say whether an answer is to another revision, or to a question or row that is gone."""
        if subject not in self._bank:
            return True
        question = self._bank.question(subject)
        is_same = question.revision == answer.revision
        return not is_same or filled_from(question, answer.variant, answer.figures) is None


def _wrong(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return what was wrong in an answer that is not right."""
    match question:
        case SingleQuestion():
            return tuple(sorted(set(answer.letters)))
        case SeveralQuestion():
            return tuple(sorted(set(answer.letters) - set(question.answer or ())))
        case NumberQuestion():
            unit = question.answer.unit if question.answer else ""
            return (f"{parse_number(answer.number, unit):g}",)
        case _:
            return ()


def _test(record: list[Event], bank: QuizBank) -> str:
    """Return the verdict of the last test, or how far it is."""
    test = last_test(record, bank)
    if test is None:
        return ""
    if not test.has_ended:
        return f"under way, {len(test.answers)} of {len(test.questions)} answered"
    judgement = judge(test, bank)
    return f"{judgement.level}, {judgement.score.right} of {judgement.score.questions}"
