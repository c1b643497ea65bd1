"""Jobs to time: each stage of a path with its input already computed, and each mode on a path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lessons_lib.arguments import checked_integer
from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.realtime import RealTimePredictor

if TYPE_CHECKING:
    from lessons_lib.inference.folded import FoldedPipeline
    from lessons_lib.inference.pipeline import SentimentPipeline
    from lessons_lib.inference.prediction import Pipeline

Jobs = dict[str, Callable[[], object]]


def textbook_stages(pipeline: SentimentPipeline, texts: Sequence[str]) -> Jobs:
    """Return one job per stage of the textbook path; they can run in any order."""
    tokens = pipeline.preprocess(texts)
    ids = pipeline.encode(tokens)  # (n, 20)
    vectors = pipeline.lookup(ids)  # (n, 20, 50)
    probabilities = pipeline.infer(vectors, ids)  # (n, 3)
    return {
        "preprocess": partial(pipeline.preprocess, texts),
        "encode": partial(pipeline.encode, tokens),
        "lookup": partial(pipeline.lookup, ids),
        "infer": partial(pipeline.infer, vectors, ids),
        "decide": partial(pipeline.decide, probabilities),
    }


def folded_stages(pipeline: FoldedPipeline, texts: Sequence[str]) -> Jobs:
    """Return two jobs for the folded path: texts to ids, and ids to logits."""
    tokens = pipeline.encode(texts)
    return {
        "encode": partial(pipeline.encode, texts),
        "score": partial(pipeline.score, tokens),
    }


def jobs_by_mode(pipeline: Pipeline, texts: Sequence[str]) -> Jobs:
    """Return one job per mode: all texts one by one, and all texts in default-sized batches."""
    realtime, batch = RealTimePredictor(pipeline), BatchPredictor(pipeline)
    return {
        "real-time": lambda: [realtime.predict(text) for text in texts],
        "batch": lambda: batch.predict(texts),
    }


def one_by_one(pipeline: Pipeline, texts: Sequence[str], *, step: int = 64) -> Iterator[int]:
    """Return an iterator that predicts `step` texts at a time, one by one, and yields the total.

    Raises
    ------
    TypeError, ValueError
        If `step` is not an integer ≥ 1.

    Notes
    -----
    One step runs before this function returns, so that setup and cold caches are not timed.
    """
    step = checked_integer("step", step)
    predict = RealTimePredictor(pipeline).predict
    return _in_steps(lambda chunk: [predict(text) for text in chunk], texts, step)


def in_batches(
    pipeline: Pipeline, texts: Sequence[str], *, batch_size: int | None = None
) -> Iterator[int]:
    """Return an iterator that predicts one batch at a time, and yields the total.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not an integer ≥ 1.

    Notes
    -----
    One batch runs before this function returns, so that setup and cold caches are not timed.
    """
    predictor = BatchPredictor(pipeline, batch_size=batch_size)
    return _in_steps(predictor.predict, texts, predictor.batch_size)


def _in_steps(
    run: Callable[[Sequence[str]], object], texts: Sequence[str], step: int
) -> Iterator[int]:
    run(texts[:step])
    return _steps(run, texts, step)


def _steps(
    run: Callable[[Sequence[str]], object], texts: Sequence[str], step: int
) -> Iterator[int]:
    for start in range(0, len(texts), step):
        run(texts[start : start + step])
        yield min(start + step, len(texts))


def lanes(pipeline: Pipeline, texts: Sequence[str]) -> dict[str, Iterator[int]]:
    """Return one lane per mode for a race over the same texts."""
    return {"real-time": one_by_one(pipeline, texts), "batch": in_batches(pipeline, texts)}
