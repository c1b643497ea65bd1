"""Collect a class: read every home, regrade every answer, and write what follows as tables.

Statistics of questions use first answers, because nearly everyone is right after the feedback.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from statistics import correlation, fmean, median, mode, quantiles
from typing import Any, TypeAlias

from msgspec.structs import replace

from lessons_lib.annexes.instructor.collect.homes import DEFAULT_DATA, Status, printable, read_home
from lessons_lib.annexes.instructor.collect.learner import Learner, graded_learner
from lessons_lib.classroom.practice.guesses import GuessTask, guess_table
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.export import to_csv
from lessons_lib.classroom.quiz.progress import QuestionProgress
from lessons_lib.classroom.quiz.question import ChoiceQuestion
from lessons_lib.classroom.record.kinds import Guess

TableRow: TypeAlias = dict[str, Any]
MOST_PROBLEMS_LISTED = 50  # reported per learner
FEWEST_ANSWERED = 5  # with fewer answers, the share of correct ones says little
FEWEST_LEARNERS = 30  # with fewer, the sign of a discrimination is mostly chance

RULE = (
    "May need help: answered fewer than half as many questions as the median of those who have "
    f"started; or answered at least {FEWEST_ANSWERED}, and got fewer than half of them right on "
    "the first try."
)


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A whole class, sorted by directory, and a row for each question that anybody answered.

    `unanswered` is the number of the other questions; `guesses` has a row for each guess.
    """

    learners: tuple[Learner, ...]
    questions: list[TableRow]
    unanswered: int
    guesses: list[TableRow]
    median_answered: float

    def count(self, *statuses: Status) -> int:
        """Return how many learners' records have one of the given statuses."""
        return sum(one.status in statuses for one in self.learners)


def collect(
    homes: Iterable[Path],
    bank: QuizBank,
    *,
    now: datetime,
    data: PurePosixPath = DEFAULT_DATA,
    names: Mapping[str, str] | None = None,
) -> ClassResults:
    """Return the results of a class.

    Parameters
    ----------
    homes : iterable of Path
        One home or export per learner.
    bank : QuizBank
        The current questions; answers are graded by them, and scores in a record are ignored.
    now : datetime
        The current time; later events are not counted.
    data : PurePosixPath
        The library's data folder, relative to each home.
    names : mapping, optional
        The learners' names, by directory.

    Notes
    -----
    One home is held in memory at a time. A problem in one home does not affect the others.
    """
    found: list[Learner] = []
    tasks = guess_table().guesses
    owners: dict[str, str] = {}  # by the id of an event
    shared: Counter[tuple[str, str]] = Counter()
    for home in homes:
        directory = printable(home.name)
        record = read_home(home, data)
        found.append(graded_learner(directory, record, bank, now, tasks))
        pairs = ((owners.setdefault(one.id, directory), directory) for one in record.events)
        shared.update((first, second) for first, second in pairs if first != second)
    read = [one for one in found if one.status != "unreadable"]
    middle, copies = median_answered(read), _copies(shared)
    learners = tuple(
        replace(
            one,
            name=(names or {}).get(one.directory, one.directory.removesuffix(".jsonl")),
            problems=_first([*one.problems, *copies[one.directory]]),
            help_reason=reason_for_help(one, middle),
        )
        for one in found
    )
    questions = question_rows(read, bank)
    asked = {one.id for one in bank.questions if one.is_graded}
    return ClassResults(
        learners=learners,
        questions=questions,
        unanswered=len(asked - {one["question"] for one in questions}),
        guesses=guess_rows(read, tasks),
        median_answered=middle,
    )


def _copies(shared: Mapping[tuple[str, str], int]) -> defaultdict[str, list[str]]:
    """Return a problem for both learners who share events; one must have copied them."""
    problems: defaultdict[str, list[str]] = defaultdict(list)
    for pair, count in sorted(shared.items()):
        events = "event is" if count == 1 else f"{count:,} events are"
        for one, other in (pair, pair[::-1]):
            found = f"the same {events} in two records, here and in {other}; counted in both."
            problems[one].append(found)
    return problems


