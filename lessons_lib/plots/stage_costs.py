"""Where the time of a text goes: one bar a stage, for one path or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessons_lib.plots.style import INK, MODE_COLOURS, new_figure, show_figure, write_note

MICRO = 1e6


def show_stage_costs(
    paths: Mapping[str, Mapping[str, Sequence[float]]], *, n_texts: int, note: str = ""
) -> None:
    """Show the microseconds that each stage of each path takes for a text: medians of all rounds.

    Parameters
    ----------
    paths : mapping of path names to what `time_in_turn` returns for its stages
        The seconds that each stage took for all texts, round by round.
    n_texts : int
        How many texts the stages were given.
    note : str
        Where and how it was measured; stands under the figure.

    Raises
    ------
    ValueError
        If there is no stage to show.
    """
    rows = [
        (f"{path}: {stage}", MICRO * np.asarray(seconds) / n_texts)
        for path, stages in paths.items()
        for stage, seconds in stages.items()
    ]
    if not rows:
        raise ValueError("show_stage_costs() needs at least one stage, got none.")
    names = [name for name, _ in rows]
    medians = [float(np.median(cost)) for _, cost in rows]
    spread = [(float(cost.min()), float(cost.max())) for _, cost in rows]
    figure, axes = new_figure(height=0.6 + 0.34 * len(rows))
    places = np.arange(len(rows))
    axes.barh(places, medians, height=0.6, color=MODE_COLOURS["batch"])
    axes.hlines(places, *zip(*spread, strict=True), color=INK, linewidth=1)
    longest = max(high for _, high in spread)
    for place, (median, (_, high)) in enumerate(zip(medians, spread, strict=True)):
        label = f"{median:.2f} µs"
        axes.text(high + longest / 60, place, label, va="center", color=INK, fontsize=9)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set(xlabel="microseconds per text", xlim=(0, 1.18 * longest))
    write_note(figure, note)
    costs = ", ".join(f"{name} {cost:.2f}" for name, cost in zip(names, medians, strict=True))
    show_figure(figure, alt=f"Microseconds per text by stage: {costs}. {note}".strip())
