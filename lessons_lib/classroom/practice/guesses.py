"""The guesses that learners make before results: their texts, and how close they were."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, cast

from msgspec import Meta, Struct

from lessons_lib.classroom.course import source_folder
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import LONGEST_GUESS, Guess, factor_of, payloads, rounds_in
from lessons_lib.classroom.tables.load import load_table, named, repeated
from lessons_lib.classroom.tables.problems import Fault
from lessons_lib.classroom.tables.yaml_file import Line, QuizName
from lessons_lib.formats import is_count, two_digits, with_unit

GUESSES_FILE = "guesses.yaml"
PERCENT, TIMES = "%", "×"
CLOSE_FACTOR = 1.25
CLOSE_POINTS = 5.0  # for shares in percent, where factors mislead
BEYOND_COUNTING = 1e6
LARGEST_DIFFERENCE = 20  # in things; more of them are compared by a factor

GuessValue: TypeAlias = float | str
Side: TypeAlias = Literal["close", "low", "high", "off"]


class GuessTask(Struct, frozen=True, forbid_unknown_fields=True):
    """A question about a result: a choice (`options`), a slider (its stops), or a number.

    `lesson` is the notebook that asks it. `facts` are short, and shown as chips below the question.
    `unit` belongs to numbers; "×" is a factor. `explain` is shown with the result, and `seconds` is
    about how long measuring takes, if learners notice. `typical` is the result that an invented
    class measures.
    """

    id: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    question: Line
    lesson: QuizName = ""
    facts: tuple[Line, ...] = ()
    options: tuple[Annotated[str, Meta(pattern=r"\S", max_length=LONGEST_GUESS)], ...] = ()
    slider: tuple[float, ...] = ()
    unit: str = ""
    explain: str = ""
    seconds: Annotated[int, Meta(ge=0)] = 0
    typical: float | str | None = None


class GuessTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `guesses.yaml`."""

    guesses: Annotated[tuple[GuessTask, ...], Meta(min_length=1)]


def guess_table(folder: Path | None = None) -> GuessTable:
    """Return the guesses from a folder of notebooks; none if it has no `guesses.yaml`.

    Raises
    ------
    CourseFileError
        If the file cannot be read, does not fit `GuessTable`, or contradicts itself.
    """
    path = (folder or source_folder()) / GUESSES_FILE
    if not path.exists():
        return GuessTable(())
    return load_table(path, GuessTable, _faults, items="guesses")


def guess_task(name: str) -> GuessTask:
    """Return the guess with an id.

    Raises
    ------
    ValueError
        If no guess has that id; the message suggests a similar one.
    """
    return named({one.id: one for one in guess_table().guesses}, name, "guess")


def _faults(table: GuessTable) -> Iterator[Fault]:
    yield from repeated("guesses", "id", [one.id for one in table.guesses])
    for number, one in enumerate(table.guesses, start=1):
        place = f"guesses[{number}]"
        if one.options and (one.slider or one.unit):
            yield place, "has options, so it can have neither a slider nor a unit."
        if one.options and len(set(one.options)) < max(2, len(one.options)):
            yield f"{place}.options", "options must be at least two different texts."
        if one.typical is not None and not fits(one, Guess(one.typical)):
            yield f"{place}.typical", "typical must be one of the options, or a number without any."
        if one.slider and (len(one.slider) < 2 or list(one.slider) != sorted(set(one.slider))):
            yield f"{place}.slider", "slider must be at least two numbers in rising order."


