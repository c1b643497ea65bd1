"""Batch (offline) inference: run many known texts in chunks, and return predictions in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from lessons_lib.arguments import checked_integer
from lessons_lib.pipeline.inference.prediction import Pipeline, Prediction, check_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_BATCH_SIZE = 512


class BatchPredictor:
    """Predicts labels for many texts, several per forward pass.

    Parameters
    ----------
    pipeline : Pipeline
        The model to run, for instance `SentimentPipeline.load()` or `FoldedPipeline.load()`.
    batch_size : int, optional
        How many texts share one forward pass; the last pass may be smaller. The default is the
        pipeline's ``batch_size``, or 512 if it has none.
    sort_by_length : bool
        Whether texts with a similar number of characters share a pass, which saves padding on a
        pipeline that pads each batch to its longest text. The answers keep the caller's order.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not an integer ≥ 1.
    """

    def __init__(
        self, pipeline: Pipeline, *, batch_size: int | None = None, sort_by_length: bool = False
    ) -> None:
        preferred = getattr(pipeline, "batch_size", DEFAULT_BATCH_SIZE)
        self._batch_size = checked_integer(
            "batch_size", preferred if batch_size is None else batch_size
        )
        self._pipeline = pipeline
        self._sort_by_length = sort_by_length
        self._class_numbers: Callable[[list[str]], NDArray[np.int64]] = getattr(
            pipeline, "class_numbers", self._highest
        )

    def __repr__(self) -> str:
        return f"BatchPredictor({type(self._pipeline).__name__}, batch_size={self._batch_size})"

    @property
    def batch_size(self) -> int:
        """The maximum number of texts in one forward pass."""
        return self._batch_size

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return one prediction per text, in the order of the texts.

        Parameters
        ----------
        texts : sequence of str, length n
            A list, tuple, one-dimensional numpy array or pandas Series. May be empty. Run in
            chunks of ``batch_size``.

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.

        Notes
        -----
        Shapes per chunk on the textbook path:
        (b, 20) ids -> (b, 20, 50) vectors -> (b, 3) probabilities.
        """
        listed = _checked_texts("predict", texts)
        if not self._sort_by_length:
            return list(self._predicted(listed))
        order = _by_length(listed)
        answers = zip(order, self._predicted([listed[index] for index in order]), strict=True)
        return [answer for _, answer in sorted(answers, key=itemgetter(0))]

    def labels(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return the class number of each text, shape (n,), without making `Prediction` objects.

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        import numpy as np

        listed = _checked_texts("labels", texts)
        order = _by_length(listed) if self._sort_by_length else None
        numbers = [np.empty(0, dtype=np.int64)]
        for chunk in self._chunks(listed if order is None else [listed[one] for one in order]):
            numbers.append(self._class_numbers(chunk))  # (b,)
            check_rows(self._pipeline, numbers[-1], chunk)
        joined = np.concatenate(numbers)  # (n,)
        return joined if order is None else joined[np.argsort(order)]

    def stream(self, texts: Iterable[str]) -> Iterator[Prediction]:
        """Yield one prediction per text, in order, with one chunk in memory at a time.

        Parameters
        ----------
        texts : iterable of str
            May be a generator, and larger than memory.

        Raises
        ------
        ValueError
            With `sort_by_length`, which needs to know all texts.
        TypeError
            If `texts` is one string or a mapping, or when the iteration reaches an item that is
            not a string; the message names its index.
        """
        if not _holds_texts(texts):
            raise TypeError(_type_message("stream", texts))
        if self._sort_by_length:
            raise ValueError(
                "sort_by_length needs all texts at once, but a stream has one chunk at a time: "
                "use predict(list(texts)), or a BatchPredictor without sort_by_length."
            )
        return self._streamed(iter(texts))

    def _streamed(self, texts: Iterator[str]) -> Iterator[Prediction]:
        start = 0
        while chunk := list(islice(texts, self._batch_size)):
            _check_each("stream", chunk, start)
            yield from self._predicted(chunk)
            start += len(chunk)

    def _predicted(self, texts: list[str]) -> Iterator[Prediction]:
        for chunk in self._chunks(texts):
            rows = self._pipeline.probabilities(chunk)  # (b, 3)
            check_rows(self._pipeline, rows, chunk)
            yield from Prediction.from_table(rows)

    def _chunks(self, texts: list[str]) -> Iterator[list[str]]:
        for start in range(0, len(texts), self._batch_size):
            yield texts[start : start + self._batch_size]

    def _highest(self, texts: Sequence[str]) -> NDArray[np.int64]:
        rows = self._pipeline.probabilities(texts)  # (b, 3)
        check_rows(self._pipeline, rows, texts)
        numbers: NDArray[np.int64] = rows.argmax(axis=1)  # (b, 3) -> (b,)
        return numbers


def padded_lengths(lengths: Sequence[float], batch_size: int) -> list[float]:
    """Return, for each text, the length of the longest text in its batch."""
    starts = range(0, len(lengths), batch_size)
    batches = [lengths[start : start + batch_size] for start in starts]
    return [longest for batch in batches for longest in [max(batch)] * len(batch)]


def _by_length(texts: Sequence[str]) -> list[int]:
    """Return the indices of texts, shortest text first."""
    return sorted(range(len(texts)), key=lambda index: len(texts[index]))


def _checked_texts(method: str, texts: Sequence[str]) -> list[str]:
    """Return the texts as a list, or raise a TypeError for anything but a sequence of strings."""
    has_order = hasattr(texts, "__getitem__") and hasattr(texts, "__len__")
    if not has_order or not _holds_texts(texts):
        raise TypeError(_type_message(method, texts))
    listed = list(texts)
    _check_each(method, listed, 0)
    return listed


def _holds_texts(value: object) -> bool:
    """Return whether a value is a 1-D iterable; iterating a table or mapping yields its keys."""
    is_excluded = isinstance(value, str | bytes | bytearray | Mapping)
    return hasattr(value, "__iter__") and not is_excluded and getattr(value, "ndim", 1) == 1


def _check_each(method: str, texts: list[str], start: int) -> None:
    if set(map(type, texts)) <= {str}:  # the usual case, in half the time
        return
    for index, text in enumerate(texts, start):
        if not isinstance(text, str):
            raise TypeError(
                f"BatchPredictor.{method}() takes many texts, each a str, "
                f"got {type(text).__name__} at index {index}. Drop or fill missing texts first."
            )


def _type_message(method: str, value: object) -> str:
    rule = f"BatchPredictor.{method}() takes many texts (a list of str)"
    return f"{rule}, got {_description(value)}. {_advice(value)}"


def _description(value: object) -> str:
    if value is None:
        return "None"
    ndim = getattr(value, "ndim", 1)
    kind = type(value).__name__
    return f"one {kind}" if ndim == 1 else f"{kind} of {ndim} dimensions"


def _advice(value: object) -> str:
    if isinstance(value, Mapping):
        return "Pass its values: list(texts.values())."
    if getattr(value, "ndim", 1) > 1:
        return "Pass one column of it, for instance table['text']."
    if hasattr(value, "__iter__") and not isinstance(value, str | bytes | bytearray):
        return "For an iterable of unknown length use BatchPredictor.stream(texts)."
    return "For one text use RealTimePredictor.predict(text)."
