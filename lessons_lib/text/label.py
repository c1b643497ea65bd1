"""The three sentiment classes and their numbers."""

from __future__ import annotations

import math
from enum import StrEnum

_SIGNS = ("−", "○", "+")


class Label(StrEnum):
    """A sentiment class; its class number is its place in this list: 0, 1, 2."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"

    @property
    def number(self) -> int:
        """The class number: 0 negative, 1 neutral, 2 positive."""
        return LABELS.index(self)

    @property
    def sign(self) -> str:
        """The sign that stands beside the colour, for readers who see no colours: −, ○ or +."""
        return _SIGNS[self.number]

    @classmethod
    def from_rating(cls, rating: float) -> Label:
        """Return the class of a mean human rating between −4 and 4.

        Notes
        -----
        At or above 0.5 is positive, at or below −0.5 negative, between them neutral.

        Raises
        ------
        ValueError
            If the rating is no finite number.
        """
        if not math.isfinite(rating):
            raise ValueError(f"A rating must be a finite number from −4 to 4, got {rating}.")
        if rating >= RATING_THRESHOLD:
            return cls.POSITIVE
        return cls.NEGATIVE if rating <= -RATING_THRESHOLD else cls.NEUTRAL


LABELS: tuple[Label, ...] = tuple(Label)
HIGHEST_RATING = 4  # and −4 the lowest
RATING_THRESHOLD = 0.5
