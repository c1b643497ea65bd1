"""Real-time inference: one text at a time, on any pipeline, and a pipeline made for one text.

The latter is the folded path in plain Python, without numpy, so that it also runs in a web page.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from pathlib import Path
from struct import Struct, iter_unpack
from typing import Any, Protocol, Self

from lessons_lib.pipeline.inference.prediction import (
    Pipeline,
    Prediction,
    PredictionTrace,
    not_one_text,
    softmax_of_one,
)
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.preprocess import preprocess, tokens_as_bytes
from lessons_lib.pipeline.text.vocabulary import UNK, Vocabulary

# The files of a light pipeline: words by id without the special ones, each word's share as two
# float32, its vector as 50 float16, and the head as JSON.
WORDS, SHARES, VECTORS, HEAD = "words.txt", "shares.bin", "vectors.bin", "head.json"
_VECTOR = Struct("<50e")


class OneTextPipeline(Protocol):
    """The interface of a pipeline for one text at a time, in plain Python."""

    def probabilities_of(self, text: str) -> tuple[float, float, float]:
        """Return the probabilities of one text."""
        ...

    def ids_of(self, text: str) -> list[int]:
        """Return the ids of a text's first 20 tokens, without padding."""
        ...


class _WordsInUse(dict[bytes, complex]):
    """The shares of the known words that texts have had so far.

    A few hundred words make up most of every text. Here they lie close together in memory, while in
    the whole vocabulary, most look-ups would have to wait for the memory.
    """

    def __init__(self, words: Sequence[str], shares: Sequence[complex]) -> None:
        super().__init__()
        self.known = dict(zip(words, shares, strict=True))
        self._unknown = shares[UNK]

    def __missing__(self, word: bytes) -> complex:
        share = self.known.get(word.decode("utf-8", "surrogatepass"))
        if share is None:
            return self._unknown
        self[word] = share + 0  # a new number, which lies next to the others
        return share


class FoldedTexts:
    """Computes the probabilities of one text from the shares of its words.

    Parameters
    ----------
    words : sequence of str, length V
        The word of each id.
    shares : sequence of complex, length V
        The share of each word, negative + positive·i.
    bias : complex
        The share that every text has.
    """

    def __init__(self, words: Sequence[str], shares: Sequence[complex], bias: complex) -> None:
        self._words, self._bias = _WordsInUse(words, shares), bias
        self._share_of = self._words.__getitem__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._words.known):,} words -> {len(LABELS)} classes)"

    def probabilities_of(self, text: str) -> tuple[float, float, float]:
        """Return the probabilities of one text, computed in plain Python.

        Raises
        ------
        TypeError
            If `text` is not one string.
        """
        tokens = tokens_as_bytes(text)
        mean = sum(map(self._share_of, tokens)) / (len(tokens) or 1) + self._bias
        return softmax_of_one(mean.real, 0.0, mean.imag)


def folded_bias(bias: Sequence[float]) -> complex:
    """Return the three numbers of a bias as a share."""
    negative, neutral, positive = bias
    return complex(negative - neutral, positive - neutral)


@dataclass(frozen=True, slots=True)
class Head:
    """The linear head: a row of 50 weights for each class, and the biases."""

    weight: Sequence[Sequence[float]]
    bias: Sequence[float]

    def products(self, vector: Sequence[float]) -> list[float]:
        """Return a vector's product with the weights of each class."""
        return [sum(map(mul, row, vector)) for row in self.weight]


class _Values(list[Any]):
    """Numbers with the one method of an array that whoever shows a trace needs."""

    def tolist(self) -> list[Any]:
        return list(self)


class LightPipeline(FoldedTexts):
    """Labels and traces one text at a time, without numpy and torch.

    Parameters
    ----------
    vocabulary : Vocabulary
        The known words.
    shares : sequence of complex, length V
        The share of each word, negative + positive·i.
    head : Head
        The linear head.
    vectors : callable
        Returns the vectors, 50 float16 for each word; called before the first trace.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        shares: Sequence[complex],
        head: Head,
        vectors: Callable[[], bytes],
    ) -> None:
        super().__init__(vocabulary.words, shares, folded_bias(head.bias))
        self.vocabulary = vocabulary
        self._head, self._read = head, vectors

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the pipeline in a folder of light files; its vectors are read when needed."""
        words = (folder / WORDS).read_bytes().decode().split("\n")
        shares = [complex(*one) for one in iter_unpack("<2f", (folder / SHARES).read_bytes())]
        head = Head(**json.loads((folder / HEAD).read_bytes()))
        return cls(Vocabulary(words), shares, head, (folder / VECTORS).read_bytes)

    @cached_property
    def _vectors(self) -> bytes:
        return self._read()

    def ids_of(self, text: str) -> list[int]:
        """Return the ids of a text's first 20 tokens, without padding."""
        return [self.vocabulary.id_of(token) for token in preprocess(text)]

    def trace(self, text: str) -> PredictionTrace:
        """Run one text through all stages and return every intermediate value.

        Raises
        ------
        TypeError
            If `text` is not one string.
        """
        tokens = preprocess(text)
        ids = self.vocabulary.encode(tokens)  # 20
        vectors = [self._vector(number) for number in ids]  # 20 × 50, zeros for padding
        count = max(len(tokens), 1)
        pooled = [sum(column) / count for column in zip(*vectors, strict=True)]  # 50
        shares = [
            [one / count for one in self._head.products(vector)]
            for vector in vectors[: len(tokens)]
        ]  # k × 3
        products = self._head.products(pooled)  # 3
        logits = [one + bias for one, bias in zip(products, self._head.bias, strict=True)]
        lists: Any = (ids, vectors, pooled, logits, shares, self._head.bias)
        names = ("ids", "vectors", "pooled", "logits", "shares", "bias")
        arrays: Any = dict(zip(names, map(_Values, lists), strict=True))
        prediction = Prediction.from_probabilities(softmax_of_one(*logits))
        return PredictionTrace(text=text, tokens=tokens, prediction=prediction, **arrays)

    def _vector(self, number: int) -> list[float]:
        return list(_VECTOR.unpack_from(self._vectors, number * _VECTOR.size))


class RealTimePredictor:
    """Predicts one text at a time.

    Parameters
    ----------
    pipeline : Pipeline or OneTextPipeline
        The model to run, for instance `SentimentPipeline.load()` or `FoldedPipeline.load()`.
    """

    def __init__(self, pipeline: Pipeline | OneTextPipeline) -> None:
        self._pipeline: Any = pipeline
        self._probabilities_of: Callable[[str], Sequence[float]] = getattr(
            pipeline, "probabilities_of", self._batch_of_one
        )

    def __repr__(self) -> str:
        return f"RealTimePredictor({type(self._pipeline).__name__})"

    def predict(self, text: str) -> Prediction:
        """Return the prediction for one text, immediately.

        Parameters
        ----------
        text : str
            Any text; even an empty one gets a prediction.

        Raises
        ------
        TypeError
            If `text` is a list, or anything but one string.

        Notes
        -----
        Shapes on the textbook path: (1, 20) ids -> (1, 20, 50) vectors -> (1, 3) probabilities.
        """
        if not isinstance(text, str):
            raise not_one_text("RealTimePredictor.predict", text)
        return Prediction.from_probabilities(self._probabilities_of(text))

    def _batch_of_one(self, text: str) -> Sequence[float]:
        row: list[float] = self._pipeline.probabilities([text])[0].tolist()
        return row
