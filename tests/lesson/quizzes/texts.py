"""The keys of "Raw text", "Preprocessing" and "Embeddings", computed by running."""

import re
from statistics import mean
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.embedding.table import EmbeddingTable
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.text.vocabulary import PAD, UNK, Vocabulary
from tests.lesson.quizzes import answer_key as key


def tokens(text: str) -> tuple[str, ...]:
    return tuple(preprocess(text))


LIMIT = re.compile(r"−?\d\.\d")


def label_of_a_mean_rating(question: ChoiceQuestion, row: Row) -> set[str]:
    positive, negative = (float(one.replace("−", "-")) for one in LIMIT.findall(question.stem))
    assert Label.from_rating(positive) is not Label.from_rating(positive - 0.01)
    assert Label.from_rating(negative) is not Label.from_rating(negative + 0.01)
    label = Label.from_rating(mean(key.integers(str(row["ratings"]))))
    found = key.outcomes(question, {"Label": Label})
    return key.letters_where(found, lambda value: value is label)


def same_mean_length(question: ChoiceQuestion, row: Row) -> key.Claims:
    first, second = (
        sum(n - len(preprocess(" ".join(numbered(n)))) for n in lengths)
        for lengths in ([15] * 4, [5, 5, 25, 25])
    )
    return {
        "Neither": first == second == 0,
        "Only the second": first == 0 < second,
        "Both": min(first, second) > 0,
        "Only the first": second == 0 < first,
    }


def accuracy_without_the_leak(row: dict[str, Any]) -> float:
    """Lay out each text of the test split: (is shared, is right)."""
    shared = [(True, True)] * row["n_shared"]
    new = [(False, True)] * (row["n_right"] - len(shared))
    new += [(False, False)] * (row["n_test"] - len(shared) - len(new))
    assert sum(is_right for _, is_right in shared + new) == row["n_right"]
    return mean(is_right for is_shared, is_right in shared + new if not is_shared)


LESSON = {"preprocess": preprocess, "Vocabulary": Vocabulary}


def numbered(count: int) -> list[str]:
    """Return `count` different words: word1, word2 …"""
    return [f"word{number}" for number in range(1, count + 1)]


def tokens_of_a_short_message(question: ChoiceQuestion, row: Row) -> set[str]:
    value = key.value_of_stem(question, **LESSON)
    return key.letters_where(key.outcomes(question, {}), lambda shown: shown == value)


id_of_an_unknown_word = tokens_of_a_short_message


def pair_with_the_same_tokens(question: ChoiceQuestion, row: Row) -> set[str]:
    return {
        letter
        for letter, (first, second) in key.outcomes(question, {}).items()
        if preprocess(first) == preprocess(second)
    }


def words_beyond_the_twentieth(question: ChoiceQuestion, row: Row) -> key.Claims:
    names = key.run_stem(question)
    texts = names["review"], names["start"]
    assert [len(text.split()) for text in texts] == [25, 20]
    long, short = (key.pipeline().encode(key.pipeline().preprocess([text])) for text in texts)
    labels = [key.pipeline().decide(key.pipeline().probabilities([text])) for text in texts]
    return {
        "Nothing, because the same": (long == short).all() and labels[0] == labels[1],
        "label becomes positive": labels[0] != labels[1],
        "row becomes five ids shorter": long.shape != short.shape,
        "call fails": False,  # both calls came through
    }


def what_follows_from_the_limit(question: ChoiceQuestion, row: Row) -> key.Claims:
    words = numbered(30)
    other_end = [*words[:24], "but", *words[25:]]
    few, many = [" ".join(words[:3])] * 4, [" ".join(words)] * 4
    short = key.pipeline().encode(key.pipeline().preprocess(few[:1]))[0]
    two = [" ".join(words), " ".join(other_end)]
    labels = key.pipeline().decide(key.pipeline().probabilities(two))
    return {
        "tokens that matter most": preprocess(two[0]) != words[:20],
        "only on how many texts": key.pipeline().encode(key.pipeline().preprocess(few)).size
        == key.pipeline().encode(key.pipeline().preprocess(many)).size,
        "twenty-fifth token": preprocess(two[0]) == preprocess(two[1]),
        "same first 20 tokens": labels[0] == labels[1],
        "repeats its tokens": (short != PAD).sum() > 3,
    }


