"""One run of the contest: how long each contestant takes, round by round, printed as JSON.

Each reads raw texts and returns labels, by the fastest call that its own manual names. All learn
from the training split. fastText and scikit-learn get the texts unprepared, which is their fastest
way, and prepare them as they always do.
"""

from __future__ import annotations

import argparse
import gc
import json
import string
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import fasttext
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.text.corpus import LabelledText, load_corpus
from lessons_lib.text.label import LABELS
from lessons_lib.timing.ratios import time_in_turn
from tests.benchmarks.measure import interleave

LEAST_S = 0.2  # scikit-learn, the slowest batch, takes about as long for one job
_PREFIX = "__label__"  # how fastText distinguishes a label from a word


def _line(text: str) -> str:
    """Return a text in one line, as fastText requires."""
    return text.replace("\n", " ")


def _trained_fasttext(rated: Sequence[LabelledText]) -> Any:
    """Return fastText as in its tutorial: 50 dimensions, pairs of words, its default loss."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        lines = [f"{_PREFIX}{one.label} {_line(one.text)}\n" for one in rated]
        file.write_text("".join(lines), encoding="utf-8", errors="replace")
        return fasttext.train_supervised(
            str(file), dim=50, wordNgrams=2, lr=0.5, epoch=5, thread=1, verbose=0
        )


def _trained_sklearn(rated: Sequence[LabelledText]) -> Any:
    """Return logistic regression on TF-IDF over words and pairs of words."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2)),
        LogisticRegression(max_iter=1_000, class_weight="balanced"),
    )
    return model.fit([one.text for one in rated], [str(one.label) for one in rated])


def main() -> None:
    """Train, warm up, time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--texts", type=int, required=True)
    options = parser.parse_args()
    corpus = load_corpus()
    texts = corpus.archive(options.texts)
    pipelines = FoldedPipeline.load(), SentimentPipeline.load()
    folded, textbook = (BatchPredictor(each) for each in pipelines)
    one, textbook_one = (RealTimePredictor(each).predict for each in pipelines)
    fast, sklearn = _trained_fasttext(corpus.train), _trained_sklearn(corpus.train)
    joined = "\x1e".join(texts).encode("utf-8", "surrogatepass")
    lower, punctuation = bytes(range(256)).lower(), string.punctuation.encode("ascii")
    jobs: dict[str, Callable[[], object]] = {
        "folded labels": lambda: folded.labels(texts),
        "folded predict": lambda: folded.predict(texts),
        "folded one at a time": lambda: [one(text) for text in texts],
        "textbook labels": lambda: textbook.labels(texts),
        "textbook predict": lambda: textbook.predict(texts),
        "textbook one at a time": lambda: [textbook_one(text) for text in texts],
        "fastText": lambda: fast.predict([_line(text) for text in texts]),
        "scikit-learn": lambda: sklearn.predict(texts),
        "floor": lambda: joined.translate(lower, punctuation),
    }
    calls: dict[str, Callable[[str], object]] = {
        "folded": one,
        "fastText": lambda text: fast.predict(_line(text)),
    }
    time_in_turn(jobs, rounds=1, warmup=0)  # caches and lazy set-up settle
    gc.collect()
    gc.freeze()  # four models share this process: no collection should search the others'
    seconds = time_in_turn(
        jobs, rounds=options.rounds, warmup=0, least_s=LEAST_S, clock=process_time
    )
    latencies = [interleave(calls, texts) for _ in range(options.rounds)]
    percentiles = {
        name: [np.percentile(each[name], [50, 99]).tolist() for each in latencies] for name in calls
    }
    test, right = [each.text for each in corpus.test], [str(each.label) for each in corpus.test]
    answers: dict[str, list[str]] = {
        "folded": [str(LABELS[number]) for number in folded.labels(test)],
        "textbook": [str(LABELS[number]) for number in textbook.labels(test)],
        "fastText": [
            each[0].removeprefix(_PREFIX) for each in fast.predict(list(map(_line, test)))[0]
        ],
        "scikit-learn": list(map(str, sklearn.predict(test))),
    }
    accuracies = {
        name: sum(map(str.__eq__, labels, right)) / len(right) for name, labels in answers.items()
    }
    print(json.dumps({"seconds": seconds, "latencies_s": percentiles, "accuracies": accuracies}))


if __name__ == "__main__":
    main()
