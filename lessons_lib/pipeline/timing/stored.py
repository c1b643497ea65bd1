"""Stored figures, marked as such, for machines without the extra that measures them.

`lessons_lib/assets/measured.json` holds them. `python -m tests.benchmarks.stored_figures --write`
measures them again, with the functions that the notebooks call.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from statistics import median

import msgspec
from msgspec import Struct

from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import fit_frontier
from lessons_lib.pipeline.timing.machine import machine_line

STORED_FIGURES = "measured.json"
TIMED_TEXTS = 128  # of the archive, for each number of texts per pass
SAME_WITHIN = 1.1  # the factor within which two figures of the same agree


class StoredFigures(Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of the file: where and when the figures were measured, and each one by name."""

    measured: str
    figures: dict[str, dict[str, list[float]]]


class Measured(Struct, frozen=True):
    """What an experiment measured: for each name, one number per round or per text.

    `note` states where they were measured, or that they are stored figures from another machine.
    """

    values: dict[str, list[float]]
    note: str
    is_live: bool


def measured_or_stored(
    name: str, measure: Callable[[], Mapping[str, Sequence[float]]] | None
) -> Measured:
    """Return an experiment's figures, measured now or stored.

    Parameters
    ----------
    name : str
        The experiment, as in the file of stored figures.
    measure : callable or None
        Measures the figures now; None if this machine cannot.

    Raises
    ------
    KeyError
        If the figures cannot be measured, and none are stored under this name.
    """
    if measure is not None:
        values = {key: [float(one) for one in several] for key, several in measure().items()}
        return Measured(values, machine_line(), is_live=True)
    stored = stored_figures()
    note = f"Stored figures, not from this machine. {stored.measured}"
    return Measured(stored.figures[name], note, is_live=False)


def transformer_per_s() -> float:
    """Return how many of the archive's texts a core labels per second with the transformer, stored.

    One by one; batches of these texts are no faster, because their padding costs what they save.

    Raises
    ------
    ValueError
        If experiments that measured the same disagree.
    """
    figures = stored_figures().figures
    return _agreed(
        "the transformer's texts per second",
        TIMED_TEXTS / median(figures["batch-sizes"]["1"]),
        1 / median(figures["engines"]["torch, one by one"]),
        1 / median(figures["one-text"]["transformer"]),
    )


def gain_of_eight_equal_texts() -> float:
    """Return the transformer's throughput in batches of eight equal texts, over that of one."""
    equal = stored_figures().figures["equal-texts"]
    return 8 * median(equal["transformer 1"]) / median(equal["transformer 8"])


def gain_of_eight_mixed_texts() -> float:
    """Return the same for the archive's texts, which are padded to the longest of each batch.

    Raises
    ------
    ValueError
        If experiments that measured the same disagree.
    """
    mixed, engines = (stored_figures().figures[name] for name in ("batch-sizes", "engines"))
    return _agreed(
        "the gain of batches of eight",
        median(mixed["1"]) / median(mixed["8"]),
        median(engines["torch, one by one"]) / median(engines["torch, in eights"]),
    )


def _agreed(what: str, *figures: float) -> float:
    """Return the first of several measurements of the same, which agree to within a tenth."""
    if max(figures) > SAME_WITHIN * min(figures):
        listed = ", ".join(f"{one:.3g}" for one in figures)
        raise ValueError(
            f"The stored figures disagree on {what}: {listed}. Measure all of them again in one "
            "run: python -m tests.benchmarks.stored_figures --write"
        )
    return figures[0]


def gain_of_engine(
    values: Mapping[str, Sequence[float]], engine: str = "onnxruntime, int8"
) -> float:
    """Return how many times as fast as torch an engine is with one text at a time.

    Parameters
    ----------
    values : mapping
        What `time_engines` measured, or the stored figures.
    engine : str
        Its name there.
    """
    return median(values["torch, one by one"]) / median(values[f"{engine}, one by one"])


def small_model_per_s() -> float:
    """Return how many texts a core labels per second with the small model in a loop, stored."""
    loop = stored_figures().figures["loop-or-workers"]
    return loop["texts"][0] / loop["loop"][0]


def start_behind_work_s(work_ms: int) -> float:
    """Return the seconds that two workers took beyond half of the loop's time, stored."""
    job = stored_figures().figures["more-work"]
    return job[f"two workers {work_ms} ms"][0] - job[f"loop {work_ms} ms"][0] / 2


@cache
def stored_figures() -> StoredFigures:
    """Return the shipped file of stored figures."""
    content = shipped_asset(STORED_FIGURES).read_bytes()
    return msgspec.json.decode(content, type=StoredFigures)


def stored_cost(model: str) -> CostModel:
    """Return the stored cost of a batch of equally long texts.

    Parameters
    ----------
    model : str
        "transformer", or "small model" for the textbook path.
    """
    equal = stored_figures().figures["equal-texts"]
    rounds = {name.removeprefix(f"{model} "): seconds for name, seconds in equal.items()}
    return fit_frontier({int(size): rounds[size] for size in rounds if size.isdigit()})