def why_rows_of_one_length(question: ChoiceQuestion, row: Row) -> key.Claims:
    """Run rows of other lengths, and try to make an array of unequal ones."""
    ids = key.pipeline().encode(key.pipeline().preprocess(key.many_texts(9)))
    others = [ids[:, :9], np.pad(ids, [(0, 0), (0, 9)])]
    shapes = [key.pipeline().infer(key.pipeline().lookup(one), one).shape for one in others]
    alone = [key.pipeline().probabilities([text])[0] for text in key.many_texts(9)]
    together = key.pipeline().probabilities(key.many_texts(9))
    with pytest.raises(ValueError, match="inhomogeneous"):
        np.array([[5, 7], [5]])
    return {
        "length it was trained on": shapes != [(9, 3)] * 2,
        "single array": np.array([[5, 7], [5, 0]]).shape == (2, 2),
        "count more": not np.allclose(alone, together, atol=1e-6),
        "mixed up": not np.allclose(alone, together, atol=1e-6),
    }


def limit_of_forty_tokens(question: ChoiceQuestion, row: Row) -> key.Claims:
    """Predict texts of 1 to 60 tokens with both limits, each batch in one array."""
    pipeline = key.pipeline()
    texts = [["rain"] * min(count, 20) + ["great"] * (count - 20) for count in range(1, 61)]
    short, long = (
        np.array([pipeline.vocabulary.encode(tokens, length=length) for tokens in texts])
        for length in (20, 40)
    )
    before, after = (pipeline.infer(pipeline.lookup(ids), ids) for ids in (short, long))
    changes = np.flatnonzero(np.abs(before - after).max(axis=1) > 1e-6) + 1
    doubles = long.shape[1] == 2 * short.shape[1]  # of every row: it is one array
    return {
        "for all texts": len(changes) == len(texts),
        "longer than 40": bool(changes.min() > 40),
        "than 20 tokens, and the length of every": doubles and changes.tolist() == [*range(21, 61)],
        "than 20 tokens, and the length of their": not doubles,
    }


def count_the_tokens(row: dict[str, Any]) -> int:
    return len(preprocess(row["text"]))


def share_of_padding(row: dict[str, Any]) -> float:
    return float(100 * (row["length"] - row["tokens"]) / row["length"])


def shape_of_a_lookup(question: ChoiceQuestion, row: Row) -> set[str]:
    ids = key.pipeline().encode(key.pipeline().preprocess(key.many_texts(int(row["n"]))))
    shape = key.pipeline().lookup(ids).shape
    found = key.outcomes(question, {})
    return key.letters_where(found, lambda value: value == shape)


def one_word_in_two_texts(question: ChoiceQuestion, row: Row) -> key.Claims:
    texts = ["what a light bag", "turn the light on"]
    assert all(text in question.stem for text in texts)
    token_lists = key.pipeline().preprocess(texts)
    vectors = key.pipeline().lookup(key.pipeline().encode(token_lists))
    first, second = (
        block[tokens.index("light")] for block, tokens in zip(vectors, token_lists, strict=True)
    )
    equal = bool((first == second).all())
    return {
        "two meanings": not equal,
        "two positions": not equal,
        "are close": not equal and np.allclose(first, second, atol=0.1),
        "are equal": equal,
    }


def twice_the_vocabulary(question: ChoiceQuestion, row: Row) -> key.Claims:
    ids = key.pipeline().encode(key.pipeline().preprocess(key.many_texts(100)))
    tables = [
        EmbeddingTable(np.zeros((n + 2, 50), dtype=np.float32), Vocabulary(numbered(n)))
        for n in (30_000, 60_000)
    ]
    before, after = (table.lookup(ids % 30_000) for table in tables)
    small, large = (table.vectors.nbytes for table in tables)
    return {
        "100 × 20 × 100": after.shape == (100, 20, 100),
        "only the table": before.shape == after.shape and large == pytest.approx(2 * small, 0.01),
        "100 × 40 × 50": after.shape == (100, 40, 50),
        "twice as long": False,  # one row is read for each id, whatever the table
    }


def ids_of_another_vocabulary(question: ChoiceQuestion, row: Row) -> key.Claims:
    """Look the ids of one vocabulary up in a table for the same words in reverse order."""
    words = numbered(100)
    previous, new = Vocabulary(words), Vocabulary(words[::-1])
    vectors = np.arange(102 * 50, dtype=np.float32).reshape(102, 50)
    vectors[PAD] = 0
    table = EmbeddingTable(vectors, new)
    ids = np.array(previous.encode(words[:20]))
    found, wanted = table.lookup(ids), np.stack([table.vector(word) for word in words[:20]])
    return {
        "raises an error": False,  # the lookup came through
        "Nothing changes": bool((found == wanted).all()),
        "belongs to another word": not (found == wanted).all(axis=1).any(),
        "unknown": bool((ids == UNK).any()),
    }


