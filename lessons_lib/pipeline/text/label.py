"""The three sentiment classes and their numbers."""

from __future__ import annotations

import math
from enum import StrEnum

_SIGNS = ("−", "○", "+")


class Label(StrEnum):
    """A sentiment class; its class number is its position in this list: 0, 1 or 2."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"

    @property
    def number(self) -> int:
        """The class number: 0 negative, 1 neutral, 2 positive."""
        return LABELS.index(self)

    @property
    def sign(self) -> str:
        """The sign shown next to the color, for readers who cannot see it: −, ○ or +."""
        return _SIGNS[self.number]

    @classmethod
    def from_rating(cls, rating: float) -> Label:
        """Return the class of a mean human rating between −4 and 4.

        Notes
        -----
        Ratings ≥ 0.5 are positive, ratings ≤ −0.5 negative, and those in between neutral.

        Raises
        ------
        ValueError
            If the rating is not a finite number.
        """
        if not math.isfinite(rating):
            raise ValueError(f"A rating must be a finite number from −4 to 4, got {rating}.")
        if rating >= RATING_THRESHOLD:
            return cls.POSITIVE
        return cls.NEGATIVE if rating <= -RATING_THRESHOLD else cls.NEUTRAL


LABELS: tuple[Label, ...] = tuple(Label)
HIGHEST_RATING = 4  # the lowest is −4
RATING_THRESHOLD = 0.5
CLEAR = 0.6  # the probability below which notebook 08 withholds a label
