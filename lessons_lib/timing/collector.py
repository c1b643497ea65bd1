"""Keep Python's garbage collector out of a measurement, as `timeit` does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Within the block, let no collection of reference cycles begin.

    A full collection in a kernel that holds torch stops everything for 50 to 100 ms, and the p99 of
    a short load would tell of nothing else. A server pays for it, too, but seldom.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
