"""Regrade a learner's record by the bank, ignoring scores in it, and note suspicious events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from lessons_lib.classroom.hub.collect.homes import printable
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import judge, last_test
from lessons_lib.classroom.quiz.grading import parse_number
from lessons_lib.classroom.quiz.progress import Progress, progress_of
from lessons_lib.classroom.quiz.question import (
    NumberQuestion,
    Question,
    SeveralQuestion,
    SingleQuestion,
)
from lessons_lib.classroom.quiz.regrade import GradedRecord, Tries
from lessons_lib.classroom.quiz.variants import filled_from
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import KINDS, Answer, payload_of

TOO_FAR_AHEAD = timedelta(days=1)

FUTURE = "the time is in the future; not counted"
UNKNOWN_KIND = "an event of a kind that the lessons do not write; skipped"
NO_ANSWER = "an answer with values of the wrong type; not counted"
CLAIM = "an answer with extra fields, which were ignored"
UNFIT = "an answer that its question does not offer; not counted"


class Notes:
    """Collects the problems of one record, so that each is reported once per file.

    Parameters
    ----------
    places : mapping
        The file and line of each event, by its id.
    """

    def __init__(self, places: Mapping[str, tuple[str, int]]) -> None:
        self._places = places
        self._lines: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, fault: str, event: Event) -> None:
        """Record a fault of an event."""
        file, line = self._places[event.id]
        self._lines[file, fault].append(line)

    def sentences(self) -> list[str]:
        """Return one sentence per fault and file, with the first line that has the fault."""
        return [
            f"{printable(file)}: line {min(lines)}: {fault}"
            + (f" ({len(lines):,} such lines)." if len(lines) > 1 else ".")
            for (file, fault), lines in sorted(self._lines.items())
        ]


class FirstAnswer(Struct, frozen=True):
    """A learner's first counted answer to a question.

    `wrong` contains the letters that should not have been chosen, or the wrong number.
    """

    is_right: bool
    wrong: tuple[str, ...]


class Result(Struct, frozen=True):
    """The results of one learner, graded by the bank.

    `answers` counts the graded answers, `changed` the answers to questions that were revised or
    removed since. `opened_before` counts the questions whose solution was opened before
    the first counted answer.
    """

    progress: Progress
    first: dict[str, FirstAnswer]
    answers: int
    changed: int
    opened_before: int
    test: str
    last_active: datetime | None


def screened(events: Iterable[Event], notes: Notes, now: datetime) -> list[Event]:
    """Return the valid events in their order, and note the faults of the others."""
    valid = []
    for event in events:
        if fault := _fault(event, now):
            notes.add(fault, event)
        else:
            valid.append(event)
        if event.kind == Answer.kind and event.payload.keys() - set(Answer.__struct_fields__):
            notes.add(CLAIM, event)
    return valid


def _fault(event: Event, now: datetime) -> str:
    """Return why an event is not counted, or an empty string."""
    if event.kind not in KINDS:
        return UNKNOWN_KIND
    if event.time_utc > now + TOO_FAR_AHEAD:
        return FUTURE
    if event.kind == Answer.kind and payload_of(event, Answer) is None:
        return NO_ANSWER
    return ""


def regrade(events: Iterable[Event], bank: QuizBank, notes: Notes) -> Result:
    """Return a learner's results, and note the answers that cannot be graded.

    Parameters
    ----------
    events : iterable of Event
        The learner's record, oldest first.
    bank : QuizBank
        The current questions.
    notes : Notes
        Collects answers that are not among the options of their question.
    """
    events = list(events)
    record = GradedRecord(events, bank)
    changed = 0
    for event, answer, _ in record.rejected:
        if _is_changed(bank, event.subject, answer):
            changed += 1
        else:
            notes.add(UNFIT, event)
    answered = {name: one for name, one in record.tries.items() if one.verdicts}
    return Result(
        progress=progress_of(record),
        first={name: _first_answer(one) for name, one in answered.items()},
        answers=sum(len(one.verdicts) for one in answered.values()),
        changed=changed,
        opened_before=sum(one.solution_first for one in answered.values()),
        test=_test(events, bank),
        last_active=max((one.time_utc for one in events), default=None),
    )


def _is_changed(bank: QuizBank, subject: str, answer: Answer) -> bool:
    """Return whether an answer is to another revision, or to a removed question or variant."""
    if subject not in bank:
        return True
    question = bank.question(subject)
    is_same = question.revision == answer.revision
    return not is_same or filled_from(question, answer.variant, answer.figures) is None


def _first_answer(tries: Tries) -> FirstAnswer:
    is_right = tries.verdicts[0].is_right
    wrong = () if is_right or not tries.first_answer else _wrong(tries.question, tries.first_answer)
    return FirstAnswer(is_right, wrong)


def _wrong(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return the mistakes in a wrong answer."""
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


def _test(events: list[Event], bank: QuizBank) -> str:
    """Return the verdict of the last test, graded again, or its progress if it is not finished."""
    test = last_test(events, bank)
    if test is None:
        return ""
    if not test.has_ended:
        return f"in progress, {len(test.answers)} of {len(test.questions)} answered"
    if not test.is_current:
        return "finished, but its questions have changed since"
    judgment = judge(replace(test, recorded=None), bank)
    return f"{judgment.level}, {judgment.score.right} of {judgment.score.questions}"
