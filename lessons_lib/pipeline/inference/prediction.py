"""What a pipeline returns: a `Prediction`, or a `PredictionTrace` of all steps.

Pipelines also have names here; each is imported when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any, Protocol

from lessons_lib.pipeline.text.label import LABELS, Label

# The best sizes, known without loading a model; its class says why.
PREFERRED_SIZES = {"small": 4096, "transformer": 8}

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lessons_lib.pipeline.inference.folded import FoldedPipeline
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline


@dataclass(frozen=True, slots=True)
class Prediction:
    """A label and its probabilities: negative, neutral and positive, which sum to 1."""

    label: Label
    probabilities: tuple[float, float, float]

    @classmethod
    def from_probabilities(cls, probabilities: Sequence[float]) -> Prediction:
        """Return the prediction of the most probable class, the first one in a tie.

        Raises
        ------
        ValueError
            If any of the three is NaN.
        """
        negative, neutral, positive = probabilities
        if negative >= neutral and negative >= positive:
            label = Label.NEGATIVE
        elif neutral > negative and neutral >= positive:
            label = Label.NEUTRAL
        elif positive > negative and positive > neutral:
            label = Label.POSITIVE
        else:
            raise ValueError(f"probabilities must be three numbers, got {tuple(probabilities)}.")
        prediction = _new(cls)
        _set_label(prediction, label)
        _set_probabilities(prediction, (negative, neutral, positive))
        return prediction

    @classmethod
    def from_table(cls, probabilities: NDArray[np.float32]) -> list[Prediction]:
        """Return the prediction of each row, (n, 3) -> n predictions, with few numpy calls."""
        labels = map(LABELS.__getitem__, probabilities.argmax(axis=1).tolist())
        negative, neutral, positive = probabilities.T.tolist()
        return list(map(cls, labels, zip(negative, neutral, positive, strict=True)))

    def __repr__(self) -> str:
        figures = ", ".join(
            f"{label} {p:.3f}" for label, p in zip(LABELS, self.probabilities, strict=True)
        )
        return f"Prediction({self.label}: {figures})"


# As a frozen dataclass's own `__init__` does, in a quarter of the time: a tenth of a call.
_new, _set_label = object.__new__, vars(Prediction)["label"].__set__
_set_probabilities = vars(Prediction)["probabilities"].__set__


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Return the probabilities of many texts' logits, one row per class: (3, n) -> (3, n)."""
    import numpy as np

    # Subtract the highest logit so that exp cannot overflow. `reduce` is twice as fast as `max`.
    powers: NDArray[Any] = np.exp(logits - np.maximum.reduce(logits))
    powers /= np.add.reduce(powers)
    return powers


def softmax_of_one(negative: float, neutral: float, positive: float) -> tuple[float, float, float]:
    """Return the probabilities of one text's logits; numpy is slower for three numbers."""
    highest = negative if negative > positive else positive  # `max` takes twice as long
    if neutral > highest:
        highest = neutral
    a, b, c = exp(negative - highest), exp(neutral - highest), exp(positive - highest)
    total = a + b + c
    return a / total, b / total, c / total


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PredictionTrace:
    """The five layers of one text's prediction, and every value between them.

    Attributes
    ----------
    text : str
        Layer 1, the input text.
    tokens : list of str, length k ≤ 20
        Layer 2, after preprocessing.
    ids : array of int64, shape (20,)
        The ids of the tokens, where layer 3 begins; 0 is padding, 1 is an unknown word.
    vectors : array of float32, shape (20, 50)
        Layer 3, the features: one row per token, zeros for padding.
    pooled : array of float32, shape (50,)
        The mean of the k rows that are not padding.
    logits : array of float32, shape (3,)
        Layer 4, the scores of the three classes; softmax turns them into `probabilities`.
    shares : array of float32, shape (k, 3)
        The contribution of each token to each logit; with the bias, they sum to the logits.
    bias : array of float32, shape (3,)
        The logits of a text without tokens.
    prediction : Prediction
        Layer 5, the label, with the probabilities that decided it.
    """

    text: str
    tokens: list[str]
    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    pooled: NDArray[np.float32]
    logits: NDArray[np.float32]
    shares: NDArray[np.float32]
    bias: NDArray[np.float32]
    prediction: Prediction

    @property
    def probabilities(self) -> tuple[float, float, float]:
        """The end of layer 4: the probabilities of the three classes."""
        return self.prediction.probabilities

    def __repr__(self) -> str:
        return f"PredictionTrace({len(self.tokens)} tokens -> {self.prediction.label})"


class Pipeline(Protocol):
    """The interface of a pipeline: it returns the probabilities of many texts, (n, 3), in order.

    It may also have a preferred ``batch_size``, and two shortcuts: ``probabilities_of(text)``
    for one text, and ``class_numbers(texts)`` for labels only.
    """

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities of `texts`, shape (n, 3)."""
        ...


def check_rows(pipeline: Pipeline, rows: NDArray[Any], texts: Sequence[str]) -> None:
    """Raise a ValueError if a pipeline did not return one row of numbers per text."""
    if len(rows) != len(texts):
        raise ValueError(
            f"{type(pipeline).__name__} must return one row per text, got {len(rows)} for a batch "
            f"of {len(texts)}."
        )
    if (rows != rows).any():  # only NaN is unequal to itself
        text = texts[int((rows != rows).any(axis=1).argmax())]
        raise ValueError(
            f"{type(pipeline).__name__} must return numbers, got NaN for "
            f"{text if len(text) <= 60 else f'{text[:59]}…'!r}."
        )


def not_one_text(method: str, value: object) -> TypeError:
    """Return the error for a value that is not one string; it suggests the batch mode."""
    kind = "None" if value is None else type(value).__name__
    size = f" of {len(value)}" if isinstance(value, list | tuple | set | dict) else ""
    return TypeError(
        f"{method}() takes one text (str), got {kind}{size}. "
        "For many texts use BatchPredictor.predict(texts)."
    )


def load_model(name: str) -> Pipeline:
    """Return the pipeline with this name.

    Parameters
    ----------
    name : str
        "small" for the folded path, which doesn't need torch, "transformer", or "heavier" for the
        textbook path run many times over.

    Raises
    ------
    ValueError
        If there is no such model.
    """
    if name == "small":
        return load_folded()
    if name == "transformer":
        from lessons_lib.pipeline.inference.transformer import TransformerPipeline

        return TransformerPipeline.load()
    if name == "heavier":
        from lessons_lib.pipeline.inference.textbook import HeavierPipeline

        return HeavierPipeline(load_textbook())
    raise ValueError(f"`model` must be small, heavier or transformer, got {name!r}.")


def load_textbook() -> SentimentPipeline:
    """Return the textbook path, whose stages can be called and traced one by one; loads torch."""
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline

    return SentimentPipeline.load()


def load_folded() -> FoldedPipeline:
    """Return the folded path, which does without torch; loads numpy."""
    from lessons_lib.pipeline.inference.folded import FoldedPipeline

    return FoldedPipeline.load()
