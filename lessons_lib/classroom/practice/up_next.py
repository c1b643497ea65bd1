"""What practice asks: what is due today, and after it which question comes next, and why.

What is due are flashcards and missed questions, or what is left of those that a learner began. What
a learner can do is rated overall and for each objective; what they need follows from it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from math import exp

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards import Flashcard, day_around, deck, ratings, schedule
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.draw import DrawError, draw_test
from lessons_lib.classroom.quiz.exam import last_test
from lessons_lib.classroom.quiz.progress import QuestionProgress, progress_of, summarise
from lessons_lib.classroom.quiz.question import DIFFICULTIES, Question
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.record.event import Event, utc_now
from lessons_lib.classroom.record.kinds import Answer, BegunDay, Position, event_of, payload_of
from lessons_lib.formats import counted

MOST_MISSED = 5  # questions a day
DECAY = 0.05  # how fast answers lose weight
OVERALL = ""  # in place of an objective
REST = 6  # a question comes back after at least this many others, if there are enough
UNSEEN = 2  # this many unseen questions come between two that were missed
TARGET = 0.75  # the probability of a right answer that a new question should have
IN_NOTEBOOK = 0.1  # a question that a notebook shows counts as this much further from the target


@dataclass(frozen=True, slots=True)
class Due:
    """Flashcards, and questions that were missed, in the order in which they are asked."""

    cards: tuple[Flashcard, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def items(self) -> tuple[tuple[str, int], ...]:
        """The id and the revision of each card and question."""
        return tuple((one.id, one.revision) for one in (*self.cards, *self.questions))

    @property
    def words(self) -> list[str]:
        """How many cards and questions there are, as texts."""
        cards = [counted(len(self.cards), "card")] * bool(self.cards)
        return cards + [counted(len(self.questions), "missed question")] * bool(self.questions)


def due_quiz() -> str:
    """Return the name of the quiz that what is due is asked in."""
    return f"{course().practice}_due"


def due_at(
    events: Sequence[Event], bank: QuizBank, now: datetime, most: int | None = MOST_MISSED
) -> Due:
    """Return the cards that are due at a time, and the questions that were missed.

    Parameters
    ----------
    events : sequence of Event
        The learner's record, oldest first.
    bank : QuizBank
        The current questions.
    now : datetime
        With its time zone.
    most : int, optional
        How many missed questions there may be, those answered longest ago first; None for all.

    Notes
    -----
    What a test asks that has not ended is not among them, because that would give it away.
    """
    plan, test = course(), last_test(events, bank)
    cards = schedule(events, deck(bank), now).due if plan.mode_counted("cards") else ()
    asked = test.last_part.asked if test and not test.last_part.has_ended else ()
    known = {one.id for one in bank.questions} - {*asked} if plan.practice else ()
    tried = (one for one in summarise(events, bank).questions if one.attempts and one.id in known)
    missed = [one for one in tried if not one.right_last]
    missed.sort(key=lambda one: one.last_time or now)
    return Due(cards, tuple(bank.question(one.id) for one in missed[:most]))


def begun_today(events: Sequence[Event], now: datetime) -> Event | None:
    """Return the event with which the learner last began what is due, if that was on this day."""
    begins, ends = day_around(now)
    begun = (one for one in reversed(events) if one.kind == BegunDay.kind)
    return next((one for one in begun if begins <= one.time_utc < ends), None)


def left_of(begun: Event, events: Sequence[Event], bank: QuizBank) -> Due:
    """Return what is left of what an event began: unchanged, and not done since, anywhere."""
    payload, ids = payload_of(begun, BegunDay), [one.id for one in events]
    later = events[ids.index(begun.id) :] if begun.id in ids else ()
    done = {event.subject for event, _ in ratings(later, deck(bank))}
    done |= {name for name, one in GradedRecord(later, bank).tries.items() if one.verdicts}
    known = {(one.id, one.revision): one for one in (*deck(bank), *bank.questions)}
    pairs = [one for one in (payload.items if payload else ()) if one[0] not in done]
    left = [known[one] for one in pairs if one in known]
    cards = tuple(one for one in left if isinstance(one, Flashcard))
    return Due(cards, tuple(one for one in left if not isinstance(one, Flashcard)))


def left_today(
    events: Sequence[Event], bank: QuizBank, now: datetime, most: int | None = MOST_MISSED
) -> Due:
    """Return what is left of what the learner began today, or else what is due, as in `due_at`."""
    begun = begun_today(events, now)
    return left_of(begun, events, bank) if begun else due_at(events, bank, now, most)


def begin(due: Due, events: Sequence[Event], bank: QuizBank) -> Event | None:
    """Return the event that begins what was counted as due, as far as it still is; else None."""
    still = left_today(events, bank, utc_now(), None).items
    items = tuple(one for one in due.items if one in still)
    return event_of(due_quiz(), BegunDay(items), clock=utc_now) if items else None


def skills_after(tries: Iterable[tuple[Question, bool]]) -> dict[str, float]:
    """Return a learner's skill by objective, and overall, after answers that were right or not.

    Notes
    -----
    The skills are ratings by the Elo rating system.
    A learner of skill θ answers a question of difficulty d correctly with a probability of
    P = 1 / (1 + exp(d − θ)). An answer, right (1) or not (0), adds K (right − P) to θ, with
    K = 1 / (1 + 0.05 n) after n answers [1]_. There, the difficulties are estimated from the
    answers of many learners. Here, there is only one learner, so easy, medium and hard are fixed
    at −1, 0 and 1. The skill for an objective begins at the overall one.

    References
    ----------
    .. [1] R. Pelánek, "Applications of the Elo rating system in adaptive educational systems",
       *Computers & Education* 98, 2016, pp. 169–179.
    """
    skills, answers = {OVERALL: 0.0}, Counter[str]()
    for question, is_right in tries:
        skills.setdefault(question.objective, skills[OVERALL])
        for name in (OVERALL, question.objective):
            surprise = is_right - _chance(question, skills[name])
            skills[name] += surprise / (1 + DECAY * answers[name])
            answers[name] += 1
    return skills


def chance_right(question: Question, skills: Mapping[str, float]) -> float:
    """Return the probability that the next answer to a question is right."""
    return _chance(question, skills.get(question.objective, skills[OVERALL]))


def needs_after(tries: Iterable[tuple[Question, bool]]) -> dict[str, tuple[float, float]]:
    """Return how much a learner needs questions on each objective: on its subject, and on itself.

    Notes
    -----
    The need of a subject is its share of a test, times the share of answers on it that were wrong.
    It is divided by the number of answers so far, as D'Hondt's method divides votes by seats, so
    that the numbers of questions follow these products. The need of an objective is the share of
    answers on it that were wrong; one that was never asked counts as half wrong.
    """
    about, shares = course().about, course().exam.subjects
    asked, wrong = Counter[tuple[str, str | None]](), Counter[tuple[str, str | None]]()
    for question, is_right in tries:
        groups = ("objective", question.objective), ("subject", about.get(question.objective))
        asked.update(groups)
        wrong.update(() if is_right else groups)

    def share_wrong(group: tuple[str, str | None]) -> float:
        return (wrong[group] + 1) / (asked[group] + 2)

    def need(subject: str | None) -> float:
        group = ("subject", subject)
        return sum(shares.get(subject or "", ())) * share_wrong(group) / (asked[group] + 1)

    return {name: (need(of), share_wrong(("objective", name))) for name, of in about.items()}


def _chance(question: Question, skill: float) -> float:
    return 1 / (1 + exp(DIFFICULTIES.index(question.difficulty) - 1 - skill))


def endless_quiz() -> str:
    """Return the name of the quiz that turns of endless practice belong to."""
    return f"{course().practice}_endless"


def is_turn(event: Event) -> bool:
    """Return whether an event begins a turn of endless practice."""
    return event.kind == Position.kind and event.subject == endless_quiz()


def next_question(bank: QuizBank, events: Iterable[Event], seed: int) -> Question:
    """Return the question to practice next: one that was missed, then two unseen ones, and so on.

    Parameters
    ----------
    bank : QuizBank
        Where to choose from; only graded questions are considered.
    events : iterable of Event
        The learner's record.
    seed : int
        Decides among equally suitable questions; the same seed and record give the same question.

    Raises
    ------
    ValueError
        If the bank contains no graded question.

    Notes
    -----
    If there is none of the kind whose turn it is, the other kind comes, and then what was answered
    correctly, the longest ago first. Of the unseen questions, one comes on the objective that the
    learner needs most, and among these the one whose probability of a right answer is nearest to
    `TARGET`. Those beyond the course come after them, and then those that are kept for the next
    test.
    """
    record = list(events)
    asked = {one.id: one for one in bank.questions}
    graded = GradedRecord(record, bank)
    progress = [one for one in progress_of(graded).questions if one.id in asked]
    if not progress:
        raise ValueError("Practice needs a graded question, but the bank contains none.")
    shown = _questions_shown(record)
    latest = list(dict.fromkeys(reversed(shown)))
    age = {name: -index for index, name in enumerate(latest)}  # 0 for the latest, less if older
    never = -len(latest)
    resting = set(latest[: min(REST, len(progress) - 1)])
    came_back = any(
        name in shown[:-back] for back, name in enumerate(shown[: -UNSEEN - 1 : -1], start=1)
    )
    turn = ("unseen", "missed") if came_back else ("missed", "unseen")
    order = (*turn, "kept", "right")
    rng = random.Random(seed)
    tie_breaks = {one.id: rng.random() for one in progress}
    tries, beyond = first_tries(graded, bank), course().beyond
    skills, needs = skills_after(tries), needs_after(tries)
    kept = _next_test(bank, record, seed)

    def priority(one: QuestionProgress) -> tuple[bool, int, int, bool, float, float, float, float]:
        group = "unseen" if not one.attempts else "right" if one.right_last else "missed"
        rank = order.index("kept" if group == "unseen" and one.id in kept else group)
        since, question = age.get(one.id, never), asked[one.id]
        is_beyond = one.objective in beyond
        of_subject, of_objective = needs.get(one.objective, (0.0, 0.0))
        is_shown = question.place != "pool"
        distance = abs(chance_right(question, skills) - TARGET) + IN_NOTEBOOK * is_shown
        first = one.id in resting, rank, since, is_beyond, -of_subject, -of_objective
        return *first, distance, tie_breaks[one.id]

    return asked[min(progress, key=priority).id]


def first_tries(graded: GradedRecord, bank: QuizBank) -> list[tuple[Question, bool]]:
    """Return which questions were answered, oldest first, and whether they were right at once."""
    found, before = list[tuple[Question, bool]](), ""
    for event, _, verdict in graded.answers:
        if verdict is not None and event.subject != before:
            found.append((bank.question(event.subject), verdict.is_right))
        before = event.subject
    return found


def reason_for(question: Question, tries: Sequence[tuple[Question, bool]]) -> str:
    """Return in a sentence why a question comes next, after a learner's tries so far."""
    earlier = [is_right for one, is_right in tries if one.id == question.id]
    if earlier:
        is_missed = "You missed this question before."
        return "You answered this question a while ago." if all(earlier) else is_missed
    titles = {one.slug: lesson.title for lesson in course().lessons for one in lesson.objectives}
    title = titles.get(question.objective, "")
    objective = f"this objective ({title})" if title else "this objective"
    on_it = [one for one in tries if one[0].objective == question.objective]
    right = [one for one, _ in takewhile(lambda one: one[1], reversed(on_it))]
    if not right:
        missed = f"You missed the last question on {objective}."
        return missed if on_it else f"You haven't answered a question on {objective} yet."
    levels = [DIFFICULTIES.index(one.difficulty) for one in (question, *right)]
    your = "A step harder: your" if levels[0] > max(levels[1:]) else "Your"
    answers = "last answer" if len(right) == 1 else f"last {len(right)} answers"
    return f"{your} {answers} on {objective} {'was' if len(right) == 1 else 'were'} right."


def _next_test(bank: QuizBank, record: list[Event], seed: int) -> set[str]:
    """Return the questions of a test that could come next: those shown in practice are others."""
    try:
        return {one.id for one in draw_test(bank, record, seed)}
    except DrawError:
        return set()


def _questions_shown(record: list[Event]) -> list[str]:
    """Return the questions that were answered or shown by endless practice, oldest first."""
    shown: list[str] = []
    for event in record:
        position = payload_of(event, Position) if is_turn(event) else None
        name = position.question if position else event.subject
        if (position or payload_of(event, Answer)) and shown[-1:] != [name]:
            shown.append(name)
    return shown
