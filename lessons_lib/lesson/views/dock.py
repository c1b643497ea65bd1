"""The picture of the idea: a rowboat takes one person at a time, a ferry many together.

People are texts, crossings are passes, and every time comes from `simulate`. The picture is plain
HTML and SVG that its styles move, so it plays in a stored page before there is a kernel, and
stands still for readers who asked for less motion. JupyterLab's sanitizer removes drawings and
style sheets from untrusted outputs; the words and the tables remain.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from IPython.display import display

from lessons_lib.classroom.widgets.page import styles
from lessons_lib.formats import counted, duration
from lessons_lib.lesson.views.crossings import (
    BOATS,
    CROSSING_COST,
    DOCK_PEOPLE,
    CrossingLane,
    Scene,
    scene_of,
    scenes_of_the_dock,
)
from lessons_lib.pipeline.text.label import LABELS, Label

if TYPE_CHECKING:
    from lessons_lib.pipeline.timing.simulate import SimulatedRun

FIRST_IN_LINE = "The movie was great"
CROSSING_LASTS_S, CROSSING_BEGINS_S = 4.3, 0.4  # of the picture, and before it moves
SHORTEST_RIDE_S = 0.26  # in which a crossing can be seen
DOCK_WIDTH, LANE_HEIGHT, WATER, GROUND = 720, 90, 78, 72
DOCK, BANK = 200, 450  # where the water begins and ends
PERSON_STEP, BANK_COLUMN = 12, 16.5  # from one person to the next, on the dock and on the far bank
LOWEST_BAR, HIGHEST_BAR = 1.5, 48  # of a bar
A_HEAD = 30  # people of a crowd
PERSON = '<path d="M-5 7.5a5 5.6 0 0 1 10 0z"/><circle r="3.6" cy="-3.6"/>'


class Dock:
    """The dock, with a control if there are several scenes.

    Parameters
    ----------
    scenes : sequence of Scene
        At most four. The first one is shown, and the control shows another.
    labels : sequence of Label
        The label of each person's text, which colors them once they are across.
    """

    def __init__(self, scenes: Sequence[Scene], labels: Sequence[Label]) -> None:
        self._scenes, self._labels = scenes, labels

    def __repr__(self) -> str:
        return "\n".join(_in_words(scene) for scene in self._scenes)

    def _repr_html_(self) -> str:
        names = (
            "lesson/views/modes.css",
            "lesson/views/dock/moving.css",
            "lesson/views/dock/dock.css",
        )
        scenes = "\n".join(map(self._scene, self._scenes))
        return (
            f'<form class="lessons-dock lessons-moving"><style>\n{styles(*names)}</style>\n'
            f"{self._control()}{scenes}\n{self._legend()}</form>"
        )

    def _control(self) -> str:
        if len(self._scenes) == 1:
            return ""
        first, *others = [
            f'<label><input type="radio" name="dock" value="{at}"{"" if at else " checked"} '
            f'data-lm-suppress-shortcuts="true"><span>{escape(one.name)}</span></label>'
            for at, one in enumerate(self._scenes)
        ]
        return (
            '<fieldset class="dock-control"><legend>Who is on the dock?</legend>'
            f"{first}<span>or people per second:</span>{''.join(others)}</fieldset>\n"
        )

    def _legend(self) -> str:
        known = " ".join(_signed(one) for one in LABELS if one in self._labels)
        return (
            '<p class="dock-legend">A person is a text, and a crossing is one run of the model. On '
            f"the far bank: each text's label, {known}, and a bar for its wait. "
            "The times are simulated."
            '<button type="button" class="dock-again" data-lm-suppress-shortcuts="true">'
            "↻ Play again</button></p>"
        )

    def _scene(self, scene: Scene) -> str:
        lanes = "".join(self._lane(scene, lane) for lane in scene.lanes)
        ends = f"--f:{CROSSING_BEGINS_S + CROSSING_LASTS_S:.1f}s"
        meaning = f'<p class="dock-meaning">{escape(scene.meaning)}</p>' if scene.meaning else ""
        return (
            f'<section class="dock-scene" style="{ends}">{lanes}{meaning}{_table(scene)}</section>'
        )

    def _lane(self, scene: Scene, lane: CrossingLane) -> str:
        boat, pace = BOATS[lane.mode], _pace(scene)
        shapes = [
            f'<path class="dock-water" d="M{DOCK} {WATER}{"q5 -4 10 0t10 0" * 12}"/>',
            f'<path class="dock-plank" d="M0 {GROUND}H{DOCK}M{BANK} {GROUND}H{DOCK_WIDTH}"/>',
            *_crowd(lane.left),
            _boat(lane, pace),
            *self._people(scene, lane, pace),
        ]
        alt, (shortest, longest, _) = escape(_lane_in_words(lane)), _times(lane)
        box = f'viewBox="0 0 {DOCK_WIDTH} {LANE_HEIGHT}" role="img" aria-label="{alt}"'
        return (
            f'<div class="dock-lane" data-mode="{lane.mode}"><p class="dock-beside"><span><strong>'
            f"{lane.mode.capitalize()}</strong>: the {boat.name} {boat.does}</span>"
            f"<span>each person's wait: {'up to ' * (shortest != longest)}{longest}</span></p>"
            f'<div class="dock-view">{_clock(lane, pace)}<svg {box}>{"".join(shapes)}</svg>'
            f"</div>{self._captions(lane, pace)}</div>"
        )

    def _captions(self, lane: CrossingLane, pace: float) -> str:
        """Return the first person's text below the dock, and its label below the far bank."""
        first, label = lane.people[0], f"<strong>{_signed(self._labels[0])}</strong>"
        together = sum(one.starts_s == first.starts_s for one in lane.people)
        aboard = lane.aboard if lane.of else together
        others = f" and {aboard - 1} more" if aboard > 1 else ", then the next"
        is_for_all = lane.is_pile and together == len(lane.people)
        labels = f"{label}; all {together} labels" if is_for_all else f"first: {label}"
        return (
            f'<p class="dock-beside dock-captions"><span>“{escape(FIRST_IN_LINE)}”{others}</span>'
            f'<span class="dock-label" style="--at:{_played(first.across_s, pace):.2f}s">{labels}'
            f" after <strong>{duration(first.waits_s)}</strong></span></p>"
        )

    def _people(self, scene: Scene, lane: CrossingLane, pace: float) -> Iterator[str]:
        """Yield each person, and the bar of each one's wait."""
        longest_s = max(one.waits_s for each in scene.lanes for one in each.people)
        at_once = len(lane.people) // lane.trips
        late = "" if lane.is_pile else "dock-comes" if lane.mode == "real-time" else "dock-boards"
        for number, (one, label) in enumerate(zip(lane.people, self._labels, strict=False)):
            ahead = sum(other.starts_s > one.arrives_s for other in lane.people[:number])
            x, y = DOCK - 8 - PERSON_STEP * (number if lane.is_pile else ahead), GROUND - 9
            right, down = _seat(lane.mode, number % max(1, at_once))
            column = BANK + 8 + BANK_COLUMN * number
            arrives, starts, across = (
                _played(at, pace) for at in (one.arrives_s, one.starts_s, one.across_s)
            )
            rides = max(SHORTEST_RIDE_S, across - starts)
            over = f"--f:{starts + rides:.2f}s"
            places = f"--ox:{right - x}px;--oy:{down}px;--tx:{right - x + _reach(lane.mode)}px"
            style = (
                f"--a:{arrives:.2f}s;--s:{starts:.2f}s;--r:{rides:.2f}s;{places};"
                f"--x:{column - x:g}px"
            )
            yield (
                f'<g transform="translate({x} {y})"><g class="dock-person dock-{label} {late}" '
                f'style="{style}">{PERSON}</g></g>'
            )
            height = max(LOWEST_BAR, HIGHEST_BAR * one.waits_s / longest_s)
            yield (
                f'<rect class="dock-bar" style="{over}" x="{column - 5:g}" '
                f'y="{GROUND - 22 - height:.1f}" width="10" height="{height:.1f}" rx="1.5"/>'
            )


