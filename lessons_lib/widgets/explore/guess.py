"""A guess before a result: committed, recorded, and compared with the result once it is known."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Annotated, Any, Literal, SupportsFloat, cast
from weakref import WeakSet

from msgspec import Meta, Struct

from lessons_lib.practice.guesses import (
    TIMES,
    CheckedGuess,
    GuessTask,
    GuessValue,
    first_guesses,
    guess_task,
)
from lessons_lib.quiz.grading import ResponseError, parse_number
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.record.kinds import LONGEST_GUESS, Guess, event_of
from lessons_lib.sessions.controls import (
    Choice,
    Control,
    Number,
    Slider,
    plain_figure,
    with_unit,
)
from lessons_lib.widgets.page import Page, PageWidget, script, styles
from lessons_lib.widgets.record import LearnerRecord

LABEL = "Your guess"
NOT_GUESSED = "You made no guess here."
LOG_SCALE_FROM = 3.0  # the ratio of guess and result from which a linear scale hides one of them
SCALE_MARGIN = 0.12  # of the drawn scale, on each side
_COMMA_AFTER_POINT = re.compile(r"\s*[-+−]?[0-9]+(\.[0-9]{3})+,[0-9]")
_SUFFIX_OF_TIMES = re.compile(r"\s*(×|x|times)\s*$", re.IGNORECASE)


def control_of(task: GuessTask) -> Control:
    """Return the control that asks for a guess."""
    if task.options:
        return Choice(LABEL, task.options)
    if task.slider:
        return Slider(LABEL, task.slider, task.slider[0], task.unit)
    return Number(LABEL, unit=task.unit)


def parse_typed(typed: str, unit: str) -> float:
    """Return a typed number with or without its unit; ResponseError if it is none."""
    if _COMMA_AFTER_POINT.match(typed):
        raise ResponseError(
            "Use a point only for decimals, not between thousands, for example "
            f"{with_unit('1000.5', unit)}; got {typed[:60]!r}, where a comma comes after a point."
        )
    if unit == TIMES:
        typed, unit = _SUFFIX_OF_TIMES.sub("", typed), ""
    return parse_number(typed, unit)


def in_figures(value: GuessValue, unit: str) -> str:
    """Format a guess almost as it was made, with its unit: 8.7×, 40 %, negative."""
    return value if isinstance(value, str) else with_unit(plain_figure(value), unit)


def rounded(result: GuessValue) -> GuessValue:
    """Round a result to two digits, or to an integer if it has more; options stay the same."""
    if isinstance(result, str) or result.is_integer():
        return result
    return float(f"{result:.2g}") if abs(result) < 10 else float(round(result))


def comparison(task: GuessTask, checked: CheckedGuess) -> dict[str, Any]:
    """Return what to show for a guess and its result, as plain values."""
    you, result, words = checked.guess, checked.result, checked.in_words()
    ends = [in_figures(end, task.unit) for end in (task.slider[:1] + task.slider[-1:])]
    return {
        "you": in_figures(you, checked.unit),
        "result": in_figures(rounded(result), checked.unit),
        "words": words,
        "line": f"Your guess was {words}.",
        "at": positions(you, result, task.slider),
        "ends": ends,
    }


def positions(
    you: GuessValue, result: GuessValue, stops: Sequence[float] = ()
) -> list[float] | None:
    """Return the places of a guess and its result on a scale from 0 to 1.

    With the stops of a slider, the scale is the slider's. Otherwise it starts at 0 and is linear,
    or logarithmic where one number is a multiple of the other. There is no scale (None) for options
    and for an exact guess.
    """
    if isinstance(you, str) or isinstance(result, str) or you == result:
        return None
    if stops:
        return [_place(one, stops) for one in (you, result)]
    low, high = sorted((you, result))
    if low > 0 and high / low >= LOG_SCALE_FROM:
        you, result, low, high = (math.log(one) for one in (you, result, low, high))
    else:
        low = min(0.0, low)
    parts = [(one - low) / (high - low) for one in (you, result)]
    return [round(SCALE_MARGIN + (1 - 2 * SCALE_MARGIN) * part, 4) for part in parts]


def _place(value: float, stops: Sequence[float]) -> float:
    """Return the place of a number on a slider whose stops are equally far apart."""
    inside = min(max(value, stops[0]), stops[-1])
    before = min(bisect_right(stops, inside), len(stops) - 1) - 1
    part = (inside - stops[before]) / (stops[before + 1] - stops[before])
    return round((before + part) / (len(stops) - 1), 4)


class GuessState:
    """One guess in this kernel: its question, what was committed, and the result if known.

    Parameters
    ----------
    task : GuessTask
        The question.
    log : EventLog, optional
        Holds earlier guesses; the session's record if not given.
    clock : callable
        Returns the time of a guess.
    """

    def __init__(
        self, task: GuessTask, *, log: EventLog | None = None, clock: Clock = utc_now
    ) -> None:
        self.task, self._clock = task, clock
        self._record = LearnerRecord(log)
        self._control = control_of(task)
        self.result: GuessValue | None = None
        self.problem = ""
        self.views: WeakSet[PageWidget] = WeakSet()

    @property
    def guess(self) -> Guess | None:
        """The guess that counts, if there is one that fits the question."""
        return first_guesses(self._record.events, [self.task]).get(self.task)

    def commit(self, sent: object) -> None:
        """Record a guess, unless an earlier one was already compared with a result."""
        self._record.read()  # another kernel may have compared a guess meanwhile
        guess, self.problem = self.guess, ""
        if guess is None or guess.result is None:
            try:
                self._append(Guess(self._parsed(sent), self.result))
            except ValueError as error:
                self.problem = str(error)
        self._refresh()

    def resolve(self, result: object) -> None:
        """Set the result that the notebook computed, and record it with the guess.

        Raises
        ------
        TypeError, ValueError
            If it is not a finite number, or not one of the options.
        """
        self.result = self._checked(result)
        self._record.read()
        guess = self.guess
        if guess is not None and guess.result is None:
            self._append(Guess(guess.guess, self.result))
        self._refresh()

    def page(self) -> Page:
        """Return everything that the cards may know and show now."""
        guess = self.guess
        result = self.result if guess is None or self.result is not None else guess.result
        checked = None
        if guess is not None and result is not None:
            checked = CheckedGuess(guess.guess, result, self.task.unit)
        return {
            "notices": self._record.notices,
            "id": self.task.id,
            "question": self.task.question,
            "control": {"label": LABEL, **self._control.plain(), **self._start(guess)},
            "problem": self.problem,
            "you": "" if guess is None else in_figures(guess.guess, self.task.unit),
            "is_final": guess is not None and guess.result is not None,
            "compared": comparison(self.task, checked) if checked else None,
        }

    def outcome(self) -> str:
        """Return the result in words for a learner who made no guess."""
        result = "" if self.result is None else in_figures(rounded(self.result), self.task.unit)
        return f"Result: {result}. {NOT_GUESSED}"

    def _start(self, guess: Guess | None) -> dict[str, Any]:
        """Return the value that the control shows; before a guess, it shows none."""
        if guess is None:
            return {"value": ""}
        if isinstance(guess.guess, str):
            return {"value": guess.guess}
        if not self.task.slider:
            return {"value": plain_figure(guess.guess)}
        nearest = min(self.task.slider, key=lambda stop: abs(stop - float(guess.guess)))
        return {"value": self.task.slider.index(nearest)}

    def _parsed(self, sent: object) -> GuessValue:
        if isinstance(self._control, Number):
            return parse_typed(str(sent), self.task.unit)
        return self._control.parse(sent)

    def _checked(self, result: object) -> GuessValue:
        where = f"show_outcome({self.task.id!r})"
        if self.task.options:
            if (option := str(result)) in self.task.options:
                return option
            listed = ", ".join(self.task.options)
            raise ValueError(f"{where} takes one of the options {listed}; got {option[:60]!r}.")
        if isinstance(result, str | bool) or not hasattr(result, "__float__"):
            raise TypeError(f"{where} takes a number, got {type(result).__name__}.")
        number = float(cast("SupportsFloat", result))
        if not math.isfinite(number):
            raise ValueError(f"{where} takes a finite number, got {number}.")
        return number

    def _append(self, guess: Guess) -> None:
        self._record.append(event_of(self.task.id, guess, clock=self._clock))

    def _refresh(self) -> None:
        for view in list(self.views):
            view.refresh()


class GuessAction(Struct, frozen=True):
    """A guess that a page sends: an option, a slider's position, or what was typed."""

    do: Literal["commit"]
    value: Annotated[str, Meta(max_length=LONGEST_GUESS)] | int


