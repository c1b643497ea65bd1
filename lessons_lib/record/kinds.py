"""All kinds of events: what each is called, what it holds, and how that is read back.

Events hold what a learner gave, never whether it was right: that is graded anew from the bank. What
does not fit its type, whoever wrote it, is skipped when it is read; the record is never changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias, TypeVar, Union

import msgspec
from msgspec import Meta, Struct

from lessons_lib.record.event import Clock, Event, new_event, utc_now


class Payload(Struct, frozen=True):
    """What an event holds; `kind` is the event's."""

    kind: ClassVar[str] = ""


P = TypeVar("P", bound=Payload)


def event_of(subject: str, payload: Payload, *, clock: Clock = utc_now) -> Event:
    """Return an event that happens now to a subject."""
    fields: dict[str, Any] = msgspec.to_builtins(payload)
    return new_event(payload.kind, subject, fields, clock=clock)


def payload_of(event: Event, *types: type[P]) -> P | None:
    """Return what an event holds, or None if it is of another kind, or does not fit.

    Parameters
    ----------
    event : Event
        From any record: it may be torn, forged, or of another version.
    types : types of Payload
        One, or all that the kind has, which a field of theirs tells apart.
    """
    if event.kind != types[0].kind:
        return None
    try:
        payload: P = msgspec.convert(event.payload, Union[types])  # noqa: UP007  # made from a tuple
    except (msgspec.ValidationError, RecursionError):
        return None
    return payload


def payloads(events: Iterable[Event], *types: type[P]) -> Iterator[tuple[Event, P]]:
    """Yield the events that hold one of some types, each with what it holds."""
    for event in events:
        if (payload := payload_of(event, *types)) is not None:
            yield event, payload


# Quizzes and tests. Subjects are a question's id, of `Position` the quiz, of tests the test's id.

# Pairs and not a mapping, so that an answer can be looked up among those already graded.
Figures: TypeAlias = Annotated[
    tuple[tuple[Annotated[str, Meta(max_length=40)], float], ...], Meta(max_length=8)
]


class Answer(Payload, frozen=True):
    """A response to a question.

    `quiz` is where it was shown, which may be a practice or a test; `test` is the test's id.
    `figures` are the learner's own, where the question was asked with them and not with a variant.
    """

    kind: ClassVar[str] = "answer"
    letters: tuple[str, ...] = ()
    number: str = ""
    variant: int | None = None
    revision: int = 1
    quiz: str = ""
    test: str = ""
    figures: Figures = ()


class Hint(Payload, frozen=True):
    """A hint shown, of a question or an exercise, counted from 1."""

    kind: ClassVar[str] = "hint"
    number: int
    revision: int = 1
    quiz: str = ""
    test: str = ""


class Solution(Payload, frozen=True):
    """The solution of a question or an exercise opened."""

    kind: ClassVar[str] = "solution"
    revision: int = 1
    quiz: str = ""
    test: str = ""


class Position(Payload, frozen=True):
    """The question that a learner looks at."""

    kind: ClassVar[str] = "position"
    question: str
    test: str = ""


class StartedTest(Payload, frozen=True):
    """The questions drawn for a test, as (id, revision)."""

    kind: ClassVar[str] = "test"
    questions: tuple[tuple[str, int], ...]
    seed: int


class EndedTest(Payload, frozen=True):
    """The end of a test; what is not answered by then counts as wrong."""

    kind: ClassVar[str] = "test-end"


# Flashcards: the subject is the card's id, the time of a rating that of its event.

RatingName: TypeAlias = Literal["again", "hard", "good", "easy"]
RATINGS: tuple[RatingName, ...] = ("again", "hard", "good", "easy")


class Rated(Payload, frozen=True, tag_field="what", tag="rated", forbid_unknown_fields=True):
    """How well a card was recalled."""

    kind: ClassVar[str] = "card"
    rating: RatingName
    revision: int = 1


class Undone(Payload, frozen=True, tag_field="what", tag="undone", forbid_unknown_fields=True):
    """A rating taken back; `event` is the id of its event."""

    kind: ClassVar[str] = "card"
    event: str


# Exercises: the subject is the exercise's id, of `ExercisePosition` the notebook.


class Code(Payload, frozen=True):
    """A draft as it was left, or a try."""

    kind: ClassVar[str] = "exercise"
    code: str
    what: Literal["draft", "try"] = "draft"
    is_solved: bool = False
    revision: int = 1


class ExercisePosition(Payload, frozen=True):
    """The exercise that a learner looks at."""

    kind: ClassVar[str] = "position"
    exercise: str


# The decision table, the lab book, the mode finder, and news of the course.


class Choice(Payload, frozen=True):
    """A way to run the model, chosen for a task; the subject is the task's id."""

    kind: ClassVar[str] = "choice"
    mode: str


class Guess(Payload, frozen=True):
    """A guess and what was measured; the subject is the experiment's id, `note` the machine."""

    kind: ClassVar[str] = "guess"
    guess: Annotated[float, Meta(gt=0)]
    measured: float
    unit: Annotated[str, Meta(max_length=40)] = ""
    note: Annotated[str, Meta(max_length=500)] = ""

    @property
    def factor(self) -> float | None:
        """How many times as large as the measured figure the guess was; None for none above 0."""
        factor = self.guess / self.measured if self.measured > 0 else math.inf
        return factor if math.isfinite(factor) and factor > 0 else None


class Wish(Payload, frozen=True):
    """What a learner asks of a learning mode, empty where not answered; the subject is `modes`."""

    kind: ClassVar[str] = "mode-wish"
    want: Literal["", "understand", "do", "check"] = ""
    time: Literal["", "ten", "twenty", "hour"] = ""
    way: Literal["", "read", "watch", "type"] = ""

    @property
    def is_whole(self) -> bool:
        """Whether all three questions are answered."""
        return all((self.want, self.time, self.way))


COURSE: Final = "course"  # its payload holds a mark of each lesson as shipped, by its slug

KINDS: Final = frozenset(one.kind for one in Payload.__subclasses__()) | {COURSE}


def choice_event(task: str, mode: str, *, clock: Clock = utc_now) -> Event:
    """Return the event of a mode chosen just now."""
    return event_of(task, Choice(mode), clock=clock)


def latest_choices(events: Iterable[Event]) -> dict[str, str]:
    """Return the mode last chosen for each task."""
    return {event.subject: choice.mode for event, choice in payloads(events, Choice)}


def guess_event(experiment: str, guess: Guess, *, clock: Clock = utc_now) -> Event:
    """Return the event of a guess that was measured just now."""
    return event_of(experiment, guess, clock=clock)


def guesses_in(events: Iterable[Event]) -> Iterator[tuple[Event, Guess]]:
    """Yield the guesses among events, each with its event; only finite ones."""
    for event, guess in payloads(events, Guess):
        if math.isfinite(guess.guess) and math.isfinite(guess.measured):
            yield event, guess
