"""The controls of explorations and guesses, and how each parses what a browser sends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lessons_lib.classroom.quiz.grading import parse_number
from lessons_lib.classroom.sessions.page import well_formed
from lessons_lib.formats import three_digits, with_unit

NO_CHOICE = "Choose one of the options first."


def plain_figure(value: float) -> str:
    """Format a number almost as it was typed: 0.04, 10,000, 2.5."""
    is_usual = value == 0 or 1e-4 <= abs(value) < 1e6
    figure = f"{value + 0.0:,.6g}" if is_usual else three_digits(value)  # + 0.0 turns -0.0 into 0.0
    return figure.replace("-", "−")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options, shown as radio buttons.

    At first, `value` is chosen: None stands for the first option, and "" for no option yet.
    """

    label: str
    options: Sequence[str]
    value: str | None = None

    def __post_init__(self) -> None:
        if self.value != "":
            _check_value(self.label, self.start, self.options)

    @property
    def start(self) -> str:
        """The option that is chosen at first, or an empty text."""
        return next(iter(self.options), "") if self.value is None else self.value

    def parse(self, sent: object) -> str:
        """Return the chosen option, or "" if none was chosen at first; ValueError for others."""
        if sent not in (*self.options, self.start):
            raise ValueError(NO_CHOICE)
        return str(sent)

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the control."""
        return {"kind": "choice", "options": list(self.options), "value": self.start}


@dataclass(frozen=True, slots=True)
class Slider:
    """One of several numbers in order; the browser sends the number's position."""

    label: str
    values: Sequence[float]
    value: float
    unit: str = ""

    def __post_init__(self) -> None:
        _check_value(self.label, self.value, self.values)

    @property
    def start(self) -> int:
        """The position of the number that is chosen at first."""
        return list(self.values).index(self.value)

    def parse(self, sent: object) -> float:
        """Return the number at the position that a browser sent; ValueError if there is none."""
        if type(sent) is not int or not 0 <= sent < len(self.values):
            raise ValueError(NO_CHOICE)
        return float(self.values[sent])

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the control."""
        stops = [with_unit(plain_figure(value), self.unit) for value in self.values]
        return {"kind": "slider", "stops": stops, "value": self.start}


@dataclass(frozen=True, slots=True)
class Number:
    """A typed number from `low` to `high`, both inclusive.

    `stops` are typical ones, `value` among them, for pages that cannot compute any other.
    """

    label: str
    value: float | None = None
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    stops: Sequence[float] = ()

    @property
    def start(self) -> str:
        """What stands in the field at first."""
        return "" if self.value is None else plain_figure(self.value)

    def finite(self) -> Slider | Number:
        """Return a slider with the stops, or the control itself if it has none."""
        if self.value is None or not self.stops:
            return self
        return Slider(self.label, self.stops, self.value, self.unit)

    def parse(self, sent: object) -> float:
        """Return the number that was typed; ValueError if it is none or out of range."""
        number = parse_number(str(sent), self.unit)
        if not self.low <= number <= self.high:
            low, high, got = map(plain_figure, (self.low, self.high, number))
            raise ValueError(f"Enter a number from {low} to {high}, got {got}.")
        return number

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the control."""
        return {"kind": "number", "unit": self.unit, "value": self.start}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one or a few lines; what is typed is never recorded."""

    label: str
    value: str = ""
    max_length: int = 500

    @property
    def start(self) -> str:
        """The text at first."""
        return self.value

    def parse(self, sent: object) -> str:
        """Return the text that was typed, cut off at the maximum length."""
        return well_formed(str(sent))[: self.max_length]

    def plain(self) -> dict[str, Any]:
        """Return what a browser needs to draw the control."""
        return {"kind": "text", "max_length": self.max_length, "value": self.start}


Control: TypeAlias = Choice | Slider | Number | Text


def sent_by(control: Control) -> list[Any]:
    """Return everything that a browser can send; ValueError for a control that accepts anything."""
    if isinstance(control, Choice):
        start = [] if control.start in control.options else [control.start]
        return [*start, *control.options]
    if isinstance(control, Slider):
        return list(range(len(control.values)))
    name = repr(control.label)
    raise ValueError(f"A browser can send anything for {name}: use a Choice, Slider or stops.")


def _check_value(label: str, value: object, values: Sequence[object]) -> None:
    if value not in values:
        listed = ", ".join(str(one) for one in values) or "at least one value"
        raise ValueError(f"The control {label!r} must start with one of {listed}; got {value!r}.")
