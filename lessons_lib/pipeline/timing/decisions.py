"""Decide which mode meets a demand, given the costs measured on this machine."""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lessons_lib.arguments import checked_integer
from lessons_lib.formats import bound, counted, duration, three_digits
from lessons_lib.pipeline.timing.arrivals import all_at_once
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import (
    SimulatedRun,
    simulate,
    simulate_closed_loop,
    simulate_poisson,
)

BATCH: Final = "batch"
REAL_TIME: Final = "real-time"
MICRO_BATCHING: Final = "micro-batching"
MODES: Final = (BATCH, REAL_TIME, MICRO_BATCHING)


@dataclass(frozen=True, slots=True)
class Offline:
    """Texts that are all available from the start; without `within_s`, the fastest mode wins.

    Raises
    ------
    TypeError, ValueError
        If `texts` is not an integer ≥ 1, or `within_s` is not a finite number above 0.
    """

    texts: int
    within_s: float | None = None

    def __post_init__(self) -> None:
        checked_integer("Offline(texts=...)", self.texts)
        if self.within_s is not None:
            _check_positive("Offline(within_s=...)", self.within_s)

    def __str__(self) -> str:
        time = "as fast as possible" if self.within_s is None else f"within {bound(self.within_s)}"
        return f"You already have {counted(self.texts, 'text')}. Label all of them {time}."


@dataclass(frozen=True, slots=True)
class OnePerson:
    """One person who sends a text, waits for the answer, and then sends the next: a closed loop.

    Raises
    ------
    ValueError
        If the bound is not a finite number above 0.
    """

    p99_ms: float

    def __post_init__(self) -> None:
        _check_positive("OnePerson(p99_ms=...)", self.p99_ms)

    def __str__(self) -> str:
        return (
            "One person sends a text, waits for the answer, and then sends the next one. "
            f"For 99 % of the texts, the answer must arrive within {bound(self.p99_ms / 1000)}."
        )


@dataclass(frozen=True, slots=True)
class ManyUsers:
    """Independent requests from many people: Poisson arrivals.

    Raises
    ------
    ValueError
        If the rate or the bound is not a finite number above 0.
    """

    rate_per_s: float
    p99_ms: float

    def __post_init__(self) -> None:
        _check_positive("ManyUsers(rate_per_s=...)", self.rate_per_s)
        _check_positive("ManyUsers(p99_ms=...)", self.p99_ms)

    def __str__(self) -> str:
        return (
            f"Many independent users send a total of {self.rate_per_s:,.0f} texts per second. "
            f"For 99 % of the texts, the answer must arrive within {bound(self.p99_ms / 1000)}."
        )


Demand = Offline | OnePerson | ManyUsers


@dataclass(frozen=True, slots=True)
class ModeCosts:
    """The measured cost and the settings of each mode.

    Attributes
    ----------
    batch, real_time, micro_batching : CostModel
        The cost of a batch as each mode runs it; real-time runs batches of one.
    batch_size : int
        How many texts share a pass in a batch job. All of its texts are there from the start.
    policy : BatchingPolicy
        The settings of micro-batching.
    measured : str
        What was measured, and where.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not an integer ≥ 1.
    """

    batch: CostModel
    real_time: CostModel
    micro_batching: CostModel
    batch_size: int = 512
    policy: BatchingPolicy = field(default_factory=BatchingPolicy)
    measured: str = "the heavier model on this machine"

    def __post_init__(self) -> None:
        checked_integer("ModeCosts(batch_size=...)", self.batch_size)

    def of(self, mode: str) -> tuple[CostModel, BatchingPolicy]:
        """Return the cost of a mode and the policy by which its batches start.

        Raises
        ------
        ValueError
            If `mode` is not one of the three modes.
        """
        if mode == BATCH:
            return self.batch, BatchingPolicy(self.batch_size, 0.0)
        if mode == REAL_TIME:
            return self.real_time, BatchingPolicy(1, 0.0)
        if mode == MICRO_BATCHING:
            return self.micro_batching, self.policy
        raise ValueError(f"mode must be one of {', '.join(MODES)}, got {mode!r}.")


def _check_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, got {value}.")


