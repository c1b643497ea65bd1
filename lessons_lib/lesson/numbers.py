"""The numbers in prose: `${name}` in a source is filled with `PROSE_NUMBERS["name"]()`.

Each is computed from the code that the lessons run, so that prose cannot contradict it. To add
one, add a line here: a name, and a function without arguments that returns the text to show.
"""

import math
from functools import cache
from statistics import median

import numpy as np

from lessons_lib.classroom.lesson import Numbers
from lessons_lib.formats import duration, percent, two_digits
from lessons_lib.pipeline.embedding.table import DIMENSIONS
from lessons_lib.pipeline.inference.transformer import MOST_PIECES
from lessons_lib.pipeline.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.pipeline.model.trace import REFERENCE_TRACE
from lessons_lib.pipeline.text.corpus import ARCHIVE_SIZE
from lessons_lib.pipeline.text.label import HIGHEST_RATING, LABELS, RATING_THRESHOLD
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS
from lessons_lib.pipeline.text.vocabulary import PAD, UNK
from lessons_lib.pipeline.timing import KNEE_SHARE, replicas, stored
from lessons_lib.pipeline.timing.compare import TRUSTED_FACTOR, TRUSTED_LOAD
from lessons_lib.pipeline.writing.seats import REPLAY_LOAD
from lessons_lib.pipeline.writing.small_gpt import LAYERS, WIDTH

_FLOAT_BYTES = np.dtype(np.float32).itemsize


def with_commas(number: int) -> str:
    """Return an integer with thousands separators: 10,000."""
    return f"{number:,}"


@cache
def _checkpoint() -> Checkpoint:
    return load_checkpoint()


def _engines(where: str = "engines") -> dict[str, list[float]]:
    return stored.stored_figures().figures[where]


def _ten_million(engine: str, cores: int = 1) -> str:
    """Return how long ten million texts take in sorted batches of eight, if cores share them."""
    return duration(10_000_000 * median(_engines()[f"{engine}, eights, sorted"]) / cores)


def _on_test(name: str, place: int = 0) -> float:
    return _engines("engines-on-test")[name][place]


GPU_TABLE = """\
| texts per batch, on a GTX 970 | 1 | 8 | 64 | 256 |
|---|---|---|---|---|
| all of them short | 188 | 1,206 | 2,478 | 2,554 |
| one in 64 is long | 184 | 266 | 38 | – |"""

PROSE_NUMBERS: Numbers = {
    "texts_per_s_on_a_gpu": lambda: GPU_TABLE,
    # shapes
    "archive_texts": lambda: with_commas(ARCHIVE_SIZE),
    "max_tokens": lambda: with_commas(MAX_TOKENS),
    "most_pieces": lambda: with_commas(MOST_PIECES),
    "features": lambda: with_commas(DIMENSIONS),
    "classes": lambda: with_commas(len(LABELS)),
    "float_bytes": lambda: with_commas(_FLOAT_BYTES),
    # text
    "highest_rating": lambda: with_commas(HIGHEST_RATING),
    "rating_threshold": lambda: f"{RATING_THRESHOLD:g}",
    "pad": lambda: with_commas(PAD),
    "unk": lambda: with_commas(UNK),
    # timing
    "trusted_load": lambda: percent(TRUSTED_LOAD),
    "knee_share": lambda: "four fifths" if KNEE_SHARE == 0.8 else percent(KNEE_SHARE),
    "trusted_factor": lambda: f"{TRUSTED_FACTOR:g}",
    # model
    "vocabulary_words": lambda: with_commas(len(_checkpoint().vocabulary)),
    "test_accuracy": lambda: percent(_checkpoint().provenance["test"]["accuracy"]),
    "majority_accuracy": lambda: percent(_checkpoint().provenance["test"]["majority_accuracy"]),
    "reference_rows": lambda: "\n".join(
        f"| {one.epoch} | {one.loss:.2f} | {one.accuracy:.2f} | {one.seen} |"
        for one in REFERENCE_TRACE
    ),
    "reference_first_loss": lambda: f"{REFERENCE_TRACE[0].loss:.2f}",
    "reference_last_loss": lambda: f"{REFERENCE_TRACE[-1].loss:.2f}",
    "reference_first_accuracy": lambda: f"{REFERENCE_TRACE[0].accuracy:.2f}",
    "reference_last_accuracy": lambda: f"{REFERENCE_TRACE[-1].accuracy:.2f}",
    # stored figures of the transformer and of the small model in a loop
    "transformer_per_s": lambda: f"{stored.transformer_per_s():.0f}",
    "transformer_ten_million": lambda: duration(10_000_000 / stored.transformer_per_s()),
    "transformer_sorted": lambda: _ten_million("torch"),
    "transformer_engine": lambda: _ten_million("onnxruntime"),
    "transformer_on_four": lambda: _ten_million("torch", cores=4),
    "small_model_ten_million": lambda: duration(10_000_000 / stored.small_model_per_s()),
    "small_model_one_text": lambda: f"{1e6 / stored.small_model_per_s():.0f}",
    "start_behind_work": lambda: two_digits(stored.start_behind_work_s(25)),
    "gain_of_equal_texts": lambda: two_digits(stored.gain_of_eight_equal_texts()),
    "gain_of_mixed_texts": lambda: two_digits(stored.gain_of_eight_mixed_texts()),
    "gain_of_onnxruntime": lambda: two_digits(stored.gain_of_engine(_engines(), "onnxruntime")),
    "gain_of_int8": lambda: two_digits(stored.gain_of_engine(_engines())),
    "labels_changed_by_int8": lambda: f"{_engines()['onnxruntime, int8, changed labels'][0]:.0f}",
    "archive_first": lambda: f"{_engines()['torch, changed labels'][1]:.0f}",
    "corrected_by_int8": lambda: f"{_on_test('corrected, spoiled'):.0f}",
    "spoiled_by_int8": lambda: f"{_on_test('corrected, spoiled', 1):.0f}",
    "f1_of_torch": lambda: f"{_on_test('torch'):.4f}",
    "f1_of_int8": lambda: f"{_on_test('onnxruntime, int8'):.4f}",
    "cache_of_a_token": lambda: f"{2 * LAYERS * WIDTH * _FLOAT_BYTES / 1000:.0f} kB",
    "replay_load": lambda: percent(REPLAY_LOAD),
    "engines_read": lambda: "vLLM 0.33.0, SGLang 0.5.23, and TensorRT-LLM's documentation",
    "replicas_needed": lambda: with_commas(replicas.replicas_needed(400, 100)),
    "ln3_short": lambda: f"{math.log(len(LABELS)):.2f}",
}
