"""Explorations without Python: every answer is computed when the site is built."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import product

from lessons_lib.annexes.site.bundle import Opened
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.show import show
from lessons_lib.lesson.explorations.bill import stored_mode_costs

# The explorations with finite controls; those that take something get it from stored figures.
# They get what they need from stored figures; the others need nothing.
_FROM_STORED: Mapping[str, Callable[[], tuple[object, ...]]] = {
    "bill": lambda: (stored_mode_costs(),),
}
TABLES = {
    *("autoscaler", "bill", "borders", "drift", "half-price", "machines", "mode-tree", "overload"),
    *("padding", "passes", "routing", "seats", "tail", "utilization"),
}


def exploration(name: str) -> Explore:
    """Return an exploration whose answers the pages have as a table."""
    made: Explore = show(name, *_FROM_STORED.get(name, tuple)())
    return made


def tabulated(exploration: Explore) -> Opened:
    """Return an exploration as a page shows it without Python.

    Raises
    ------
    ValueError
        If one of its controls accepts any text or number.

    Notes
    -----
    The table is JSON. It holds each part of an answer once, and for each setting, in the order of
    the controls and their values, the numbers of its parts.
    """
    finite = exploration.finite()
    axes = {name: one.sent for name, one in finite.controls.items()}
    parts: dict[str, int] = {}
    answers: list[object] = []
    for values in product(*axes.values()):
        answer = finite.answer_to(dict(zip(axes, values, strict=True)))
        shown = [json.dumps(one, ensure_ascii=False) for one in answer.get("parts", ())]
        numbers = [parts.setdefault(one, len(parts)) for one in shown]
        answers.append(numbers if "parts" in answer else answer)
    listed = ",".join(parts)
    head = json.dumps({"axes": list(axes.items()), "answers": answers}, separators=(",", ":"))
    state = {"about": finite.about, "page": finite.page}
    card = Explore.__module__, Explore.__name__
    return Opened(state, card, f'{head[:-1]},"parts":[{listed}]}}'.encode())
