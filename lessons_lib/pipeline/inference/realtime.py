"""Real-time (online) inference: predict one text immediately while someone waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lessons_lib.pipeline.inference.one_text import OneTextPipeline
from lessons_lib.pipeline.inference.prediction import Pipeline, Prediction, not_one_text


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
