from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable

import numpy as np
import pytest
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output

from lessons_lib.embedding.word_vectors import load_word_vectors
from lessons_lib.model.trace import REFERENCE_TRACE, EpochRow
from lessons_lib.plots.confidence import show_confidence
from lessons_lib.plots.ratings import show_ratings
from lessons_lib.plots.style import figure_html, new_figure
from lessons_lib.plots.text_lengths import show_lengths
from lessons_lib.plots.training_curves import LiveCurves, show_training_curves
from lessons_lib.plots.word_map import show_word_map

ROWS = [EpochRow(n, 1 / n, 0.5, 0.9, 0.4) for n in (1, 2, 3)]
PROBABILITIES = np.array([[0.8, 0.1, 0.1], [0.4, 0.3, 0.3]], dtype=np.float32)
TABLE = load_word_vectors()

FIGURES: dict[str, tuple[Callable[[], None], str]] = {
    "lengths": (lambda: show_lengths([3, 5, 30], limit=20), "33% of the texts go beyond 20"),
    "ratings": (lambda: show_ratings([2, 2, 0, -1]), "25% negative, 25% neutral, 50% positive"),
    "words": (lambda: show_word_map(TABLE, {"two": ["good", "bad"]}), "two: good, bad"),
    "confidence": (lambda: show_confidence(PROBABILITIES, [0, 1]), "50% are right"),
    "curves": (lambda: show_training_curves(ROWS, reference=REFERENCE_TRACE), "reference trace"),
}


@pytest.fixture(scope="module", autouse=True)
def ipython() -> None:
    start_ipython()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("show", "said"), FIGURES.values(), ids=FIGURES.keys())
def test_a_figure_is_a_picture_with_a_sentence_that_says_what_is_seen(
    show: Callable[[], None], said: str
) -> None:
    with capture_output() as captured:
        show()
    (output,) = captured.outputs
    assert said in output.data["text/plain"]
    found = re.fullmatch(
        r'<img alt="([^"]+)" width="\d+" src="data:image/png;base64,([^"]+)">',
        output.data["text/html"],
    )
    assert found is not None and found[1] == output.data["text/plain"]
    png = base64.b64decode(found[2])
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG") and min(width, height) > 100


@pytest.mark.parametrize(
    "show",
    [
        lambda: show_lengths([]),
        lambda: show_ratings([]),
        lambda: show_confidence(PROBABILITIES, [0]),
        lambda: show_confidence(PROBABILITIES[:0], []),
        lambda: show_training_curves([]),
        lambda: show_word_map(TABLE, {str(n): ["good", "bad"] for n in range(6)}),
        lambda: show_word_map(TABLE, {"one": ["good", "blorptastic"]}),
    ],
)
def test_nothing_to_draw_is_refused(show: Callable[[], None]) -> None:
    with pytest.raises(ValueError, match=r"got|does not know"):
        show()


def test_alternative_text_cannot_break_out_of_its_attribute() -> None:
    figure, _ = new_figure()
    assert '<img alt="&quot;&gt;&lt;script&gt;" width' in figure_html(figure, '"><script>')


def test_live_curves_are_drawn_again_in_the_same_place() -> None:
    live = LiveCurves(epochs=3)
    with capture_output() as captured:
        live(ROWS[0])
        live(ROWS[1])
    first, second = captured.outputs
    assert second.transient["display_id"] == first.transient["display_id"]
    assert 'value="2" max="3"' in second.data["text/html"]
    assert repr(live) == "LiveCurves(2 of 3 epochs)"
