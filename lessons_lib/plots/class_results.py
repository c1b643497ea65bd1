"""Plot the two tables of `lessons collect`: progress, questions, and who may need help."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, PercentFormatter

from lessons_lib.formats import percent
from lessons_lib.plots.style import BLUE, GRAY, ORANGE, display_figure, name_point, new_figure

ResultRow: TypeAlias = Mapping[str, str]

MOST_BARS = 12
MOST_NAMES = 6
LEAST_DISCRIMINATION = 0.2
BAR_INCHES = 0.3


def read_results(path: str | Path) -> list[ResultRow]:
    """Return the rows of a table that `lessons collect` wrote.

    Raises
    ------
    FileNotFoundError
        If it does not exist; the message says how to create it.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        advice = "run `lessons collect HOMES --out class.csv` first, or fix the path."
        raise FileNotFoundError(f"The table {path} does not exist: {advice}") from None


def plot_progress(learners: Sequence[ResultRow]) -> None:
    """Plot the shares of each notebook's questions that the class answered and has right now.

    Raises
    ------
    ValueError
        If no learner's record could be read.
    """
    read = [one for one in learners if one["total_of"]]
    if not read:
        raise ValueError("plot_progress() needs at least one readable record, got none.")
    names = [key.removesuffix("_of") for key in read[0] if key.endswith("_of")]
    names.remove("total")
    asked = {name: sum(int(one[f"{name}_of"]) for one in read) for name in names}
    answered, right = (
        [sum(int(one[f"{name}_{what}"]) for one in read) / asked[name] for name in names]
        for what in ("answered", "right")
    )
    figure, axes = new_figure(height=1.1 + BAR_INCHES * len(names))
    axes.barh(names, answered, color="none", edgecolor=GRAY, height=0.7)
    axes.barh(names, right, color=BLUE, height=0.4)
    for row, share in enumerate(answered):
        name_point(axes, percent(share), (share, row))
    axes.invert_yaxis()
    axes.set(xlabel="share of all questions: answered (outlined), correct by now (filled)")
    _percent_axis(axes)
    text = ", ".join(
        f"{name} {percent(share)} answered and {percent(good)} correct"
        for name, share, good in zip(names, answered, right, strict=True)
    )
    display_figure(figure, alt=f"Bars by notebook for {len(read)} learners: {text}.")


def _percent_axis(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_locator(MultipleLocator(0.2))
    axes.xaxis.set_major_formatter(PercentFormatter(1))


def plot_facility(questions: Sequence[ResultRow]) -> None:
    """Plot discrimination against facility, and list the questions that discriminate least."""
    drawn = [one for one in questions if not one["discrimination"].startswith("n/a")]
    left_out = len(questions) - len(drawn)
    rest = f"Questions left out because they have no discrimination: {left_out}; see the table."
    if not drawn:
        print(f"Nothing to draw yet. {rest}")
        return
    facility = np.array([float(one["facility"]) for one in drawn])
    discrimination = np.array([float(one["discrimination"]) for one in drawn])
    is_low = discrimination < LEAST_DISCRIMINATION
    figure, axes = new_figure(height=4.2)
    axes.axhline(LEAST_DISCRIMINATION, color=GRAY, linewidth=1)
    for mask, color, sign in ((~is_low, BLUE, "o"), (is_low, ORANGE, "s")):
        x, y = facility[mask], discrimination[mask]
        axes.scatter(x, y, 28, color=color, marker=sign, clip_on=False)
    named = [int(index) for index in discrimination.argsort()[:MOST_NAMES] if is_low[index]]
    for number, index in enumerate(named, start=1):
        point = (facility[index], discrimination[index])
        name_point(axes, str(number), point)
    axes.set(xlabel="facility: share right on first try", ylabel="discrimination", xlim=(0, 1))
    listed = ", ".join(drawn[index]["question"] for index in named)
    alt = (
        f"Discrimination by facility of {len(drawn)} questions; {int(is_low.sum())} below "
        f"{LEAST_DISCRIMINATION} (orange squares)."
    )
    alt += f" The lowest: {listed}." if listed else ""
    alt += f" {rest}" if left_out else ""
    display_figure(figure, alt=alt)
    for number, index in enumerate(named, start=1):
        print(f"{number} {drawn[index]['question']} ({drawn[index]['notebook']})")


def plot_wrong_options(questions: Sequence[ResultRow]) -> None:
    """Plot the questions with the largest share of learners on the most popular wrong option."""
    drawn = [one for one in questions if one["most_chosen_wrong_share"]]
    drawn.sort(key=lambda one: -float(one["most_chosen_wrong_share"]))
    drawn = drawn[:MOST_BARS]
    if not drawn:
        print("No wrong option has been chosen yet.")
        return
    labels = [f"{one['question']}: {one['most_chosen_wrong'].lstrip(chr(39))}" for one in drawn]
    shares = [float(one["most_chosen_wrong_share"]) for one in drawn]
    figure, axes = new_figure(height=1.1 + BAR_INCHES * len(drawn))
    axes.barh(labels, shares, color=ORANGE, height=0.6)
    for row, (share, one) in enumerate(zip(shares, drawn, strict=True)):
        name_point(axes, f"{percent(share)} of {one['n']}", (share, row))
    axes.invert_yaxis()
    axes.set(xlabel="share of learners who answered")
    _percent_axis(axes)
    pairs = zip(labels, shares, strict=True)
    text = "; ".join(f"{label} {percent(share)}" for label, share in pairs)
    display_figure(figure, alt=f"Bars of the most common wrong answers on the first try: {text}.")


def plot_help(learners: Sequence[ResultRow]) -> None:
    """Print which learners may need help, and why."""
    rows = [one for one in learners if one["may_need_help"]]
    if not rows:
        print("Nobody, according to these rules.")
    for one in rows:
        print(f"{one['learner']}: {one['may_need_help'].removeprefix('may need help: ')}")
