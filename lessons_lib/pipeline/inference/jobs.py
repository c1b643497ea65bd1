"""Jobs to time: each stage of a path with its input already computed, and each mode on a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.realtime import RealTimePredictor

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.folded import FoldedPipeline
    from lessons_lib.pipeline.inference.prediction import Pipeline
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline

Jobs = dict[str, Callable[[], object]]
ONE_BY_ONE_STEP = 64  # texts, so that a step takes a few milliseconds


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
    return {"encode": partial(pipeline.encode, texts), "score": partial(pipeline.score, tokens)}


def jobs_by_mode(pipeline: Pipeline, texts: Sequence[str]) -> Jobs:
    """Return one job per mode: all texts one by one, and all texts in default-sized batches."""
    realtime, batch = RealTimePredictor(pipeline), BatchPredictor(pipeline)
    return {
        "real-time": lambda: [realtime.predict(text) for text in texts],
        "batch": lambda: batch.predict(texts),
    }


def jobs_by_batch_size(
    pipeline: Pipeline, texts: Sequence[str], *, batch_sizes: Iterable[int]
) -> dict[int, Callable[[], object]]:
    """Return one job per batch size: the labels of all texts, with that many texts in a pass."""
    return {
        size: partial(BatchPredictor(pipeline, batch_size=size).labels, texts)
        for size in batch_sizes
    }


def one_batch_per_size(
    pipeline: Pipeline, texts: Sequence[str], *, sizes: Iterable[int]
) -> dict[int, Callable[[], object]]:
    """Return one job per size: the predictions of only that many texts, in a single batch."""
    return {
        size: partial(BatchPredictor(pipeline, batch_size=size).predict, texts[:size])
        for size in sizes
    }


def lanes(pipeline: Pipeline, texts: Sequence[str]) -> dict[str, Iterator[int]]:
    """Return one iterator per mode, each a lane of a race over the same texts.

    Each `next()` predicts some texts, one by one or as one batch, and returns how many are done.

    Notes
    -----
    One step runs before this function returns, so that setup and cold caches are not timed.
    """
    predict, batch = RealTimePredictor(pipeline).predict, BatchPredictor(pipeline)
    steps: dict[str, tuple[Callable[[Sequence[str]], object], int]] = {
        "real-time": (lambda chunk: [predict(text) for text in chunk], ONE_BY_ONE_STEP),
        "batch": (batch.predict, batch.batch_size),
    }
    for run, size in steps.values():
        run(texts[:size])
    return {mode: _in_steps(run, texts, size) for mode, (run, size) in steps.items()}


def _in_steps(
    run: Callable[[Sequence[str]], object], texts: Sequence[str], size: int
) -> Iterator[int]:
    for start in range(0, len(texts), size):
        run(texts[start : start + size])
        yield min(start + size, len(texts))