def _pace(scene: Scene) -> float:
    """Return the seconds of the picture for each simulated one."""
    return CROSSING_LASTS_S / max(one.across_s for lane in scene.lanes for one in lane.people)


def _signed(label: Label) -> str:
    return f'<span class="dock-{label}">{label.sign} {label}</span>'


def _played(at_s: float, pace: float) -> float:
    """Return when something happens in the picture, in seconds."""
    return CROSSING_BEGINS_S + at_s * pace


def _reach(mode: str) -> int:
    """Return how far a boat goes until it touches the far bank."""
    return BANK - DOCK - (46 if mode == "real-time" else 122)


def _seat(mode: str, number: int) -> tuple[int, int]:
    """Return the x of a seat, and how far below a person on the dock it is."""
    if mode == "real-time":
        return DOCK + 24, 2
    deck, column = divmod(number, 8)
    return DOCK + 18 + 11 * column, -1 - 18 * deck


def _crowd(left: int) -> Iterator[str]:
    """Yield the heads of those who are still there at the end, as the crowd grows."""
    heads = left // A_HEAD
    for number in range(heads):
        row, column = divmod(number, DOCK_PEOPLE)
        at = f"--f:{_played(CROSSING_LASTS_S * number / heads, 1):.2f}s"
        x, y = DOCK - 8 - PERSON_STEP * column - PERSON_STEP // 2 * (row % 2), GROUND - 26 - 9 * row
        yield f'<circle class="dock-gray dock-late" style="{at}" cx="{x}" cy="{y}" r="3"/>'


