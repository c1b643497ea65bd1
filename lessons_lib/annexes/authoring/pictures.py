"""The moving pictures that a stored notebook shows before a kernel exists.

`python -m lessons_lib.annexes.authoring.pictures` writes them to `lessons_lib/assets`; run it after
a change to the model, the queue's tour or its drawing.

A picture is a figure of HTML and SVG that moves once, for less than five seconds. JupyterLab's
sanitizer removes drawings and style sheets from untrusted outputs; only the words of a picture
remain then, so all of them are HTML.
"""

from bisect import bisect_right
from collections.abc import Iterator
from html import escape
from itertools import accumulate
from pathlib import Path

import lessons_lib
from lessons_lib.classroom.widgets.page import styles
from lessons_lib.formats import counted
from lessons_lib.lesson.views.queue import tour_for
from lessons_lib.lesson.views.start import EXAMPLE
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import load_folded
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.corpus import demo_corpus
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.timing.arrivals import unit_gaps
from lessons_lib.pipeline.timing.batching import PlainRun, simulate_gaps
from lessons_lib.pipeline.timing.cost import CostModel

ASSETS = Path(lessons_lib.__file__).parent / "assets"
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

# The start page.
DOWN, A_PASS = 5, 10
TILE, APART = 20, 22


_CSS = styles(
    "lesson/views/modes.css", "lesson/views/dock/moving.css", "annexes/authoring/pictures.css"
)


def figure(kind: str, content: str, caption: str) -> str:
    """Return a figure of HTML with its styles; `kind` is the end of its class."""
    return (
        f'<figure class="lessons-moving moving-{kind}" style="margin: 0 0 14px">'
        f"<style>\n{_CSS}</style>\n"
        f"{content}\n<figcaption>{escape(caption)}</figcaption></figure>"
    )


def drawing(width: float, height: float, alt: str, *shapes: str) -> str:
    """Return a drawing with an alternative text."""
    box = f'viewBox="0 0 {width:g} {height:g}"'
    return f'<svg {box} role="img" aria-label="{escape(alt)}">{"".join(shapes)}</svg>'


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
        yield _frame(at_s, x, y, "var(--lb-micro-batching)")
    yield _frame(ends + GLIDE_S + LEAVE_S, WIDTH, y, "var(--lb-micro-batching)", 0)


def queue_picture() -> str:
    """Return a picture of a busy queue: requests arrive, wait, and run in batches."""
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


def start_picture(example: str = EXAMPLE) -> str:
    """Return a picture of both lanes: the example's label, and the labels of the demo texts."""
    pipeline = load_folded()
    label = RealTimePredictor(pipeline).predict(example).label
    corpus = demo_corpus()
    numbers = BatchPredictor(pipeline).labels(corpus.archive(len(corpus))).tolist()
    counts = ", ".join(f"{numbers.count(one.number)} {one}" for one in LABELS)
    alt = f"Tiles fill {A_PASS} at a time, and then settle by label: {counts}."
    columns = len(numbers) // DOWN
    tiles = drawing(columns * APART, DOWN * APART, alt, *_tiles(numbers))
    return figure(
        "start",
        '<div class="moving-lanes"><div class="moving-now"><p><strong>Real-time</strong> one text, '
        f"now</p><p>“{escape(example)}”</p>"
        f'<p class="moving-label"><strong>{label.sign} {label}</strong></p></div>'
        '<div class="moving-many"><p><strong>Batch</strong> many texts, together</p>'
        f"{tiles}</div></div>",
        f"A sample of {counted(len(numbers), 'text')}, in passes of {A_PASS}: {counts}.",
    )


def _tiles(numbers: list[int]) -> list[str]:
    """Return a tile for each text, drawn where it settles; its style says where it is filled."""
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    square = f"h{TILE}v{TILE}h-{TILE}z"
    corners = [f"M{APART * (at // DOWN)} {APART * (at % DOWN)}{square}" for at in order]
    tiles = [f'<path class="moving-open" d="{"".join(corners)}"/>']
    for rank, text in enumerate(order):
        (x, y), (left, top) = (tuple(APART * n for n in divmod(at, DOWN)) for at in (rank, text))
        place = f'x="{x}" y="{y}" width="{TILE}" height="{TILE}" rx="3"'
        start = f"--x:{left - x}px;--y:{top - y}px;--pass:{text // A_PASS}"
        tiles.append(f'<rect class="moving-{LABELS[numbers[text]]}" {place} style="{start}"/>')
    return tiles


def write(folder: Path = ASSETS) -> None:
    """Write both pictures; the same pictures give identical bytes."""
    for name, picture in (("queue", queue_picture()), ("start", start_picture())):
        path = folder / f"moving_{name}.html"
        path.write_text(picture, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
