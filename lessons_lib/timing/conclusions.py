"""What measurements allow to say, in a sentence: also that they do not show what is usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

KNEE_SHARE = 0.8  # of the best throughput
BUSY = (
    "Other work on this machine, or very few texts, can hide the difference: close what runs "
    "beside, and measure again."
)


def compare_modes(seconds: Mapping[str, Sequence[float]], *, n_texts: int) -> str:
    """Say how many times as many texts a second batch answers as real-time, and whether it is sure.

    Parameters
    ----------
    seconds : mapping with the keys "batch" and "real-time"
        How long all texts took in each round; what `time_in_turn` returns for the modes.
    n_texts : int
        How many texts there were.

    Raises
    ------
    ValueError
        If the rounds of a mode took no time.

    Notes
    -----
    It is taken for sure when the slowest round of one mode beats the fastest of the other.
    """
    batch, alone = seconds["batch"], seconds["real-time"]
    rates = (n_texts / _median_s("real-time", alone), n_texts / _median_s("batch", batch))
    figures = f"one by one {rates[0]:,.0f} texts per second, in batches {rates[1]:,.0f}"
    if max(batch) < min(alone):
        return f"Here batch has {rates[1] / rates[0]:.1f} times the throughput: {figures}."
    if max(alone) < min(batch):
        return f"Here batch is slower, which is not usual: {figures}. {BUSY}"
    return f"The rounds overlap, so these figures do not decide: {figures}. {BUSY}"


def _median_s(mode: str, rounds: Sequence[float]) -> float:
    median = float(np.median(rounds))
    if median <= 0:
        raise ValueError(
            f"compare_modes() takes rounds that took some time, got a median of {median:g} s for "
            f"{mode}."
        )
    return median


def core_hours(seconds: Mapping[str, Sequence[float]], *, n_texts: int) -> str:
    """Say how many texts each mode answers in an hour on one core: what an hour's rent buys.

    Parameters
    ----------
    seconds : mapping of modes to sequences of float
        How long all texts took in each round, on one core.
    n_texts : int
        How many texts there were.
    """
    lines = []
    for mode, rounds in seconds.items():
        low, middle, high = np.percentile(n_texts * 3600 / np.asarray(rounds), [0, 50, 100]) / 1e6
        lines.append(
            f"{mode:10} {middle:8,.0f} million texts per core-hour ({low:,.0f} to {high:,.0f})"
        )
    return "\n".join(lines)


def read_frontier(seconds: Mapping[int, Sequence[float]]) -> str:
    """Say what the largest batch costs in latency against the knee, and what it brings.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; at least two sizes.
    """
    knee = find_knee(seconds)
    largest = max(seconds)
    if knee == largest:
        return f"Here the largest batch, {largest:,}, still pays: no knee below it. {BUSY}"
    waits = {size: 1000 * float(np.median(seconds[size])) for size in (knee, largest)}
    rates = {size: 1000 * size / waits[size] for size in waits}
    only = "" if rates[largest] >= rates[knee] else "only "
    return (
        f"The knee is at {knee:,}: its texts wait {waits[knee]:.3g} ms.\n"
        f"A batch of {largest:,} lets them wait {waits[largest] / waits[knee]:,.0f} times as long, "
        f"for {only}{rates[largest] / rates[knee]:.1f} times the throughput."
    )


def find_knee(seconds: Mapping[int, Sequence[float]]) -> int:
    """Return the smallest batch size that reaches four fifths of the best throughput.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round.

    Raises
    ------
    ValueError
        If no batch size was measured.
    """
    if not seconds:
        raise ValueError("find_knee() needs at least one batch size, got none.")
    rates = {size: size / float(np.median(seconds[size])) for size in sorted(seconds)}
    best = max(rates.values())
    return next(size for size, rate in rates.items() if rate >= KNEE_SHARE * best)
