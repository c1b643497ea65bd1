"""Five settings of a queue that are worth watching, computed from the cost of a batch."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from lessons_lib.formats import rounded_to_two_digits

LIKE_A_SERVER = 8
ROOMY = 16
LEAST_GAIN = 1.2  # if batches of 16 are not this much faster than single texts, stop 4 is left out

IDLE = (
    "Requests arrive one at a time. Most wait for the full timeout, nobody joins them, and they "
    "run in a batch of one."
)
BUSY = (
    "Only the arrival rate has changed. Now requests wait together: batches form, and the texts "
    "of a batch share the fixed cost of one pass."
)
SATURATED = (
    "More requests arrive than the model can answer, even in full batches. Watch the queue grow, "
    "and with it the latency of every later request."
)
TOO_SMALL = (
    "With batches of one, the model is too slow for this rate. Set the maximum batch size to "
    f"{ROOMY} and play again: now the model keeps up with the same rate."
)
WAIT_TOO_LONG = (
    "The timeout is far longer than the work. Requests wait while the model is idle. "
    "Shorten the timeout, and watch p50 fall."
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour: a name, a setting, and a text about what to look for."""

    name: str
    rate_per_s: float
    max_batch_size: int
    batch_wait_timeout_ms: float
    look: str


def tour_for(saturation_per_s: Callable[[int], float]) -> tuple[Stop, ...]:
    """Return the stops: idle, busy, saturated, batch too small, and wait too long.

    Parameters
    ----------
    saturation_per_s : callable
        Accepts a batch size and returns the throughput in texts per second when the model is never
        idle and every batch has that size, for instance ``cost.texts_per_s``.

    Returns
    -------
    tuple of Stop
        Five stops, or four if batching gains so little that a batch cannot be too small.
    """
    single, full, roomy = map(saturation_per_s, (1, LIKE_A_SERVER, ROOMY))
    wait_s = 8 / single  # as long as eight single texts
    long_s = 100 / single
    stops = [
        _stop("Idle", 0.05 / wait_s, LIKE_A_SERVER, wait_s, IDLE),
        _stop("Busy", 0.6 * full, LIKE_A_SERVER, wait_s, BUSY),
        _stop("Saturated", 1.5 * full, LIKE_A_SERVER, wait_s, SATURATED),
    ]
    if roomy >= LEAST_GAIN * single:
        stops.append(_stop("Batch too small", math.sqrt(single * roomy), 1, wait_s, TOO_SMALL))
    stops.append(_stop("Wait too long", 6 / long_s, ROOMY, long_s, WAIT_TOO_LONG))
    return tuple(stops)


def _stop(name: str, rate_per_s: float, size: int, wait_s: float, look: str) -> Stop:
    """Return a stop with settings rounded to two digits."""
    rate, wait_ms = map(rounded_to_two_digits, (rate_per_s, 1000 * wait_s))
    return Stop(name, rate, size, wait_ms, look)