@dataclass(frozen=True, slots=True)
class CheckedGuess:
    """A guess and its result, both numbers in `unit` or both texts of options."""

    guess: GuessValue
    result: GuessValue
    unit: str = ""

    @property
    def side(self) -> Side:
        """Whether the guess was close, too low, too high, or, for an option, off."""
        if isinstance(self.guess, str) or isinstance(self.result, str):
            return "close" if self.guess == self.result else "off"
        if self.unit == PERCENT:
            is_near = abs(self.guess - self.result) <= CLOSE_POINTS
        else:
            factor = factor_of(self.guess, self.result)
            is_near = factor is not None and _ratio(factor) <= CLOSE_FACTOR
        if self.guess == self.result or is_near:
            return "close"
        return "high" if self.guess > self.result else "low"

    def in_words(self) -> str:
        """Describe how close it was: "right", "close", "too high by a factor of 2.4", "wrong".

        Small counts differ by a number of things: "7 people too many".
        """
        if self.side == "off":
            return "wrong"
        if self.side == "close":
            return "right" if self.guess == self.result else "close"
        off = abs(float(self.guess) - round(float(self.result)))
        is_whole = off.is_integer() and float(self.result).is_integer()
        if is_count(self.unit) and is_whole and off <= LARGEST_DIFFERENCE:
            much = "many" if self.side == "high" else "few"
            return f"{with_unit(f'{off:.0f}', self.unit)} too {much}"
        factor = factor_of(self.guess, self.result)
        if factor is not None and self.unit != PERCENT:
            return f"too {self.side} by a factor of {in_short(_ratio(factor))}"
        return f"{two_digits(off)}{' points' if self.unit == PERCENT else ''} too {self.side}"


def _ratio(factor: float) -> float:
    return max(factor, 1 / factor)


def in_short(ratio: float) -> str:
    """Format a factor above 1: 2.4, 12, more than a million."""
    if ratio >= BEYOND_COUNTING:
        return "more than a million"
    return f"{ratio:.1f}" if ratio < 9.95 else f"{float(f'{ratio:.1e}'):,.0f}"


def first_guesses(events: Iterable[Event], tasks: Iterable[GuessTask]) -> dict[GuessTask, Guess]:
    """Return a notebook's guess at each result: the first that was checked, or else the latest.

    Guesses that do not fit their question, for instance from another version, do not count.
    """
    known = {one.id: one for one in tasks}
    found: dict[GuessTask, Guess] = {}
    for event, guess in payloads(events, Guess):
        task = known.get(event.subject)
        if task and fits(task, guess) and (task not in found or found[task].result is None):
            found[task] = guess
    return found


def checked_guesses(events: Iterable[Event]) -> dict[GuessTask, CheckedGuess]:
    """Return the first guess at each result that was checked, also in the lab book, in order."""
    events, tasks = list(events), guess_table().guesses
    measured: dict[str, CheckedGuess] = {}
    for event, guess in rounds_in(events):
        measured.setdefault(event.subject, of_round(guess))
    found = {task: measured[task.id] for task in tasks if task.id in measured}
    for task, guess in first_guesses(events, tasks).items():
        if guess.result is not None:
            found[task] = CheckedGuess(guess.guess, guess.result, task.unit)
    return {task: found[task] for task in tasks if task in found}


def of_round(guess: Guess) -> CheckedGuess:
    """Return a round of the lab book."""
    result = cast("float", guess.result)  # a round has both
    return CheckedGuess(guess.guess, result, guess.unit or "")


def fits(task: GuessTask, guess: Guess) -> bool:
    """Return whether a notebook's guess, from any version of the course, fits the question."""
    if guess.is_round:
        return False
    values = [guess.guess] if guess.result is None else [guess.guess, guess.result]
    if task.options:
        return all(value in task.options for value in values)
    return all(isinstance(value, float) for value in values)


def calibration(checked: Iterable[CheckedGuess]) -> str:
    """Describe how close a learner's guesses were, and which way they missed."""
    sides = [one.side for one in checked]
    if not sides:
        return ""
    close, low, high, off = (sides.count(side) for side in ("close", "low", "high", "off"))
    verb = "was" if close == 1 else "were"
    sentence = (
        f"{close} of {len(sides)} guesses {verb} right or close, {low} too low, {high} too high, "
        f"and {off} wrong."
    )
    if low + high < 4 or max(low, high) < 0.7 * (low + high):
        return sentence
    return f"{sentence} When you miss, you usually guess too {'low' if low > high else 'high'}."
