"""Explorations without Python: every answer is computed when the site is built."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import product

import lessons_lib
from lessons_lib.annexes.site.bundle import Opened
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.lesson.explorations.bill import stored_mode_costs

_TRAITS = ("frame", "asked", "answer", "uses_cells_above")
# The explorations with finite controls; those that take something get it from stored figures.
TABLES: Mapping[str, Callable[[], Explore]] = {
    "show_autoscaler": lambda: lessons_lib.show_autoscaler(),
    "show_bill": lambda: lessons_lib.show_bill(stored_mode_costs()),
    "show_borders": lambda: lessons_lib.show_borders(),
    "show_drift": lambda: lessons_lib.show_drift(),
    "show_half_price": lambda: lessons_lib.show_half_price(),
    "show_machines": lambda: lessons_lib.show_machines(),
    "show_mode_tree": lambda: lessons_lib.show_mode_tree(),
    "show_overload": lambda: lessons_lib.show_overload(),
    "show_padding": lambda: lessons_lib.show_padding(),
    "show_passes": lambda: lessons_lib.show_passes(),
    "show_routing": lambda: lessons_lib.show_routing(),
    "show_seats": lambda: lessons_lib.show_seats(),
    "show_tail": lambda: lessons_lib.show_tail(),
    "show_utilization": lambda: lessons_lib.show_utilization(),
}


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
    state = {name: getattr(finite, name) for name in _TRAITS}
    card = Explore.__module__, Explore.__name__
    return Opened(state, card, f'{head[:-1]},"parts":[{listed}]}}'.encode())
