"""For notebook 15: what batches gain a transformer, what padding costs, and what its F1 buys.

Each experiment is measured now or, if the transformer is not on this machine (`pipeline` is None),
taken from the stored figures. `tests/benchmarks/stored_figures.py` measures those.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import ne
from statistics import median
from typing import Any

from lessons_lib.formats import duration, two_digits
from lessons_lib.lesson.explorations.own_texts import LARGE_MODEL, SMALL_MODEL
from lessons_lib.lesson.plots.style import progress_bar
from lessons_lib.lesson.plots.texts import plot_padding
from lessons_lib.lesson.plots.throughput import plot_throughput
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.jobs import (
    Jobs,
    jobs_by_batch_size,
    jobs_by_mode,
    one_batch_per_size,
)
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.inference.transformer import (
    INT8,
    ONNX,
    TORCH,
    TransformerPipeline,
    load_engines,
)
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.model.minilm import load_transformer_head
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import fit_frontier
from lessons_lib.pipeline.timing.latency import time_in_turn
from lessons_lib.pipeline.timing.machine import heavy_step_line
from lessons_lib.pipeline.timing.stored import Measured, gain_of_engine, measured_or_stored

SHORT, LONG = "eight short texts", "seven short texts and a long one"
AS_THEY_COME, BY_LENGTH = "as they come", "sorted by length"
CHANGED = "changed labels"
PRICED_SIZES = (1, 2, 4, 8, 16)
TIMED_SIZES = (1, 8, 32, 128)
LEAST_S = 0.1  # for a round; the small model labels all texts in a few milliseconds
MIXED_BATCH = 32
ENGINE_WAYS = {"one by one": (1, False), "in eights": (8, False), "eights, sorted": (8, True)}
Experiment = Callable[[TransformerPipeline], Mapping[str, Sequence[float]]]


def time_batch_sizes(
    pipeline: TransformerPipeline | None,
    texts: Sequence[str],
    sizes: Sequence[int] = TIMED_SIZES,
) -> Measured:
    """Return how many seconds all texts took in each round, for each number of texts per pass."""

    def measure(transformer: TransformerPipeline) -> dict[str, list[float]]:
        return _timed(jobs_of_sizes(transformer, texts, sizes))

    return _figures("batch-sizes", pipeline, measure)


def jobs_of_sizes(
    pipeline: TransformerPipeline, texts: Sequence[str], sizes: Sequence[int] = TIMED_SIZES
) -> Jobs:
    """Return the jobs that `time_batch_sizes` times."""
    jobs = jobs_by_batch_size(pipeline, texts, batch_sizes=sizes)
    return {str(size): job for size, job in jobs.items()}


def time_equal_texts(pipeline: TransformerPipeline | None, texts: Sequence[str]) -> Measured:
    """Return the seconds of one batch of equal texts, for each size and model.

    The text is the one of median length. Without padding, a batch costs a price per call plus a
    price per text. Each name consists of the model and the size: ``"transformer 8"``.
    """

    def measure(transformer: TransformerPipeline) -> dict[str, list[float]]:
        equal = [sorted(texts, key=len)[len(texts) // 2]] * max(PRICED_SIZES)
        models: dict[str, Pipeline] = {
            SMALL_MODEL: SentimentPipeline.load(),
            LARGE_MODEL: transformer,
        }
        jobs = {
            f"{name} {size}": job
            for name, model in models.items()
            for size, job in one_batch_per_size(model, equal, sizes=PRICED_SIZES).items()
        }
        return _timed(jobs, least_s=0.005, rounds=9)

    return _figures("equal-texts", pipeline, measure)


def prices(figures: Measured) -> dict[str, CostModel]:
    """Return the price per call and per text of each model, fitted to `time_equal_texts`."""
    return {
        name: fit_frontier({size: figures.values[f"{name} {size}"] for size in PRICED_SIZES})
        for name in (SMALL_MODEL, LARGE_MODEL)
    }


def read_prices(figures: Measured) -> str:
    """Return a line for each model: its two prices, and the most that batching can save."""
    lines = []
    for name, cost in prices(figures).items():
        line = f"{name}: {duration(cost.fixed_s)} per call + {duration(cost.per_text_s)} per text"
        if cost.per_text_s:
            most = two_digits(cost.service_s(1) / cost.per_text_s)
            line += f", so batches are at most {most} times as fast"
        lines.append(line)
    return "\n".join(lines)


def word_pieces(pipeline: TransformerPipeline | None, texts: Sequence[str]) -> Measured:
    """Return the number of word pieces of each text, as ``values["pieces"]``."""

    def count(transformer: TransformerPipeline) -> dict[str, list[float]]:
        return {"pieces": transformer.encode(texts)[1].sum(axis=1).tolist()}

    return _figures("long-pieces" if len(texts) < MIXED_BATCH else "word-pieces", pipeline, count)


def with_long_text(texts: Sequence[str], size: int = 8) -> list[str]:
    """Return the `size` shortest texts, one of them replaced with all texts joined into one."""
    short = sorted(texts, key=len)[:size]
    return [*short[: size // 2], " ".join(texts), *short[size // 2 + 1 :]]


def time_long_text(pipeline: TransformerPipeline | None, texts: Sequence[str]) -> Measured:
    """Return the seconds for a batch of eight short texts, and for one with a long text in it."""
    jobs = {SHORT: sorted(texts, key=len)[:8], LONG: with_long_text(texts)}

    def measure(transformer: TransformerPipeline) -> dict[str, list[float]]:
        batches = {name: partial(transformer.probabilities, batch) for name, batch in jobs.items()}
        return _timed(batches, rounds=5)

    return _figures("long-text", pipeline, measure)


def time_sorting(pipeline: TransformerPipeline | None, texts: Sequence[str]) -> Measured:
    """Return the seconds that all texts take in batches of 32, as they come and by length."""

    def measure(transformer: TransformerPipeline) -> dict[str, list[float]]:
        ways = {
            name: BatchPredictor(transformer, batch_size=MIXED_BATCH, sort_by_length=is_sorted)
            for name, is_sorted in ((AS_THEY_COME, False), (BY_LENGTH, True))
        }
        return _timed({name: partial(one.labels, texts) for name, one in ways.items()})

    return _figures("sorting", pipeline, measure)


def time_one_text(pipeline: TransformerPipeline | None, texts: Sequence[str]) -> Measured:
    """Return the mean seconds of a real-time call, for the small model and the transformer."""

    def measure(transformer: TransformerPipeline) -> dict[str, list[float]]:
        rounds = _timed(jobs_of_models(transformer, texts), least_s=LEAST_S)
        return per_text(rounds, len(texts))

    return _figures("one-text", pipeline, measure)


def jobs_of_models(transformer: TransformerPipeline, texts: Sequence[str]) -> Jobs:
    """Return the jobs that `time_one_text` times: all texts one by one, with each model."""
    models: dict[str, Pipeline] = {SMALL_MODEL: FoldedPipeline.load(), LARGE_MODEL: transformer}
    return {name: jobs_by_mode(one, texts)["real-time"] for name, one in models.items()}


def per_text(rounds: Mapping[str, Sequence[float]], n_texts: int) -> dict[str, list[float]]:
    """Return seconds per text in place of seconds for all of them."""
    return {name: [one / n_texts for one in each] for name, each in rounds.items()}


def time_engines(
    engines: Mapping[str, TransformerPipeline] | None, texts: Sequence[str]
) -> Measured:
    """Return the seconds per text in each engine and way, and which labels each engine changes.

    A name consists of the engine and the way, as in ``"torch, in eights"``, or it is ``"torch,
    changed labels"``: how many labels are others than in torch, of how many.
    """

    def measure() -> dict[str, list[float]]:
        assert engines is not None
        changed = changed_labels(engines, texts)  # also a warm-up
        seconds = _timed(jobs_of_engines(engines, texts), warmup=0)
        return per_text(seconds, len(texts)) | changed

    return measured_or_stored("engines", None if engines is None else measure)


def jobs_of_engines(engines: Mapping[str, TransformerPipeline], texts: Sequence[str]) -> Jobs:
    """Return the jobs that `time_engines` times."""
    return {
        f"{name}, {way}": partial(
            BatchPredictor(one, batch_size=size, sort_by_length=is_sorted).labels, texts
        )
        for name, one in engines.items()
        for way, (size, is_sorted) in ENGINE_WAYS.items()
    }


def changed_labels(
    engines: Mapping[str, TransformerPipeline], texts: Sequence[str]
) -> dict[str, list[float]]:
    """Return how many labels are others than in torch, and of how many, for each engine."""
    labels = {name: BatchPredictor(one).labels(texts) for name, one in engines.items()}
    return {
        f"{name}, {CHANGED}": [float(sum(map(ne, own, labels[TORCH]))), float(len(texts))]
        for name, own in labels.items()
    }


def read_engines(figures: Measured) -> str:
    """Return a line for each engine: its texts per second in each way, and the changed labels."""
    lines = [f"{'texts per second':18}" + "".join(f"{way:>16}" for way in (*ENGINE_WAYS, CHANGED))]
    for engine in (TORCH, ONNX, INT8):
        cells = "".join(
            f"{1 / median(figures.values[f'{engine}, {way}']):16.0f}" for way in ENGINE_WAYS
        )
        changed, texts = figures.values[f"{engine}, {CHANGED}"]
        lines.append(f"{engine:18}{cells}{changed:9.0f} of {texts:.0f}")
    return "\n".join(lines)


def compare_models(figures: Measured) -> str:
    """Return how well each model does on the test split, and how much longer the larger one takes.

    Parameters
    ----------
    figures : Measured
        What `time_one_text` returns. The scores were reported once, when the models were trained.

    Notes
    -----
    The small model's time is not shown: a call of some microseconds varies too much for a figure.
    """
    facts = load_checkpoint().provenance["test"], load_transformer_head().provenance["test"]
    lines = [
        f"{name}: macro-F1 {fact['macro_f1']:.2f}, accuracy {fact['accuracy']:.2f}"
        for name, fact in zip((SMALL_MODEL, LARGE_MODEL), facts, strict=True)
    ]
    small_s, large_s = (median(figures.values[name]) for name in (SMALL_MODEL, LARGE_MODEL))
    ratio = int(large_s / small_s)
    digit = 10 ** (len(str(ratio)) - 1)  # a step of the leading digit
    took = f"{duration(large_s)} per text, more than {ratio // digit * digit:,} times as long"
    return "\n".join([*lines, f"the {LARGE_MODEL} takes {took}"])


def _figures(name: str, pipeline: TransformerPipeline | None, measure: Experiment) -> Measured:
    return measured_or_stored(name, None if pipeline is None else partial(measure, pipeline))


def _timed(jobs: Mapping[str, Callable[[], object]], **how: Any) -> dict[str, list[float]]:
    return time_in_turn(jobs, **{"rounds": 3, "progress": progress_bar, **how})
