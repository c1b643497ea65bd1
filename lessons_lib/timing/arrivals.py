"""When requests arrive, in seconds from the start: on a schedule that waits for no answer.

These are like MLPerf's Server (`poisson`) and Offline (`all_at_once`) scenario. In a closed loop,
like SingleStream, a request arrives when the one before is answered, so it has no schedule to
write down: `load.closed_loop` sends such requests, and `simulate.simulate_closed_loop` plays them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons_lib.arguments import checked_integer


def poisson(rate_per_s: float, n: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Return `n` arrivals of people who know nothing of each other, shape (n,).

    Parameters
    ----------
    rate_per_s : float
        How many arrive per second on average.
    n : int
        How many arrive in all, at least 1.
    seed : int
        One seed gives one pattern; another rate only stretches or squeezes it.

    Raises
    ------
    TypeError
        If `n` is not an integer.
    ValueError
        If the rate is not above 0 or not finite, or if `n` is below 1.
    """
    if not (math.isfinite(rate_per_s) and rate_per_s > 0):
        raise ValueError(f"poisson() needs a rate above 0 per second, got {rate_per_s}.")
    size = checked_integer("poisson(n=...)", n)
    gaps = np.random.default_rng(seed).exponential(size=size)  # (n,)
    return gaps.cumsum() / rate_per_s


def all_at_once(n: int) -> NDArray[np.float64]:
    """Return `n` arrivals at second 0, shape (n,): all the work is there from the start.

    Raises
    ------
    TypeError
        If `n` is not an integer.
    ValueError
        If `n` is below 1.
    """
    return np.zeros(checked_integer("all_at_once(n=...)", n))


def checked_schedule(function: str, arrivals_s: ArrayLike) -> NDArray[np.float64]:
    """Return a copy of a schedule, shape (n,); refuse what is none in the name of a function.

    Raises
    ------
    ValueError
        If there is no arrival, or one is negative or not finite, or comes before the one before.
    """
    arrivals = np.array(arrivals_s, dtype=np.float64)
    if arrivals.ndim != 1 or len(arrivals) == 0:
        raise ValueError(
            f"{function}() takes a list of at least 1 arrival, got shape {arrivals.shape}."
        )
    wrong = ~np.isfinite(arrivals) | (np.diff(arrivals, prepend=0.0) < 0)
    if wrong.any():
        place = int(wrong.argmax())
        raise ValueError(
            f"{function}() takes arrivals in seconds from the start, 0 or later, in ascending "
            f"order, got {arrivals[place]:g} at index {place}. Sort them first."
        )
    return arrivals
