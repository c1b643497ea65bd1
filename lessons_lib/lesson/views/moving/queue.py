"""The queue in motion: the first requests of a simulated run, as the view draws them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from lessons_lib.lesson.views.moving.picture import drawing, figure
from lessons_lib.lesson.views.queue.tour import tour_for
from lessons_lib.pipeline.timing.batching import PlainRun, simulate_gaps
from lessons_lib.pipeline.timing.cost import CostModel

EXAMPLE_COST = CostModel(fixed_s=0.002, per_text_s=0.0004)
N = 46  # requests, of which the last ones arrive after the picture stands still
SLOWNESS = 100
LASTS_S, WHOLE_S = 4.9, 10.0  # until the picture stands still, and until all would be answered
GLIDE_S, COMING_S, LEAVE_S = 0.2, 0.5, 0.8

# As in views/queue/geometry.js, for a width of 720.
WIDTH, HEIGHT, MIDDLE, BOX = 720, 136, 68, 122
BATCH, MODEL = 320, 490
PITCH, SLOT, ROWS, SIDE = 32, 15, 6, 3
SCENE = """
<rect class="moving-hall" x="43" y="1" rx="12" width="407" height="134"/>
<path class="moving-line" d="M0 68H43M450 68H490M612 68H720"/>
<rect class="moving-batch" x="320" y="7" rx="10" width="122" height="122"/>
<rect class="moving-model" x="490" y="7" rx="10" width="122" height="122"/>
"""
LABELS_ABOVE = """
<div class="moving-labels" aria-hidden="true"><span data-words="queue" style="left: 6%"></span>
<span data-words="batch" style="left: 44.4%"></span>
<span data-words="model" style="left: 68.1%"></span></div>
"""


def _cell(box: float, number: int) -> tuple[float, float]:
    """Return the position of a text in a box."""
    row, column = divmod(number, SIDE)
    return box + BOX / 2 + (column - 1) * PITCH, MIDDLE + (row - 1) * PITCH


def _waiting(ahead: int, size: int) -> tuple[float, float]:
    """Return the position of a request in the next batch or in the queue behind it."""
    if ahead < size:
        return _cell(BATCH, ahead)
    column, row = divmod(ahead - size, ROWS)
    line = ROWS - 1 - row if column % 2 else row
    return BATCH - SLOT - column * SLOT, MIDDLE + (line - (ROWS - 1) / 2) * SLOT


def _frame(at_s: float, x: float, y: float, fill: str = "#888", opacity: int = 1) -> str:
    """Return where a dot is, and how it looks, as a keyframe."""
    place = f"transform:translate({x:.0f}px,{y:.0f}px)"
    return f"{100 * at_s / WHOLE_S:.2f}%{{{place};fill:{fill};opacity:{opacity}}}"


def _frames(run: PlainRun, request: int, size: int) -> Iterator[str]:
    """Yield the keyframes of a dot, between which it moves in a straight line."""
    firsts = list(accumulate(run.batch_sizes[:-1], initial=0))  # of each batch
    begins = [COMING_S + SLOWNESS * run.started_s[first] for first in firsts]
    arrives = COMING_S + SLOWNESS * run.arrivals_s[request]
    own = run.batch_number[request]
    begun = min(own, bisect_right(begins, arrives))
    yield _frame(0, -8, MIDDLE)
    yield _frame(arrives - COMING_S, -8, MIDDLE)
    place = _waiting(request - firsts[begun], size)
    yield _frame(arrives, *place)
    for number in range(begun, own):  # whenever a batch leaves, the others move up
        yield _frame(begins[number], *place)
        place = _waiting(request - firsts[number + 1], size)
        yield _frame(begins[number] + GLIDE_S, *place)
    yield _frame(begins[own], *place)
    x, y = _cell(MODEL, request - firsts[own])
    ends = COMING_S + SLOWNESS * run.finished_s[request]
    for at_s in (begins[own] + GLIDE_S, max(ends, begins[own] + GLIDE_S)):
        yield _frame(at_s, x, y, "var(--mode)")
    yield _frame(ends + GLIDE_S + LEAVE_S, WIDTH, y, "var(--mode)", 0)


@cache
def queue_picture() -> str:
    """Return a picture of a busy queue: requests arrive, wait, and run in batches."""
    from lessons_lib.pipeline.timing.arrivals import unit_gaps

    stop = tour_for(EXAMPLE_COST.texts_per_s)[1]
    size, gaps = stop.max_batch_size, unit_gaps(N).tolist()
    run = simulate_gaps(
        stop.rate_per_s, size, stop.batch_wait_timeout_ms, gaps=gaps, cost=EXAMPLE_COST
    )
    rules = [f".moving-queue{{--whole:{WHOLE_S}s;--shown:{LASTS_S / WHOLE_S:.4f}}}"]
    rules += [
        f"@keyframes lessons-dot-{request}{{{''.join(_frames(run, request, size))}}}"
        for request in range(N)
    ]
    dots = [f'<circle r="6.5" style="animation-name:lessons-dot-{one}"/>' for one in range(N)]
    alt = "Dots enter a queue one by one, move into the model in batches, and leave it together."
    scene = drawing(WIDTH, HEIGHT, alt, f"<style>{''.join(rules)}</style>", SCENE, *dots)
    words = f"{stop.rate_per_s:g} requests per second, in batches of up to {size}"
    return figure("queue", LABELS_ABOVE + scene, f"Simulated: {words}, {SLOWNESS} times slower.")
