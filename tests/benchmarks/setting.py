"""On what kind of machine, with which versions and when: without naming the machine."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version

from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.pipeline import SentimentPipeline

_PACKAGES = {
    "numpy": "numpy",
    "torch": "torch",
    "scikit-learn": "scikit-learn",
    "fasttext-numpy2-wheel": "fastText",
}


def setting(today: date, runs: int, rounds: int) -> str:
    """Return the sentences that stand below the table."""
    versions = ", ".join(
        f"{name} {version(package).partition('+')[0]}" for package, name in _PACKAGES.items()
    )
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, one thread"
    return (
        f"Measured {today.isoformat()} on {machine}; Python {platform.python_version()}, "
        f"{versions}.\n"
        f"The median of {runs} runs' medians, {rounds} rounds a run; garbage collection stays on. "
        "Batches and growth in processor time, single calls and the import by the clock.\n"
        f"Batches are run in chunks of {FoldedPipeline.batch_size:,} texts on the folded path and "
        f"{SentimentPipeline.batch_size:,} on the textbook path."
    )
