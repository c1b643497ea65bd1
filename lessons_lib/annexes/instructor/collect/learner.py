"""One learner's row: their record graded by the bank in one pass, whatever the record claims."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from lessons_lib.annexes.instructor.collect.homes import HomeRecord, Status, printable
from lessons_lib.classroom.practice.flashcards import deck, schedule
from lessons_lib.classroom.practice.guesses import GuessTask, first_guesses
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import TakenTest, ended_tests, judge, last_test
from lessons_lib.classroom.quiz.grading import parse_number
from lessons_lib.classroom.quiz.progress import Progress, progress_of
from lessons_lib.classroom.quiz.question import NumberQuestion
from lessons_lib.classroom.quiz.regrade import GradedRecord, Tries
from lessons_lib.classroom.quiz.variants import filled_from
from lessons_lib.classroom.record import kinds
from lessons_lib.classroom.record.event import Event

TOO_FAR_AHEAD = timedelta(days=1)
LONGEST_TIME = timedelta(minutes=10)  # for one question; what took longer was interrupted

FUTURE = "the time is in the future; not counted"
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
    counted answer. `test` is the verdict on the last test, `ended_tests` on the first and the last
    that have ended. `days` are this machine's dates of the first event about each subject, and
    `active` those of all events. `solved` counts exercises that the record says were solved, and
    `cards` the learned and the due flashcards. `name` is the directory's until a table of names is
    read, and `help_reason` is empty until the whole class is read.
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
    ended_tests: tuple[str, ...]
    guesses: dict[GuessTask, kinds.Guess]
    days: dict[str, str]
    active: frozenset[str]
    solved: int
    cards: tuple[int, int]
    last_active: datetime | None
    problems: tuple[str, ...]
    help_reason: str = ""


def graded_learner(
    directory: str,
    record: HomeRecord,
    bank: QuizBank,
    now: datetime,
    tasks: Sequence[GuessTask] = (),
) -> Learner:
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
    tasks : sequence of GuessTask
        What the learner could guess.
    """
    found = _Pass(record, bank, now + TOO_FAR_AHEAD)
    seconds = _seconds(found.events)
    ended = ended_tests(found.events, bank, most=len(found.events))
    answered = {name: one for name, one in found.graded.tries.items() if one.verdicts}
    return Learner(
        directory=directory,
        name=directory,
        status=record.status,
        progress=progress_of(found.graded),
        first={name: _first_answer(one, seconds.get(name)) for name, one in answered.items()},
        answers=sum(len(one.verdicts) for one in answered.values()),
        changed=found.changed,
        opened_before=sum(one.solution_first for one in answered.values()),
        test=_verdict(last_test(found.events, bank), bank),
        ended_tests=tuple(_verdict(one, bank) for one in (*ended[:1], *ended[1:][-1:])),
        guesses=_guesses(found.events, tasks),
        days=found.days,
        active=frozenset(found.active),
        solved=len(
            {
                one.subject
                for one, code in kinds.payloads(found.events, kinds.Code)
                if code.is_solved
            }
        ),
        cards=_cards(found.events, bank, now),
        last_active=found.last_active,
        problems=(*record.problems, *found.problems()),
    )


class _Pass:
    """One pass over a record: what is graded, and which events are suspicious."""

    def __init__(self, record: HomeRecord, bank: QuizBank, latest: datetime) -> None:
        self.graded = GradedRecord((), bank)
        self.changed = 0
        self.last_active: datetime | None = None
        self.events: list[Event] = []  # those that count
        self.days: dict[str, str] = {}
        self.active: set[str] = set()
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
        if event.kind not in kinds.KINDS:  # from another version
            return
        is_answer = event.kind == kinds.Answer.kind
        if is_answer and event.payload.keys() - set(kinds.Answer.__struct_fields__):
            self._note(CLAIM, event)
        if event.time_utc > self._latest:
            self._note(FUTURE, event)
        elif (answer := self.graded.add(event)) is None and is_answer:
            self._note(NO_ANSWER, event)
        else:
            self.last_active = max(self.last_active or event.time_utc, event.time_utc)
            self.events.append(event)
            self.active.add(day := day_of(event.time_utc))
            self.days.setdefault(event.subject, day)
            if answer and answer.verdict is None and not self.graded.is_survey(event.subject):
                self._add_ungraded(event, answer.answer)

    def _add_ungraded(self, event: Event, answer: kinds.Answer) -> None:
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


def day_of(time: datetime) -> str:
    """Return a time's date on this machine; a forged one may be outside of the calendar."""
    with suppress(OverflowError):
        time = time.astimezone()
    return time.date().isoformat()


def _cards(events: Sequence[Event], bank: QuizBank, now: datetime) -> tuple[int, int]:
    """Return how many flashcards are learned and how many are due; forged times may forbid it."""
    with suppress(OverflowError):
        plan = schedule(events, deck(bank), now)
        return plan.learned, len(plan.due)
    return 0, 0


def _seconds(events: Iterable[Event]) -> dict[str, float | None]:
    """Return the time from turning to each question until the first answer, if it is known."""
    turned: dict[str, datetime] = {}
    seconds: dict[str, float | None] = {}
    for event in events:
        if position := kinds.payload_of(event, kinds.Position):
            turned[position.question] = event.time_utc
        elif event.kind == kinds.Answer.kind and event.subject not in seconds:
            since = event.time_utc - turned.get(event.subject, event.time_utc)
            # It is negative if the machine's clock was set back.
            is_known = since > timedelta()
            seconds[event.subject] = min(since, LONGEST_TIME).total_seconds() if is_known else None
    return seconds


def _first_answer(tries: Tries, seconds: float | None) -> FirstAnswer:
    verdict, answer, question = tries.verdicts[0], tries.first_answer, tries.question
    letters, wrong = frozenset(answer.letters if answer else ()), tuple[str, ...]()
    if answer and not verdict.is_right:
        wrong = tuple(sorted(letters - set(verdict.right_letters)))
        if isinstance(question, NumberQuestion):
            unit = question.answer.unit if question.answer else ""
            wrong = (f"{parse_number(answer.number, unit):g}",)
    return FirstAnswer(verdict.is_right, wrong, letters, seconds)


def _guesses(events: Sequence[Event], tasks: Sequence[GuessTask]) -> dict[GuessTask, kinds.Guess]:
    """Return the guess for each task: that in a notebook, or else the first in the lab book."""
    rounds = {event.subject: guess for event, guess in reversed([*kinds.rounds_in(events)])}
    found = {one: rounds[one.id] for one in tasks if one.id in rounds and not one.options}
    return found | first_guesses(events, tasks)


def _verdict(test: TakenTest | None, bank: QuizBank) -> str:
    """Return the verdict on a test, graded again, or its progress if it is not finished."""
    if test is None:
        return ""
    if not test.has_ended:
        return f"in progress, {len(test.answers)} of {len(test.questions)} answered"
    if not test.is_current:
        return "finished, but its questions have changed since"
    judgment = judge(replace(test, recorded=None), bank)
    return f"{judgment.level}, {judgment.score.right} of {judgment.score.questions}"