def without_mask(text: str, length: int) -> NDArray[np.float32]:
    """Return the probabilities of a text from the plain mean of its first `length` slots."""
    ids = key.pipeline().encode(key.pipeline().preprocess([text]))[:, :length]
    no_padding = np.full_like(ids, UNK)  # so that each slot counts
    probabilities: NDArray[np.float32] = key.pipeline().infer(
        key.pipeline().lookup(ids), no_padding
    )[0]
    return probabilities


def text_padded_with_its_batch(question: ChoiceQuestion, row: Row) -> key.Claims:
    alone, together = without_mask("great", 1), without_mask("great", 20)
    masked = key.pipeline().probabilities(["great", " ".join(["awful"] * 20)])[0]
    assert np.allclose(alone, masked, atol=1e-6)  # with a mask, the batch makes no difference
    return {
        "It doesn't": np.allclose(alone, together, atol=1e-6),
        "less certain": together.max() < alone.max() and together.argmax() == alone.argmax(),
        "raises an error": False,  # both calls came through
        "mix of both": together.argmax() == Label.NEGATIVE.number,
    }


def line_for_the_masked_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    names = key.run_stem(question)
    assert len(names["tokens"]) == 4
    pooled = key.pipeline().trace("I love sunny days").pooled
    return key.letters_where(
        key.outcomes(question, names),
        lambda value: value.shape == pooled.shape and np.allclose(value, pooled, atol=1e-6),
    )


def wider_neutral_zone(question: ChoiceQuestion, row: Row) -> key.Claims:
    means = np.linspace(-4, 4, 161).tolist()
    moved = {
        (Label.from_rating(one), Label.from_rating(one / 2))  # limits of ±1 are those of a half
        for one in means
    }
    return {
        "A neutral one": any(old is Label.NEUTRAL is not new for old, new in moved),
        "positive one can become negative": (Label.POSITIVE, Label.NEGATIVE) in moved,
        "positive or negative one": {
            (Label.POSITIVE, Label.NEUTRAL),
            (Label.NEGATIVE, Label.NEUTRAL),
        }
        <= moved,
        "None changes": all(old is new for old, new in moved),
    }


def service_that_skips_preprocessing(question: ChoiceQuestion, row: Row) -> key.Claims:
    vocabulary = Vocabulary(["warm", "bread"])
    raw, clean = ["Warm", "bread!"], preprocess("Warm bread!")
    ids, expected = (vocabulary.encode(one) for one in (raw, clean))
    unknown = [one.count(UNK) for one in (ids, expected)]
    return {
        "fails with an error": False,  # the line above encoded them
        "many more tokens": unknown == [2, 0],
        "Nothing changes": ids == expected,
        "longer rows": len(raw) > len(clean) or len(ids) > len(expected),
    }


def how_much_too_small(row: dict[str, Any]) -> float:
    text = " ".join(["sunny"] * row["tokens"])
    trace = key.pipeline().trace(text)
    plain = trace.vectors.mean(axis=0)
    return float(np.abs(trace.pooled).sum() / np.abs(plain).sum())


COLUMNS: dict[str, key.Columns] = {
    "label-of-a-mean-rating": lambda row: {
        "total": sum(key.integers(row["ratings"])),
        "mean": mean(key.integers(row["ratings"])),
    },
    "accuracy-without-the-leak": lambda row: {
        "n_new": row["n_test"] - row["n_shared"],
        "right_new": row["n_right"] - row["n_shared"],
        "with_leak": row["n_right"] / row["n_test"],
        "half_mended": row["right_new"] / row["n_test"],
    },
    "count-the-tokens": lambda row: {
        "cleaned": " ".join(preprocess(row["text"])),
        "raw_words": len(row["text"].split()),
        "cut_at_signs": len(re.findall(r"\w+", row["text"])),
    },
    "share-of-padding": lambda row: {
        "empty": row["length"] - row["tokens"],
        "used": 100 * row["tokens"] / row["length"],
        "per_token": round(100 * row["empty"] / row["tokens"], 1),
    },
    "shape-of-a-lookup": lambda row: {"n_ids": row["n"] * 20},
    "how-much-too-small": lambda row: {
        "padding": 20 - row["tokens"],
        "upside_down": row["tokens"] / 20,
    },
}
