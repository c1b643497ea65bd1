"""What the dock shows: who arrives when, and how each boat takes them across, as simulated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lessons_lib.formats import duration
from lessons_lib.pipeline.timing.batching import BatchingPolicy, PlainRun
from lessons_lib.pipeline.timing.cost import CostModel

CROSSING_COST = CostModel(fixed_s=0.002, per_text_s=0.0001)  # invented, as in notebook 01
DOCK_PEOPLE = 16
FEW_PER_S, SOME_PER_S, MANY_PER_S = 2, 50, 500
MANY_FOR_S = 60
WAIT_HEADS = ("shortest wait", "longest wait")


@dataclass(frozen=True, slots=True)
class Boat:
    """The boat of a mode: its name, what it does, and its seats."""

    name: str
    does: str
    seats: int


BOATS = {
    "real-time": Boat("rowboat", "takes one person at a time", 1),
    "batch": Boat("ferry", "leaves when all are on board", DOCK_PEOPLE),
    "micro-batching": Boat("small ferry", "waits a moment for others", 8),
}


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a person arrives on the dock, starts, and is across, in seconds."""

    arrives_s: float
    starts_s: float
    across_s: float

    @property
    def waits_s(self) -> float:
        """From the arrival on the dock until across."""
        return self.across_s - self.arrives_s


@dataclass(frozen=True, slots=True)
class CrossingLane:
    """What one boat does: the people shown, the crossings, and who is left at the end.

    If not everybody is shown, `of` is the number of all people.
    """

    mode: str
    people: Sequence[Crossing]
    trips: int
    of: int = 0
    left: int = 0

    @property
    def aboard(self) -> int:
        """How many people share a crossing, in the mean."""
        return round((self.of or len(self.people)) / self.trips)

    @property
    def is_pile(self) -> bool:
        """Whether everybody was there from the start."""
        return not any(one.arrives_s for one in self.people)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is shown together: the lanes, what they mean, and the names of the two times."""

    name: str
    lanes: Sequence[CrossingLane]
    meaning: str
    heads: tuple[str, str] = WAIT_HEADS


def scenes_of_the_dock() -> list[Scene]:
    """Return the four scenes: a pile, and people who arrive one by one, ever faster."""
    return [all_waiting(), *map(few_arrive, (FEW_PER_S, SOME_PER_S)), too_many_arrive(MANY_PER_S)]


def all_waiting() -> Scene:
    """Return the scene in which sixteen people are there from the start."""
    runs = _simulated([0.0] * DOCK_PEOPLE)
    first, last = (duration(runs["real-time"].finished_s[one]) for one in (0, -1))
    together = duration(runs["batch"].finished_s[0])
    gain = CROSSING_COST.service_s(1) * DOCK_PEOPLE / CROSSING_COST.service_s(DOCK_PEOPLE)
    meaning = (
        f"The rowboat gets the first person across sooner: after {first} instead of {together}. "
        f"The ferry gets the last one across sooner, after {together} instead of {last}, and takes "
        f"{gain:.0f} times less machine time per person. So a pile goes by ferry. But what if "
        f"people come one by one? Choose {FEW_PER_S} per second."
    )
    return scene_of(runs, f"{DOCK_PEOPLE} are there", meaning, ("first across", "last across"))


def few_arrive(per_s: int) -> Scene:
    """Return the scene in which sixteen people arrive one by one."""
    runs = _simulated([number / per_s for number in range(DOCK_PEOPLE)])
    alone, together = (duration(max(run.latency_ms) / 1000) for run in runs.values())
    meaning = (
        f"When few people come, the rowboat wins: nobody waits longer than {alone}. The ferry "
        f"takes less machine time per person, but its first passenger waits {together}."
    )
    return scene_of(runs, str(per_s), meaning)


def too_many_arrive(per_s: int) -> Scene:
    """Return the scene in which a minute brings more people than a rowboat can take."""
    arrivals = [number / per_s for number in range(per_s * MANY_FOR_S)]
    runs = _simulated(arrivals)
    late, together = (duration(max(run.latency_ms) / 1000) for run in runs.values())
    most_per_s = CROSSING_COST.texts_per_s(1)
    meaning = (
        f"Too many for a rowboat, which takes {most_per_s:.0f} people per second: its queue grows "
        f"without end, and whoever arrives after a minute waits {late}. The ferry fills in "
        f"{duration((DOCK_PEOPLE - 1) / per_s)}, and nobody waits longer than {together}."
    )
    seen = [round(part * (len(arrivals) - 1) / (DOCK_PEOPLE - 1)) for part in range(DOCK_PEOPLE)]
    over_s = arrivals[-1] + CROSSING_COST.service_s(DOCK_PEOPLE)
    lanes = [
        CrossingLane(
            mode,
            [_crossing(run, one) for one in seen],
            trips=len(run.batch_sizes),
            of=len(arrivals),
            left=sum(starts_s > over_s for starts_s in run.started_s),
        )
        for mode, run in runs.items()
    ]
    return Scene(str(per_s), lanes, meaning)


def _simulated(arrivals_s: Sequence[float]) -> dict[str, PlainRun]:
    """Return the run of the rowboat and of the ferry, which waits until it is full."""
    from lessons_lib.pipeline.timing.simulate import simulate  # loads numpy

    never_s = 1e6
    policies = {one: BatchingPolicy(BOATS[one].seats, never_s) for one in ("real-time", "batch")}
    return {
        mode: simulate(arrivals_s, CROSSING_COST, one).plain() for mode, one in policies.items()
    }


def _crossing(run: PlainRun, person: int) -> Crossing:
    return Crossing(run.arrivals_s[person], run.started_s[person], run.finished_s[person])


def scene_of(
    runs: Mapping[str, PlainRun],
    name: str = "",
    meaning: str = "",
    heads: tuple[str, str] = WAIT_HEADS,
) -> Scene:
    """Return a scene that shows every person of some runs, by mode."""
    lanes = []
    for mode, run in runs.items():
        people = [_crossing(run, one) for one in range(len(run.arrivals_s))]
        lanes.append(CrossingLane(mode, people, len(run.batch_sizes)))
    return Scene(name, lanes, meaning, heads)
