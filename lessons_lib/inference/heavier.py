"""The same model at the price of a larger one, so that there is something to batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer
from lessons_lib.inference.pipeline import SentimentPipeline

PASSES = 100


class HeavierPipeline:
    """The textbook path with each forward pass run many times over: same answers, more work.

    Parameters
    ----------
    pipeline : SentimentPipeline
        The path whose answers are given.
    passes : int
        How many times each pass is computed. With 100, a batch costs some milliseconds, as it
        does with language models of ordinary size.

    Raises
    ------
    TypeError, ValueError
        If `passes` is not an integer ≥ 1.

    Notes
    -----
    The model of the lessons is so small that queue, thread and event loop cost more than it does;
    on its own it would show their limits and not what batching buys.
    """

    def __init__(self, pipeline: SentimentPipeline, *, passes: int = PASSES) -> None:
        self._pipeline, self._passes = pipeline, checked_integer("passes", passes)

    def __repr__(self) -> str:
        return f"HeavierPipeline({self._passes} × {self._pipeline!r})"

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Run many texts through, and the model many times: return shape (n, 3)."""
        ids = self._pipeline.encode(self._pipeline.preprocess(texts))  # (n, 20)
        vectors = self._pipeline.lookup(ids)  # (n, 20, 50)
        for _ in range(self._passes):
            probabilities = self._pipeline.infer(vectors, ids)  # (n, 3)
        return probabilities
