"""A guess before a result: committed, recorded, and compared with the result once it is known."""

from __future__ import annotations

import math
import re
from typing import Any, Literal, SupportsFloat, cast
from weakref import WeakSet

from msgspec import Struct

from lessons_lib.formats import two_digits_or_whole
from lessons_lib.practice.guesses import (
    TIMES,
    CheckedGuess,
    GuessTask,
    GuessValue,
    first_guesses,
    fits,
    guess_task,
)
from lessons_lib.quiz.grading import parse_number
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.record.kinds import Bet, event_of
from lessons_lib.widgets.explore.controls import (
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
_SUFFIX_OF_TIMES = re.compile(r"\s*(×|x|times)\s*$", re.IGNORECASE)


def control_of(task: GuessTask) -> Control:
    """Return the control that asks for a guess."""
    if task.options:
        return Choice(LABEL, task.options)
    if task.slider:
        middle = task.slider[len(task.slider) // 2]
        return Slider(LABEL, task.slider, middle, task.unit)
    return Number(LABEL, unit=task.unit)


def parse_typed(typed: str, unit: str) -> float:
    """Return a typed number with or without its unit; ResponseError if it is none."""
    if unit == TIMES:
        typed, unit = _SUFFIX_OF_TIMES.sub("", typed), ""
    return parse_number(typed, unit)


def in_figures(value: GuessValue, unit: str) -> str:
    """Format a guess or a result with its unit: 8.7×, 40 %, negative."""
    if isinstance(value, str):
        return value
    is_plain = value.is_integer() and abs(value) < 1e6
    return with_unit(plain_figure(value) if is_plain else _rounded(value), unit)


def _rounded(value: float) -> str:
    return ("−" if value < 0 else "") + two_digits_or_whole(abs(value))


def comparison(task: GuessTask, checked: CheckedGuess) -> dict[str, Any]:
    """Return what to draw for a guess and its result, as plain values."""
    you, result = checked.guess, checked.result
    words = checked.in_words()
    drawn: dict[str, Any] = {
        "you": in_figures(you, task.unit),
        "result": in_figures(result, task.unit),
        "line": f"Your guess was {words}.",
    }
    if isinstance(you, float) and isinstance(result, float):
        drawn["at"] = positions(you, result)
    return drawn


def positions(you: float, result: float) -> list[float]:
    """Return the places of a guess and its result on a scale from 0 to 1.

    The scale starts at 0 and is linear, or logarithmic where one number is a multiple of the other.
    """
    low, high = sorted((you, result))
    if low > 0 and high / low >= LOG_SCALE_FROM:
        you, result, low, high = (math.log(one) for one in (you, result, low, high))
    else:
        low = min(0.0, low)
    span = (high - low) or 1.0
    return [
        round(SCALE_MARGIN + (1 - 2 * SCALE_MARGIN) * (one - low) / span, 4)
        for one in (you, result)
    ]


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
    def notices(self) -> list[str]:
        """What the learner should know about the record."""
        return self._record.notices

    @property
    def bet(self) -> Bet | None:
        """The guess that counts, if there is one that fits the question."""
        bet = first_guesses(self._record.events).get(self.task.id)
        return bet if bet is not None and fits(self.task, bet) else None

    def commit(self, sent: object) -> None:
        """Record a guess, unless an earlier one was already compared with a result."""
        bet, self.problem = self.bet, ""
        if bet is None or bet.result is None:
            try:
                self._append(Bet(self._parsed(sent), self.result))
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
        bet = self.bet
        if bet is not None and bet.result is None:
            self._append(Bet(bet.guess, self.result))
        self._refresh()

    def page(self) -> Page:
        """Return everything that the cards may know and show now."""
        bet = self.bet
        result = self.result if bet is None or self.result is not None else bet.result
        checked = None
        if bet is not None and result is not None:
            checked = CheckedGuess(bet.guess, result, self.task.unit)
        return {
            "said": self.problem,
            "notices": self.notices,
            "question": self.task.question,
            "control": {"label": LABEL, **self._control.plain(), **self._start(bet)},
            "problem": self.problem,
            "you": "" if bet is None else in_figures(bet.guess, self.task.unit),
            "is_final": bet is not None and bet.result is not None,
            "compared": comparison(self.task, checked) if checked else None,
            "explain": self.task.explain if checked else "",
        }

    def outcome(self) -> str:
        """Return the result in words for a learner who made no guess."""
        result = "" if self.result is None else in_figures(self.result, self.task.unit)
        return f"Result: {result}. {NOT_GUESSED}"

    def _start(self, bet: Bet | None) -> dict[str, Any]:
        """Return the value that the control shows; a choice starts with none."""
        if bet is None:
            return {"value": ""} if self.task.options else {}
        if isinstance(bet.guess, str):
            return {"value": bet.guess}
        if not self.task.slider:
            return {"value": plain_figure(bet.guess)}
        nearest = min(self.task.slider, key=lambda stop: abs(stop - float(bet.guess)))
        return {"value": self.task.slider.index(nearest)}

    def _parsed(self, sent: object) -> GuessValue:
        if isinstance(self._control, Number):
            return parse_typed(str(sent), self.task.unit)
        return self._control.parse(sent)

    def _checked(self, result: object) -> GuessValue:
        where = f"show_outcome({self.task.id!r})"
        if self.task.options:
            if result not in self.task.options:
                listed = ", ".join(self.task.options)
                raise ValueError(f"{where} takes one of the options {listed}; got {result!r}.")
            return str(result)
        if isinstance(result, str) or not hasattr(result, "__float__"):
            raise TypeError(f"{where} takes a number, got {type(result).__name__}.")
        number = float(cast("SupportsFloat", result))
        if not math.isfinite(number):
            raise ValueError(f"{where} takes a finite number, got {number}.")
        return number

    def _append(self, bet: Bet) -> None:
        self._record.append(event_of(self.task.id, bet, clock=self._clock))

    def _refresh(self) -> None:
        for view in list(self.views):
            view.refresh()


class GuessAction(Struct, frozen=True):
    """A guess that a page sends: an option, a slider's position, or what was typed."""

    do: Literal["commit"]
    value: str | int


class _StateCard(PageWidget):
    """A card that shows a guess; the kernel keeps one state for all cards of the same guess."""

    _esm = script("explore/guess.js")
    _css = styles("frame.css", "explore/explore.css", "explore/guess.css")
    _kind = GuessAction

    def __init__(self, state: GuessState) -> None:
        self._state = state
        super().__init__()
        state.views.add(self)

    def submit(self, action: GuessAction) -> None:
        """Commit a guess."""
        self._state.commit(action.value)

    def content(self) -> Page:
        """Return the question, the guess, and the result if both are known."""
        return self._state.page()


class GuessCard(_StateCard):
    """Asks for a guess, keeps it, and shows it beside the result as soon as both are known."""

    def __init__(self, state: GuessState) -> None:
        self.saved = (state.task.question, "Guess before you read on.")
        super().__init__(state)

    def __repr__(self) -> str:
        return f"GuessCard({self._state.task.question})"

    def content(self) -> Page:
        """Return the page with the control."""
        return {**super().content(), "asks": True, "without": ""}


class OutcomeCard(_StateCard):
    """Shows a result beside the learner's guess; cells above it ask and compute."""

    uses_cells_above = True

    def __init__(self, state: GuessState) -> None:
        self.saved = (f"{state.task.question}", "Your guess beside the result.")
        super().__init__(state)

    def __repr__(self) -> str:
        return f"OutcomeCard({self._state.task.question})"

    def content(self) -> Page:
        """Return the page without the control."""
        return {**super().content(), "asks": False, "without": self._state.outcome()}


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
