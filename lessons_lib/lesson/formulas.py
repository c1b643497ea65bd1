"""The questions about a learner's own measurements, each with a formula for its numbers.

Tests compare the formulas with the questions' variants.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lessons_lib.classroom.lesson import OwnFigures
from lessons_lib.pipeline.timing import KNEE_SHARE

MARGIN = 0.05  # relative to the answer: two digits are enough
FULL = 8  # texts in a full batch


def tail_ratio(p50_ms: float, p99_ms: float) -> dict[str, float]:
    """Return the ratio of p99 to p50."""
    times = p99_ms / p50_ms
    return {"times": times, "upside_down": 1 / times, "margin": MARGIN * times}


def knee(fixed_ms: float, per_text_ms: float) -> dict[str, float]:
    """Return the batch size at which throughput reaches four fifths of its limit.

    Solves b / (fixed + per_text · b) = share / per_text for b.
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
    """Return the rate at which a worker is busy half of the time if every batch is full."""
    batch_ms = fixed_ms + FULL * per_text_ms
    most_per_s = 1000 * FULL / batch_ms
    return {
        "batch_ms": batch_ms,
        "most_per_s": most_per_s,
        "half_per_s": most_per_s / 2,
        "alone_per_s": 1000 / (fixed_ms + per_text_ms) / 2,
        "margin": MARGIN * most_per_s / 2,
    }


OWN_FIGURES: Final[Mapping[str, OwnFigures]] = MappingProxyType(
    {
        "own-tail-ratio": OwnFigures(tail_ratio),
        "own-knee": OwnFigures(knee),
        "own-half-saturation": OwnFigures(
            half_saturation, "Your own measurement of the heavier model", prefix="heavier_"
        ),
    }
)
