"""The formulas of questions that can be asked with a learner's own figures, by question id.

A formula's parameters are the figures that the question needs. It gives every other column of the
question's variants, unrounded; tests compare it with the rows in the bank.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

Formula: TypeAlias = Callable[..., dict[str, float]]

MARGIN = 0.05  # of the answer: two digits are precise enough
ARCHIVE = 10_000  # texts
FULL = 8  # texts in a full batch
KNEE_SHARE = 0.8  # of the best throughput


def tail_ratio(p50_ms: float, p99_ms: float) -> dict[str, float]:
    """Tell how many times p50 the p99 is."""
    times = p99_ms / p50_ms
    return {"times": times, "upside_down": 1 / times, "margin": MARGIN * times}


def archive_one_by_one(realtime_texts_per_s: float) -> dict[str, float]:
    """Tell how long the archive takes, one text after the other."""
    seconds = ARCHIVE / realtime_texts_per_s
    return {"seconds": seconds, "upside_down": 1 / seconds, "margin": MARGIN * seconds}


def texts_per_core_hour(texts_per_s: float, cores: float) -> dict[str, float]:
    """Tell how many million texts one core does in an hour."""
    per_core_s = texts_per_s / cores
    millions = 3600 * per_core_s / 1e6
    return {
        "per_core_s": per_core_s,
        "millions": millions,
        "per_minute": millions / 60,
        "margin": MARGIN * millions,
    }


def batches_per_second(texts_per_s: float, batch_size: float) -> dict[str, float]:
    """Tell how many batches are done in a second."""
    batches = texts_per_s / batch_size
    return {
        "batches": batches,
        "batch_ms": 1000 / batches,
        "product": texts_per_s * batch_size,
        "margin": MARGIN * batches,
    }


def knee(fixed_ms: float, per_text_ms: float) -> dict[str, float]:
    """Tell from which batch size on the throughput is four fifths of the best possible.

    It solves b / (fixed + per_text · b) = share / per_text for b.
    """
    even = fixed_ms / per_text_ms
    size = even * KNEE_SHARE / (1 - KNEE_SHARE)
    return {
        "even": even,
        "knee": size,
        "best_per_s": 1000 / per_text_ms,
        "texts_ms": size * per_text_ms,
        "margin": MARGIN * size,
    }


def half_saturation(fixed_ms: float, per_text_ms: float) -> dict[str, float]:
    """Tell at which rate a worker is busy half of the time, if every batch is full."""
    batch_ms = fixed_ms + FULL * per_text_ms
    most_per_s = 1000 * FULL / batch_ms
    return {
        "batch_ms": batch_ms,
        "most_per_s": most_per_s,
        "half_per_s": most_per_s / 2,
        "alone_per_s": 1000 / (fixed_ms + per_text_ms) / 2,
        "margin": MARGIN * most_per_s / 2,
    }


FORMULAS: Final[dict[str, Formula]] = {
    "own-tail-ratio": tail_ratio,
    "own-archive-one-by-one": archive_one_by_one,
    "own-texts-per-core-hour": texts_per_core_hour,
    "own-batches-per-second": batches_per_second,
    "own-knee": knee,
    "own-half-saturation": half_saturation,
}
