"""A Ray Serve deployment: callers pass one text each, and share passes behind the call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lessons_lib.extras import require_extra
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction, load_model
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.timing.stored import stored_cost

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import JSONResponse

LEAST_WAIT_S = 0.005
EXPECTED = 'Send a POST request with a JSON object that has the text: {"text": "I love it"}'


class SentimentService:
    """One replica: a model, and a queue in which requests wait for a moment to share a pass.

    Parameters
    ----------
    model : str
        As in `load_model`.
    max_batch_size : int
        How many requests share a pass at most.
    batch_wait_timeout_s : float
        How long a batch stays open for others. Ray closes it then, even while a pass is running;
        `patient_wait_s` gives a safe value.
    """

    def __init__(self, model: str, max_batch_size: int, batch_wait_timeout_s: float) -> None:
        from ray import serve

        predictor = BatchPredictor(load_model(model), batch_size=max_batch_size)
        self._batch_sizes: list[int] = []

        async def predict(texts: list[str]) -> list[Prediction]:
            self._batch_sizes.append(len(texts))
            return await asyncio.to_thread(predictor.predict, texts)

        batched = serve.batch(
            max_batch_size=max_batch_size, batch_wait_timeout_s=batch_wait_timeout_s
        )
        self._predict = batched(predict)

    async def __call__(self, request: Request) -> JSONResponse:
        """Answer an HTTP request: 200 with the label, or 400 or 405 with what was expected."""
        from starlette.responses import JSONResponse

        if request.method != "POST":
            return JSONResponse({"error": EXPECTED}, 405, {"Allow": "POST"})
        try:
            text = (await request.json())["text"]
            if not isinstance(text, str):
                raise TypeError("the text must be a string")
        except (ValueError, TypeError, KeyError, RecursionError):
            return JSONResponse({"error": EXPECTED}, 400)
        return JSONResponse(await self.label(text))

    async def label(self, text: str) -> dict[str, Any]:
        """Return the label and the three probabilities of one text."""
        prediction: Prediction = await self._predict(text)
        figures = zip(map(str, LABELS), prediction.probabilities, strict=True)
        return {"label": str(prediction.label), **{name: round(p, 6) for name, p in figures}}

    def batch_sizes(self) -> list[int]:
        """Return how many texts each pass had so far."""
        return self._batch_sizes


def patient_wait_s(model: str, max_batch_size: int) -> float:
    """Return a batch wait timeout with which batches fill up under load.

    Parameters
    ----------
    model : str
        As in `load_model`.
    max_batch_size : int
        How many requests share a pass at most.

    Returns
    -------
    float
        Twice the time of a full batch, as it was measured once, and at least 5 ms.

    Notes
    -----
    Ray closes a batch at its timeout even while the worker is busy. With a timeout much shorter
    than a pass, batches stay small however long the queue is, and the queue grows at a load that
    full batches would handle. At twice the time of a full batch, batches are full before that.
    """
    cost = stored_cost("small model" if model == "small" else "transformer")
    return max(LEAST_WAIT_S, 2 * cost.service_s(max_batch_size))


def sentiment_app(
    *,
    model: str = "small",
    max_batch_size: int = 8,
    batch_wait_timeout_s: float | None = None,
    max_ongoing_requests: int = 100,
    replicas: int = 1,
) -> Any:
    """Return an application for `ray.serve.run`.

    Parameters
    ----------
    model, max_batch_size
        As in `SentimentService`.
    batch_wait_timeout_s : float, optional
        As in `SentimentService`; by default `patient_wait_s` of the model.
    max_ongoing_requests : int
        How many requests a replica accepts at the same time. If it is lower than `max_batch_size`,
        batches never fill up.
    replicas : int
        How many copies of the model answer requests, each in its own process.

    Raises
    ------
    ExtraMissingError
        If Ray is not installed.
    """
    require_extra("The deployment", "scale")
    from ray import serve

    if batch_wait_timeout_s is None:
        batch_wait_timeout_s = patient_wait_s(model, max_batch_size)
    deployment = serve.deployment(
        num_replicas=replicas, max_ongoing_requests=max_ongoing_requests, name="sentiment"
    )(SentimentService)
    return deployment.bind(model, max_batch_size, batch_wait_timeout_s)


def app_from_config(args: dict[str, Any]) -> Any:
    """Return the application for the arguments in a Ray Serve config file."""
    return sentiment_app(**args)
