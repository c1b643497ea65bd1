"""One run of the contest: the time that each engine takes in each round, printed as JSON.

Each engine reads raw texts and returns labels, with the fastest call in its documentation. All are
trained on the training split. fastText and scikit-learn preprocess the texts in their own way.
"""

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

from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import LabelledText, load_corpus
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.timing.latency import time_in_turn
from tests.benchmarks.measure import interleave

LEAST_S = 0.2  # scikit-learn, the slowest engine, takes about this long for one job
_PREFIX = "__label__"  # how fastText distinguishes a label from a word


def _lines(texts: Sequence[str]) -> list[str]:
    """Return each text as one line, as fastText requires."""
    return [text.replace("\n", " ") for text in texts]


def _trained_fasttext(rated: Sequence[LabelledText]) -> Any:
    """Return fastText as in its tutorial: 50 dimensions, word bigrams, its default loss."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        texts = zip(rated, _lines([one.text for one in rated]), strict=True)
        lines = "".join(f"{_PREFIX}{one.label} {text}\n" for one, text in texts)
        file.write_text(lines, encoding="utf-8", errors="replace")
        return fasttext.train_supervised(
            str(file), dim=50, wordNgrams=2, lr=0.5, epoch=5, thread=1, verbose=0
        )


def _trained_sklearn(rated: Sequence[LabelledText]) -> Any:
    """Return logistic regression on TF-IDF over words and word bigrams."""
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
        "fastText": lambda: fast.predict(_lines(texts)),
        "scikit-learn": lambda: sklearn.predict(texts),
        "floor": lambda: joined.translate(lower, punctuation),
    }
    calls: dict[str, Callable[[str], object]] = {
        "folded": one,
        "fastText": lambda text: fast.predict(_lines([text])[0]),
    }
    time_in_turn(jobs, rounds=1, warmup=0)  # to fill caches and finish lazy setup
    gc.collect()
    gc.freeze()  # so that collections do not search the models, which share this process
    seconds = time_in_turn(
        jobs, rounds=options.rounds, warmup=0, least_s=LEAST_S, clock=process_time
    )
    latencies = [interleave(calls, texts) for _ in range(options.rounds)]
    percentiles = {
        name: [np.percentile(each[name], [50, 99]).tolist() for each in latencies] for name in calls
    }
    test = [each.text for each in corpus.test]
    predicted: dict[str, list[str]] = {
        "folded": [LABELS[number] for number in folded.labels(test)],
        "textbook": [LABELS[number] for number in textbook.labels(test)],
        "fastText": [each[0].removeprefix(_PREFIX) for each in fast.predict(_lines(test))[0]],
        "scikit-learn": sklearn.predict(test).tolist(),
    }
    labels = [each.label for each in corpus.test]
    accuracies = {
        name: float(np.mean(np.array(found) == labels)) for name, found in predicted.items()
    }
    print(json.dumps({"seconds": seconds, "latencies_s": percentiles, "accuracies": accuracies}))


if __name__ == "__main__":
    main()
