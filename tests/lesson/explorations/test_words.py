"""Neighbors of a word, the odd one out, and the mean of a text."""

import numpy as np
import pytest

from lessons_lib.classroom.widgets.explore.explore import ShownPart, Table
from lessons_lib.lesson.explorations.words import (
    cosine_of,
    decent_neighbors,
    known_word,
    mean_cosines,
    mean_parts,
    neighbor_parts,
    odd_one_out,
    odd_parts,
)
from lessons_lib.pipeline.embedding.table import DIMENSIONS, EmbeddingTable
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import is_showable
from lessons_lib.pipeline.text.vocabulary import Vocabulary

PIPELINE = SentimentPipeline.load()
REAL = PIPELINE.table


@pytest.fixture
def small() -> EmbeddingTable:
    rows = {"<pad>": (0, 0), "<unk>": (1, 1), "north": (0, 2), "up": (0, 1), "east": (3, 0)}
    rows["south"] = (0, -1)
    vectors = np.zeros((len(rows), DIMENSIONS), np.float32)
    vectors[:, :2] = list(rows.values())
    return EmbeddingTable(vectors, Vocabulary([*rows][2:]))


def _rows(parts: list[ShownPart]) -> list[list[str]]:
    return [list(row) for part in parts if isinstance(part, Table) for row in part.rows]


def test_a_word_is_found_as_it_is_typed() -> None:
    assert known_word(REAL, " Coffee! ") == "coffee"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "exactly one word"),
        ("hot coffee", "exactly one word"),
        ("delicous", "Did you mean delicious"),
        ("<b>blorptastic</b>", "“bblorptasticb” isn't among .* Try another word"),
        ("🥞", "Try another word"),
    ],
)
def test_a_word_that_is_not_there_gets_a_sentence(typed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        known_word(REAL, typed)


def test_neighbors_are_those_of_the_table_without_swear_words() -> None:
    real = REAL.nearest("awful", k=100)
    shown = decent_neighbors(REAL, "awful")
    assert [pair for pair in real if pair in shown] == shown
    assert len(shown) == 8
    rude = [word for word in REAL.vocabulary.words if not is_showable(word)]
    for word in rude[::12]:
        assert all(is_showable(one) for one, _ in decent_neighbors(REAL, word))


def test_neighbors_and_a_comparison_are_shown_with_their_cosines(small: EmbeddingTable) -> None:
    sentence, table = neighbor_parts(small, "North", "south")
    nearest = "The nearest word to north is up."
    assert sentence == f"{nearest} Between north and south, the cosine is −1.00."
    assert isinstance(table, Table)
    south = ["south", "−1.00"]
    assert list(map(list, table.rows)) == [["up", "1.00"], ["east", "0.00"], south, south]
    assert table.bars == [1.0, 0.0, -1.0, -1.0]
    assert neighbor_parts(small, "north", " ")[0] == nearest


def test_a_cosine_is_that_of_the_table() -> None:
    for other, cosine in REAL.nearest("delicious"):
        assert cosine_of(REAL, "delicious", other) == pytest.approx(cosine, abs=1e-5)


def test_the_odd_one_out_is_least_like_the_others(small: EmbeddingTable) -> None:
    assert odd_one_out(small, ["north", "up", "east"]) == "east"
    assert mean_cosines(small, ["north", "up", "east"])[1:] == [("north", 0.5), ("up", 0.5)]
    assert _rows(odd_parts(REAL, "coffee, tea BEER monday"))[0][0] == "monday"


@pytest.mark.parametrize(
    "words", ["", "coffee tea", "a b c d e f", "tea tea Tea", "tea coffee xyzzyq"]
)
def test_too_few_or_unknown_words_get_a_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"[Tt]hree|isn't among"):
        odd_parts(REAL, words)


def test_without_the_mask_the_mean_is_too_small_by_the_share_of_tokens() -> None:
    parts = mean_parts(PIPELINE, "I love sunny days")
    assert str(parts[0]).startswith("4 tokens and 16 slots of padding: ")
    assert str(parts[0]).endswith("each number is 5 times too small.")
    divided, numbers, lengths, chances = _rows(parts)
    assert divided[1:] == ["4", "20"]
    assert float(lengths[1]) / float(lengths[2]) == pytest.approx(5, abs=0.1)
    real = PIPELINE.trace("I love sunny days")
    assert chances[:2] == ["probability of positive", f"{real.prediction.probabilities[2]:.2f}"]
    assert float(chances[2]) < float(chances[1])
    assert numbers[1].split(", ")[0] == f"{real.pooled[0]:.2f}".replace("-", "−")


def test_means_of_full_and_empty_texts() -> None:
    full = mean_parts(PIPELINE, "good " * 30)
    assert str(full[0]).endswith("there is nothing to mask.")
    assert all(masked == plain for _, masked, plain in _rows(full))
    assert mean_parts(PIPELINE, "…") == ["This text has no tokens left, so both means are zero."]
