"""All kinds of events: their names, their payloads, and how to read payloads back.

Events store what a learner entered, never whether it was right: that is graded again from the bank.
Only the end of a test stores its result, so that it outlives the questions. A payload that does not
fit its type, whoever wrote it, is skipped on reading; the record is never changed.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias, TypeVar, Union

import msgspec
from msgspec import Meta, Struct

from lessons_lib.classroom.record.event import Clock, Event, new_event, utc_now


class Payload(Struct, frozen=True):
    """The payload of an event; `kind` is the event's kind."""

    kind: ClassVar[str] = ""


P = TypeVar("P", bound=Payload)


def event_of(subject: str, payload: Payload, *, clock: Clock = utc_now) -> Event:
    """Return an event about a subject, with the current time."""
    fields: dict[str, Any] = msgspec.to_builtins(payload)
    return new_event(payload.kind, subject, fields, clock=clock)


def payload_of(event: Event, *types: type[P]) -> P | None:
    """Return an event's payload, or None if it has another kind or does not fit.

    Parameters
    ----------
    event : Event
        From any record: it may be damaged, forged, or from another version.
    types : types of Payload
        One type, or all types of the kind, which their tag field distinguishes.
    """
    if event.kind != types[0].kind:
        return None
    try:
        fields = event.payload
        payload: P = msgspec.convert(fields, Union[types])  # noqa: UP007  # made from a tuple
    except (msgspec.ValidationError, RecursionError):
        return None
    return payload


def payloads(events: Iterable[Event], *types: type[P]) -> Iterator[tuple[Event, P]]:
    """Yield the events with a payload of one of the types, each with its payload."""
    for event in events:
        if (payload := payload_of(event, *types)) is not None:
            yield event, payload


# Quizzes and tests: the subject is the question's id, for `Position` the quiz, for tests their id.

# Pairs, not a mapping, so that an answer is hashable and its verdict can be cached.
Figures: TypeAlias = Annotated[
    tuple[tuple[Annotated[str, Meta(max_length=40)], float], ...], Meta(max_length=8)
]


class Answer(Payload, frozen=True):
    """A response to a question.

    `quiz` is where it was shown, possibly a practice session or a test; `test` is the test's id.
    `figures` are the learner's own, if the question was asked with them instead of a variant.
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
    """A hint shown for a question or an exercise, counted from 1."""

    kind: ClassVar[str] = "hint"
    number: int
    revision: int = 1
    quiz: str = ""
    test: str = ""


class Solution(Payload, frozen=True):
    """The opened solution of a question or an exercise."""

    kind: ClassVar[str] = "solution"
    revision: int = 1
    quiz: str = ""
    test: str = ""


class Position(Payload, frozen=True):
    """The question that a learner is viewing."""

    kind: ClassVar[str] = "position"
    question: str
    test: str = ""


class BegunDay(Payload, frozen=True):
    """What was due when the learner began it: the ids of cards and questions, with revisions.

    The subject is the quiz in which they are asked.
    """

    kind: ClassVar[str] = "today"
    items: tuple[tuple[str, int], ...]


class StartedTest(Payload, frozen=True):
    """The questions drawn for a test, as pairs (id, revision).

    A second event with the same subject adds questions after the test has ended.
    """

    kind: ClassVar[str] = "test"
    questions: tuple[tuple[str, int], ...]
    seed: int


class EndedTest(Payload, frozen=True, omit_defaults=True):
    """The end of a test, with the ids of the questions that were right, and of those left out.

    Events of the first edition have no result. A question is left out if it changed after the
    test began.
    """

    kind: ClassVar[str] = "test-end"
    right: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()


# Flashcards: the subject is the card's id; a rating has the time of its event.

RatingName: TypeAlias = Literal["again", "hard", "good", "easy"]
RATINGS: tuple[RatingName, ...] = ("again", "hard", "good", "easy")


class Rated(Payload, frozen=True, tag_field="what", tag="rated", forbid_unknown_fields=True):
    """How well a card was recalled."""

    kind: ClassVar[str] = "card"
    rating: RatingName
    revision: int = 1


class Undone(Payload, frozen=True, tag_field="what", tag="undone", forbid_unknown_fields=True):
    """An undone rating; `event` is the id of the rating's event."""

    kind: ClassVar[str] = "card"
    event: str


# Exercises: the subject is the exercise's id.


class Code(Payload, frozen=True):
    """Code of an exercise: a saved draft, or an attempt that was checked."""

    kind: ClassVar[str] = "exercise"
    code: str
    what: Literal["draft", "try"] = "draft"
    is_solved: bool = False
    revision: int = 1


# Choices, guesses, the mode finder, other widgets, and news of the course.


class ModeChoice(Payload, frozen=True):
    """The option chosen for a task; the subject is the task's id."""

    kind: ClassVar[str] = "choice"
    mode: str


LONGEST_GUESS = 200


class Guess(Payload, frozen=True, omit_defaults=True):
    """A guess and, once it is known, the result; the subject is the id in `guesses.yaml`.

    Both are numbers in the guess's unit, or texts of options. A second event with the same guess
    adds the result. A round, which is guessed and measured at once, has both from the start, and
    only a round has a `unit`, possibly "", in which it was measured; its `note` is the machine.
    """

    kind: ClassVar[str] = "guess"
    guess: float | Annotated[str, Meta(max_length=LONGEST_GUESS)]
    result: float | Annotated[str, Meta(max_length=LONGEST_GUESS)] | None = None
    unit: Annotated[str, Meta(max_length=40)] | None = None
    note: Annotated[str, Meta(max_length=500)] = ""

    def __post_init__(self) -> None:
        numbers = [one for one in (self.guess, self.result) if isinstance(one, int | float)]
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"A guess and its result must be finite, got {numbers}.")
        if self.is_round and (len(numbers) < 2 or numbers[0] <= 0):
            raise ValueError(f"A round needs a guess above 0 and a measurement, got {numbers}.")

    @property
    def is_round(self) -> bool:
        """Whether it was made and measured in the lab book."""
        return self.unit is not None


def factor_of(guess: float | str, result: float | str | None) -> float | None:
    """Return the ratio of a guess to a result, or None unless it is finite and positive."""
    if isinstance(guess, str) or isinstance(result, str) or result is None or result <= 0:
        return None
    factor = guess / result
    return factor if math.isfinite(factor) and factor > 0 else None


class Done(Payload, frozen=True):
    """Something done in a widget other than answering; the subject says what.

    It holds nothing that the learner typed.
    """

    kind: ClassVar[str] = "done"


COURSE: Final = "course"  # its payload maps each lesson's slug to a hash of the lesson as shipped

# Its payload maps the questions of the mode finder to the answers; the subject is `modes`.
WISH: Final = "mode-wish"

KINDS: Final = frozenset(one.kind for one in Payload.__subclasses__()) | {COURSE, WISH}


def latest_choices(events: Iterable[Event]) -> dict[str, str]:
    """Return the latest mode chosen for each task."""
    return {event.subject: choice.mode for event, choice in payloads(events, ModeChoice)}


def rounds_in(events: Iterable[Event]) -> Iterator[tuple[Event, Guess]]:
    """Yield the rounds of the lab book among events, each with its event."""
    return ((event, guess) for event, guess in payloads(events, Guess) if guess.is_round)
