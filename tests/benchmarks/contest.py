"""One run of the contest, for `ask`: how long each contestant takes, round by round."""

from __future__ import annotations

import argparse
import gc

import numpy as np

from lessons_lib.text.corpus import load_corpus
from tests.benchmarks.child import tell
from tests.benchmarks.contestants import Contestants
from tests.benchmarks.rounds import alternate, interleave

TURN_S = 0.2  # scikit-learn, the slowest batch, takes about as long for one job


def main() -> None:
    """Train, warm up, time and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--texts", type=int, required=True)
    options = parser.parse_args()
    corpus = load_corpus()
    texts = corpus.archive(options.texts)
    contestants = Contestants(corpus)
    jobs, calls = contestants.jobs(texts), contestants.calls()
    alternate(jobs, 1)  # a round to warm up: caches and lazy set-up settle
    gc.collect()
    gc.freeze()  # four models share this process: no collection is to look through the others'
    seconds = alternate(jobs, options.rounds, at_least_s=TURN_S)
    latencies = [interleave(calls, texts) for _ in range(options.rounds)]
    percentiles = {
        name: [np.percentile(one[name], [50, 99]).tolist() for one in latencies] for name in calls
    }
    tell(
        {
            "seconds": seconds,
            "latencies_s": percentiles,
            "accuracies": contestants.accuracies(corpus.test),
        }
    )


if __name__ == "__main__":
    main()
