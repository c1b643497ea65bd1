"""The time per text and the memory of the folded path for jobs of several sizes, as JSON.

All sizes process the same texts, in small or in large jobs, so that their rounds take equally long
and are equally affected by other work on the machine. Linux only.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import process_time

import psutil  # and nothing of the library: the footprint is measured over a bare interpreter

Mode = Callable[[Sequence[str]], object]


def modes() -> dict[str, Mode]:
    """Return the calls to measure; `stream` reads a generator that creates its texts."""
    from lessons_lib.pipeline.inference.batch import BatchPredictor
    from lessons_lib.pipeline.inference.folded import FoldedPipeline

    def fresh(texts: Sequence[str]) -> Iterator[str]:
        for text in texts:
            yield text + " "  # a new object, so that memory would grow if the stream kept its texts

    predictor = BatchPredictor(FoldedPipeline.load())
    return {
        "labels": predictor.labels,
        "stream": lambda texts: deque(predictor.stream(fresh(texts)), maxlen=0),
        "predict": predictor.predict,
    }


def _times(sizes: Sequence[int], rounds: int) -> dict[str, list[list[float]]]:
    """Return the seconds per text of each mode: one row per size, one figure per round."""
    from lessons_lib.pipeline.text.corpus import load_corpus
    from lessons_lib.pipeline.timing.latency import time_in_turn

    def in_jobs(mode: Mode, size: int) -> None:
        for start in range(0, most, size):
            mode(texts[start : start + size])

    most = max(sizes)
    texts = load_corpus().archive(most)
    found = {}
    for name in ("labels", "stream"):
        mode = modes()[name]
        mode(texts[: min(sizes)])
        jobs = {size: partial(in_jobs, mode, size) for size in sizes}
        seconds = time_in_turn(jobs, rounds=rounds, warmup=0, clock=process_time)
        found[name] = [[each / most for each in seconds[size]] for size in sizes]
    return found


def _peak_mb(name: str, size: int) -> float:
    """Return by how much the peak exceeds the memory in use after loading and a warm-up."""
    from lessons_lib.pipeline.text.corpus import load_corpus

    texts = load_corpus().archive(size)
    mode = modes()[name]
    mode(texts[:1])
    before = int(psutil.Process().memory_info().rss)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
    mode(texts)
    return max(_peak_bytes() - before, 0) / 1e6


def _peak_bytes() -> int:
    """Return the highest memory since the reset; `ru_maxrss` would include the parent's at exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _footprint(texts: Sequence[str]) -> dict[str, object]:
    """Return the memory of the loaded predictor and its predictions over a bare interpreter."""
    before = psutil.Process().memory_info().rss
    predictions = modes()["predict"](texts)
    grown = psutil.Process().memory_info().rss - before
    del predictions
    return {"mb": grown / 1e6, "heavy": sorted({"torch", "matplotlib"} & set(sys.modules))}


def main() -> None:
    """Print times, or with `--peak` the memory of a mode, or without sizes the footprint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", help="default: read texts as JSON from stdin")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peak", metavar="MODE")
    options = parser.parse_args()
    if not options.sizes:
        print(json.dumps(_footprint(json.load(sys.stdin))))
    elif options.peak:
        print(json.dumps([_peak_mb(options.peak, size) for size in options.sizes]))
    else:
        print(json.dumps(_times(options.sizes, options.rounds)))


if __name__ == "__main__":
    main()
