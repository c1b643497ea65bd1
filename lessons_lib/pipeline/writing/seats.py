"""Who writes next: the seats of an engine, and what becomes of requests, measured or simulated."""

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer
from lessons_lib.pipeline.timing.arrivals import checked_schedule
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock

MOST_SEATS = 64
REPLAY_LOAD = 0.8  # of saturation; up to here, simulated waits are compared with measured ones
Text = TypeVar("Text", bound=Hashable)


class Seats(Generic[Text]):
    """Texts that wait, in order of arrival, and the seats in which the others are written.

    Parameters
    ----------
    seats : int
        How many texts are written at the same time at most, from 1 to 64.
    is_static : bool
        Whether a group leaves together: nobody boards until its last text has ended. Otherwise
        whoever waits takes a seat as soon as one is free (continuous batching).

    Raises
    ------
    TypeError, ValueError
        If `seats` is not an integer from 1 to 64.
    """

    def __init__(self, seats: int, *, is_static: bool = False) -> None:
        self.number = checked_integer("seats", seats, at_most=MOST_SEATS)
        self.is_static = is_static
        self.waiting: deque[Text] = deque()
        self.taken: dict[int, Text] = {}
        self._has_left = False  # whether the group of a static batch is on its way
        self._ended: set[int] = set()  # the seats of that group whose texts have ended

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits or writes."""
        return not (self.waiting or self.taken)

    def everybody(self) -> list[Text]:
        """Return all who write or wait."""
        return [*self.taken.values(), *self.waiting]

    def next_pass(self) -> tuple[list[int], bool]:
        """Return the seats of the next pass, and whether it reads the prompt of a newcomer.

        The first who waits gets the lowest free seat. If nobody may board, all who are seated write
        a token each. After that, a static group is closed: its later steps also compute the seats
        whose texts have ended, in vain.
        """
        if self.waiting and len(self.taken) < self.number and not self._has_left:
            seat = next(seat for seat in range(self.number) if seat not in self.taken)
            self.taken[seat] = self.waiting.popleft()
            return [seat], True
        self._has_left = self.is_static and bool(self.taken)
        return sorted(self._ended.union(self.taken)), False

    def leave(self, text: Text) -> None:
        """Free the seat of a text that has ended, or take it out of the queue."""
        if text in self.waiting:
            self.waiting.remove(text)
        left = {seat for seat, one in self.taken.items() if one == text}
        self.taken = {seat: one for seat, one in self.taken.items() if seat not in left}
        self._has_left = self._has_left and bool(self.taken)
        self._ended = self._ended | left if self._has_left else set()


@dataclass(frozen=True, slots=True)
class WritingCost:
    """What the passes of an engine cost.

    Attributes
    ----------
    step : CostModel
        A step in which each seated text gets its next token.
    read_s : float
        A pass that reads one prompt and writes its text's first token.
    """

    step: CostModel
    read_s: float


class Engine(Protocol[Text]):
    """What runs passes for texts in seats, for real or in a simulation."""

    seats: Seats[Text]

    def add(self, text: Text, /) -> None:
        """Let a text wait for a seat."""

    def run_pass(self) -> Sequence[Text]:
        """Return the texts that got a token."""


class SimulatedEngine:
    """Seats whose passes take as long as a cost model says, on a clock of its own.

    Parameters
    ----------
    lengths : sequence of int
        How many tokens each text gets; texts are numbers, from 0.
    cost : WritingCost
        What each pass costs.
    seats, is_static
        As for `Seats`.
    """

    def __init__(
        self, lengths: Sequence[int], cost: WritingCost, seats: int, *, is_static: bool = False
    ) -> None:
        self.seats: Seats[int] = Seats(seats, is_static=is_static)
        self.now_s = 0.0
        self._left = [checked_integer("each length", length) for length in lengths]
        self._cost = cost

    def add(self, text: int, /) -> None:
        """Let a text wait for a seat."""
        self.seats.waiting.append(text)

    def run_pass(self) -> list[int]:
        """Read one prompt if a seat is free for it, or else write a token of each seated text."""
        seats, is_reading = self.seats.next_pass()
        texts = [self.seats.taken[seat] for seat in seats if seat in self.seats.taken]
        self.now_s += self._cost.read_s if is_reading else self._cost.step.service_s(len(seats))
        for text in texts:
            self._left[text] -= 1
            if not self._left[text]:
                self.seats.leave(text)
        return texts


@dataclass(frozen=True, slots=True, eq=False)
class WritingRun:
    """What became of requests that arrived at an engine.

    Attributes
    ----------
    first_s, done_s : array of float, shape (n,)
        From each text's arrival to its first token (TTFT), and to its last.
    tokens : array of int, shape (n,)
        How many tokens each text got.
    busy_s : float
        When the last text ended, counted from the first arrival.
    rows : list of dict
        For each step, which text was in which seat.
    seats : int
        How many seats there were.
    """

    first_s: NDArray[np.float64]
    done_s: NDArray[np.float64]
    tokens: NDArray[np.int64]
    busy_s: float
    rows: list[dict[int, int]]
    seats: int

    @property
    def texts_per_s(self) -> float:
        """The throughput, in answers per second."""
        return len(self.tokens) / self.busy_s

    @property
    def share_of_seats(self) -> float:
        """The share of seats that write, over all steps."""
        return sum(map(len, self.rows)) / max(1, self.seats * len(self.rows))

    @property
    def per_token_s(self) -> NDArray[np.float64]:
        """The mean time from token to token of each text with two or more (TPOT)."""
        several = self.tokens > 1
        return np.asarray((self.done_s - self.first_s)[several] / (self.tokens[several] - 1))


def run_requests(
    engine: Engine[Text],
    texts: Sequence[Text],
    arrivals_s: Sequence[float] | NDArray[np.float64],
    *,
    clock: ReadClock = thread_clock,
) -> WritingRun:
    """Send texts to an engine as they arrive, on a clock that runs only while it computes.

    Parameters
    ----------
    engine : Engine
        Idle.
    texts : sequence, length n
        What `engine.add` accepts.
    arrivals_s : sequence of float, length n
        When each arrives, in ascending order.
    clock : callable
        Returns seconds, by default those in which this thread computes; for a `SimulatedEngine`,
        ``lambda: engine.now_s``.

    Raises
    ------
    ValueError
        If there are no texts, or not one arrival for each, in ascending order.
    """
    start = checked_schedule("run_requests", arrivals_s)
    if len(start) != len(texts):
        raise ValueError(
            f"run_requests() needs one arrival for each text, got {len(texts)} texts and "
            f"{len(start)} arrivals."
        )
    numbers = {text: number for number, text in enumerate(texts)}
    first, last = np.full(len(texts), np.nan), np.zeros(len(texts))
    tokens = np.zeros(len(texts), dtype=np.int64)
    rows: list[dict[int, int]] = []
    now, arrived = 0.0, 0
    while arrived < len(texts) or not engine.seats.is_idle:
        if engine.seats.is_idle:
            now = max(now, float(arrivals_s[arrived]))
        while arrived < len(texts) and arrivals_s[arrived] <= now:
            engine.add(texts[arrived])
            arrived += 1
        seated = {seat: numbers[text] for seat, text in engine.seats.taken.items()}
        before = clock()
        written = [numbers[text] for text in engine.run_pass()]
        now += clock() - before
        if set(written) == set(seated.values()):  # a step; otherwise one prompt was read
            rows.append(seated)
        first[written] = np.fmin(first[written], now)
        last[written] = now
        tokens[written] += 1
    return WritingRun(
        first - start, last - start, tokens, now - start[0], rows, engine.seats.number
    )


def simulate_writing(
    lengths: Sequence[int],
    arrivals_s: Sequence[float] | NDArray[np.float64],
    cost: WritingCost,
    *,
    seats: int = 16,
    is_static: bool = False,
) -> WritingRun:
    """Return what a simulated engine makes of texts of given lengths.

    Raises
    ------
    TypeError, ValueError
        If `seats` is not an integer from 1 to 64, a length not one ≥ 1, or if `run_requests`
        rejects the arrivals.
    """
    engine = SimulatedEngine(lengths, cost, seats, is_static=is_static)
    return run_requests(engine, range(len(lengths)), arrivals_s, clock=lambda: engine.now_s)