def _boat(lane: CrossingLane, pace: float) -> str:
    """Return a boat that crosses when its passengers do."""
    starts = sorted({_played(one.starts_s, pace) for one in lane.people})
    first = lane.people[0]
    rides = max(SHORTEST_RIDE_S, pace * (first.across_s - first.starts_s))
    every = max([rides, *(later - one for one, later in pairwise(starts))])
    kind = "once" if len(starts) == 1 else "often" if every < 1.2 * rides else "hurries"
    style = (
        f"--s:{starts[0]:.2f}s;--every:{every:.3f}s;--trips:{len(starts)};"
        f"--tx:{_reach(lane.mode)}px"
    )
    return f'<g class="dock-boat dock-{kind}" style="{style}">{_hull(lane)}</g>'


def _hull(lane: CrossingLane) -> str:
    left, line = DOCK + 6, GROUND
    if lane.mode == "real-time":
        oar = f'<path class="dock-deck" d="M{left + 22} {line - 4}l-20 16"/>'
        return f'<path d="M{left} {line}h30l8 -4q-4 14 -12 15h-20q-8 -1 -6 -11z"/>{oar}'
    decks = f"M{left + 4} {line - 18}h92v18h-92zM{left + 4} {line - 36}h92v18h-92z"
    funnel = f"M{left + 10} {line - 36}v-11h10v11"
    seats = [_seat(lane.mode, number) for number in range(1, BOATS[lane.mode].seats)]
    others = "".join(  # who aren't among those shown
        f'<circle class="dock-gray" cx="{x}" cy="{line - 13 + down}" r="3.6"/>'
        for x, down in (seats if lane.of else ())
    )
    hull = f"M{left} {line}h102l10 -4q-4 14 -14 18h-88q-8 -2 -10 -14z"
    return f'<path class="dock-deck" d="{decks}{funnel}"/>{others}<path d="{hull}"/>'


def _clock(lane: CrossingLane, pace: float) -> str:
    """Return a clock that runs until the last person is across, below ten in tenths."""
    end_s = max(one.across_s for one in lane.people)
    unit, in_unit = ("s", end_s) if end_s >= 1 else ("ms", 1000 * end_s)
    kind, steps = ("dock-whole", 1) if in_unit >= 10 else ("dock-tenths", 10)
    style = f"--end:{steps * in_unit:.0f};--lasts:{end_s * pace:.2f}s;--b:{CROSSING_BEGINS_S}s"
    return (
        f'<span class="dock-clock {kind}" aria-hidden="true" data-unit=" {unit}" '
        f'style="{style}"></span>'
    )


def _times(lane: CrossingLane) -> tuple[str, str, str]:
    """Return the shortest and the longest wait, and what the boat spends on each person."""
    waits = [one.waits_s for one in lane.people]
    spent = CROSSING_COST.service_s(lane.aboard) / lane.aboard
    longest = duration(max(waits)) + (" and growing" if lane.left else "")
    return duration(min(waits)), longest, duration(spent)


def _table(scene: Scene) -> str:
    heads = "".join(
        f'<th scope="col">{one}</th>' for one in (*scene.heads, "machine time per person")
    )
    rows = "".join(
        f'<tr data-mode="{lane.mode}"><th scope="row">{lane.mode}: {BOATS[lane.mode].name}</th>'
        + "".join(f"<td>{one}</td>" for one in _times(lane))
        + "</tr>"
        for lane in scene.lanes
    )
    return f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _lane_in_words(lane: CrossingLane) -> str:
    trips = counted(lane.trips, "crossing")
    shortest, longest, spent = _times(lane)
    return (
        f"{lane.of or len(lane.people):,} people by {BOATS[lane.mode].name}, {trips}: "
        f"waits of {shortest} to {longest}, {spent} per person."
    )


def _in_words(scene: Scene) -> str:
    return " ".join([*map(_lane_in_words, scene.lanes), scene.meaning]).strip()


def show_dock(runs: Mapping[str, "SimulatedRun"] | None = None) -> Dock:
    """Return the dock of the start page, or that of some runs.

    Parameters
    ----------
    runs : mapping of mode to SimulatedRun, optional
        At most sixteen people each.
    """
    labels = _labels()
    if runs is not None:
        return Dock([scene_of({mode: run.plain() for mode, run in runs.items()})], labels)
    return Dock(scenes_of_the_dock(), labels)


def display_dock(runs: Mapping[str, "SimulatedRun"]) -> None:
    """Display the dock of some runs, above what else a cell shows."""
    display(show_dock(runs))  # type: ignore[no-untyped-call]


def _labels() -> list[Label]:
    """Return what the model says about the first text, and about fifteen of the demo texts."""
    from lessons_lib.pipeline.inference.batch import BatchPredictor
    from lessons_lib.pipeline.inference.prediction import load_folded
    from lessons_lib.pipeline.text.corpus import demo_texts

    texts = [FIRST_IN_LINE, *(one for one in demo_texts() if one != FIRST_IN_LINE)]
    return [one.label for one in BatchPredictor(load_folded()).predict(texts[:DOCK_PEOPLE])]
