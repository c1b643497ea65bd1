"""Who takes part: each reads raw texts and gives labels, by the best call its own manual names.

All learn from the training split. fastText and scikit-learn get the texts as they are, which is
their quickest way, and prepare them as they always do.
"""

from __future__ import annotations

import string
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import fasttext
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.text.corpus import Corpus, LabelledText
from lessons_lib.text.label import LABELS
from tests.benchmarks.folded_batch import folded_batch

_PREFIX = "__label__"  # how fastText tells a label from a word


class Contestants:
    """The four models, loaded or trained, with the calls that are timed.

    Parameters
    ----------
    corpus : Corpus
        Its training split trains fastText and scikit-learn, with one thread.
    """

    def __init__(self, corpus: Corpus) -> None:
        textbook = SentimentPipeline.load()
        self._batch, self._single = folded_batch(), RealTimePredictor(FoldedPipeline.load())
        self._textbook_batch = BatchPredictor(textbook)
        self._textbook_single = RealTimePredictor(textbook)
        self._fasttext = _trained_fasttext(corpus.train)
        self._sklearn = _trained_sklearn(corpus.train)

    def jobs(self, texts: list[str]) -> dict[str, Callable[[], object]]:
        """Return what each does with the whole list of texts."""
        one, textbook_one = self._single.predict, self._textbook_single.predict
        joined = "\x1e".join(texts).encode("utf-8", "surrogatepass")
        lower, punctuation = bytes(range(256)).lower(), string.punctuation.encode("ascii")
        return {
            "folded labels": lambda: self._batch.labels(texts),
            "folded predict": lambda: self._batch.predict(texts),
            "folded one at a time": lambda: [one(text) for text in texts],
            "textbook labels": lambda: self._textbook_batch.labels(texts),
            "textbook predict": lambda: self._textbook_batch.predict(texts),
            "textbook one at a time": lambda: [textbook_one(text) for text in texts],
            "fastText": lambda: self._fasttext.predict([_line(text) for text in texts]),
            "scikit-learn": lambda: self._sklearn.predict(texts),
            "floor": lambda: joined.translate(lower, punctuation),
        }

    def calls(self) -> dict[str, Callable[[str], object]]:
        """Return what is called with one text."""
        return {
            "folded": self._single.predict,
            "fastText": lambda text: self._fasttext.predict(_line(text)),
        }

    def accuracies(self, rated: Sequence[LabelledText]) -> dict[str, float]:
        """Return each model's share of right labels."""
        texts, right = [one.text for one in rated], [one.label for one in rated]
        answers = {
            "folded": [LABELS[number] for number in self._batch.labels(texts)],
            "textbook": [LABELS[number] for number in self._textbook_batch.labels(texts)],
            "fastText": [
                found[0].removeprefix(_PREFIX)
                for found in self._fasttext.predict([_line(text) for text in texts])[0]
            ],
            "scikit-learn": list(self._sklearn.predict(texts)),
        }
        return {
            name: sum(map(str.__eq__, map(str, labels), map(str, right))) / len(right)
            for name, labels in answers.items()
        }


def _line(text: str) -> str:
    """Return a text as fastText wants it: in one line."""
    return text.replace("\n", " ")


def _trained_fasttext(rated: Sequence[LabelledText]) -> Any:
    """Return fastText as in its tutorial: 50 dimensions, pairs of words, the loss it has itself."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        lines = [f"{_PREFIX}{one.label} {_line(one.text)}\n" for one in rated]
        file.write_text("".join(lines), encoding="utf-8", errors="replace")
        return fasttext.train_supervised(
            str(file), dim=50, wordNgrams=2, lr=0.5, epoch=5, thread=1, verbose=0
        )


def _trained_sklearn(rated: Sequence[LabelledText]) -> Any:
    """Return TF-IDF over words and pairs of words, and logistic regression upon it."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2)),
        LogisticRegression(max_iter=1_000, class_weight="balanced"),
    )
    return model.fit([one.text for one in rated], [str(one.label) for one in rated])
