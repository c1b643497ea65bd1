"""Figures in words: two or three digits, as one says them."""

from __future__ import annotations


def rounded_to_two_digits(figure: float) -> float:
    """Return a figure that one can read and say: 120.0 for 123.4."""
    return float(f"{figure:.1e}")


def two_digits(figure: float) -> str:
    """Return a figure in two digits: 0.24, 7.0, 12, 120, 1,200."""
    rounded = rounded_to_two_digits(figure)
    return f"{rounded:,.0f}" if rounded >= 10 or rounded == 0 else f"{rounded:#.2g}"


def two_digits_or_whole(figure: float) -> str:
    """Return a figure in two digits, and in whole numbers from 10 on: 0.24, 7.0, 12, 123."""
    rounded = rounded_to_two_digits(figure)
    if rounded >= 10 or rounded == 0:
        return f"{figure:,.0f}"
    return f"{rounded:#.2g}" if rounded >= 1e-4 else f"{rounded:.6f}"


def three_digits(figure: float) -> str:
    """Return a figure in three digits: 0.0941, 0.744, 8,410, 1.2e+15."""
    if figure == 0 or not 1e-4 <= abs(figure) < 1e12:
        return f"{figure:.3g}"
    rounded = float(f"{figure:.2e}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:#.3g}"


def duration(ms: float) -> str:
    """Return a duration in words of two digits: 0.24 ms, 7.0 ms, 120 ms, 1.5 s."""
    return f"{two_digits(ms / 1000)} s" if ms >= 995 else f"{two_digits(ms)} ms"
