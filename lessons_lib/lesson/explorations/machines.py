"""Explorations of more machines: what they buy, who gets a request, and when more are started.

Capacity and survival can be bought, but not a faster pass. The pure computations come first; the
functions that the notebook calls connect them to controls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lessons_lib.classroom.sessions.controls import Choice, Number, Slider
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.formats import bound, counted, dollars, duration, percent, two_digits
from lessons_lib.pipeline.timing import replicas
from lessons_lib.pipeline.timing.cost import DAYS, PRICE, PRICES
from lessons_lib.pipeline.timing.stored import transformer_per_s

START_S = 300.0  # until a rented machine is ready: image, weights, processes
TEN_MILLION = 10_000_000  # texts
MACHINES = (1, 2, 3, 4, 5, 8, 10, 20, 50)
PER_SECOND = (20, 50, 100, 200, 400, 600, 1_000, 2_000, 3_000)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Some equal machines.

    Attributes
    ----------
    machines : int
        How many there are.
    each_per_s : float
        How many texts one of them labels per second.
    price : float
        The dollars for an hour of one machine.
    """

    machines: int
    each_per_s: float
    price: float = PRICE

    @property
    def per_s(self) -> float:
        """How many texts all machines together label per second."""
        return self.machines * self.each_per_s

    @property
    def one_text_s(self) -> float:
        """How long one text takes if nobody else is waiting, on however many machines."""
        return 1 / self.each_per_s

    @property
    def month(self) -> float:
        """The dollars for a month in which all machines are always on."""
        return self.machines * self.price * 24 * DAYS

    def without_one(self) -> Fleet:
        """Return the fleet after one machine has failed."""
        return Fleet(self.machines - 1, self.each_per_s, self.price)

    def archive_s(self, texts: int = TEN_MILLION) -> float:
        """Return how long an archive takes, from renting the machines to the last label."""
        return START_S + texts / self.per_s

    def archive_dollars(self, texts: int = TEN_MILLION) -> float:
        """Return the price of labeling an archive, if the machines are returned afterwards."""
        return self.machines * self.price * self.archive_s(texts) / 3600


def show_machines() -> Explore:
    """Return an exploration of what more machines buy, and at what price."""
    each_per_s = transformer_per_s()
    return Explore(
        {
            "machines": Slider("Machines", MACHINES, 10),
            "load": Slider("Texts arrive", PER_SECOND, 400, "per second"),
            "price": Number("Price of a machine-hour", PRICE, "$", 0, 100, stops=PRICES),
        },
        lambda machines, load, price: machines_parts(Fleet(int(machines), each_per_s, price), load),
        title="What do more machines buy?",
        lead="Change the number of machines, and see which rows get better. Then raise the load "
        "until a single failure would be one too many.",
        note=f"Computed: a machine labels {each_per_s:,.0f} texts per second, as one core did with "
        f"the transformer in the stored figures, and needs {duration(START_S)} to start. After a "
        f"failure, the others may be busy {percent(replicas.WANTED_BUSY)} of the time.",
    )


def machines_parts(fleet: Fleet, load_per_s: float) -> list[str | Table]:
    """Return a sentence and a table that compare a fleet with one machine at a load."""
    both = (Fleet(1, fleet.each_per_s, fleet.price), fleet)
    rows = [
        ("texts per second", *(f"{each.per_s:,.0f}" for each in both)),
        ("busy at this load", *(_busy(each, load_per_s) for each in both)),
        ("busy after a failure", *(_busy(each.without_one(), load_per_s) for each in both)),
        ("one text alone", *(duration(each.one_text_s) for each in both)),
        ("ten million texts", *(duration(each.archive_s()) for each in both)),
        ("… and their price", *(dollars(each.archive_dollars()) for each in both)),
        ("a month, always on", *(dollars(each.month) for each in both)),
    ]
    columns = ("what", counted(1, "machine"), counted(fleet.machines, "machine"))
    return [survival_sentence(fleet, load_per_s), Table(columns, rows)]


def survival_sentence(fleet: Fleet, load_per_s: float) -> str:
    """Return a sentence about whether a fleet handles a load, with and without a failure."""
    needed = replicas.replicas_needed(load_per_s, fleet.each_per_s)
    load = f"{load_per_s:,.0f} texts per second"
    if fleet.machines >= needed:
        spare = fleet.machines - needed
        more = f" You could return {counted(spare, 'machine')}." if spare else ""
        return f"If a machine fails, the others still handle {load}, with room to spare.{more}"
    if fleet.per_s < load_per_s:
        return f"This is too few for {load}, so the queue grows without end. You need {needed}."
    return f"This is enough for {load}, until one fails. To have room then, you need {needed}."


def _busy(fleet: Fleet, load_per_s: float) -> str:
    if fleet.per_s < load_per_s:
        return "overloaded" if fleet.machines else "nobody answers"
    return percent(load_per_s / fleet.per_s)


