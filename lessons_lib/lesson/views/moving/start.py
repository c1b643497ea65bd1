"""The start page in motion: one text labeled at once, and a hundred, pass by pass."""

from __future__ import annotations

from functools import cache
from html import escape

from lessons_lib.formats import counted
from lessons_lib.lesson.views.moving.picture import drawing, figure
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.models import load_folded
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.label import LABELS

DOWN, A_PASS = 5, 10
TILE, APART = 20, 22


@cache
def start_picture(example: str) -> str:
    """Return a picture of both lanes: the example's label, and the labels of the demo texts."""
    from lessons_lib.pipeline.text.corpus import demo_corpus

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
        f"{counted(len(numbers), 'example text')} in passes of {A_PASS}: {counts}.",
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