def median_answered(learners: Iterable[Learner]) -> float:
    """Return the median number of questions answered by those who have started."""
    counts = [one.progress.overall.attempted for one in learners]
    return float(median([one for one in counts if one] or [0]))


def reason_for_help(learner: Learner, middle: float) -> str:
    """Return why a learner may need help according to `RULE`, or an empty string.

    Parameters
    ----------
    learner : Learner
        Nothing is known about one whose record is unreadable.
    middle : float
        The `median_answered` of the class.
    """
    overall = learner.progress.overall
    if learner.status == "unreadable":
        return ""
    if overall.attempted < middle / 2:
        return f"answered {overall.attempted}, fewer than half of the class's median {middle:g}"
    if overall.attempted >= FEWEST_ANSWERED and overall.right_first < overall.attempted / 2:
        return f"{overall.right_first} of {overall.attempted} right on the first try"
    return ""


def _first(problems: Sequence[str]) -> tuple[str, ...]:
    rest = len(problems) - MOST_PROBLEMS_LISTED
    more = (f"and {rest:,} more of this kind.",) if rest > 0 else ()
    return (*problems[:MOST_PROBLEMS_LISTED], *more)


def question_rows(learners: Sequence[Learner], bank: QuizBank) -> list[TableRow]:
    """Return one row per graded question that anybody answered, in the bank's order.

    `COLLECT.md` says what the columns mean.

    Parameters
    ----------
    learners : sequence of Learner
        All graded by the bank.
    bank : QuizBank
        The current questions.

    Notes
    -----
    Discrimination is the corrected item-total correlation: the point-biserial correlation between
    being right on this question and the score on the others, so that the question is not
    correlated with itself [1]_. Because learners answer different questions, the score is the
    share of correct first answers to the other questions that a learner answered.

    References
    ----------
    .. [1] S. Henrysson, Correction of item-total correlations in item analysis, Psychometrika 28,
       1963.
    """
    rows = []
    for column in zip(*(one.progress.questions for one in learners), strict=True):
        answered = [pair for pair in zip(learners, column, strict=True) if pair[1].attempts]
        if answered:
            rows.append(_question_row(answered, bank))
    return rows