AS_FAST: Final = 1.05  # within 5 %, two modes count as equally fast
REQUESTS: Final = 20_000  # simulated for a p99
USUAL_MODES: Final = {Offline: BATCH, OnePerson: REAL_TIME, ManyUsers: MICRO_BATCHING}
UNUSUAL: Final = "This mode usually suits such a task, but not with the costs measured here."
NO_PILE: Final = (
    "A batch job needs texts that are already there. These arrive one at a time, so each of them "
    "would wait for the next job."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a mode meets a demand, and a sentence with the figures behind the verdict."""

    meets: bool
    sentence: str


def outcome(mode: str, *, demand: Demand, costs: ModeCosts) -> Outcome:
    """Return whether a mode meets a demand on the machine where the costs were measured.

    Parameters
    ----------
    mode : str
        "batch", "real-time" or "micro-batching".
    demand : Offline, OnePerson or ManyUsers
        The workload and its time limit.
    costs : ModeCosts
        The measured costs.

    Raises
    ------
    TypeError
        If `demand` is not one of the three types.
    ValueError
        If `mode` is not one of the three modes.
    """
    match demand:
        case Offline():
            found = _offline(mode, demand, costs)
        case OnePerson() | ManyUsers() if mode == BATCH:
            found = Outcome(False, NO_PILE)
        case OnePerson():
            found = _one_person(mode, demand, costs)
        case ManyUsers():
            found = _many_users(mode, demand, costs)
        case _:
            kind = type(demand).__name__
            raise TypeError(f"demand must be Offline, OnePerson or ManyUsers, got {kind}.")
    if mode == USUAL_MODES[type(demand)] and not found.meets:
        return Outcome(False, f"{found.sentence} {UNUSUAL}")
    return found


def offline_s(mode: str, texts: int, costs: ModeCosts) -> float:
    """Return how many seconds a mode takes for texts that are all available from the start."""
    cost, policy = costs.of(mode)
    if mode == MICRO_BATCHING:
        return float(simulate(all_at_once(texts), cost, policy).finished_s[-1])
    full, rest = divmod(texts, policy.max_batch_size)
    return full * cost.service_s(policy.max_batch_size) + (cost.service_s(rest) if rest else 0.0)


def _offline(mode: str, demand: Offline, costs: ModeCosts) -> Outcome:
    own_s = offline_s(mode, demand.texts, costs)
    takes = f"{mode.capitalize()} takes {duration(own_s)} for {counted(demand.texts, 'text')}"
    if demand.within_s is not None:
        meets = own_s <= demand.within_s
        return Outcome(meets, f"{takes}, {_against(meets, demand.within_s)}.")
    others = {one: offline_s(one, demand.texts, costs) for one in MODES if one != mode}
    best = min(others, key=lambda one: float(f"{others[one]:.2e}"))  # the first of equals
    ratio, best_takes = own_s / others[best], f"{best} ({duration(others[best])})"
    if ratio > AS_FAST:
        return Outcome(False, f"{takes}, {three_digits(ratio)} times as long as {best_takes}.")
    if ratio > 1 / AS_FAST:
        return Outcome(True, f"{takes}, about as long as {best_takes}. No mode is clearly faster.")
    return Outcome(True, f"{takes}, the fastest of the three. Next comes {best_takes}.")


def _one_person(mode: str, demand: OnePerson, costs: ModeCosts) -> Outcome:
    cost, policy = costs.of(mode)
    run = simulate_closed_loop(1_000, cost, policy)
    why = ""
    if mode == MICRO_BATCHING and policy.max_batch_size > 1 and policy.batch_wait_timeout_s:
        waits = bound(policy.batch_wait_timeout_s)
        why = f" Of this, {waits} is the batch wait timeout: no other request joins the batch."
    return _compared(f"{mode.capitalize()} answers", run, demand.p99_ms, why)


def _many_users(mode: str, demand: ManyUsers, costs: ModeCosts) -> Outcome:
    cost, policy = costs.of(mode)
    size = policy.max_batch_size
    most_per_s = cost.texts_per_s(size)
    if demand.rate_per_s >= most_per_s:
        return Outcome(
            False,
            f"{mode.capitalize()} can answer at most {three_digits(most_per_s)} texts per second, "
            f"but {demand.rate_per_s:,.0f} arrive, so the queue grows without bound.",
        )
    n = math.ceil(REQUESTS / size) * size  # full batches, so that the last one does not wait
    timeout_ms = 1000 * policy.batch_wait_timeout_s
    run = simulate_poisson(demand.rate_per_s, size, timeout_ms, cost=cost, n=n)
    why = ""
    if run.p99_ms > demand.p99_ms:
        median_s = float(np.median(run.queue_ms)) / 1000
        why = f" Half of the requests wait {duration(median_s)} or longer in the queue."
    answers = f"At {demand.rate_per_s:,.0f} requests per second, {mode} answers"
    return _compared(answers, run, demand.p99_ms, why)


def _compared(answers: str, run: SimulatedRun, bound_ms: float, why: str) -> Outcome:
    meets = run.p99_ms <= bound_ms
    p99, verdict = duration(run.p99_ms / 1000), _against(meets, bound_ms / 1000)
    return Outcome(meets, f"{answers} 99 % of the requests within {p99}, {verdict}.{why}")


def _against(meets: bool, allowed_s: float) -> str:
    return f"which {'meets' if meets else 'exceeds'} the limit of {bound(allowed_s)}"
