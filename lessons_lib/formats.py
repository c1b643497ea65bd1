"""Format numbers and durations with two or three significant digits; what no text may contain."""

import re

# Control characters, line and paragraph separators, and marks that change the reading direction.
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff"
    "\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_PLURAL = re.compile("people|[a-z]{3,}s")  # not the symbols s and ms


def rounded_to_two_digits(figure: float) -> float:
    """Return a number rounded to two significant digits: 120.0 for 123.4."""
    return float(f"{figure:.1e}")


def two_digits(figure: float) -> str:
    """Format a number with two significant digits: 0.24, 7.0, 12, 120, 1,200."""
    rounded = rounded_to_two_digits(figure)
    return f"{rounded:,.0f}" if rounded >= 10 or rounded == 0 else f"{rounded:#.2g}"


def two_digits_or_whole(figure: float) -> str:
    """Format a number with two significant digits, or as an integer if ≥ 10: 0.24, 7.0, 12, 123."""
    rounded = rounded_to_two_digits(figure)
    if rounded >= 10 or rounded == 0:
        return f"{figure:,.0f}"
    return f"{rounded:#.2g}" if rounded >= 1e-4 else f"{rounded:.6f}"


def three_digits(figure: float) -> str:
    """Format a number with three significant digits: 0.0941, 0.744, 8,410, 1.2e+15."""
    if figure == 0 or not 1e-4 <= abs(figure) < 1e12:
        return f"{figure:.3g}"
    rounded = float(f"{figure:.2e}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:#.3g}"


# The least number of seconds for which a unit is used, its length in seconds, and its symbol.
UNITS = ((7200.0, 3600.0, "h"), (120.0, 60.0, "min"), (0.995, 1.0, "s"), (0.0, 0.001, "ms"))


def duration(seconds: float) -> str:
    """Format a measured time with two significant digits: 0.24 ms, 94 ms, 1.5 s, 3.0 min."""
    number, unit = _in_unit(seconds)
    return f"{two_digits(number)} {unit}"


def bound(seconds: float) -> str:
    """Format a time limit without rounding it to two digits: 12.5 ms, 60 s."""
    number, unit = _in_unit(seconds)
    return f"{number:,g} {unit}"


def percent(share: float) -> str:
    """Format a share as an integer with a percent sign: 68 % for 0.68."""
    return f"{share:.0%}".replace("%", " %")


def counted(number: float, noun: str) -> str:
    """Format a number with its noun: 1 text, 0.5 cores, 10,000 texts."""
    return f"{number:,.12g} {noun}{'' if number == 1 else 's'}"


def with_unit(figure: str, unit: str) -> str:
    """Return a figure and its unit: 2.5 s, 3×, $0.04, 10,000 texts, 1 text."""
    if figure == "1" and is_count(unit):
        unit = "person" if unit == "people" else unit.removesuffix("s")
    if unit == "$":
        return f"${figure}"
    gap = "" if unit in ("", "×") else "\N{NO-BREAK SPACE}"
    return f"{figure}{gap}{unit}"


def is_count(unit: str) -> bool:
    """Return whether a unit is a plural, such as people or epochs, and not a symbol or a rate."""
    return bool(_PLURAL.fullmatch(unit))


def dollars(amount: float) -> str:
    """Format an amount of dollars: $0.0041, $0.25, $7.50, $1,234."""
    if amount < 0:
        return f"−{dollars(-amount)}"
    return f"${two_digits(amount) if amount < 1 else f'{amount:,.{0 if amount >= 100 else 2}f}'}"


def _in_unit(seconds: float) -> tuple[float, str]:
    if not seconds >= 0:
        raise ValueError(f"A time must be ≥ 0 seconds, got {seconds}.")
    size, unit = next((size, unit) for least, size, unit in UNITS if seconds >= least)
    return seconds / size, unit


def in_words(number: int, noun: str) -> str:
    """Return a count as prose has it, up to ten as a word: three questions, one way, 11 ways."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    word = words[number] if 0 <= number < len(words) else f"{number:,}"
    return f"{word} {noun}{'s' * (number != 1)}"
