"""A hash table in numpy: many 64-bit keys are found in a few array operations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Ids = NDArray[np.int32]

# 2**64 divided by the golden ratio: multiplying by it spreads keys evenly (Knuth, TAOCP 3, 6.4).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_EMPTY = np.uint64(0)
_SLOTS_PER_KEY = 4  # at most a quarter full: most searches end at the first slot


class WordTable:
    """Finds the id of each key; open addressing with double hashing.

    Parameters
    ----------
    keys : array of uint64, shape (k,)
        Different from each other, and none of them 0, which marks an empty slot.
    ids : array of int32, shape (k,)
        What to give back for each key.
    missing : int
        What to give back for a key that is not here.

    Raises
    ------
    ValueError
        If a key is 0 or stands there twice.

    Notes
    -----
    All keys take their first slot at once; those that find it taken move on by a step of their own,
    and again, until each has a slot. A search goes the same way and ends at the key or at an empty
    slot. The step is odd and the number of slots a power of two, so that it passes by every slot.
    """

    def __init__(self, keys: Keys, ids: Ids, *, missing: int) -> None:
        if (keys == _EMPTY).any() or len(np.unique(keys)) != len(keys):
            raise ValueError("The keys of a WordTable are not 0 and different from each other.")
        self._bits = max(_SLOTS_PER_KEY * len(keys), 2).bit_length()
        self._keys = np.zeros(1 << self._bits, np.uint64)
        self._ids = np.full(1 << self._bits, missing, np.int32)
        self._missing = missing
        self._fill(keys, ids)

    def find(self, keys: Keys) -> Ids:
        """Return the id of each key, (t,) -> (t,)."""
        slots = self._first_slots(keys)  # (t,)
        met = self._keys.take(slots)  # (t,) what lies there
        found = self._ids.take(slots)  # (t,)
        others = np.flatnonzero(met != keys)
        found[others] = self._missing
        searching = others[met[others] != _EMPTY]
        slots, steps = slots[searching], self._steps(keys[searching])
        while len(searching):
            slots = self._moved(slots, steps)
            met = self._keys[slots]
            hit = met == keys[searching]
            found[searching[hit]] = self._ids[slots[hit]]
            go_on = ~hit & (met != _EMPTY)
            searching, slots, steps = searching[go_on], slots[go_on], steps[go_on]
        return found

    def _fill(self, keys: Keys, ids: Ids) -> None:
        slots, steps = self._first_slots(keys), self._steps(keys)
        while len(keys):
            free = np.flatnonzero(self._keys[slots] == _EMPTY)
            taken, which = np.unique(slots[free], return_index=True)  # one key a slot
            placed = free[which]
            self._keys[taken], self._ids[taken] = keys[placed], ids[placed]
            rest = np.delete(np.arange(len(keys)), placed)
            keys, ids, steps = keys[rest], ids[rest], steps[rest]
            slots = self._moved(slots[rest], steps)

    def _first_slots(self, keys: Keys) -> NDArray[np.int64]:
        return ((keys * _SPREAD) >> np.uint64(64 - self._bits)).astype(np.int64)

    def _steps(self, keys: Keys) -> NDArray[np.int64]:
        return (((keys * _SPREAD) >> np.uint64(8)).astype(np.int64) | 1) & (len(self._keys) - 1)

    def _moved(self, slots: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.int64]:
        return (slots + steps) & (len(self._keys) - 1)
