"""Figures rounded for show, so that columns still add up and equal figures look alike."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence

SAME = 1e-6  # figures no further apart are equal: the model reckons in float32
UNEVEN = "(Rounded so that each column adds up: equal figures may differ in the last digit.)"


def figures_that_add_up(figures: Sequence[float], *, total: float) -> list[float]:
    """Round one column to three decimals: see `columns_that_add_up`."""
    return [figure / 1000 for figure in columns_that_add_up([figures], [total])[0]]


def columns_that_add_up(
    columns: Sequence[Sequence[float]], totals: Sequence[float]
) -> list[list[int]]:
    """Return the figures in thousandths so that each column sums to its rounded total.

    Notes
    -----
    No figure moves by more than 0.001, and whoever adds a column up by hand arrives at its total.
    Equal figures, in whichever column, are rounded alike where any such rounding adds up; else
    each figure is the step between two rounded running sums. A total that differs from the sum by
    more than rounding is an error of the trace: ValueError.
    """
    for column, total in zip(columns, totals, strict=True):
        _check_sum(column, total)
    alike = _rounded_alike(columns, [round(1000 * total) for total in totals])
    return alike or [_steps(*one) for one in zip(columns, totals, strict=True)]


def is_uneven(figures: Sequence[float], rounded: Sequence[float]) -> bool:
    """Say whether equal figures were rounded differently."""
    pairs = sorted(zip(figures, rounded, strict=True))
    return any(b[0] - a[0] <= SAME and a[1] != b[1] for a, b in itertools.pairwise(pairs))


def _check_sum(figures: Sequence[float], total: float) -> None:
    if not all(map(math.isfinite, (*figures, total))):
        raise ValueError("shares of the trace hold a number that is not finite.")
    if abs(math.fsum(figures) - total) > 1e-3:
        raise ValueError(
            f"bias and shares sum to {math.fsum(figures):.4f}, the logit is {total:.4f}."
        )


def _rounded_alike(
    columns: Sequence[Sequence[float]], wanted: Sequence[int]
) -> list[list[int]] | None:
    """Round each distinct figure down or up: of all ways that add up, the one nearest to it."""
    same = _same_figures([figure for column in columns for figure in column])
    counts = [Counter(same[figure] for figure in column) for column in columns]
    distinct = sorted(set(same.values()))
    reached: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
    reached[(0,) * len(columns)] = (0.0, ())
    for figure in distinct:
        times = [count[figure] for count in counts]
        grown: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
        for (sums, (cost, chosen)), up in itertools.product(reached.items(), (0, 1)):
            shown = math.floor(1000 * figure) + up
            sums = tuple(sum_ + n * shown for sum_, n in zip(sums, times, strict=True))
            way = (cost + sum(times) * (shown - 1000 * figure) ** 2, (*chosen, shown))
            grown[sums] = min(way, grown.get(sums, way))
        reached = grown
    if tuple(wanted) not in reached:
        return None
    shown_as = dict(zip(distinct, reached[tuple(wanted)][1], strict=True))
    return [[shown_as[same[figure]] for figure in column] for column in columns]


def _same_figures(figures: Sequence[float]) -> dict[float, float]:
    """Map each figure to the one that stands for all equal to it."""
    stands_for: dict[float, float] = {}
    last = first = -math.inf
    for figure in sorted(figures):
        if figure - last > SAME:
            first = figure
        stands_for[figure], last = first, figure
    return stands_for


def _steps(figures: Sequence[float], total: float) -> list[int]:
    running = [math.fsum(figures[:end]) for end in range(1, len(figures))] + [total]
    thousandths = [0, *(round(1000 * value) for value in running)]
    return [after - before for before, after in itertools.pairwise(thousandths)]