ROUTED_LOADS = (30, 50, 70, 80, 85, 90, 95)  # %
LOOKS_S, STARTS_S, KEPT = (5, 15, 30, 60), (0, 2, 10, 45, 300), (1, 2, 3, 4, 5, 6)


def show_routing() -> Explore:
    """Return an exploration of how requests are distributed among eight replicas."""
    return Explore(
        {
            "load": Slider("The replicas are busy", ROUTED_LOADS, 85, "%"),
            "texts": Choice("Texts take", replicas.TEXTS, replicas.MIXED),
        },
        lambda load, texts: routing_parts(load / 100, replicas.tail_by_way(load / 100, texts)),
        title="Which replica gets the request?",
        lead="Compare the ways with mixed texts. Then let all texts take equally long, and after "
        "that, one in ten very long.",
        note=f"Simulated: {replicas.REQUESTS:,} random arrivals at {replicas.REPLICAS} replicas. "
        "Each has its own queue in all ways but the last. Mixed times are exponentially "
        "distributed. A long text takes ten times as long as the others.",
    )


def routing_parts(load: float, tails: Mapping[str, float]) -> list[str | Table]:
    """Return a sentence and a table of the p99, in service times, of each way to choose."""
    ways = replicas.AT_RANDOM, replicas.IN_TURN, replicas.TWO_CHOICES, replicas.ONE_QUEUE
    at_random, turn, two, one = (tails[way] for way in ways)
    sentence = (
        f"At a load of {percent(load)}, taking the better of two replicas divides the p99 by "
        f"{two_digits(at_random / two)}. One queue for all divides it by "
        f"{two_digits(at_random / one)}. Taking turns is "
        + ("even better than looking at two." if turn < two else "worse than looking at two.")
    )
    rows = [(way, two_digits(p99)) for way, p99 in tails.items()]
    head = ("a request goes to a replica", "p99, service times")
    return [sentence, Table(head, rows, bars=[p99 / max(tails.values()) for p99 in tails.values()])]


def show_autoscaler() -> Explore:
    """Return an exploration of an autoscaler that meets a premiere."""
    begin_s, end_s = replicas.PREMIERE_S
    return Explore(
        {
            "start": Slider("A replica starts in", STARTS_S, 45, "s"),
            "look": Slider("The autoscaler looks every", LOOKS_S, 15, "s"),
            "kept": Slider("Kept ready, at least", KEPT, 1, "replicas"),
        },
        lambda start, look, kept: autoscaler_parts(int(start), int(look), int(kept)),
        title="Can the autoscaler keep up?",
        lead="Let replicas start faster, down to 0 s. What else is needed for all to be in time?",
        note=f"Simulated: {bound(replicas.NIGHT_S)} with {replicas.CALM_PER_S:.0f} requests per "
        f"second, except for {bound(end_s - begin_s)} with {replicas.PREMIERE_PER_S:.0f}. A "
        f"replica answers {replicas.REPLICA_PER_S:.0f} per second, and the autoscaler aims for a "
        f"utilization of {percent(replicas.WANTED_BUSY)}. In time means within "
        f"{bound(replicas.PATIENCE_S)}. Starting replicas are paid.",
    )


def autoscaler_parts(start_s: int, look_s: int, kept: int) -> list[str | Table]:
    """Return a sentence and a table that compare an autoscaler with six replicas always on."""
    nights = replicas.premiere(start_s, look_s, kept), replicas.premiere(0, look_s, max(KEPT))
    rows = [
        ("answered in time", *(percent(night.in_time) for night in nights)),
        ("slowest answer", *(duration(night.longest_s) for night in nights)),
        ("paid replicas, on average", *(f"{night.paid:.1f}" for night in nights)),
    ]
    head = ("what", "your setting", f"{max(KEPT)} replicas, always on")
    return [autoscaler_sentence(nights[0], start_s + look_s, kept), Table(head, rows)]


def autoscaler_sentence(night: replicas.Night, blind_s: int, kept: int) -> str:
    """Return a sentence about why answers are late, or that none are.

    Parameters
    ----------
    night : Night
        What happened.
    blind_s : int
        For how many seconds the premiere may meet only the kept replicas.
    kept : int
        How many these are.
    """
    share = percent(night.in_time)
    if night.in_time >= 0.995:
        return f"{share} of the answers are in time, because enough replicas were ready."
    missing = replicas.PREMIERE_PER_S - kept * replicas.REPLICA_PER_S
    if missing <= 0:
        return f"{share} of the answers are in time: the kept replicas have no room for bursts."
    return (
        f"{share} of the answers are in time. For up to {blind_s} s, {missing:.0f} requests per "
        "second more arrive than are answered, and the new replicas have to catch up on them."
    )
