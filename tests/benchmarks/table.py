"""The findings as a small table in Markdown, a row for each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.findings import TEXTS, Findings
from tests.benchmarks.ratios import Ratio

HEAD = "| measured, raw text to label | median | rounds | in figures |\n|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what, the middle, the spread over the rounds, and plain figures."""

    measured: str
    middle: str
    spread: str
    figures: str

    def __str__(self) -> str:
        return f"| {self.measured} | {self.middle} | {self.spread} | {self.figures} |"


def rows(found: Findings) -> list[Row]:
    """Return the rows, in the order in which the lessons ask."""
    return [
        _against(found, "labels, batch: folded / fastText", "folded labels", "fastText"),
        _against(found, "labels, batch: folded / scikit-learn", "folded labels", "scikit-learn"),
        _against(found, "predictions, batch: folded / fastText", "folded predict", "fastText"),
        _one_text(found),
        _modes(found, "textbook"),
        _modes(found, "folded"),
        _against(found, "labels, batch: one byte pass / folded", "floor", "folded labels"),
        _growth(found, "labels"),
        _growth(found, "stream"),
        _cost(found),
    ]


def as_markdown(found: Findings, setting: str) -> str:
    """Return the table with what is to be known about it: where it was measured, who was right."""
    lines = "\n".join(map(str, rows(found)))
    right = ", ".join(f"{name} {found.accuracy(name):.0%}" for name in found.runs[0].accuracies)
    return f"{HEAD}\n{lines}\n\n{setting}\nRight on texts that none of them has seen: {right}.\n"


def _against(found: Findings, measured: str, job: str, other: str) -> Row:
    figures = f"{_rate(found, job)} against {_rate(found, other)} texts/s"
    return _row(measured, [found.times_as_fast(job, other)], figures)


def _one_text(found: Findings) -> Row:
    pairs = [
        " and ".join(f"{1e6 * found.latency_s(name, place):.1f}" for place in (0, 1))
        for name in ("folded", "fastText")
    ]
    ratios = [found.quicker(0), found.quicker(1)]
    return _row("one text, p50 and p99: folded / fastText", ratios, f"{' against '.join(pairs)} µs")


def _modes(found: Findings, path: str) -> Row:
    job, other = f"{path} predict", f"{path} one at a time"
    return _against(found, f"predictions, {path}: batch / real-time", job, other)


def _growth(found: Findings, mode: str) -> Row:
    microseconds = [1e6 * median(rounds) for rounds in found.growth[mode]]
    sizes = [f"{size:,}" for size in found.sizes]
    ends = "; ".join(
        f"{sizes[i]} texts: {microseconds[i]:.2f} µs each, +{found.peaks_mb[mode][i]:.1f} MB"
        for i in (0, -1)
    )
    return _row(f"time per text, {mode}: slowest / fastest size", [found.unevenness(mode)], ends)


def _cost(found: Findings) -> Row:
    times = sorted(found.import_s)
    figures = f"import {median(times):.2f} s ({times[0]:.2f}–{times[-1]:.2f}), no torch"
    measured = f"memory of the folded path and {TEXTS:,} predictions"
    return Row(measured, f"{found.memory_mb:.0f} MB", "", figures)


def _row(measured: str, ratios: Sequence[Ratio], figures: str) -> Row:
    middles = ", ".join(f"{_short(ratio.middle)}×" for ratio in ratios)
    spread = ", ".join(f"{_short(ratio.low)}–{_short(ratio.high)}" for ratio in ratios)
    return Row(measured, middles, spread, figures)


def _rate(found: Findings, job: str) -> str:
    """Return texts per second with two digits that mean something."""
    rate = 1 / found.seconds_per_text(job)
    return f"{float(f'{rate:.2g}'):,.0f}"


def _short(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 20 else f"{ratio:.1f}" if ratio >= 2 else f"{ratio:.2f}"
