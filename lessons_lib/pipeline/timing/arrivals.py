"""Arrival times of requests, in seconds from the start, independent of when answers return.

They resemble MLPerf's Server (`poisson`) and Offline (`all_at_once`) scenarios. In a closed loop,
like SingleStream, a request arrives when the previous one is answered, so there is no schedule:
`load.closed_loop` sends such requests, and `simulate.simulate_closed_loop` simulates them.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons_lib.arguments import checked_integer


def poisson(rate_per_s: float, n: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Return `n` arrival times of independent requests (a Poisson process), shape (n,).

    Parameters
    ----------
    rate_per_s : float
        Average number of arrivals per second.
    n : int
        Total number of arrivals, at least 1.
    seed : int
        Determines the pattern; another rate only stretches or compresses it.

    Raises
    ------
    TypeError
        If `n` is not an integer.
    ValueError
        If the rate is not above 0 or not finite, or if `n` is below 1.
    """
    if not (math.isfinite(rate_per_s) and rate_per_s > 0):
        raise ValueError(f"poisson() needs a finite rate above 0 per second, got {rate_per_s}.")
    size = checked_integer("poisson(n=...)", n)
    return unit_gaps(size, seed=seed).cumsum() / rate_per_s


def unit_gaps(n: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Return the gaps before the `n` arrivals of `poisson`, at a rate of 1 per second: (n,)."""
    return np.random.default_rng(seed).exponential(size=n)


def all_at_once(n: int) -> NDArray[np.float64]:
    """Return `n` arrivals at second 0, shape (n,): all the work is available from the start.

    Raises
    ------
    TypeError
        If `n` is not an integer.
    ValueError
        If `n` is below 1.
    """
    return np.zeros(checked_integer("all_at_once(n=...)", n))


def checked_schedule(function: str, arrivals_s: ArrayLike) -> NDArray[np.float64]:
    """Return a validated copy of a schedule, shape (n,); errors name the calling function.

    Raises
    ------
    ValueError
        If there are no arrivals, or they are negative, not finite or not in ascending order.
    """
    arrivals = np.array(arrivals_s, dtype=np.float64)
    if arrivals.ndim != 1 or len(arrivals) == 0:
        raise ValueError(
            f"{function}() needs a list of at least 1 arrival, got shape {arrivals.shape}."
        )
    invalid = ~np.isfinite(arrivals) | (np.diff(arrivals, prepend=0.0) < 0)
    if invalid.any():
        index = int(invalid.argmax())
        raise ValueError(
            f"{function}() needs arrivals in seconds from the start, 0 or later, in ascending "
            f"order, got {arrivals[index]:g} at index {index}. Sort them first."
        )
    return arrivals
