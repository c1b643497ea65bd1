"""An exploration of what more machines buy: capacity and survival, but not a faster answer.

The pure computations come first; the function that the notebook calls connects them to controls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lessons_lib.classroom.sessions.controls import Number, Slider
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.explore.shown import Table
from lessons_lib.formats import counted, duration, percent
from lessons_lib.lesson.explorations.bill import NIGHTS, PRICE, PRICES, dollars
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
        return self.machines * self.price * 24 * NIGHTS

    def without_one(self) -> Fleet:
        """Return the fleet after one machine has failed."""
        return Fleet(self.machines - 1, self.each_per_s, self.price)

    def survives(self, load_per_s: float) -> bool:
        """Return whether the rest still handles a load after one machine has failed."""
        return self.without_one().per_s >= load_per_s

    def archive_s(self, texts: int = TEN_MILLION) -> float:
        """Return how long an archive takes, from renting the machines to the last label."""
        return START_S + texts / self.per_s

    def archive_dollars(self, texts: int = TEN_MILLION) -> float:
        """Return the price of labeling an archive, if the machines are returned afterwards."""
        return self.machines * self.price * self.archive_s(texts) / 3600


def machines_needed(load_per_s: float, each_per_s: float) -> int:
    """Return how many machines handle a load even after one of them has failed."""
    return math.ceil(load_per_s / each_per_s) + 1


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
        f"the transformer in the stored figures, and needs {duration(START_S)} to start.",
    )


def machines_parts(fleet: Fleet, load_per_s: float) -> list[str | Table]:
    """Return a sentence and a table that compare a fleet with one machine at a load."""
    one = Fleet(1, fleet.each_per_s, fleet.price)
    both = (one, fleet)
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
    needed = machines_needed(load_per_s, fleet.each_per_s)
    load = f"{load_per_s:,.0f} texts per second"
    if fleet.survives(load_per_s):
        spare = fleet.machines - needed
        more = f" You could return {counted(spare, 'machine')}." if spare else ""
        return f"If a machine fails, the others still handle {load}.{more}"
    if fleet.per_s < load_per_s:
        return f"This is too few for {load}, so the queue grows without end. You need {needed}."
    return f"This is enough for {load}, until a machine fails. To survive that, you need {needed}."


def _busy(fleet: Fleet, load_per_s: float) -> str:
    if fleet.per_s < load_per_s:
        return "overloaded" if fleet.machines else "nobody answers"
    return percent(load_per_s / fleet.per_s)
