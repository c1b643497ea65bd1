"""One learner's row: their record graded by the bank in one pass, whatever the record claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from lessons_lib.classroom.hub.collect.homes import HomeRecord, Status, printable
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import judge, last_test
from lessons_lib.classroom.quiz.grading import parse_number
from lessons_lib.classroom.quiz.progress import Progress, progress_of
from lessons_lib.classroom.quiz.question import NumberQuestion
from lessons_lib.classroom.quiz.regrade import GradedRecord, Tries
from lessons_lib.classroom.quiz.variants import filled_from
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import KINDS, Answer, Position, StartedTest, payload_of

TOO_FAR_AHEAD = timedelta(days=1)
MOST_SECONDS = 600.0  # for one question; longer ones were interrupted, and count as this

FUTURE = "the time is in the future; not counted"
UNKNOWN_KIND = "an event of a kind that the lessons do not write; skipped"
NO_ANSWER = "an answer with values of the wrong type; not counted"
CLAIM = "an answer with extra fields, which were ignored"
UNFIT = "an answer that its question does not offer; not counted"


class FirstAnswer(Struct, frozen=True):
    """A learner's first counted answer to a question.

    `letters` are the options chosen; `wrong` contains those that should not have been, or the wrong
    number. `seconds` is the time since the learner turned to the question, None if unknown.
    """

    is_right: bool
    wrong: tuple[str, ...]
    letters: frozenset[str]
    seconds: float | None


class Learner(Struct, frozen=True):
    """One learner: their home, the status of its record, and their results, graded by the bank.

    `answers` counts the graded answers, `changed` the answers to questions that were revised or
    removed since. `opened_before` counts the questions whose solution was opened before the first
    counted answer. `name` is the directory's until a table of names is read, and `help_reason` is
    empty until the whole class is read.
    """

    directory: str
    name: str
    status: Status
    progress: Progress
    first: dict[str, FirstAnswer]
    answers: int
    changed: int
    opened_before: int
    test: str
    last_active: datetime | None
    problems: tuple[str, ...]
    help_reason: str = ""


def graded_learner(directory: str, record: HomeRecord, bank: QuizBank, now: datetime) -> Learner:
    """Return a learner's results.

    Parameters
    ----------
    directory : str
        The printable name of their home or export.
    record : HomeRecord
        What was read there.
    bank : QuizBank
        The current questions.
    now : datetime
        The current time; events more than a day later are not counted.
    """
    found = _Pass(record, bank, now + TOO_FAR_AHEAD)
    answered = {name: one for name, one in found.graded.tries.items() if one.verdicts}
    return Learner(
        directory=directory,
        name=directory,
        status=record.status,
        progress=progress_of(found.graded),
        first={name: _first_answer(one, found.seconds.get(name)) for name, one in answered.items()},
        answers=sum(len(one.verdicts) for one in answered.values()),
        changed=found.changed,
        opened_before=sum(one.solution_first for one in answered.values()),
        test=_test(found.since_test, bank),
        last_active=found.last_active,
        problems=(*record.problems, *found.problems()),
    )


class _Pass:
    """One pass over a record: what is graded, and which events are suspicious."""

    def __init__(self, record: HomeRecord, bank: QuizBank, latest: datetime) -> None:
        self.graded = GradedRecord((), bank)
        self.changed = 0
        self.last_active: datetime | None = None
        self.since_test: list[Event] = []  # since the last one began
        self.seconds: dict[str, float] = {}  # until the first answer to a question
        self._turned: dict[str, datetime] = {}  # when the learner last turned to a question
        self._bank, self._latest, self._places = bank, latest, record.places
        self._lines: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for event in record.events:
            self._add(event)

    def problems(self) -> Iterator[str]:
        """Yield one sentence per fault and file, with the first line that has the fault."""
        for (file, fault), lines in sorted(self._lines.items()):
            more = f" ({len(lines):,} such lines)" if len(lines) > 1 else ""
            yield f"{printable(file)}: line {min(lines)}: {fault}{more}."

    def _note(self, fault: str, event: Event) -> None:
        file, line = self._places[event.id]
        self._lines[file, fault].append(line)

    def _add(self, event: Event) -> None:
        is_answer = event.kind == Answer.kind
        if is_answer and event.payload.keys() - set(Answer.__struct_fields__):
            self._note(CLAIM, event)
        if event.kind not in KINDS:
            self._note(UNKNOWN_KIND, event)
        elif event.time_utc > self._latest:
            self._note(FUTURE, event)
        elif (answer := self.graded.add(event)) is None and is_answer:
            self._note(NO_ANSWER, event)
        else:
            self.last_active = max(self.last_active or event.time_utc, event.time_utc)
            is_start = event.kind == StartedTest.kind
            if is_start and not (self.since_test and self.since_test[0].subject == event.subject):
                self.since_test = []  # a second start of the same test adds questions to it
            self.since_test.append(event)
            if position := payload_of(event, Position):
                self._turned[position.question] = event.time_utc
            elif answer and answer.verdict:
                self._add_time(event)
            elif answer and not self.graded.is_survey(event.subject):
                self._add_ungraded(event, answer.answer)

    def _add_time(self, event: Event) -> None:
        """Add the time until a question's first answer."""
        turned, tries = self._turned.get(event.subject), self.graded.tries.get(event.subject)
        if turned and tries and len(tries.verdicts) == 1:
            seconds = (event.time_utc - turned).total_seconds()
            if seconds >= 0:  # else the machine's clock was set back
                self.seconds[event.subject] = min(seconds, MOST_SECONDS)

    def _add_ungraded(self, event: Event, answer: Answer) -> None:
        """Count an answer to another revision, or to a removed question or variant."""
        question = self._bank.question(event.subject) if event.subject in self._bank else None
        if (
            question is None
            or question.revision != answer.revision
            or filled_from(question, answer.variant, answer.figures) is None
        ):
            self.changed += 1
        else:
            self._note(UNFIT, event)


def _first_answer(tries: Tries, seconds: float | None) -> FirstAnswer:
    verdict, answer, question = tries.verdicts[0], tries.first_answer, tries.question
    letters, wrong = frozenset(answer.letters if answer else ()), tuple[str, ...]()
    if answer and not verdict.is_right:
        wrong = tuple(sorted(letters - set(verdict.right_letters)))
        if isinstance(question, NumberQuestion):
            unit = question.answer.unit if question.answer else ""
            wrong = (f"{parse_number(answer.number, unit):g}",)
    return FirstAnswer(verdict.is_right, wrong, letters, seconds)


def _test(since: list[Event], bank: QuizBank) -> str:
    """Return the verdict of the last test, graded again, or its progress if it is not finished."""
    test = last_test(since, bank)
    if test is None:
        return ""
    if not test.has_ended:
        return f"in progress, {len(test.answers)} of {len(test.questions)} answered"
    if not test.is_current:
        return "finished, but its questions have changed since"
    judgment = judge(replace(test, recorded=None), bank)
    return f"{judgment.level}, {judgment.score.right} of {judgment.score.questions}"
