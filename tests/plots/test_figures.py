from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output

from lessons_lib.embedding.table import load_word_vectors
from lessons_lib.model.trace import REFERENCE_TRACE, EpochRow
from lessons_lib.plots.latencies import plot_latencies, plot_simulated_and_measured
from lessons_lib.plots.style import figure_html, new_figure, progress_bar
from lessons_lib.plots.texts import plot_confidence, plot_lengths, plot_ratings, plot_word_map
from lessons_lib.plots.throughput import (
    plot_frontier,
    plot_modes,
    plot_stage_costs,
    plot_throughput,
)
from lessons_lib.plots.timelines import plot_timelines
from lessons_lib.plots.training_curves import LiveCurves, plot_training_curves
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.simulate import BatchingPolicy, simulate

ROWS = [EpochRow(n, 1 / n, 0.5, 0.9, 0.4) for n in (1, 2, 3)]
PROBABILITIES = np.array([[0.8, 0.1, 0.1], [0.4, 0.3, 0.3]], dtype=np.float32)
PAIR = simulate([0.0, 0.001], CostModel(0.002, 0.0001), BatchingPolicy(2, 1.0))
TABLE = load_word_vectors()
SIMULATED: Any = SimpleNamespace(p50_ms=5, p99_ms=9)
MEASURED: Any = SimpleNamespace(p50_ms=6, p99_ms=8)
FIGURES: dict[str, tuple[Callable[[], None], str]] = {
    "lengths": (lambda: plot_lengths([3, 5, 30], limit=20), "33% of the texts go beyond 20"),
    "ratings": (lambda: plot_ratings([2, 2, 0, -1]), "25% negative, 25% neutral, 50% positive"),
    "words": (lambda: plot_word_map(TABLE, {"two": ["good", "bad"]}), "two: good, bad"),
    "confidence": (lambda: plot_confidence(PROBABILITIES, [0, 1]), "50% are right"),
    "throughput": (
        lambda: plot_throughput({1: [2.0, 4.0], 8: [0.5], 64: [1.0]}, n_texts=8, note="Here."),
        "from 3 texts per second at 1 up to 16 at 8, the sweet spot, and 8 at 64. Here.",
    ),
    "stages": (
        lambda: plot_stage_costs({"textbook": {"encode": [2e-6, 4e-6]}}, n_texts=2, note="Here."),
        "by stage: textbook: encode 1.50. Here.",
    ),
    "frontier": (
        lambda: plot_frontier({1: [0.001], 8: [0.002], 64: [0.014]}, knee=8, note="Here."),
        "8: 2 ms and 4,000 a second, 64: 14 ms and 4,571 a second. The knee is at 8. Here.",
    ),
    "simulated and measured": (
        lambda: plot_simulated_and_measured(
            {50.0: (SIMULATED, MEASURED)}, saturation_per_s=100, note="Here."
        ),
        "at 50 percent p50 5 and 6 ms, p99 9 and 8 ms. Here.",
    ),
    "timelines": (
        lambda: plot_timelines({"batch": PAIR}),
        "batch: 1 pass, answers after 2.2 to 3.2 ms, all done at 3.2 ms.",
    ),
    "modes": (
        lambda: plot_modes(
            {"textbook": {"real-time": [2.0, 4.0, 2.0], "batch": [1.0]}}, n_texts=8, note="Here."
        ),
        "textbook path, real-time 4, batch 8. Here.",
    ),
    "latencies": (
        lambda: plot_latencies({"one": [1.0, 2.0, 3.0], "two": [5.0]}, note="Here."),
        "one: p50 2 ms, p90 2.8 ms, p99 2.98 ms; two: p50 5 ms",
    ),
    "curves": (lambda: plot_training_curves(ROWS, reference=REFERENCE_TRACE), "reference trace"),
}


@pytest.fixture(scope="module", autouse=True)
def ipython() -> None:
    start_ipython()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("show", "expected"), FIGURES.values(), ids=FIGURES.keys())
def test_a_figure_is_a_picture_with_alternative_text_that_describes_it(
    show: Callable[[], None], expected: str
) -> None:
    with capture_output() as captured:
        show()
    (output,) = captured.outputs
    assert expected in output.data["text/plain"]
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
        lambda: plot_lengths([]),
        lambda: plot_ratings([]),
        lambda: plot_throughput({512: [1.0]}, n_texts=8),
        lambda: plot_stage_costs({"textbook": {}}, n_texts=8),
        lambda: plot_modes({}, n_texts=8),
        lambda: plot_frontier({1: [0.001]}, knee=1),
        lambda: plot_frontier({1: [0.001], 8: [0.002]}, knee=3),
        lambda: plot_simulated_and_measured({}, saturation_per_s=1),
        lambda: plot_timelines({}),
        lambda: plot_latencies({}),
        lambda: plot_latencies({"one": [0.0]}),
        lambda: plot_confidence(PROBABILITIES, [0]),
        lambda: plot_confidence(PROBABILITIES[:0], []),
        lambda: plot_training_curves([]),
        lambda: plot_word_map(TABLE, {str(n): ["good", "bad"] for n in range(6)}),
        lambda: plot_word_map(TABLE, {"one": ["good", "blorptastic"]}),
    ],
)
def test_nothing_to_draw_is_rejected(show: Callable[[], None]) -> None:
    with pytest.raises(ValueError, match=r"got|does not know"):
        show()


def test_alternative_text_cannot_break_out_of_its_attribute() -> None:
    figure, _ = new_figure()
    assert '<img alt="&quot;&gt;&lt;script&gt;" width' in figure_html(figure, '"><script>')


def test_live_curves_replace_the_previous_ones() -> None:
    live = LiveCurves(epochs=3)
    with capture_output() as captured:
        live(ROWS[0])
        live(ROWS[1])
    first, second = captured.outputs
    assert second.transient["display_id"] == first.transient["display_id"]
    assert 'value="2" max="3"' in second.data["text/html"]


def test_a_progress_bar_updates_and_is_removed_at_the_end_or_an_interrupt() -> None:
    with capture_output() as captured:
        assert list(progress_bar(range(2), label="a < b")) == [0, 1]
    texts = [output.data["text/plain"] for output in captured.outputs]
    assert texts == ["a < b: 0 of 2", "a < b: 1 of 2", "a < b: 2 of 2", ""]
    assert len({output.transient["display_id"] for output in captured.outputs}) == 1
    assert "a &lt; b" in captured.outputs[0].data["text/html"]
    with capture_output() as captured, pytest.raises(KeyboardInterrupt):
        for _ in progress_bar(range(3)):
            raise KeyboardInterrupt
    assert captured.outputs[-1].data["text/html"] == ""
