"""What the folded path costs a learner's kernel, for `ask`: memory over a bare interpreter."""

from __future__ import annotations

import sys

import psutil

from tests.benchmarks.child import read_given, tell


def main() -> None:
    """Load the predictor, hold the predictions of all texts given, tell the memory of it all."""
    bare = psutil.Process().memory_info().rss

    from tests.benchmarks.folded_batch import folded_batch

    held = folded_batch().predict(read_given())
    grown = psutil.Process().memory_info().rss - bare
    heavy = {"torch", "matplotlib"} & set(sys.modules)
    tell({"mb": grown / 1e6, "predictions": len(held), "heavy": sorted(heavy)})


if __name__ == "__main__":
    main()
