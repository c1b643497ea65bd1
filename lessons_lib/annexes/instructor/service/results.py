"""The results of a class: what counts for each learner, and what each question tells.

Answers are graded again from the record, as `lessons collect` grades those in homes. The last
answer to a question counts, with or without a limit of tries; when it arrived decides which share
of its credit the plan gives. So somebody who changes an answer late has a late answer.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, structs, to_builtins

from lessons_lib.annexes.instructor.collect.collect import FEWEST_LEARNERS, TableRow, question_rows
from lessons_lib.annexes.instructor.collect.homes import HomeRecord
from lessons_lib.annexes.instructor.collect.learner import Learner, graded_learner
from lessons_lib.annexes.instructor.collect.page import filled_question, in_short
from lessons_lib.annexes.instructor.service.graded import test_of
from lessons_lib.annexes.instructor.service.plan import ClassFolder, Plan
from lessons_lib.annexes.instructor.service.rules import GRACE, Timeline
from lessons_lib.annexes.instructor.service.store import THE_CLASS, ClassStore, away_in
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.export import to_csv
from lessons_lib.classroom.quiz.progress import progress_of
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, payloads

LAST_HOUR = timedelta(hours=1)
EASY, HARD = 0.9, 0.3  # shares of right answers
WEAK = 0.2  # the discrimination below which the results page says to review a question
ITEM_COLUMNS = ("question", "n", "facility", "discrimination", "right_options", "most_chosen_wrong")
Away = Sequence[tuple[datetime, datetime]]  # from when to when the service was
Events = Mapping[str, Sequence[Event]]  # of each learner, oldest first


class Credit(Struct, frozen=True):
    """What one learner has for one quiz.

    Attributes
    ----------
    points, of : float, int
        Each question gives up to one point.
    answered, late : int
        How many questions have an answer that counts, and in how many it arrived late.
    revised : int
        How many answers don't count, because their question was revised or removed since.
    """

    learner: str
    quiz: str
    points: float
    of: int
    answered: int
    late: int
    revised: int


class QuizResults(Struct, frozen=True):
    """One graded quiz: everybody's credit, and a row of statistics for each answered question.

    `is_closed` says that nobody may answer any more. `away` has a line for each time at which the
    service was not reachable in the last hour before somebody's deadline or close.
    """

    quiz: str
    title: str
    is_closed: bool
    away: list[str]
    revised: int
    credits: list[Credit]
    questions: list[TableRow]


def class_results(found: ClassFolder, events: Events, now: datetime) -> list[QuizResults]:
    """Return the results of each quiz that has opened, in the order of the plan.

    Parameters
    ----------
    found : ClassFolder
        The plan, and the questions with their keys.
    events : mapping of str to sequence of Event
        All that each learner did, as in `ClassStore.all_events`, and when the service was away.
    now : datetime
        The current time.

    Notes
    -----
    Everybody whom the plan lists, or who answered any graded question, has a credit in each quiz.
    Live rounds and practice count nowhere. A quiz whose file has faults has no results meanwhile.
    """
    sound = (one.quiz for one in found.plan.graded if one.quiz in found.quizzes)
    graded = {name: _answers(name, events) for name in sound}
    names = sorted({*found.plan.learners, *(name for one in graded.values() for name in one)})
    away = away_in(events.get(THE_CLASS, ()))
    results = []
    for name, answers in graded.items():
        if found.plan.timeline(name).opens <= now:
            all_ = {one: answers.get(one, []) for one in names}
            results.append(_quiz_results(found, name, all_, away, now))
    return results


def _answers(quiz: str, events: Events) -> dict[str, list[Event]]:
    """Return the answers to a graded quiz of those who gave any."""
    found = defaultdict(list)
    for name, several in events.items():
        for event, answer in payloads(several, Answer):
            if (answer.quiz, answer.test) == (quiz, test_of(quiz)):
                found[name].append(event)
    return found


def _quiz_results(
    found: ClassFolder, name: str, answers: Events, away: Away, now: datetime
) -> QuizResults:
    plan, bank = found.plan, QuizBank((found.quizzes[name],))
    credits, learners = list[Credit](), list[Learner]()
    for one, several in answers.items():
        line = plan.timeline(name, one)
        counting = [event for event in several if line.share(event.time_utc)]
        credits.append(_credit(one, counting, bank, line))
        if credits[-1].answered:
            learners.append(_for_statistics(counting, bank, now, plan.by_name[name].tries))
    return QuizResults(
        quiz=name,
        title=bank.quizzes[0].title,
        is_closed=now > plan.last_close(name) + GRACE,
        away=list(_away_lines(away, plan, name)),
        revised=sum(one.revised for one in credits),
        credits=credits,
        questions=[_question_row(one, bank) for one in question_rows(learners, bank)],
    )


def _away_lines(away: Away, plan: Plan, quiz: str) -> Iterator[str]:
    """Yield when the service was away in the last hour before somebody had to stop."""
    ends = [end for line in plan.timelines(quiz) for end in (line.due, line.closes)]
    for since, until in away:
        if any(since < end < until + LAST_HOUR for end in ends):
            yield (
                f"The service was not reachable from {plan.local(since):%Y-%m-%d, %H:%M} "
                f"to {plan.local(until):%H:%M} ({plan.zone}), shortly before a deadline. A later "
                "`due` in the plan gives more time."
            )


def _credit(learner: str, answers: Sequence[Event], bank: QuizBank, line: Timeline) -> Credit:
    record = GradedRecord(answers, bank)
    progress = progress_of(record).questions
    counted = [(one.last_credit, one.last_time) for one in progress if one.last_time]
    return Credit(
        learner=learner,
        quiz=bank.quizzes[0].name,
        points=sum(credit * line.share(time) for credit, time in counted),
        of=len(record.tries),
        answered=len(counted),
        late=sum(line.counts_as(time) == "late" for _, time in counted),
        revised=record.not_counted,
    )


def _for_statistics(answers: Sequence[Event], bank: QuizBank, now: datetime, tries: int) -> Learner:
    """Return a learner whose first answers are those that tell most about a question.

    With tries, that is the first one, as everywhere, because verdicts follow it. Without, nothing
    was known until the last one, so it is as if time ran backwards.
    """
    ordered = list(answers if tries else reversed(answers))
    places = {one.id: ("", 0) for one in ordered}
    return graded_learner("", HomeRecord("read", ordered, places), bank, now)


def _question_row(row: TableRow, bank: QuizBank) -> TableRow:
    """Return what an instructor needs of a question's statistics, with remarks in words."""
    chosen = {key[-1]: one for key, one in row.items() if key.startswith("chose_")}
    return {
        "stem": in_short(filled_question(bank, row).stem),
        **{name: row[name] for name in ITEM_COLUMNS if name in row},
        "chosen": chosen,
        "remarks": list(_remarks(row, chosen)),
    }


