"""A hash table in numpy: many 64-bit keys are found in a few array operations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Ids = NDArray[np.int32]

# 2**64 divided by the golden ratio: multiplying by it spreads keys evenly (Knuth, TAOCP 3, 6.4).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_EMPTY = np.uint64(0)
_SLOTS_PER_KEY = 4  # at most a quarter full: most searches end there


class WordTable:
    """Finds the id of each key; a hash table, with a smaller one behind it for keys that clash.

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
    All keys take their slot at once. Those that find it taken, about one in twelve, go into a table
    of their own, where they are spread anew. A search goes the same way and ends at the key or at
    an empty slot: three or four tables hold a whole vocabulary.
    """

    def __init__(self, keys: Keys, ids: Ids, *, missing: int) -> None:
        in_order = np.sort(keys)
        if (keys == _EMPTY).any() or (in_order[1:] == in_order[:-1]).any():
            raise ValueError("The keys of a WordTable are not 0 and different from each other.")
        self._bits = max(_SLOTS_PER_KEY * len(keys), 2).bit_length()
        self._keys = np.zeros(1 << self._bits, np.uint64)
        self._ids = np.full(1 << self._bits, missing, np.int32)
        self._missing = missing
        taken, placed = np.unique(self._slots(keys), return_index=True)  # one key a slot
        self._keys[taken], self._ids[taken] = keys[placed], ids[placed]
        left = np.delete(np.arange(len(keys)), placed)
        self._behind = (
            WordTable(_anew(keys[left]), ids[left], missing=missing) if len(left) else None
        )

    def find(self, keys: Keys) -> Ids:
        """Return the id of each key, (t,) -> (t,)."""
        slots = self._slots(keys)  # (t,)
        met = self._keys.take(slots)  # (t,) what lies there
        found = self._ids.take(slots)  # (t,)
        others = np.flatnonzero(met != keys)
        found[others] = self._missing
        if self._behind:
            clashing = others[met[others] != _EMPTY]
            found[clashing] = self._behind.find(_anew(keys[clashing]))
        return found

    def _slots(self, keys: Keys) -> NDArray[np.int64]:
        return ((keys * _SPREAD) >> np.uint64(64 - self._bits)).astype(np.int64)


def _anew(keys: Keys) -> Keys:
    """Return other keys in their place, still different from each other: the factor is odd."""
    return keys * _SPREAD
