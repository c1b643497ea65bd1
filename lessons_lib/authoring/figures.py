"""The figures of the prose: `${name}` in a notebook's source is filled with `FIGURES["name"]()`.

Every figure is computed from what the lessons run, so that no sentence can disagree with the code.
To add one, write a line into `FIGURES`: a name, and a function without arguments that returns the
text as a reader sees it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from lessons_lib.embedding.table import DIMENSIONS
from lessons_lib.inference.heavier import PASSES
from lessons_lib.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.model.trace import REFERENCE_TRACE
from lessons_lib.practice.course import course
from lessons_lib.text.corpus import ARCHIVE_SIZE
from lessons_lib.text.label import HIGHEST_RATING, LABELS, RATING_THRESHOLD
from lessons_lib.text.preprocess import MAX_TOKENS
from lessons_lib.text.vocabulary import PAD, UNK
from lessons_lib.timing.compare import KNEE_SHARE, TRUSTED_FACTOR, TRUSTED_LOAD


def whole(number: int) -> str:
    """Return a whole number with its thousands parted: 10,000."""
    return f"{number:,}"


def share(part: float) -> str:
    """Return a share of one as it stands in tables of results: .64."""
    return f"{part:.2f}".removeprefix("0")


@functools.cache
def _checkpoint() -> Checkpoint:
    return load_checkpoint()


def provenance(*keys: str) -> Any:
    """Return an entry of the shipped checkpoint's provenance, by its keys from the outside in.

    Raises
    ------
    KeyError
        If the checkpoint does not tell it.
    """
    entry: Any = _checkpoint().provenance
    for depth, key in enumerate(keys, 1):
        if not isinstance(entry, dict) or key not in entry:
            raise KeyError(f"the shipped checkpoint's provenance has no {' / '.join(keys[:depth])}")
        entry = entry[key]
    return entry


def lesson_table() -> str:
    """Return the table of all lessons but the first, with links and minutes."""
    rows = ["| notebook | minutes | after it you can |", "|---|---|---|"]
    for lesson in course().lessons[1:]:
        aims = "; ".join(objective.sentence for objective in lesson.objectives[:1])
        rows.append(
            f"| [{lesson.number}. {lesson.title}]({lesson.file_name}) | {lesson.minutes} | {aims} |"
        )
    return "\n".join(rows)


FIGURES: dict[str, Callable[[], str]] = {
    # shapes
    "archive_texts": lambda: whole(ARCHIVE_SIZE),
    "max_tokens": lambda: whole(MAX_TOKENS),
    "features": lambda: whole(DIMENSIONS),
    "classes": lambda: whole(len(LABELS)),
    "id_bytes": lambda: whole(np.dtype(np.int64).itemsize),
    "float_bytes": lambda: whole(np.dtype(np.float32).itemsize),
    "lesson_table": lesson_table,
    # text
    "highest_rating": lambda: whole(HIGHEST_RATING),
    "rating_threshold": lambda: f"{RATING_THRESHOLD:g}",
    "pad": lambda: whole(PAD),
    "unk": lambda: whole(UNK),
    # timing
    "trusted_load": lambda: f"{TRUSTED_LOAD:.0%}",
    "heavier_passes": lambda: whole(PASSES),
    "knee_share": lambda: "four fifths" if KNEE_SHARE == 0.8 else f"{KNEE_SHARE:.0%}",
    "trusted_factor": lambda: f"{TRUSTED_FACTOR:g}",
    # model
    "vocabulary_words": lambda: whole(len(_checkpoint().vocabulary)),
    "test_accuracy": lambda: f"{provenance('test', 'accuracy'):.0%}",
    "majority_accuracy": lambda: f"{provenance('test', 'majority_accuracy'):.0%}",
    "reference_first_loss": lambda: f"{REFERENCE_TRACE[0].loss:.2f}",
    "reference_last_loss": lambda: f"{REFERENCE_TRACE[-1].loss:.2f}",
    "reference_first_accuracy": lambda: share(REFERENCE_TRACE[0].accuracy),
    "reference_last_accuracy": lambda: share(REFERENCE_TRACE[-1].accuracy),
    "ln3_short": lambda: f"{math.log(len(LABELS)):.2f}",
    "ln3": lambda: f"{math.log(len(LABELS)):.4f}",
}
