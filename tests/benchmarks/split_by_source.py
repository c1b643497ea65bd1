"""Does it help a model if texts from one review or editorial are in several splits?

`python -m tests.benchmarks.split_by_source` prints the accuracy of logistic regression on texts
whose source has further texts: once if the splits are drawn by text, as ours are, and once if
all texts of a source are in the same split. Notebook 02 says what comes out.
"""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit, ShuffleSplit
from sklearn.pipeline import make_pipeline

from lessons_lib.pipeline.text.corpus_files import corpus_files
from lessons_lib.pipeline.text.label import Label

ROUNDS = 6


def main() -> None:
    """Fit and print."""
    texts, labels, sources = _rated_texts()
    _, which, counts = np.unique(sources, return_inverse=True, return_counts=True)
    has_siblings = counts[which] > 1
    print(f"{has_siblings.sum():,} of {len(texts):,} texts share a source with another one")
    for name, kind in (("text", ShuffleSplit), ("source", GroupShuffleSplit)):
        shares = []
        splits = kind(ROUNDS, test_size=0.1, random_state=0)
        for training, held_out in splits.split(texts, labels, sources):
            tested = held_out[has_siblings[held_out]]
            regression = LogisticRegression(max_iter=1_000, class_weight="balanced")
            model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), regression)
            model.fit(texts[training], labels[training])
            shares.append(float((model.predict(texts[tested]) == labels[tested]).mean()))
        print(f"split by {name}: accuracy {np.mean(shares):.3f}, ± {np.std(shares):.3f}")


def _rated_texts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return texts, labels and sources; only reviews of products and editorials have several."""
    rows = []
    for name, content in corpus_files().items():
        has_parts = name.startswith(("amazon", "nyt"))
        for line in content.decode("utf-8", "replace").splitlines():
            number, rating, text = line.split("\t", maxsplit=2)
            source = number.split("_")[0] if has_parts else number
            rows.append((text, str(Label.from_rating(float(rating))), f"{name} {source}"))
    texts, labels, sources = zip(*rows, strict=True)
    return np.array(texts, dtype=object), np.array(labels), np.array(sources)


if __name__ == "__main__":
    main()
