"""A guess before a result: committed, recorded, and compared with the result once it is known."""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from html import escape
from time import perf_counter
from typing import Annotated, Any, Literal, SupportsFloat, TypeAlias, cast

from msgspec import Meta, Struct

from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.practice.guesses import (
    TIMES,
    CheckedGuess,
    GuessTask,
    GuessValue,
    first_guesses,
    of_round,
)
from lessons_lib.classroom.quiz.grading import ResponseError, parse_number
from lessons_lib.classroom.record.event import Clock, Event, utc_now
from lessons_lib.classroom.record.kinds import LONGEST_GUESS, Guess, event_of, rounds_in
from lessons_lib.classroom.sessions.controls import (
    Choice,
    Control,
    Number,
    Slider,
    plain_figure,
)
from lessons_lib.classroom.sessions.page import LearnerRecord, Page
from lessons_lib.formats import counted, with_unit

LABEL = "Your guess"
MOST_ROUNDS = 20  # of earlier rounds
NOT_GUESSED = "You made no guess here."
LOG_SCALE_FROM = 3.0  # the ratio of guess and result from which a linear scale hides one of them
SCALE_MARGIN = 0.12  # of the drawn scale, on each side
Caption: TypeAlias = Callable[[], str]
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


class GuessAction(Struct, frozen=True):
    """What a page may request; a guess is an option, a slider's position, or what was typed."""

    do: Literal["commit", "show", "stop"]
    value: Annotated[str, Meta(max_length=LONGEST_GUESS)] | int = ""


class GuessSession:
    """A learner's guess at one result: what was committed, and the result if it is known.

    Parameters
    ----------
    task : GuessTask
        The question.
    record : LearnerRecord
        Holds earlier guesses.
    clock : callable
        Returns the time of a guess.

    Attributes
    ----------
    result : float, str or None
        What the notebook computed; None if it has not done so yet.
    problem : str
        Why what the learner requested last was not done, if it was not.
    measuring : str
        What to say while the result is being measured; empty at other times.
    since_s : float
        When measuring began, by `perf_counter`.
    pictures : list of dict
        The figures of the measurement, as attributes of images: `src`, `alt` and `width`.
    """

    verbs = ("Guess", "Change my guess")  # before and after the first guess

    def __init__(self, task: GuessTask, record: LearnerRecord, clock: Clock = utc_now) -> None:
        self._task, self._record, self._clock = task, record, clock
        self.label = self.title = task.question
        self._control = control_of(task)
        self.result: GuessValue | None = None
        self.since_s, self._busy = perf_counter(), ""
        self._is_shown = False  # the learner looked at the result without a guess
        self._steps: tuple[int, int] | None = None
        self.problem = self.measuring = ""
        self.pictures: list[Page] = []

    @property
    def stored(self) -> str:
        """The facts, and the options or the range of the guess; the title is the question."""
        task = self._task
        ends = [in_figures(end, task.unit) for end in (*task.slider[:1], *task.slider[-1:])]
        number = " to ".join(ends) or f"a number, in {task.unit}".removesuffix(", in ")
        choices = task.options or [number]
        items = "".join(f"<li>{escape(one)}</li>" for one in choices)
        facts = f"<p>{escape(' · '.join(task.facts))}</p>" if task.facts else ""
        return f"{facts}<ul>{items}</ul>"

    @property
    def is_open(self) -> bool:
        """Whether there is no guess, and the result was not shown without one."""
        return not self._is_shown and self._guess() is None

    def submit(self, action: GuessAction) -> Page:
        """Record a guess, unless one was compared with a result, or show the result without one."""
        self._record.read()  # another kernel may have compared a guess meanwhile
        self.problem = ""
        if action.do == "show":
            self._is_shown = self.result is not None or bool(self._busy)
        elif not (self._is_shown or _is_final(self._guess())):
            try:
                self._commit(self._parsed(action.value))
            except ValueError as error:
                self.problem = str(error)
        return self.page()

    def begin(self) -> None:
        """Say that the result is being measured."""
        about = f", about {self._task.seconds} s" if self._task.seconds else ""
        self.problem, self.measuring, self._steps = "", f"Measuring{about}.", None
        self.since_s, self._busy, self.pictures = perf_counter(), "", []

    def step(self, done: int, of: int) -> None:
        """Say how much of the measurement is done."""
        self._steps = done, of

    def end(self, problem: str = "") -> None:
        """Say that nothing is being measured anymore, and what went wrong, if anything did."""
        self.problem, self.measuring, self._steps = problem, "", None

    def resolve(self, result: object) -> None:
        """Set the result that the notebook computed, and record it with the guess.

        A result that was measured while the machine was busy is shown, and that's all.

        Raises
        ------
        TypeError, ValueError
            If it is not a finite number, or not one of the options.
        """
        self.result = self._counted(result)
        self._record.read()
        guess = self._guess()
        if guess is not None and guess.result is None and self.result is not None:
            self._append(Guess(guess.guess, self.result))

    def page(self) -> Page:
        """Return the question, the guess, and the result if there is a guess or none is wanted."""
        guess = self._guess()
        result = guess.result if guess and self.result is None else self.result
        checked, without = None, ""
        if guess is not None and result is not None:
            checked = CheckedGuess(guess.guess, result, self._task.unit)
        elif guess is None and self._is_shown and result is not None:
            without = f"Result: {in_figures(rounded(result), self._task.unit)}. {NOT_GUESSED}"
        return {
            "notices": self._record.notices,
            "id": self._task.id,
            "question": self._task.question,
            "facts": list(self._task.facts),
            "control": {"label": LABEL, **self._control.plain(), **self._start(guess)},
            "problem": self.problem,
            "measuring": self.measuring,
            "steps": self._steps,
            "button": self.verbs[guess is not None],
            "stops": False,
            "you": "" if guess is None else in_figures(guess.guess, self._task.unit),
            "is_final": bool(without) or _is_final(guess),
            "compared": comparison(self._task, checked) if checked else None,
            "pictures": self.pictures if checked else [],
            "without": without or (self._busy if guess or self._is_shown else ""),
            "explain": self._task.explain if checked or without else "",
        }

    def _guess(self) -> Guess | None:
        """Return the guess that counts, if there is one that fits the question."""
        return first_guesses(self._record.events, [self._task]).get(self._task)

    def _start(self, guess: Guess | None) -> dict[str, Any]:
        """Return the value that the control shows; before a guess, it shows none."""
        if guess is None or isinstance(guess.guess, str):
            return {"value": guess.guess if guess else ""}
        if not self._task.slider:
            return {"value": plain_figure(guess.guess)}
        nearest = min(self._task.slider, key=lambda stop: abs(stop - float(guess.guess)))
        return {"value": self._task.slider.index(nearest)}

    def _commit(self, guess: GuessValue) -> None:
        self._append(Guess(guess, self.result))

    def _parsed(self, sent: object) -> GuessValue:
        if isinstance(self._control, Number):
            return parse_typed(str(sent), self._task.unit)
        return self._control.parse(sent)

    def _counted(self, result: object) -> GuessValue | None:
        """Return the result, or None if it was measured while the machine was busy."""
        checked, self._busy = self._checked(result), ""
        if busy := current_lesson().busy(self.since_s):
            figure = in_figures(rounded(checked), self._task.unit)
            self._busy = f"{figure}, not compared with a guess. {busy}"
        return None if busy else checked

    def _checked(self, result: object) -> GuessValue:
        where = f"The result of {self._task.id!r}"
        if self._task.options:
            if (option := str(result)) in self._task.options:
                return option
            listed = ", ".join(self._task.options)
            raise ValueError(f"{where} must be one of {listed}; got {option[:60]!r}.")
        if isinstance(result, str | bool) or not hasattr(result, "__float__"):
            raise TypeError(f"{where} must be a number, got {type(result).__name__}.")
        number = float(cast("SupportsFloat", result))
        if not math.isfinite(number):
            raise ValueError(f"{where} must be finite, got {number}.")
        return number

    def _append(self, guess: Guess) -> None:
        self._record.append(event_of(self._task.id, guess, clock=self._clock))


