"""Explorations of stage 3: neighbors of a word, the odd one out, and the mean of a text."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from lessons_lib.classroom.sessions.controls import Text
from lessons_lib.classroom.widgets.explore.explore import Explore, ShownPart, Table
from lessons_lib.formats import counted
from lessons_lib.pipeline.embedding.table import EmbeddingTable
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import is_decent
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess
from lessons_lib.pipeline.text.vocabulary import PAD, SPECIAL_WORDS

N_NEIGHBORS, N_SEARCHED = 8, 100
FEWEST_WORDS, MOST_WORDS = 3, 5


def known_word(table: EmbeddingTable, typed: str) -> str:
    """Return the one word of the table that a learner typed.

    Raises
    ------
    ValueError
        If it is not exactly one word, or not in the table; the message suggests similar ones.
    """
    words = preprocess(typed)
    if len(words) != 1:
        raise ValueError("Type exactly one word, for example coffee.")
    word = words[0]
    if word in table.vocabulary:
        return word
    alike = [one for one in table.vocabulary.words if one[0] == word[0] and _is_decent(one)]
    close = get_close_matches(word, alike, cutoff=0.75)
    advice = f"Did you mean {', '.join(close)}?" if close else "Try another word."
    raise ValueError(f"“{word}” isn't among the {len(table):,} words of the table. {advice}")


def decent_neighbors(table: EmbeddingTable, word: str) -> list[tuple[str, float]]:
    """Return the nearest words that may be shown in a classroom, with their cosines."""
    near = table.nearest(word, k=N_SEARCHED)
    return [(other, cosine) for other, cosine in near if _is_decent(other)][:N_NEIGHBORS]


def cosine_of(table: EmbeddingTable, first: str, second: str) -> float:
    """Return the cosine between the vectors of two known words."""
    one, other = table.vector(first), table.vector(second)
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(one @ other) / max(lengths, 1e-12)


def neighbor_parts(table: EmbeddingTable, word: str, other: str) -> list[ShownPart]:
    """Return the neighbors of a word, and its cosine with another."""
    first = known_word(table, word)
    near = decent_neighbors(table, first)
    sentence = f"The nearest word to {first} is {near[0][0]}."
    if other.strip():
        second = known_word(table, other)
        near.append((second, cosine_of(table, first, second)))
        sentence += f" Between {first} and {second}, the cosine is {_two_decimals(near[-1][1])}."
    return [sentence, _cosine_table(f"Cosine with {first}, from −1 to 1", near)]


def show_neighbors() -> Explore:
    """Return an exploration of the words that are nearest to any word."""
    pipeline = SentimentPipeline.load()
    return Explore(
        {"word": Text("A word", "delicious", 40), "other": Text("Compare it with", "awful", 40)},
        lambda word, other: neighbor_parts(pipeline.table, word, other),
        title="Neighbors of a word",
        lead="Type any word. Does its list contain words that mean the opposite?",
    )


def mean_cosines(table: EmbeddingTable, words: Sequence[str]) -> list[tuple[str, float]]:
    """Return each word with the mean of its cosines with the others, the lowest first.

    Raises
    ------
    ValueError
        If there are fewer than three different words, or if one is not in the table.
    """
    if len(set(words)) < FEWEST_WORDS:
        raise ValueError(f"At least three different words are needed, got {len(set(words))}.")
    means = [
        (word, float(np.mean([cosine_of(table, word, one) for one in set(words) - {word}])))
        for word in dict.fromkeys(words)
    ]
    return sorted(means, key=lambda pair: pair[1])


def odd_one_out(table: EmbeddingTable, words: Sequence[str]) -> str:
    """Return the word whose vector is the least like those of the others.

    Parameters
    ----------
    table : EmbeddingTable
        The source of the vectors.
    words : sequence of str
        At least three different words of the table.

    Raises
    ------
    ValueError
        If there are fewer than three different words, or if one is not in the table.
    """
    return mean_cosines(table, words)[0][0]


def odd_parts(table: EmbeddingTable, words: str) -> list[ShownPart]:
    """Return the odd one out of the words that a learner typed, and why."""
    typed = words.replace(",", " ").split()
    if not FEWEST_WORDS <= len(typed) <= MOST_WORDS:
        raise ValueError(f"Type three to five words, with spaces between them; got {len(typed)}.")
    means = mean_cosines(table, [known_word(table, one) for one in typed])
    caption = "Mean cosine with the other words, from −1 to 1"
    return [f"The odd one out is {means[0][0]}.", _cosine_table(caption, means)]


def show_odd_one_out() -> Explore:
    """Return an exploration that finds the word that is the least like the others."""
    pipeline = SentimentPipeline.load()
    return Explore(
        {"words": Text("Three to five words", "coffee tea beer monday", 100)},
        lambda words: odd_parts(pipeline.table, words),
        title="The odd one out",
        lead="Which word would you pick? Then mix things with words of praise or complaint.",
    )


def mean_parts(pipeline: SentimentPipeline, text: str) -> list[ShownPart]:
    """Return the mean vector of a text with and without the mask, and the probability of each."""
    ids = pipeline.encode(pipeline.preprocess([text]))  # (1, 20)
    n_tokens = int((ids != PAD).sum())
    if not n_tokens:
        return ["This text has no tokens left, so both means are zero."]
    vectors = pipeline.lookup(ids)  # (1, 20, 50)
    total = vectors[0].sum(axis=0)  # (20, 50) -> (50,)
    masked, plain = total / n_tokens, total / MAX_TOKENS
    probabilities = pipeline.infer(vectors, ids)[0]  # (3,)
    unmasked = pipeline.infer(vectors, np.ones_like(ids))[0]  # no id is padding: (3,)
    best = int(probabilities.argmax())
    chances = [f"{one[best]:.2f}" for one in (probabilities, unmasked)]
    rows = [
        ("sum divided by", str(n_tokens), str(MAX_TOKENS)),
        ("first numbers", *(", ".join(map(_two_decimals, one[:3])) for one in (masked, plain))),
        ("length of the vector", *(f"{np.linalg.norm(one):.2f}" for one in (masked, plain))),
        (f"probability of {LABELS[best]}", *chances),
    ]
    slots = f"{counted(n_tokens, 'token')} and {counted(MAX_TOKENS - n_tokens, 'slot')} of padding"
    effect = f"without the mask, each number is {MAX_TOKENS / n_tokens:.2g} times too small."
    if n_tokens == MAX_TOKENS:
        effect = "there is nothing to mask."
    return [f"{slots}: {effect}", Table(("mean vector", "with the mask", "padding counted"), rows)]


def show_mean() -> Explore:
    """Return an exploration of a text's mean vector with and without the mask."""
    pipeline = SentimentPipeline.load()
    return Explore(
        {"text": Text("Your text", "What a lovely surprise")},
        lambda text: mean_parts(pipeline, text),
        title="The mean, with and without the mask",
        lead="Make the text longer. When do the two columns agree?",
    )


def _cosine_table(caption: str, cosines: Sequence[tuple[str, float]]) -> Table:
    rows = [(word, _two_decimals(cosine)) for word, cosine in cosines]
    return Table(("word", "cosine"), rows, caption, bars=[cosine for _, cosine in cosines])


def _two_decimals(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def _is_decent(word: str) -> bool:
    return word not in SPECIAL_WORDS and is_decent(word)
