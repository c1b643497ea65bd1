"""What this lesson declares to the classroom; `course.yaml` names this module."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lessons_lib.classroom.lesson import CountedCalls, Lesson, Numbers, OwnFigures
from lessons_lib.lesson.fresh_cases import FRESH_CASES
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


# The functions that make explorations and views, by module; `show` calls comment_box comment-box.
_MADE_IN = {
    "explorations.batches": "comment_box padding passes",
    "explorations.bill": "bill half_price",
    "explorations.decisions": "decisions",
    "explorations.drift": "drift threshold",
    "explorations.failures": "fool_the_model",
    "explorations.lab_book": "lab_book",
    "explorations.load": "overload queue tail utilization",
    "explorations.machines": "autoscaler machines routing",
    "explorations.mode_tree": "mode_tree",
    "explorations.own_texts": "first_label text_pair two_calls two_models",
    "explorations.stages": "preprocessing",
    "explorations.words": "mean neighbors odd_one_out",
    "explorations.writing": "seats streams writer",
    "views.dock": "dock",
    "views.journey": "journey",
    "views.race": "race",
    "views.ratings": "borders labeling",
    "views.stages": "stages",
    "views.start": "start",
    "views.trace": "explorer",
    "views.training": "training",
}
VIEWS = {
    name.replace("_", "-"): f"lessons_lib.lesson.{module}.show_{name}"
    for module, names in _MADE_IN.items()
    for name in names.split()
}


def numbers() -> Numbers:
    """Return the numbers in prose; the module with them loads torch."""
    from lessons_lib.lesson.numbers import PROSE_NUMBERS

    return PROSE_NUMBERS


def texts_of_others() -> tuple[Iterable[str], Iterable[str]]:
    """Return the corpus's texts and our own; nothing if the corpus is not on this machine."""
    from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus
    from lessons_lib.pipeline.text.corpus_files import is_cached

    if not is_cached():
        return (), ()
    corpus = load_corpus()
    return (one.text for one in (*corpus.train, *corpus.validation, *corpus.test)), demo_texts()


def busy_line(since_s: float) -> str:
    """Return a sentence if what was measured since a time waited on a busy machine."""
    machine = sys.modules.get("lessons_lib.pipeline.timing.machine")
    return machine.busy_line(since_s) if machine else ""  # without it, nothing was measured


def passes_in_words(sizes: Sequence[int]) -> str:
    """Return the passes and their texts: ``20 passes of 512, 512, … texts through the model``."""
    few = ", ".join(f"{size:,}" for size in sizes[:4]) + ", …" * bool(sizes[4:])
    count = f"{len(sizes):,} passes" if sizes[1:] else "one pass" if sizes else "no pass"
    texts = f" of {few} text{'s' * (sizes != (1,))}" if sizes else ""
    return f"{count}{texts} through the model"


PREDICTION = "lessons_lib.pipeline.inference.prediction.Prediction"

LESSON = Lesson(
    formulas=OWN_FIGURES,
    fresh_cases=FRESH_CASES,
    counted=CountedCalls("PASSES", passes_in_words),
    in_short={PREDICTION: lambda prediction: f"Prediction({prediction.label})"},
    views=VIEWS,
    numbers=numbers,
    kept_out=texts_of_others,
    busy=busy_line,
)
