"""Validate arguments: the errors state the name, what was expected, and what was passed."""

from math import inf
from numbers import Integral, Real


def checked_integer(name: str, value: int, *, at_least: int = 1, at_most: float = inf) -> int:
    """Return an argument as an int; numpy integers are accepted, booleans are not.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is below `at_least`, or above `at_most`.
    """
    rule = f"{name} must be an integer ≥ {at_least}" + f" and ≤ {at_most}" * (at_most < inf)
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{rule}, got {type(value).__name__}.")
    if not at_least <= value <= at_most:
        raise ValueError(f"{rule}, got {value}.")
    return int(value)


def checked_seconds(name: str, value: float) -> float:
    """Return a duration as a float.

    Raises
    ------
    TypeError
        If it is not a number.
    ValueError
        If it is negative, infinite or NaN.
    """
    rule = f"{name} must be a finite number of seconds ≥ 0"
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{rule}, got {type(value).__name__}.")
    if not 0 <= value < inf:
        raise ValueError(f"{rule}, got {value}.")
    return float(value)


def check_text(name: str, value: object, wanted: str = "a text") -> None:
    """Raise a TypeError unless a value is a string; `name` is its name in the error."""
    if not isinstance(value, str):
        raise TypeError(f"{name} takes {wanted} (str), got {type(value).__name__}.")
