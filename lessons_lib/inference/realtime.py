"""Real-time (online) inference: one text now, and someone waits for the answer."""

from __future__ import annotations

from lessons_lib.inference.prediction import Pipeline, Prediction


class RealTimePredictor:
    """Answers one text at a time.

    Parameters
    ----------
    pipeline : Pipeline
        The model behind it, for instance `SentimentPipeline.load()`.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def __repr__(self) -> str:
        return f"RealTimePredictor({type(self._pipeline).__name__})"

    def predict(self, text: str) -> Prediction:
        """Return the prediction for one text, immediately.

        Parameters
        ----------
        text : str
            Any text; an empty one, too, gets a prediction.

        Raises
        ------
        TypeError
            If `text` is a list, or anything but one string.

        Notes
        -----
        Shapes: (1, 20) ids -> (1, 20, 50) vectors -> (1, 3) probabilities.
        """
        if not isinstance(text, str):
            raise TypeError(
                f"RealTimePredictor.predict() takes one text (str), got {_described(text)}. "
                "For many texts use BatchPredictor.predict(texts)."
            )
        return Prediction.from_probabilities(self._pipeline.probabilities([text])[0].tolist())


def _described(value: object) -> str:
    if isinstance(value, list | tuple | set | dict):
        return f"{type(value).__name__} of {len(value)}"
    return "None" if value is None else type(value).__name__