class GuessCard(PageWidget):
    """Asks for a guess, keeps it, and shows it beside the result as soon as both are known.

    The kernel keeps one state for all cards of the same guess.
    """

    _esm = script("explore/guess.js")
    _css = styles("frame.css", "explore/explore.css", "explore/guess.css")
    _kind = GuessAction
    _lead = "Guess before you read on."

    def __init__(self, state: GuessState) -> None:
        self._state = state
        self.saved = (state.task.question, self._lead)
        super().__init__()
        state.views.add(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._state.task.question})"

    def submit(self, action: GuessAction) -> None:
        """Commit a guess."""
        self._state.commit(action.value)

    def content(self) -> Page:
        """Return the question, the guess, and the result if both are known."""
        return {**self._state.page(), "asks": True}


class OutcomeCard(GuessCard):
    """Shows a result beside the learner's guess; cells above it ask and compute."""

    _lead = "Your guess beside the result."
    uses_cells_above = True

    def content(self) -> Page:
        """Return the page without the control."""
        return {
            **self._state.page(),
            "asks": False,
            "without": self._state.outcome(),
            "explain": self._state.task.explain,
        }


_STATES: dict[str, GuessState] = {}


def _state_of(name: str, log: EventLog | None) -> GuessState:
    """Return the state of a guess, which its cards share unless a log is given."""
    if log is not None:
        return GuessState(guess_task(name), log=log)
    if name not in _STATES:
        _STATES[name] = GuessState(guess_task(name))
    return _STATES[name]


def show_guess(name: str, *, log: EventLog | None = None) -> GuessCard:
    """Return a card that asks for a guess.

    Parameters
    ----------
    name : str
        The id of a guess in ``notebooks/guesses.yaml``.
    log : EventLog, optional
        Holds the guess; the session's record if not given.

    Raises
    ------
    ValueError
        If no guess has that id.
    """
    return GuessCard(_state_of(name, log))


def show_outcome(name: str, result: object, *, log: EventLog | None = None) -> OutcomeCard:
    """Return a card with a result beside the learner's guess, and record both together.

    Parameters
    ----------
    name : str
        The id of a guess in ``notebooks/guesses.yaml``.
    result : float or str
        A number in the guess's unit, or the text of one of its options.
    log : EventLog, optional
        Holds the guess; the session's record if not given.

    Raises
    ------
    TypeError, ValueError
        If no guess has that id, or the result does not fit it.
    """
    state = _state_of(name, log)
    state.resolve(result)
    return OutcomeCard(state)
