"""A model for `ray.data`: one instance per worker process, which labels one batch after another."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lessons_lib.commands.text_files import decimals
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import load_model
from lessons_lib.pipeline.text.label import LABELS


class Labeler:
    """Adds a label and three probabilities to batches of texts; a class for `map_batches`.

    Ray creates one instance in each worker process, so the model is loaded once per worker and not
    once per batch.

    Parameters
    ----------
    model : str
        As in `load_model`.
    column : str
        Which column has the texts.
    sort_by_length : bool
        As in `BatchPredictor`.

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> pool = ray.data.ActorPoolStrategy(size=2)  # doctest: +SKIP
    >>> dataset.map_batches(Labeler, compute=pool, batch_size=4096)  # doctest: +SKIP
    """

    def __init__(
        self, model: str = "small", column: str = "text", sort_by_length: bool = False
    ) -> None:
        self._predictor = BatchPredictor(load_model(model), sort_by_length=sort_by_length)
        self._column = column

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Return a batch with the columns label, negative, neutral and positive added.

        Parameters
        ----------
        batch : mapping of str to array or list, each of length n
        """
        predictions = self._predictor.predict(batch[self._column])
        rows = np.reshape([*map(decimals, predictions)], (-1, len(LABELS))).astype(float)  # (n, 3)
        figures = {str(label): rows[:, number] for number, label in enumerate(LABELS)}
        labels = np.array([str(one.label) for one in predictions], dtype=object)
        return {**batch, "label": labels, **figures}
