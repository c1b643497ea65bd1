"""What a class knows: statistics of each question, of groups of them, and of guesses.

Those of questions use first answers, because nearly everyone is right after the feedback.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil
from statistics import correlation, fmean, median, mode, quantiles
from textwrap import shorten
from typing import Any, NamedTuple, TypeAlias, cast

from lessons_lib.annexes.instructor.collect.learner import Learner
from lessons_lib.classroom.practice.guesses import CheckedGuess, GuessTask, GuessValue, Side
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.placeholders import fill
from lessons_lib.classroom.quiz.progress import QuestionProgress
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question
from lessons_lib.classroom.record.kinds import Guess
from lessons_lib.classroom.sessions.controls import plain_figure, with_unit
from lessons_lib.classroom.sessions.guesses import in_figures, rounded

FEWEST_ANSWERED = 5  # with fewer answers, the share of correct ones says little
FEWEST_LEARNERS = 30  # with fewer, the sign of a discrimination is mostly chance

TableRow: TypeAlias = dict[str, Any]


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
        "median_seconds": "",
    }
    if seconds := [one.seconds for one in first if one.seconds is not None]:
        row["median_seconds"] = median(seconds)
    if isinstance(question, ChoiceQuestion):
        row["right_options"] = " ".join(question.answer or ())
        for letter in question.options:
            row[f"chose_{letter}"] = fmean(letter in one.letters for one in first)
    return row


def _discrimination(name: str, answered: Iterable[Learner]) -> float | str:
    """Return the discrimination of a question, or why it is undefined."""
    pairs = [
        (float(one.first[name].is_right), rest)
        for one in answered
        if (rest := _rest_score(name, one)) is not None
    ]
    if len(pairs) < FEWEST_LEARNERS:
        return f"n/a: fewer than {FEWEST_LEARNERS} learners answered it and another question"
    right, others = zip(*pairs, strict=True)
    if len(set(right)) == 1:
        return f"n/a: everyone was {'right' if right[0] else 'wrong'}"
    if len(set(others)) == 1:
        return "n/a: everyone did equally well on the other questions"
    return correlation(right, others)  # one variable is 0 or 1, so this is point-biserial


def _rest_score(name: str, learner: Learner) -> float | None:
    """Return the share of correct first answers to a learner's other questions."""
    others = len(learner.first) - 1
    if not others:
        return None
    right = sum(one.is_right for one in learner.first.values()) - learner.first[name].is_right
    return right / others


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


FEWEST_WRONG = 3  # one or two learners are no reason to stop a class
LONGEST_SUMMARY = 120


def discussed(rows: Iterable[TableRow]) -> list[TableRow]:
    """Return the rows of the questions that most learners got `wrong`, which is a new column."""
    found = [row | {"wrong": row["n"] - row["first_try_right"]} for row in rows]
    found = [one for one in found if one["wrong"] >= max(FEWEST_WRONG, one["n"] / 3)]
    found.sort(key=lambda one: -one["wrong"])
    return [one for one in found if one["n"] >= FEWEST_ANSWERED]


def filled_question(bank: QuizBank, row: TableRow) -> Question:
    """Return the question of a row, filled with its first row of numbers if it has several."""
    question = bank.question(row["question"])
    return fill(question, question.variants[0]) if question.variants else question


def in_short(stem: str) -> str:
    """Return the beginning of a question as plain text on one line, without tables."""
    lines = (line for line in stem.splitlines() if not line.startswith("|"))
    return shorten(re.sub("[*`]", "", " ".join(lines)), LONGEST_SUMMARY, placeholder=" …")


def mistake(question: Question, row: TableRow) -> tuple[str, str, str]:
    """Return the most common wrong answer, what is wrong with it, and the right one, as Markdown.

    Parameters
    ----------
    question : Question
        As `filled_question` returns it.
    row : TableRow
        Its statistics.
    """
    chosen, why = row["most_chosen_wrong"], "".join(question.common_mistakes[:1])
    if isinstance(question, NumberQuestion):
        answer = f"{question.answer.value:g}" if question.answer else ""
        return f"{chosen} {question.unit}", why, f"{answer} {question.unit}"
    options = question.options.items()
    keys = [one.text for letter, one in options if letter in (question.answer or ())]
    right = keys[0] if len(keys) == 1 else "".join(f"- {text}\n" for text in keys)
    wrong = next((one for letter, one in options if letter == chosen), None)
    return (wrong.text, wrong.feedback, right) if wrong else ("", why, right)


MOST_BARS = 14


class GuessChart(NamedTuple):
    """A class's guesses at one result.

    `bars` has a name, how many guessed that, and whether it is the result; `most` is the largest
    of these numbers. `sides` counts how the guesses miss. `result` and `median` are texts, and
    empty if they are unknown.
    """

    task: GuessTask
    learners: int
    bars: list[tuple[str, int, bool]]
    most: int
    sides: Counter[Side]
    result: str
    median: str


def guess_charts(learners: Sequence[Learner], rows: Iterable[TableRow]) -> list[GuessChart]:
    """Return the guesses that enough learners made, the greatest surprise first.

    Parameters
    ----------
    learners : sequence of Learner
        Who guessed.
    rows : iterable of rows
        As `guess_rows` returns them.
    """
    tasks = {task.id: task for one in learners for task in one.guesses}
    charts = []
    for row in rows:
        task = tasks[row["guess"]]
        made = [one.guesses[task].guess for one in learners if task in one.guesses]
        if len(made) >= FEWEST_ANSWERED:
            charts.append(_chart(task, made, row))
    return sorted(charts, key=lambda one: (not one.result, one.sides["close"] / one.learners))


def _chart(task: GuessTask, made: Sequence[GuessValue], row: TableRow) -> GuessChart:
    results: list[GuessValue] = [] if row["result"] == "" else [row["result"]]
    names, at = scale_of(task, [*made, *map(rounded, results)])
    counts = Counter(at[: len(made)])
    return GuessChart(
        task=task,
        learners=len(made),
        bars=[(name, counts[n], n in at[len(made) :]) for n, name in enumerate(names)],
        most=max(counts.values()),
        sides=Counter(
            CheckedGuess(one, result, task.unit).side for result in results for one in made
        ),
        result="".join(in_figures(rounded(one), task.unit) for one in results),
        median=in_figures(row["median"], task.unit) if "median" in row else "",
    )


def scale_of(task: GuessTask, values: Sequence[GuessValue]) -> tuple[list[str], list[int]]:
    """Return what the bars stand for, and on which of them each value lies.

    Stops of a slider, or different typed numbers, share bars if there are too many of them.
    """
    if task.options:
        return list(task.options), [task.options.index(str(one)) for one in values]
    numbers = cast("Sequence[float]", values)
    stops = task.slider or sorted(set(numbers))
    if not task.slider and len(stops) > MOST_BARS:
        stops = sorted({float(f"{one:.0e}") for one in numbers})  # one significant digit
    size = ceil(len(stops) / MOST_BARS)
    groups = [stops[at : at + size] for at in range(0, len(stops), size)]
    ends = ("–".join(map(plain_figure, dict.fromkeys((one[0], one[-1])))) for one in groups)
    at = [min(range(len(stops)), key=lambda n: abs(stops[n] - one)) // size for one in numbers]
    return [with_unit(name, task.unit) for name in ends], at
