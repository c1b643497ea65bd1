"""Flashcards: made from the glossary and the quiz banks, and scheduled with FSRS.

A card has no text of its own: it refers to a term or a question, and its sides are looked up there.

The schedule replays the recorded ratings, so it is reproducible. Ratings count in the order in
which they were given. So that a wrong clock neither breaks the schedule nor postpones a card for
years, a rating that seems older than the previous one of its card gets the time of that one, and a
rating more than a day in the future is skipped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

from fsrs import Card, Rating, Scheduler, State

from lessons_lib.classroom.practice.glossary import Term, glossary, term as term_of
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import Clock, Event, utc_now
from lessons_lib.classroom.record.kinds import (
    RATINGS,
    Rated,
    RatingName,
    Undone,
    event_of,
    payloads,
)

CardKind: TypeAlias = Literal["meaning", "word", "question"]

WORD_LATER = 20  # the card that asks for the word comes this many terms later


@dataclass(frozen=True, slots=True)
class Flashcard:
    """A reference to something to recall.

    Attributes
    ----------
    kind : str
        `meaning` shows a word and asks what it means, `word` shows a meaning and asks for the
        word, `question` asks a question from a quiz bank.
    of : str
        The term's slug, or the question's id.
    revision : int
        The revision of the term or question; ratings of other revisions do not count.
    """

    kind: CardKind
    of: str
    revision: int = 1

    @property
    def id(self) -> str:
        """The card's id in the record."""
        return f"{self.kind}:{self.of}"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a card, as Markdown; `lesson` is the notebook that teaches it."""

    asks: str
    front: str
    back: str
    more: str
    lesson: str


def deck(bank: QuizBank, terms: Sequence[Term] | None = None) -> tuple[Flashcard, ...]:
    """Return all cards, in the order in which new ones are shown.

    Notes
    -----
    Terms are in the order of the glossary. The card for a term's meaning comes first, and the card
    for the word `WORD_LATER` terms later; questions are spread evenly among them.
    """
    terms = glossary() if terms is None else terms
    questions = [one for one in bank.questions if one.recall]
    apart = len(terms) / max(1, len(questions))
    placed: list[tuple[float, Flashcard]] = []
    for index, term in enumerate(terms):
        placed.append((index, Flashcard("meaning", term.slug, term.revision)))
        placed.append((index + WORD_LATER, Flashcard("word", term.slug, term.revision)))
    for index, question in enumerate(questions):
        card = Flashcard("question", question.id, question.revision)
        placed.append(((index + 0.5) * apart, card))
    return tuple(card for _, card in sorted(placed, key=lambda pair: pair[0]))


def sides(card: Flashcard, bank: QuizBank) -> Sides:
    """Return the two sides of a card.

    Raises
    ------
    ValueError
        If its term is not in the glossary, or its question not in the bank.
    """
    if card.kind == "question":
        question = bank.question(card.of)
        lesson = bank.quiz_of(card.of).name
        asks = "Question"
        return Sides(asks, question.stem, question.final_answer, question.quick_check, lesson)
    term = term_of(card.of)
    code = f"In code: `{term.code}`" if term.code else ""
    if card.kind == "meaning":
        return Sides("What does it mean?", f"**{term.name}**", term.meaning, code, term.lesson)
    synonym = f" ({term.synonym})" if term.synonym else ""
    name = f"**{term.name}**{synonym}"
    return Sides("Which term is this?", term.meaning, name, code, term.lesson)


NEW_A_DAY = 10
REVIEWS_AHEAD = timedelta(days=1)
UNDO_WITHIN = timedelta(hours=1)
STEP = timedelta(minutes=10)

# Without fuzzing, so that the same ratings always give the same due dates.
SCHEDULER = Scheduler(
    learning_steps=(STEP,), relearning_steps=(STEP,), maximum_interval=365, enable_fuzzing=False
)


def rated_event(card: Flashcard, rating: RatingName, *, clock: Clock = utc_now) -> Event:
    """Return the event for a card rated just now."""
    return event_of(card.id, Rated(rating, card.revision), clock=clock)


def ratings(
    events: Iterable[Event], deck: Iterable[Flashcard], until: datetime | None = None
) -> list[tuple[Event, Rated]]:
    """Return the ratings that count, oldest first: those that were not undone.

    Parameters
    ----------
    events : iterable of Event
        In the order of the log; invalid ones are skipped.
    deck : iterable of Flashcard
        Ratings of other cards, or of another revision, do not count.
    until : datetime, optional
        Later ratings do not count.
    """
    known = {one.id: one.revision for one in deck}
    found = list(payloads(events, Rated, Undone))
    undone = {payload.event for _, payload in found if isinstance(payload, Undone)}
    return [
        (event, payload)
        for event, payload in found
        if isinstance(payload, Rated)
        and known.get(event.subject) == payload.revision
        and event.id not in undone
        and (until is None or event.time_utc <= until)
    ]


@dataclass(frozen=True, slots=True)
class Review:
    """A rating that counts, and the card's state after it."""

    event: str
    card_id: str
    at: datetime
    after: Card


