"""How fast the engines are: `python -m tests.benchmarks.engines`.

Needs `pip install -e ".[bench]"`. The table goes to the standard output, or with `--write` into the
README as well; what goes on meanwhile is told on the standard error. Several minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec

from lessons_lib.text.corpus import load_corpus
from tests.benchmarks.child import ROOT, ask, note
from tests.benchmarks.findings import TEXTS, ContestRun, Findings
from tests.benchmarks.readme import with_block
from tests.benchmarks.setting import setting
from tests.benchmarks.startup import import_seconds
from tests.benchmarks.table import as_markdown

MODES = ("labels", "stream")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    runs: int
    rounds: int
    growth_rounds: int
    sizes: tuple[int, ...]


FULL = Effort(runs=3, rounds=9, growth_rounds=3, sizes=(1_000, 10_000, 100_000, 1_000_000))
QUICK = Effort(runs=1, rounds=3, growth_rounds=1, sizes=(1_000, 10_000, 100_000))


def measure(effort: Effort) -> Findings:
    """Run all parts, one after the other, each in processes of its own."""
    return Findings(
        runs=[_contest(run, effort) for run in range(effort.runs)],
        sizes=effort.sizes,
        growth=_growth(effort),
        peaks_mb={mode: _peaks(mode, effort.sizes) for mode in MODES},
        memory_mb=_memory_mb(),
        import_s=import_seconds(effort.rounds),
    )


def _contest(run: int, effort: Effort) -> ContestRun:
    note(f"contest, run {run + 1} of {effort.runs}: training, then {effort.rounds} rounds")
    return ContestRun(**ask("contest", "--texts", TEXTS, "--rounds", effort.rounds))


def _growth(effort: Effort) -> dict[str, list[list[float]]]:
    note(f"growth: jobs of {effort.sizes[0]:,} to {effort.sizes[-1]:,} texts")
    found: dict[str, list[list[float]]] = ask(
        "growth", *effort.sizes, "--rounds", effort.growth_rounds
    )
    return found


def _peaks(mode: str, sizes: Sequence[int]) -> list[float]:
    note(f"memory of {mode}")
    return [ask("growth", size, "--peak", mode)[0] for size in sizes]


def _memory_mb() -> float:
    """Return the memory of the folded path; refuse to call it that if torch was loaded with it."""
    found = ask("footprint", given=load_corpus().archive(TEXTS))
    if found["heavy"]:
        raise SystemExit(f"The folded path has loaded {' and '.join(found['heavy'])}.")
    return float(found["mb"])


def _check_extra() -> None:
    missing = [name for name in ("fasttext", "psutil", "sklearn") if not find_spec(name)]
    if missing:
        raise SystemExit(
            f"The benchmark needs {', '.join(missing)}: python -m pip install -e '.[bench]'"
        )


def main() -> None:
    """Measure and print, and write where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller jobs")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args()
    _check_extra()
    effort = QUICK if options.quick else FULL
    found = measure(effort)
    table = as_markdown(found, setting(date.today(), effort.runs, effort.rounds))
    print(table, end="")
    if options.write:
        readme = ROOT / "README.md"
        text = readme.read_text(encoding="utf-8")
        readme.write_text(with_block(text, table), encoding="utf-8")


if __name__ == "__main__":
    main()
