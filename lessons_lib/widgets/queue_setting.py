"""What the sliders of a queue can be set to, and what they are set to at first."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lessons_lib.widgets.queue_run import Setting
from lessons_lib.widgets.queue_tour import Stop

USUAL = Setting(rate_per_s=1_000.0, max_batch_size=8, batch_wait_timeout_ms=5.0)
WORDS = {
    "rate_per_s": "arrival rate per second",
    "max_batch_size": "maximum batch size",
    "batch_wait_timeout_ms": "batch wait timeout in ms",
}
RATES_SPAN = 5_000  # from the least rate to the highest


@dataclass(frozen=True, slots=True)
class Limits:
    """The two ends of each slider."""

    rate_per_s: tuple[float, float]
    max_batch_size: tuple[int, int]
    batch_wait_timeout_ms: tuple[float, float]

    def read(self, asked: Mapping[str, Any]) -> Setting:
        """Return the setting that a browser asks for.

        Raises
        ------
        TypeError, ValueError
            If a value is missing, no number, or out of range.
        """
        if missing := [words for name, words in WORDS.items() if asked.get(name) is None]:
            raise ValueError(f"A setting needs the {missing[0]}.")
        setting = Setting(
            float(asked["rate_per_s"]),
            operator.index(asked["max_batch_size"]),
            float(asked["batch_wait_timeout_ms"]),
        )
        self.check(setting)
        return setting

    def check(self, setting: Setting) -> None:
        """Refuse a setting that lies beyond the ends."""
        for name, (least, most) in asdict(self).items():
            value = getattr(setting, name)
            if not least <= value <= most:
                raise ValueError(
                    f"The {WORDS[name]} lies between {least:g} and {most:g}, got {value:g}."
                )


def checked_tour(tour: Sequence[Stop] | None) -> tuple[Stop, ...]:
    """Return the stops, none for None."""
    stops = tuple(tour or ())
    for stop in stops:
        if not isinstance(stop, Stop):
            raise TypeError(f"QueueView(tour=...) takes stops, got {type(stop).__name__}.")
    return stops


def first_setting(
    stops: Sequence[Stop],
    rate_per_s: float | None,
    max_batch_size: int | None,
    batch_wait_timeout_ms: float | None,
) -> Setting:
    """Return the setting to begin with: what was given, the rest from the first stop."""
    usual = stops[0] if stops else USUAL
    return Setting(
        float(usual.rate_per_s if rate_per_s is None else rate_per_s),
        operator.index(usual.max_batch_size if max_batch_size is None else max_batch_size),
        float(
            usual.batch_wait_timeout_ms if batch_wait_timeout_ms is None else batch_wait_timeout_ms
        ),
    )


def limits_for(stops: Sequence[Stop], setting: Setting, max_rate_per_s: float | None) -> Limits:
    """Return ends that hold every stop and the first setting, if they hold anything sensible."""
    settings: list[Stop | Setting] = [*stops, setting]
    rates = [one.rate_per_s for one in settings if one.rate_per_s > 0]
    highest = 2 * max(rates, default=1.0) if max_rate_per_s is None else float(max_rate_per_s)
    if not (math.isfinite(highest) and highest > 0):
        raise ValueError(f"max_rate_per_s is above 0 and finite, got {highest:g}.")
    return Limits(
        (min(highest / RATES_SPAN, *rates, highest), highest),
        (1, max(128, *(one.max_batch_size for one in settings))),
        (0.0, max(100.0, *(2 * one.batch_wait_timeout_ms for one in stops), _finite(setting))),
    )


def _finite(setting: Setting) -> float:
    wait_ms = setting.batch_wait_timeout_ms
    return wait_ms if math.isfinite(wait_ms) else 0.0
