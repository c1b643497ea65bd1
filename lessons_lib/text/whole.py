"""What counts something: a whole number of at least 1, or an error that names the argument."""

from __future__ import annotations

from numbers import Integral


def checked_whole(name: str, value: int) -> int:
    """Return a number as an int, if it is a whole one of at least 1; numpy's whole numbers are.

    Raises
    ------
    TypeError
        If it is not a whole number; True and False are none.
    ValueError
        If it is below 1.
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number (int), got {type(value).__name__}.")
    if value < 1:
        raise ValueError(f"{name} is at least 1, got {value}.")
    return int(value)