def _remarks(row: TableRow, chosen: Mapping[str, float]) -> Iterator[str]:
    """Yield what to look at in a question, if enough learners answered it to say so."""
    if row["n"] < FEWEST_LEARNERS:
        return
    if row["facility"] > EASY:
        yield "too easy"
    if row["facility"] < HARD:
        yield "too hard"
    if isinstance(row["discrimination"], float) and row["discrimination"] < WEAK:
        yield "doesn't tell strong from weak"
    for letter, share in chosen.items():
        if not share and letter not in row["right_options"].split():
            yield f"option {letter} chosen by nobody"


def credits_csv(results: Sequence[QuizResults]) -> str:
    """Return everybody's credits as a table for gradebooks, which no spreadsheet runs."""
    rows = [row for one in results for row in to_builtins(one.credits)]
    return to_csv(Credit.__struct_fields__, rows)


def nameless(results: Sequence[QuizResults]) -> list[QuizResults]:
    """Return results without names; credits are sorted by points, since order could tell names."""
    found = []
    for one in results:
        credits = sorted(one.credits, key=lambda row: (-row.points, -row.answered))
        credits = [structs.replace(row, learner="") for row in credits]
        found.append(structs.replace(one, credits=credits))
    return found


def own_data(found: ClassFolder, store: ClassStore, learner: str, now: datetime) -> dict[str, Any]:
    """Return all that is stored about a learner, why and until when, and their closed quizzes.

    Nothing in it tells whether an answer is right before keys are shown.

    Raises
    ------
    StoreError
        If the record cannot be read.
    """
    plan, events = found.plan, store.events(learner)
    results = class_results(found, {learner: events}, now)
    closed = [row for one in results if now > plan.keys_shown(one.quiz) for row in one.credits]
    about = {name: getattr(plan, name) for name in ("purpose", "contact", "delete_after", "zone")}
    credits = [row for row in closed if row.learner == learner]
    return {"learner": learner, **about, "credits": credits, "events": events}