def _is_final(guess: Guess | None) -> bool:
    return guess is not None and guess.result is not None


class RoundSession(GuessSession):
    """A guess that is measured at once, as often as the learner likes; each round is recorded.

    Parameters
    ----------
    task, record, clock
        As for `GuessSession`; the result must be a number.
    note : callable
        Describes the machine and its latest measurement: `machine_line`. Saved with each round.
    """

    verbs = ("Measure", "Measure again")

    def __init__(
        self, task: GuessTask, record: LearnerRecord, clock: Clock = utc_now, *, note: Caption = str
    ) -> None:
        super().__init__(task, record, clock)
        self._note = note
        self._open: Guess | None = None  # the guess that is being measured

    def resolve(self, result: object) -> None:
        """Record what was measured together with the guess.

        Raises
        ------
        TypeError, ValueError
            If it is not a finite number.
        """
        if self._open is not None:
            measured, note = self._counted(result), self._note()[:500]
            if measured is not None:
                self._append(Guess(self._open.guess, measured, self._task.unit, note))

    def page(self) -> Page:
        """Return the question, the latest round, and the earlier ones as rows of a table."""
        rounds = [self._round(event, guess) for event, guess in self._rounds()]
        latest = rounds.pop() if rounds and not (self.measuring or self._busy) else None
        columns = ("date", "you", "result", "words")
        page = super().page()
        return {
            **page,
            "stops": bool(self.measuring),
            "button": "Stop" if self.measuring else page["button"],
            "compared": latest,
            "without": self._busy,
            "explain": self._task.explain if latest else "",
            "note": latest["note"] if latest else "",
            "earlier": {
                "caption": counted(len(rounds), "earlier round"),
                "rows": [
                    [one[name] for name in columns] for one in rounds[: -MOST_ROUNDS - 1 : -1]
                ],
            },
        }

    def _commit(self, guess: GuessValue) -> None:
        if isinstance(guess, str) or guess <= 0:
            example = with_unit("2.5", self._task.unit)
            raise ResponseError(
                f"Guess a number above 0, for example {example}. Nothing measured here can be 0 "
                "or less."
            )
        self._open = Guess(guess)

    def _guess(self) -> Guess | None:
        """Return the guess that is being measured, or else that of the latest round.

        It has no result, because it can be measured again.
        """
        if self.measuring:
            return self._open
        rounds = self._rounds()
        return Guess(rounds[-1][1].guess) if rounds else None

    def _round(self, event: Event, guess: Guess) -> dict[str, Any]:
        date = event.time_utc.astimezone().date().isoformat()
        return {**comparison(self._task, of_round(guess)), "date": date, "note": guess.note}

    def _rounds(self) -> list[tuple[Event, Guess]]:
        return [pair for pair in rounds_in(self._record.events) if pair[0].subject == self._task.id]
