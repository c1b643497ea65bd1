"""Time per text as the work grows, and the memory it takes, for `ask`: the folded path alone.

The same texts are taken in small jobs and in large ones, so that a round is as long for each size
and each meets as much of what else the machine does.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.text.corpus import load_corpus
from tests.benchmarks.child import tell
from tests.benchmarks.folded_batch import folded_batch
from tests.benchmarks.rounds import alternate

Mode = Callable[[Sequence[str]], object]


def jobs_by_mode(predictor: BatchPredictor) -> dict[str, Mode]:
    """Return the two ways through many texts: a list of them, or a generator that makes them."""
    return {
        "labels": predictor.labels,
        "stream": lambda texts: deque(predictor.stream(_made_anew(texts)), maxlen=0),
    }


def _made_anew(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield text + " "  # a new object: if the stream kept what it has read, memory would tell


def _time(sizes: Sequence[int], rounds: int) -> dict[str, list[list[float]]]:
    """Return the seconds per text of each mode: a row for each size, a figure a round."""
    most = max(sizes)
    texts = load_corpus().archive(most)
    found = {}
    for name, mode in jobs_by_mode(folded_batch()).items():
        mode(texts[: min(sizes)])
        jobs = {str(size): _in_jobs(mode, texts, size) for size in sizes}
        seconds = alternate(jobs, rounds)
        found[name] = [[took / most for took in seconds[str(size)]] for size in sizes]
    return found


def _in_jobs(mode: Mode, texts: list[str], size: int) -> Callable[[], None]:
    pieces = [texts[start : start + size] for start in range(0, len(texts), size)]

    def run() -> None:
        for piece in pieces:
            mode(piece)

    return run


def _peak(name: str, size: int) -> float:
    """Return by how many MB the peak lies above what is held once all is loaded and warm."""
    texts = load_corpus().archive(size)
    mode = jobs_by_mode(folded_batch())[name]
    mode(texts[:1])
    held = int(psutil.Process().memory_info().rss)
    _forget_peak()
    mode(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(peak * (1 if sys.platform == "darwin" else 1024) - held, 0) / 1e6


def _forget_peak() -> None:
    """Set the peak back to what is held now, where the system can; loading rises above it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main() -> None:
    """Tell times, or with `--peak` the memory of one mode at one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peak", metavar="MODE")
    options = parser.parse_args()
    if options.peak:
        tell([_peak(options.peak, size) for size in options.sizes])
    else:
        tell(_time(options.sizes, options.rounds))


if __name__ == "__main__":
    main()
