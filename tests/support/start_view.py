"""A start page without a browser, with labels and a clock that a test defines."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from lessons_lib.lesson.views.start import TEXTS_A_PASS, Archive, StartPage, archive_run
from lessons_lib.pipeline.inference.prediction import Prediction, load_textbook

TEXTS = [f"text {number}" for number in range(2 * TEXTS_A_PASS + 10)]


def label(text: str) -> Prediction:
    sure = (0.0625, 0.1875, 0.75) if "love" in text else (0.75, 0.1875, 0.0625)
    return Prediction.from_probabilities(sure)


def labels(texts: Sequence[str]) -> list[int]:
    return [int(text.split()[1]) % 3 for text in texts]


def start_page(**changes: Any) -> StartPage:
    """Return a page with a clock that advances by a millisecond at each call."""
    calls = count()
    given: dict[str, Any] = {"labels": labels, "archive": lambda: Archive(TEXTS)} | changes
    run = given.pop("run", None)

    def clock() -> float:
        return next(calls) / 1000

    return StartPage(
        label, run or archive_run(**given, clock=clock), trace=load_textbook().trace, clock=clock
    )
