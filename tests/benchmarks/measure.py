"""Time calls in turn, summarize ratios over rounds, and measure in new interpreters."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock

ROOT = Path(__file__).parents[2]
# Libraries read these when they are imported, so they are set for a new interpreter.
ONE_THREAD = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"], "1"
)


def interleave(
    calls: Mapping[str, Callable[[str], object]],
    texts: Sequence[str],
    *,
    block: int = 100,
    clock: ReadClock = thread_clock,
) -> dict[str, list[float]]:
    """Call each one with each text, taking turns in blocks; return the seconds of each call.

    Other work on the machine then affects all of them equally. What it takes to read the clock is
    subtracted: up to a microsecond, as much as a tenth of a call.
    """
    pairs = [(clock(), clock()) for _ in range(1_000)]
    reading_s = median(end - began for began, end in pairs)
    names = list(calls)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    for turn, start in enumerate(range(0, len(texts), block)):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            call, times = calls[name], seconds[name]
            for text in texts[start : start + block]:
                began = clock()
                call(text)
                times.append(clock() - began - reading_s)
    return seconds


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the medians of all runs, and the lowest and highest of all rounds."""

    middle: float
    low: float
    high: float

    @classmethod
    def of_runs(cls, runs: Sequence[Sequence[float]]) -> "Ratio":
        """Summarize runs, each with one ratio per round."""
        rounds = [ratio for run in runs for ratio in run]
        return cls(median(median(run) for run in runs), min(rounds), max(rounds))

    def __str__(self) -> str:
        return f"{_short(self.middle)}×"

    @property
    def spread(self) -> str:
        return f"{_short(self.low)}–{_short(self.high)}"


def _short(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 20 else f"{ratio:.1f}" if ratio >= 2 else f"{ratio:.2f}"


def quotients(dividends: Sequence[float], divisors: Sequence[float]) -> list[float]:
    """Divide each figure by that of the same round."""
    return [one / other for one, other in zip(dividends, divisors, strict=True)]


def spreads(rows: Sequence[Sequence[float]]) -> list[float]:
    """Return the highest divided by the lowest figure of each round; a row has one job's rounds."""
    return [max(figures) / min(figures) for figures in zip(*rows, strict=True)]


def run_python(*arguments: str, given: str = "") -> str:
    """Run a new interpreter with one thread and return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        input=given,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def ask(module: str, *arguments: object, given: object = None) -> Any:
    """Run a module of this folder and return the JSON that it prints."""
    print(f"{module} {' '.join(map(str, arguments))}", file=sys.stderr, flush=True)
    words = ["-m", f"tests.benchmarks.{module}", *map(str, arguments)]
    return json.loads(run_python(*words, given=json.dumps(given)))
