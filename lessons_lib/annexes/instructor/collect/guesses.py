"""Histograms of the guesses of a class, with the result drawn in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil
from typing import NamedTuple, cast

from lessons_lib.annexes.instructor.collect.collect import FEWEST_ANSWERED
from lessons_lib.annexes.instructor.collect.item_statistics import TableRow
from lessons_lib.annexes.instructor.collect.learner import Learner
from lessons_lib.classroom.practice.guesses import CheckedGuess, GuessTask, GuessValue, Side
from lessons_lib.classroom.sessions.controls import plain_figure, with_unit
from lessons_lib.classroom.sessions.guesses import in_figures, rounded

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
