"""Measure the speed of the engines: `python -m tests.benchmarks.engines`.

Needs `pip install -e ".[bench]"` and takes several minutes. Prints the table, and writes its rows
`IN_README` to the README with `--write`; progress goes to standard error.
"""

import argparse
import os
import platform
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from operator import sub
from statistics import median
from time import perf_counter

from lessons_lib.formats import two_digits
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import load_corpus
from lessons_lib.pipeline.timing.latency import time_in_turn
from tests.benchmarks.measure import ROOT, Ratio, ask, quotients, run_python, spreads

Rounds = Sequence[float]
TEXTS = 10_000  # in each job of the contest
MODES = ("labels", "stream")
IMPORT = "import lessons_lib.pipeline.inference.batch, lessons_lib.pipeline.inference.folded"
PACKAGES = {
    "numpy": "numpy",
    "torch": "torch",
    "scikit-learn": "scikit-learn",
    "fasttext-numpy2-wheel": "fastText",
}
HEAD = "| measured, raw text to label | times as fast | rounds | in figures |\n|---|---|---|---|"
LABELS = f"labels of {TEXTS:,} texts: the folded path against fastText"
ONE_TEXT = "one text, p50 and p99: the folded path against fastText"
MODES_APART = f"predictions of {TEXTS:,} texts, textbook path: batch against real-time"
IN_README = (LABELS, ONE_TEXT, MODES_APART)
BLOCK = re.compile(r"(?<=<!-- benchmark -->\n).*(?=<!-- /benchmark -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Effort:
    """The number of runs, rounds and texts."""

    runs: int
    rounds: int
    growth_rounds: int
    sizes: tuple[int, ...]


FULL = Effort(runs=3, rounds=9, growth_rounds=3, sizes=(1_000, 10_000, 100_000, 1_000_000))
QUICK = Effort(runs=1, rounds=3, growth_rounds=1, sizes=(1_000, 10_000, 100_000))


@dataclass(frozen=True, slots=True)
class ContestRun:
    """The results of one process.

    Attributes
    ----------
    seconds : mapping
        The seconds that each job took in each round.
    latencies_s : mapping
        The p50 and p99 of each call in each round.
    accuracies : mapping
        The accuracy of each model on the test split.
    """

    seconds: Mapping[str, Rounds]
    latencies_s: Mapping[str, Sequence[Rounds]]
    accuracies: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Findings:
    """All measurements.

    Attributes
    ----------
    runs : sequence of ContestRun
        One per process.
    sizes : sequence of int
        The number of texts per job in `growth` and `peaks_mb`, ascending.
    growth : mapping
        The seconds per text of each mode: one row per size, one figure per round.
    peaks_mb : mapping
        How far the memory of each mode rises, one figure per size.
    memory_mb : float
        What the folded predictor and its predictions add to a bare interpreter.
    import_s : sequence of float
        What importing the folded path adds to the start of an interpreter in each round.
    """

    runs: Sequence[ContestRun]
    sizes: Sequence[int]
    growth: Mapping[str, Sequence[Rounds]]
    peaks_mb: Mapping[str, Rounds]
    memory_mb: float
    import_s: Rounds


def measure(effort: Effort) -> Findings:
    """Run all parts one after the other, each in separate processes."""
    found = ask("growth", given=load_corpus().archive(TEXTS))
    if found["heavy"]:
        raise SystemExit(f"The folded path has loaded {' and '.join(found['heavy'])}.")
    jobs = {code: lambda code=code: run_python("-c", code) for code in ("pass", IMPORT)}
    imports = time_in_turn(jobs, rounds=effort.rounds, warmup=0, clock=perf_counter)
    contest = ("contest", "--texts", TEXTS, "--rounds", effort.rounds)
    return Findings(
        runs=[ContestRun(**ask(*contest)) for _ in range(effort.runs)],
        sizes=effort.sizes,
        growth=ask("growth", *effort.sizes, "--rounds", effort.growth_rounds),
        peaks_mb={
            mode: [ask("growth", size, "--peak", mode)[0] for size in effort.sizes]
            for mode in MODES
        },
        memory_mb=float(found["mb"]),
        import_s=list(map(sub, imports[IMPORT], imports["pass"])),
    )


def rows(found: Findings) -> list[tuple[str, str, str, str]]:
    """Return the name of each measurement, its median, its range over all rounds, and figures."""

    def rate(job: str) -> str:
        return two_digits(TEXTS / median(median(run.seconds[job]) for run in found.runs))

    def row(measured: str, ratios: Sequence[Ratio], figures: str) -> tuple[str, str, str, str]:
        spread = ", ".join(ratio.spread for ratio in ratios)
        return measured, ", ".join(map(str, ratios)), spread, figures

    def against(measured: str, job: str, other: str) -> tuple[str, str, str, str]:
        runs = [quotients(one.seconds[other], one.seconds[job]) for one in found.runs]
        return row(measured, [Ratio.of_runs(runs)], f"{rate(job)} against {rate(other)} texts/s")

    def modes(path: str) -> tuple[str, str, str, str]:
        measured = MODES_APART.replace("textbook", path)
        return against(measured, f"{path} predict", f"{path} one at a time")

    def one_text() -> tuple[str, str, str, str]:
        ratios, figures = [], []
        for percentile in (0, 1):
            ours, theirs = (
                [[pair[percentile] for pair in run.latencies_s[name]] for run in found.runs]
                for name in ("folded", "fastText")
            )
            ratios.append(Ratio.of_runs(list(map(quotients, theirs, ours))))
            figures.append([f"{1e6 * median(map(median, runs)):.1f}" for runs in (ours, theirs)])
        both = " against ".join(" and ".join(each) for each in zip(*figures, strict=True))
        return row(ONE_TEXT, ratios, f"{both} µs")

    def growth(mode: str) -> tuple[str, str, str, str]:
        ends = "; ".join(
            f"{found.sizes[i]:,} texts: {1e6 * median(found.growth[mode][i]):.2f} µs each, "
            f"+{found.peaks_mb[mode][i]:.1f} MB"
            for i in (0, -1)
        )
        ratio = Ratio.of_runs([spreads(found.growth[mode])])
        return row(f"time per text, {mode}: the fastest size against the slowest", [ratio], ends)

    times = sorted(found.import_s)
    figures = f"import {median(times):.2f} s ({times[0]:.2f}–{times[-1]:.2f}), no torch"
    return [
        against(LABELS, "folded labels", "fastText"),
        against(LABELS.replace("fastText", "scikit-learn"), "folded labels", "scikit-learn"),
        against(LABELS.replace("labels", "predictions"), "folded predict", "fastText"),
        one_text(),
        modes("textbook"),
        modes("folded"),
        against("one pass over the bytes against the labels", "floor", "folded labels"),
        *map(growth, MODES),
        (
            f"memory of the folded path and {TEXTS:,} predictions",
            *(f"{found.memory_mb:.0f} MB", "", figures),
        ),
    ]


def as_markdown(found: Findings, setting: str, names: Container[str] | None = None) -> str:
    """Return the table with all rows or those in `names`, the setting, and each accuracy."""
    shown = [row for row in rows(found) if names is None or row[0] in names]
    lines = "".join(f"| {' | '.join(row)} |\n" for row in shown)
    accuracies = {
        name: median(run.accuracies[name] for run in found.runs)
        for name in found.runs[0].accuracies
    }
    right = ", ".join(f"{name} {share:.0%}" for name, share in accuracies.items())
    seen = f"Accuracy on texts that none of them was trained on: {right}."
    return f"{HEAD}\n{lines}\n{setting}\n{seen}\n"


def setting(today: date, runs: int, rounds: int) -> str:
    """Return the kind of machine, the versions and the number of rounds."""
    versions = ", ".join(
        f"{name} {version(package).partition('+')[0]}" for package, name in PACKAGES.items()
    )
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, one thread"
    return (
        f"Measured {today.isoformat()} on {machine}; Python {platform.python_version()}, "
        f"{versions}.\n"
        f"The median of {runs} runs' medians, {rounds} rounds per run; garbage collection stays "
        "on. Everything is measured in processor time, except imports.\n"
        f"Batches are run in chunks of {FoldedPipeline.batch_size:,} texts on the folded path and "
        f"{SentimentPipeline.batch_size:,} on the textbook path."
    )


def main() -> None:
    """Measure, print, and optionally write the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller jobs")
    parser.add_argument("--write", action="store_true", help="write the table to the README")
    options = parser.parse_args()
    if missing := [name for name in ("fasttext", "psutil", "sklearn") if not find_spec(name)]:
        raise SystemExit(
            f"The benchmark needs {', '.join(missing)}: python -m pip install -e '.[bench]'"
        )
    effort = QUICK if options.quick else FULL
    found, around = measure(effort), setting(date.today(), effort.runs, effort.rounds)
    print(as_markdown(found, around), end="")
    if options.write:
        readme = ROOT / "README.md"
        table = as_markdown(found, around, IN_README)
        text = BLOCK.sub(lambda _: table, readme.read_text(encoding="utf-8"))
        readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
