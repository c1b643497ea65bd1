"""Histograms of the guesses of a class, with the result drawn in."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, inf, log10
from statistics import median
from typing import cast

from lessons_lib.classroom.hub.collect.collect import FEWEST_ANSWERED
from lessons_lib.classroom.hub.collect.item_statistics import TableRow
from lessons_lib.classroom.hub.collect.learner import Learner
from lessons_lib.classroom.hub.collect.parts import Html, bars, fill, join
from lessons_lib.classroom.hub.collect.places import Places
from lessons_lib.classroom.hub.collect.questions import MARKS, OPEN
from lessons_lib.classroom.practice.guesses import CheckedGuess, GuessTask, GuessValue, Side
from lessons_lib.classroom.sessions.controls import plain_figure, with_unit
from lessons_lib.classroom.sessions.guesses import in_figures, rounded
from lessons_lib.formats import counted

MOST_BARS = 14
WIDEST = 1000  # guesses beyond this factor from the middle share the first or the last bar
SIDES: dict[Side, str] = {
    "close": "right or close",
    "low": "too low",
    "high": "too high",
    "off": "wrong",
}
_ITEM = (
    '<details class="guess"{}{}><summary>{}</summary>{}<p class="around">{}</p>'
    '<p class="where">Asked in {}</p></details>'
)


def guess_items(
    learners: Sequence[Learner], rows: Sequence[TableRow], places: Places, days: Mapping[str, str]
) -> Html:
    """Return a histogram for each guess that enough learners made, the greatest surprise first.

    Parameters
    ----------
    learners : sequence of Learner
        Who guessed.
    rows : sequence of rows
        As `guess_rows` returns them; they have the results.
    places : Places
        Where the guesses are asked.
    days : mapping of str to str
        The days of each guess, by its id.
    """
    made: dict[GuessTask, list[GuessValue]] = {}
    for one in learners:
        for task, guess in one.guesses.items():
            made.setdefault(task, []).append(guess.guess)
    results = {one["guess"]: one["result"] for one in rows}
    found = []
    for task, guesses in made.items():
        if len(guesses) >= FEWEST_ANSWERED:
            result = results[task.id]
            checked = (
                [] if result == "" else [CheckedGuess(one, result, task.unit) for one in guesses]
            )
            sides = Counter(one.side for one in checked)
            found.append((not checked, sides["close"] / len(guesses), task, guesses, result, sides))
    found.sort(key=lambda one: one[:2])
    return join(
        fill(
            _ITEM,
            fill(MARKS, places.notebook_of(task.id), days.get(task.id, "")),
            Html(" open" * (number < OPEN)),
            task.question,
            _histogram(task, guesses, result),
            _in_words(task, guesses, sides),
            places.link(task.id),
        )
        for number, (_, _, task, guesses, result, sides) in enumerate(found)
    ) or Html("<p>There are none yet.</p>")


def _histogram(task: GuessTask, made: Sequence[GuessValue], result: GuessValue) -> Html:
    """Return how many learners made each guess, and where the result lies if it is known."""
    names, places = _scale(task, [*made, *([] if result == "" else [result])])
    counts = Counter(places[: len(made)])
    mark = "" if result == "" else f"◀ result: {in_figures(rounded(result), task.unit)}"
    rows = [(name, counts[n], mark * (n in places[len(made) :])) for n, name in enumerate(names)]
    return bars(f"{counted(len(made), 'learner')} guessed", rows)


def _in_words(task: GuessTask, made: Sequence[GuessValue], sides: Counter[Side]) -> str:
    """Describe the guesses of a class: how many were close, and the one in the middle."""
    parts = [f"{sides[side]} {words}" for side, words in SIDES.items() if sides[side]]
    if not task.options:
        middle = in_figures(median(cast("Sequence[float]", made)), task.unit)
        parts.append(f"the median guess is {middle}")
    return f"{', '.join(parts)}.".capitalize() if parts else ""


def _scale(task: GuessTask, values: Sequence[GuessValue]) -> tuple[list[str], list[int]]:
    """Return what the bars stand for, and on which of them each value lies."""
    if task.options:
        return list(task.options), [task.options.index(str(one)) for one in values]
    numbers = cast("Sequence[float]", values)
    scale = list(_stops(task) if task.slider else _ranges(task.unit, numbers))
    lows = [low for low, _ in scale]
    return [name for _, name in scale], [max(bisect_right(lows, one) - 1, 0) for one in numbers]


def _stops(task: GuessTask) -> Iterator[tuple[float, str]]:
    """Yield where each bar begins and its name: one for each stop, or for several of many."""
    step = ceil(len(task.slider) / MOST_BARS)
    groups = [task.slider[at : at + step] for at in range(0, len(task.slider), step)]
    between = ((before[-1] + after[0]) / 2 for before, after in pairwise(groups))
    for low, group in zip((-inf, *between), groups, strict=True):
        ends = dict.fromkeys((group[0], group[-1]))
        yield low, with_unit("–".join(map(plain_figure, ends)), task.unit)


def _ranges(unit: str, values: Sequence[float]) -> Iterator[tuple[float, str]]:
    """Yield where each bar begins and its name: integers, or ranges that grow by factors."""
    low, high = floor(min(values)), floor(max(values))
    if high - low < MOST_BARS and all(one.is_integer() for one in values):
        yield from ((one, with_unit(plain_figure(one), unit)) for one in range(low, high + 1))
        return
    edges = _edges(values)
    yield -inf, f"less than {with_unit(plain_figure(edges[0]), unit)}"
    for one, after in pairwise(edges):
        yield one, with_unit(f"{plain_figure(one)}–{plain_figure(after)}", unit)
    yield edges[-1], f"{with_unit(plain_figure(edges[-1]), unit)} or more"


def _edges(values: Sequence[float]) -> list[float]:
    """Return bounds between bars in rising order: 1, 2, 5, 10 …, or powers of ten."""
    above = sorted(one for one in values if one > 0) or [1.0]
    middle = above[len(above) // 2]
    least, most = max(above[0], middle / WIDEST), min(above[-1], middle * WIDEST)
    powers = [10.0**n for n in range(floor(log10(least)), ceil(log10(most)) + 1)]
    edges = [digit * power for power in powers for digit in (1, 2, 5)]
    inside = [low for low, after in pairwise(edges) if after > least and low <= most]
    return inside if len(inside) <= MOST_BARS else powers