def _question_row(answered: Sequence[tuple[Learner, QuestionProgress]], bank: QuizBank) -> TableRow:
    learners, progress = zip(*answered, strict=True)
    about, n = progress[0], len(progress)
    question = bank.question(about.id)
    first = [one.first[about.id] for one in learners]
    seconds = [one.seconds for one in first if one.seconds is not None]
    wrong = Counter(letter for one in first for letter in one.wrong)
    # Break ties alphabetically, so that the result is reproducible.
    option, count = min(wrong.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    row: TableRow = {
        "question": about.id,
        "notebook": about.quiz,
        "card": "" if question.place == "pool" else f"{about.quiz} {question.place}",
        "objective": about.objective,
        "n": n,
        "first_try_right": sum(one.is_right for one in first),
        "right": sum(one.right_last for one in progress),
        "facility": fmean(one.is_right for one in first),
        "discrimination": _discrimination(about.id, learners),
        "most_chosen_wrong": option,
        "most_chosen_wrong_share": count / n if count else "",
        "median_tries": float(median(one.attempts for one in progress)),
        "median_hints": float(median(one.hints_used for one in progress)),
        "median_seconds": median(seconds) if seconds else "",
    }
    if isinstance(question, ChoiceQuestion):
        row["right_options"] = " ".join(question.answer or ())
        for letter in question.options:
            row[f"chose_{letter}"] = fmean(letter in one.letters for one in first)
    return row


def _discrimination(name: str, answered: Iterable[Learner]) -> float | str:
    """Return the discrimination of a question, or why it is undefined."""
    pairs: list[tuple[float, float]] = []
    for one in answered:
        right = one.first[name].is_right
        if others := len(one.first) - 1:
            right_others = sum(first.is_right for first in one.first.values()) - right
            pairs.append((float(right), right_others / others))
    if len(pairs) < FEWEST_LEARNERS:
        return f"n/a: fewer than {FEWEST_LEARNERS} learners answered it and another question"
    scores, scores_on_others = zip(*pairs, strict=True)
    if len(set(scores)) == 1:
        return f"n/a: everyone was {'right' if scores[0] else 'wrong'}"
    if len(set(scores_on_others)) == 1:
        return "n/a: everyone did equally well on the other questions"
    return correlation(scores, scores_on_others)  # one is 0 or 1, so this is point-biserial


def group_rows(questions: Sequence[TableRow]) -> list[TableRow]:
    """Return one row per objective and one per card, with sums over its questions."""
    rows: dict[tuple[str, str], TableRow] = {}
    for kind in ("objective", "card"):
        for one in questions:
            if name := one[kind]:
                row = rows.setdefault((kind, name), {"group": kind, "name": name, "questions": 0})
                row["questions"] += 1
                for column in ("n", "first_try_right", "right"):
                    row[column] = row.get(column, 0) + one[column]
                row["facility"] = row["first_try_right"] / row["n"]
    return list(rows.values())


def guess_rows(learners: Sequence[Learner], tasks: Iterable[GuessTask]) -> list[TableRow]:
    """Return one row per task that anybody guessed: the result, and how the guesses vary."""
    made = {task: [one.guesses[task] for one in learners if task in one.guesses] for task in tasks}
    return [_guess_row(task, found) for task, found in made.items() if found]


def _guess_row(task: GuessTask, made: Sequence[Guess]) -> TableRow:
    results = [one.result for one in made if one.result is not None]
    row: TableRow = {"guess": task.id, "learners": len(made), "unit": task.unit, "result": ""}
    if task.options:
        counts = Counter(one.guess for one in made)
        row["result"] = mode(results) if results else ""
        row["guesses"] = "; ".join(f"{option}: {counts[option]}" for option in task.options)
        return row
    values = [float(one.guess) for one in made]
    low, middle, high = quantiles(values * 2 if len(values) == 1 else values, method="inclusive")
    row["result"] = median(map(float, results)) if results else ""
    return row | {"first_quartile": low, "median": middle, "third_quartile": high}


def class_tables(results: ClassResults) -> dict[str, str]:
    """Return the tables, escaped so that spreadsheets do not run names as formulas."""
    tables = {
        "class": [_learner_row(one) for one in results.learners],
        "questions": results.questions,
        "groups": group_rows(results.questions),
        "guesses": results.guesses,
    }
    return {name: _table(rows) for name, rows in tables.items()}


def _table(rows: Sequence[TableRow]) -> str:
    columns = dict.fromkeys((name for row in rows for name in row), "")
    return to_csv(list(columns), ({**columns, **_rounded(row)} for row in rows))


def _learner_row(learner: Learner) -> TableRow:
    first, last = (*learner.ended_tests, "", "")[:2]
    row: TableRow = {
        "learner": learner.name,
        "directory": learner.directory,
        "record": learner.status,
    }
    for quiz, tally in learner.progress.by("quiz").items():
        row |= {
            f"{quiz}_answered": tally.attempted,
            f"{quiz}_right": tally.right_last,
            f"{quiz}_of": tally.questions,
        }
    overall = learner.progress.overall
    row |= {
        "total_answered": overall.attempted,
        "total_right": overall.right_last,
        "total_of": overall.questions,
        "first_try_right": overall.right_first,
        "hints_used": overall.hints_used,
        "solutions_opened_before_answering": learner.opened_before,
        "answers_to_changed_or_removed": learner.changed,
        "last_active_utc": _utc(learner.last_active),
        "test": learner.test,
        "first_test": first,
        "last_test": last,
    }
    if learner.status == "unreadable":  # unknown is not zero
        row |= dict.fromkeys(list(row)[3:], "")
    return row | {
        "may_need_help": f"may need help: {learner.help_reason}" if learner.help_reason else "",
        "problems": " ".join(learner.problems),
    }


def _utc(time: datetime | None) -> str:
    """Return a time in UTC to the second; a forged one may be outside of UTC's range."""
    if time is None:
        return ""
    with suppress(OverflowError):
        time = time.astimezone(UTC)
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _rounded(row: TableRow) -> TableRow:
    return {name: round(one, 3) if isinstance(one, float) else one for name, one in row.items()}
