"""Batches of one and of many: passes, padding, last digits, and a comment box that warns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer
from lessons_lib.classroom.sessions.controls import Slider, Text
from lessons_lib.classroom.widgets.explore.explore import Explore, ShownPart, Table
from lessons_lib.formats import counted, duration, percent, two_digits
from lessons_lib.lesson.explorations.own_texts import probability_table
from lessons_lib.pipeline.embedding.table import DIMENSIONS
from lessons_lib.pipeline.inference.batch import DEFAULT_BATCH_SIZE, BatchPredictor, padded_lengths
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.corpus import ARCHIVE_SIZE, load_corpus_or_demo
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess, uncut_tokens
from lessons_lib.pipeline.timing.machine import MEGABYTE, ReadClock, thread_clock

ARCHIVES = (100, 1_000, 10_000, 100_000)
_SIZES = (1, 8, 64, 512, 2_048, 10_000)
SORTED_TEXTS = 1_024  # a multiple of the batch sizes below
FOUR, EIGHT = np.dtype(np.float32).itemsize, np.dtype(np.int64).itemsize  # bytes
_UNITS = (("MB", MEGABYTE), ("kB", 1_000), ("B", 1))
BLOCKS = {
    "ids": ((MAX_TOKENS,), EIGHT),
    "vectors": ((MAX_TOKENS, DIMENSIONS), FOUR),
    "probabilities": ((len(LABELS),), FOUR),
}


def pass_sizes(n_texts: int, batch_size: int = DEFAULT_BATCH_SIZE) -> list[int]:
    """Return how many texts each pass carries: full batches, and what is left in the last one.

    Raises
    ------
    TypeError, ValueError
        If `n_texts` is not an integer ≥ 0, or `batch_size` is not an integer ≥ 1.
    """
    n_texts = checked_integer("n_texts", n_texts, at_least=0)
    batch_size = checked_integer("batch_size", batch_size)
    return [min(batch_size, n_texts - start) for start in range(0, n_texts, batch_size)]


def show_passes() -> Explore:
    """Return a widget with the passes of an archive, and the largest arrays in each of them."""
    return Explore(
        {
            "texts": Slider("Texts in the archive", ARCHIVES, ARCHIVE_SIZE, "texts"),
            "batch_size": Slider("Batch size", _SIZES, DEFAULT_BATCH_SIZE, "texts"),
        },
        lambda texts, batch_size: passes_shown(int(texts), int(batch_size)),
        title="One archive, any batch size",
        lead="Move the batch size first. Which numbers change, and which stay the same?",
    )


def passes_shown(n_texts: int, batch_size: int) -> list[ShownPart]:
    """Return a sentence about the passes, and a table of the arrays in a full one."""
    sizes = pass_sizes(n_texts, batch_size)
    passes = "1 pass" if len(sizes) == 1 else f"{len(sizes):,} passes"
    rest = f" The last one carries only {sizes[-1]:,}." if sizes[-1] < sizes[0] else ""
    shapes = {name: (sizes[0], *shape) for name, (shape, _) in BLOCKS.items()}
    memory = {name: prod(shapes[name]) * size for name, (_, size) in BLOCKS.items()}  # in bytes
    rows = [(name, str(shape), _in_bytes(memory[name])) for name, shape in shapes.items()]
    most = max(memory.values()) * n_texts / sizes[0]
    caption = "The arrays of one full pass; a full bar is all the vectors of the archive"
    bars = [size / most for size in memory.values()]
    table = Table(("array", "shape", "memory"), rows, caption, bars)
    return [f"{passes} of {counted(sizes[0], 'text')}.{rest}", table]


def _in_bytes(count: int) -> str:
    unit, size = next(one for one in _UNITS if count >= one[1])
    return f"{two_digits(count / size)} {unit}"


def show_padding() -> Explore:
    """Return a widget with the slots that texts of different lengths take in batches."""
    texts = load_corpus_or_demo().archive(SORTED_TEXTS)
    lengths = [len(uncut_tokens(text)) for text in texts]
    return Explore(
        {
            "batch_size": Slider("Batch size", (1, 8, 32, 128, 512), 32, "texts"),
            "longest": Slider("Length of one added text", (0, 50, 100, 200, 400), 0, "tokens"),
        },
        lambda batch_size, longest: padding_shown(lengths, int(batch_size), int(longest)),
        title="What padding costs",
        lead="Add one long text. Then look for a batch size at which it does little harm.",
        note=f"{SORTED_TEXTS:,} texts of the archive, not cut off. A slot is a token or padding.",
    )


def padding_shown(lengths: Sequence[int], batch_size: int, longest: int) -> list[ShownPart]:
    """Return a sentence and a table about the slots that three ways of padding fill.

    Parameters
    ----------
    lengths : sequence of int
        The number of tokens of each text, in the order of their arrival.
    batch_size, longest : int
        The texts in a batch, and the length of a text that takes the place of the middle one; 0
        for none.
    """
    kept = list(lengths)
    if longest:
        kept[len(kept) // 2] = longest
    tokens = sum(kept)
    ways = {
        "every batch to the longest text overall": max(kept) * len(kept),
        "each batch to its longest text": sum(padded_lengths(kept, batch_size)),
        "the same, sorted by length first": sum(padded_lengths(sorted(kept), batch_size)),
    }
    rows = [
        (way, f"{count:,}", percent(1 - tokens / count), f"{count / tokens:.1f} ×")
        for way, count in ways.items()
    ]
    caption = f"Slots for {tokens:,} tokens; work is slots per token"
    bars = [count / max(ways.values()) for count in ways.values()]
    table = Table(("padded", "slots", "padding", "work"), rows, caption, bars)
    _, each, in_order = ways.values()
    return [f"Sorting by length saves {percent(1 - in_order / each)} of the slots here.", table]


@dataclass(frozen=True, slots=True)
class Differences:
    """How many predictions and labels differ from those of another run, and by how much at most."""

    predictions: int
    labels: int
    largest: float

    def __str__(self) -> str:
        most = f" by at most {self.largest:.1e}" if self.predictions else ""
        changed, flipped = counted(self.predictions, "prediction"), counted(self.labels, "label")
        return f"{changed} changed{most}, {flipped} flipped"


def compare_predictions(
    predictors: Mapping[str, BatchPredictor], texts: Sequence[str]
) -> dict[str, Differences]:
    """Return how each predictor's answers differ from those of the first one, bit by bit.

    Parameters
    ----------
    predictors : mapping of names to predictors
        At least one, for instance of the same model with different batch sizes.
    texts : sequence of str
        What each of them predicts.
    """
    tables = {
        name: np.array([one.probabilities for one in predictor.predict(texts)]).reshape(-1, 3)
        for name, predictor in predictors.items()
    }
    first, *others = tables
    return {name: _differences(tables[first], tables[name]) for name in others}


def _differences(first: NDArray[np.float64], second: NDArray[np.float64]) -> Differences:
    apart = abs(first - second)  # (n, 3)
    changed = apart.any(axis=1)
    flipped = first.argmax(axis=1) != second.argmax(axis=1)
    return Differences(int(changed.sum()), int(flipped.sum()), float(apart.max(initial=0)))


def show_comment_box() -> Explore:
    """Return a comment box that makes a real-time call whenever its text changes."""
    predict = RealTimePredictor(FoldedPipeline.load()).predict
    return Explore(
        {
            "text": Text("Your comment", "That was a waste of my evening"),
            "warn_from": Slider("Warn if negative is at least", (0.5, 0.6, 0.7, 0.8, 0.9), 0.7),
        },
        lambda text, warn_from: comment_shown(text, warn_from, predict),
        title="The comment box",
        lead="Make the comment angrier until the box warns you. Then make it friendly.",
    )


def comment_shown(
    text: str,
    warn_from: float,
    predict: Callable[[str], Prediction],
    clock: ReadClock = thread_clock,
) -> list[ShownPart]:
    """Return whether to warn before a comment is sent, the call's latency, and probabilities.

    Parameters
    ----------
    text : str
        The comment.
    warn_from : float
        The lowest probability of a negative label that leads to a warning.
    predict : callable
        The real-time call.
    clock : callable
        Returns seconds; tests replace it.
    """
    if not preprocess(text):
        return ["Write a comment first. There are no words in it yet."]
    began = clock()
    prediction = predict(text)
    took = duration(clock() - began)
    top = max(prediction.probabilities)
    found = f"{prediction.label} with {top:.2f}"
    if prediction.label is Label.NEGATIVE and top >= warn_from:
        sentence = f"Before you send it: this may sound unfriendly ({found})."
    else:
        sentence = f"No warning ({found})."
    return [f"{sentence} The call took {took}.", probability_table(prediction)]
