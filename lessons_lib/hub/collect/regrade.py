"""Grade a learner's record again by the bank: what it claims is not believed, and odd is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from lessons_lib.hub.collect.homes import printable_name
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import parse_number
from lessons_lib.quiz.progress import Progress, progress_of
from lessons_lib.quiz.question import NumberQuestion, Question, SeveralQuestion, SingleQuestion
from lessons_lib.quiz.regrade import GradedRecord, Tries
from lessons_lib.quiz.test import judge, last_test
from lessons_lib.quiz.variants import filled_from
from lessons_lib.record.event import Event
from lessons_lib.record.kinds import KINDS, Answer, payload_of

TOO_FAR_AHEAD = timedelta(days=1)

FUTURE = "a time in the future; not counted"
UNKNOWN_KIND = "an event of a kind that the lessons do not write; passed over"
NO_ANSWER = "an answer with values of the wrong type; not counted"
CLAIM = "an answer that carries more than an answer does; the rest is not believed"
UNFIT = "an answer that its question does not offer; not counted"


class Notes:
    """Gathers what is wrong with one record, so that a fault is reported once for each file.

    Parameters
    ----------
    places : mapping
        The file and line of each event, by its id.
    """

    def __init__(self, places: Mapping[str, tuple[str, int]]) -> None:
        self._places = places
        self._lines: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, fault: str, event: Event) -> None:
        """Note a fault of an event."""
        file, line = self._places[event.id]
        self._lines[file, fault].append(line)

    def sentences(self) -> list[str]:
        """Return one sentence for each fault of each file, with the first line that has it."""
        return [
            f"{printable_name(file)}: line {min(lines)}: {fault}"
            + (f" ({len(lines):,} such lines)." if len(lines) > 1 else ".")
            for (file, fault), lines in sorted(self._lines.items())
        ]


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


def screened(events: Iterable[Event], notes: Notes, now: datetime) -> list[Event]:
    """Return the events that may count, in their order, and note what is odd about any."""
    kept = []
    for event in events:
        if fault := _fault(event, now):
            notes.add(fault, event)
        else:
            kept.append(event)
        if event.kind == Answer.kind and event.payload.keys() - set(Answer.__struct_fields__):
            notes.add(CLAIM, event)
    return kept


def _fault(event: Event, now: datetime) -> str:
    """Return why an event cannot count, or an empty string."""
    if event.kind not in KINDS:
        return UNKNOWN_KIND
    if event.time_utc > now + TOO_FAR_AHEAD:
        return FUTURE
    if event.kind == Answer.kind and payload_of(event, Answer) is None:
        return NO_ANSWER
    return ""


def regrade(events: Iterable[Event], bank: QuizBank, notes: Notes) -> Result:
    """Return what a learner has reached; note answers that cannot be graded.

    Parameters
    ----------
    events : iterable of Event
        The learner's record, oldest first.
    bank : QuizBank
        The questions as they stand now.
    notes : Notes
        Collects answers that their question does not offer.
    """
    kept = list(events)
    record = GradedRecord(kept, bank)
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
        test=_test(kept, bank),
        last_active=max((one.time_utc for one in kept), default=None),
    )


def _is_changed(bank: QuizBank, subject: str, answer: Answer) -> bool:
    """Say whether an answer is to another revision, or to a question or row that is gone."""
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


def _test(events: list[Event], bank: QuizBank) -> str:
    """Return the verdict of the last test, or how far it is."""
    test = last_test(events, bank)
    if test is None:
        return ""
    if not test.has_ended:
        return f"under way, {len(test.answers)} of {len(test.questions)} answered"
    judgement = judge(test, bank)
    return f"{judgement.level}, {judgement.score.right} of {judgement.score.questions}"