def replay(events: Iterable[Event], deck: Sequence[Flashcard], now: datetime) -> list[Review]:
    """Return the recorded reviews of the cards of a deck, oldest first.

    Parameters
    ----------
    events : iterable of Event
        In the order of the log; invalid ones are skipped.
    deck : sequence of Flashcard
        Reviews of other cards, or of another revision, do not count.
    now : datetime
        With its time zone; reviews more than a day later are ignored.
    """
    reviews: list[Review] = []
    latest: dict[str, Review] = {}
    for event, given in ratings(events, deck, now + REVIEWS_AHEAD):
        at, before = event.time_utc.astimezone(UTC), latest.get(event.subject)
        at = max(at, before.at) if before else at
        after = rated(before.after if before else new_card(at), given.rating, at)
        latest[event.subject] = Review(event.id, event.subject, at, after)
        reviews.append(latest[event.subject])
    return reviews


def new_card(now: datetime) -> Card:
    """Return a card that was never rated. We use our own ids, so its FSRS id is always 0."""
    return Card(card_id=0, due=now)


def rated(card: Card, rating: RatingName, at: datetime) -> Card:
    """Return a card's state after a rating; `at` is the time of the rating in UTC."""
    return SCHEDULER.review_card(card, Rating(RATINGS.index(rating) + 1), at)[0]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The cards to review at a given moment.

    Attributes
    ----------
    now : datetime
        The moment, in UTC.
    day_ends : datetime
        When the learner's day ends; a card scheduled days ahead is due when its day begins.
    due : tuple of Flashcard
        Due now, the most overdue first.
    later : tuple of Flashcard
        Due again later today, the next one first: cards that the learner just got wrong.
    new : tuple of Flashcard
        The never-rated cards to show today.
    all_new : tuple of Flashcard
        All cards that were never rated.
    next_due : datetime or None
        When the next card becomes due, not counting those that are due already.
    cards : mapping
        The state of each rated card, by its id.
    last : Review or None
        The last rating; it can be undone for a while.
    """

    now: datetime
    day_ends: datetime
    due: tuple[Flashcard, ...]
    later: tuple[Flashcard, ...]
    new: tuple[Flashcard, ...]
    all_new: tuple[Flashcard, ...]
    next_due: datetime | None
    cards: Mapping[str, Card]
    last: Review | None

    @property
    def due_today(self) -> int:
        """The number of rated cards due again before the day ends."""
        return len(self.due) + len(self.later)

    @property
    def learned(self) -> int:
        """The number of cards that come back only after days."""
        return sum(card.state == State.Review for card in self.cards.values())

    @property
    def due_tomorrow(self) -> int:
        """The number of rated cards that become due on the day after this one."""
        end = self.day_ends + timedelta(days=1)
        return sum(self.day_ends <= card.due < end for card in self.cards.values())

    @property
    def may_undo(self) -> bool:
        """Whether the last rating is recent enough to be undone."""
        return self.last is not None and self.now - self.last.at < UNDO_WITHIN

    def next_card(self, *, early: bool = False) -> Flashcard | None:
        """Return the next card: due first, then new, then, with `early`, due later today."""
        queue = (*self.due, *self.new, *(self.later if early else ()))
        return queue[0] if queue else None

    def after(self, card: Flashcard, rating: RatingName) -> timedelta:
        """Return how long after a rating now the card would be due again."""
        before = self.cards.get(card.id) or new_card(self.now)
        at = max(self.now, before.last_review or self.now)
        return rated(before, rating, at).due - at


def schedule(
    events: Iterable[Event],
    deck: Sequence[Flashcard],
    now: datetime,
    *,
    extra: int = 0,
    zone: tzinfo | None = None,
) -> Schedule:
    """Return the schedule of a deck.

    Parameters
    ----------
    events, deck, now
        As in `replay`.
    extra : int
        The number of new cards that the learner requested beyond `NEW_A_DAY`.
    zone : tzinfo, optional
        The learner's time zone; this machine's if not given.
    """
    day_begins, day_ends = day_around(now, zone)
    reviews = replay(events, deck, now)
    cards = {one.card_id: one.after for one in reviews}
    first = {one.card_id: one.at for one in reversed(reviews)}
    known = sorted((one for one in deck if one.id in cards), key=lambda one: cards[one.id].due)
    today = [one for one in known if cards[one.id].due < day_ends]
    due = tuple(one for one in today if _is_due(cards[one.id], now, day_ends))
    fresh = tuple(one for one in deck if one.id not in cards)
    begun_today = sum(day_begins <= at < day_ends for at in first.values())
    return Schedule(
        now=now,
        day_ends=day_ends,
        due=due,
        later=tuple(one for one in today if one not in due),
        new=fresh[: max(0, NEW_A_DAY + extra - begun_today)],
        all_new=fresh,
        next_due=min((cards[one.id].due for one in known if one not in due), default=None),
        cards=cards,
        last=reviews[-1] if reviews else None,
    )


def _is_due(card: Card, now: datetime, day_ends: datetime) -> bool:
    """Return whether a card is due now; one scheduled in days is due from the start of its day."""
    return card.due < day_ends if card.state == State.Review else card.due <= now


def day_around(now: datetime, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """Return when the learner's day begins and ends, in UTC; it may have 23 or 25 hours."""
    local = now.astimezone(zone)
    begins = datetime(local.year, local.month, local.day, tzinfo=zone)
    return begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)
