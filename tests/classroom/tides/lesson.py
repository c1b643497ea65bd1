"""What the lesson on tides declares to the classroom; its `course.yaml` names this module."""

from __future__ import annotations

from lessons_lib.classroom.lesson import Lesson, OwnFigures

SYNODIC_MONTH = 29.53  # days from one new moon to the next
MARGIN = 0.05  # relative to the answer: two digits are enough


def tidal_day() -> str:
    """Return the time from one passage of the moon to the next."""
    minutes = round(24 * 60 * SYNODIC_MONTH / (SYNODIC_MONTH - 1))
    return f"{minutes // 60} hours and {minutes % 60} minutes"


def third_hour(high_m: float, low_m: float) -> dict[str, float]:
    """Return by how many meters the tide rises in the third hour after low tide."""
    range_m = high_m - low_m
    rise_m = range_m * 3 / 12
    return {"range_m": range_m, "rise_m": rise_m, "even_m": range_m / 6, "margin": MARGIN * rise_m}


LESSON = Lesson(
    formulas={"own-third-hour": OwnFigures(third_hour, source="The beach you chose")},
    numbers=lambda: {"tidal_day": tidal_day},
)
