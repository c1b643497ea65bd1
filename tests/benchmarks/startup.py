"""How long a fresh interpreter needs for the folded path, over one that imports nothing."""

from __future__ import annotations

from time import perf_counter

from tests.benchmarks.child import run_python
from tests.benchmarks.rounds import alternate

_FOLDED = "import lessons_lib.inference.batch, lessons_lib.inference.folded"


def import_seconds(rounds: int) -> list[float]:
    """Return the seconds that the import adds, one figure a round."""
    jobs = {
        "bare": lambda: run_python("-c", "pass"),
        "folded": lambda: run_python("-c", _FOLDED),
    }
    seconds = alternate(jobs, rounds, clock=perf_counter)  # the work is in other processes
    return [
        all_s - bare_s for all_s, bare_s in zip(seconds["folded"], seconds["bare"], strict=True)
    ]
