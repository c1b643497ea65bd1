import base64
import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from IPython.utils.capture import capture_output
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb, to_rgba, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Annotation, Text
from numpy.typing import NDArray
from PIL import Image

from lessons_lib.classroom.widgets.explore.explore import Table
from lessons_lib.lesson.notebooks.labels import show_shares
from lessons_lib.lesson.plots import style
from lessons_lib.lesson.plots.latencies import (
    plot_latencies,
    plot_simulated_and_measured,
    plot_ways,
)
from lessons_lib.lesson.plots.style import (
    PIXELS_PER_INCH,
    display_table,
    figure_html,
    new_figure,
    progress_bar,
)
from lessons_lib.lesson.plots.texts import (
    plot_confidence,
    plot_lengths,
    plot_ratings,
    plot_word_map,
)
from lessons_lib.lesson.plots.throughput import (
    plot_frontier,
    plot_modes,
    plot_stage_costs,
    plot_throughput,
)
from lessons_lib.lesson.plots.training_curves import LiveCurves, plot_training_curves
from lessons_lib.pipeline.embedding.table import load_word_vectors
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.model.trace import REFERENCE_TRACE, EpochRow
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.latency import LatencySummary
from lessons_lib.pipeline.timing.simulate import simulate

ROWS = [EpochRow(n, 1 / n, 0.5, 0.9, 0.4) for n in (1, 2, 3)]
PROBABILITIES = np.array([[0.8, 0.1, 0.1], [0.4, 0.3, 0.3]], dtype=np.float32)
PAIR = simulate([0.0, 0.001], CostModel(0.002, 0.0001), BatchingPolicy(2, 1.0))
TABLE = load_word_vectors()
SIMULATED: Any = SimpleNamespace(p50_ms=5, p99_ms=9)
MEASURED: Any = SimpleNamespace(p50_ms=6, p99_ms=8)
FIGURES: dict[str, tuple[Callable[[], None], str]] = {
    "lengths": (lambda: plot_lengths([3, 5, 30], limit=20), "33 % of the texts have more than 20"),
    "ratings": (lambda: plot_ratings([2, 2, 0, -1]), "25 % negative, 25 % neutral, 50 % positive"),
    "words": (lambda: plot_word_map(TABLE, {"two": ["good", "bad"]}), "two: good, bad"),
    "confidence": (lambda: plot_confidence(PROBABILITIES, [0, 1]), "50 % are correct"),
    "throughput": (
        lambda: plot_throughput({1: [2.0, 4.0], 8: [0.5], 64: [1.0]}, n_texts=8, note="Here."),
        "from 3 texts per second at 1 up to 16 at 8, the sweet spot, and 8 at 64. Here.",
    ),
    "stages": (
        lambda: plot_stage_costs({"textbook": {"encode": [2e-6, 4e-6]}}, n_texts=2, note="Here."),
        "by stage: textbook: encode 1.50. Here.",
    ),
    "frontier": (
        lambda: plot_frontier({1: [0.001], 64: [0.014]}, cost=CostModel(0.0008, 0.0002)),
        "64: 14 ms and 4,571 texts per second. The knee is at 16 texts.",
    ),
    "simulated and measured": (
        lambda: plot_simulated_and_measured({50: (SIMULATED, MEASURED)}, saturation_per_s=100),
        "at 50 % of saturation, p50 5 and 6 ms, p99 9 and 8 ms.",
    ),
    "modes": (
        lambda: plot_modes({"folded": {"real-time": [2.0, 4.0, 2.0], "batch": [1.0]}}, n_texts=8),
        "folded path, real-time 4, batch 8.",
    ),
    "latencies": (
        lambda: plot_latencies({"one": [1.0, 2.0, 3.0], "two": [5.0]}, note="Here."),
        "one: p50 2 ms, p90 2.8 ms, p99 2.98 ms; two: p50 5 ms",
    ),
    "ways": (
        lambda: plot_ways({"folded": {"function": LatencySummary(200, 0.5, 0.75, 2, 2_000)}}),
        "function, folded path, p50 0.50 ms, p99 2.0 ms.",
    ),
    "curves": (
        lambda: plot_training_curves(ROWS, reference=REFERENCE_TRACE),
        "Held-out loss starts at 0.90, is lowest after epoch 1 with 0.90, and ends at 0.90.",
    ),
    "reference": (
        lambda: plot_training_curves(reference=REFERENCE_TRACE),
        "loss 1.20, 0.80, 0.50, 0.35, 0.30; accuracy 0.45, 0.65, 0.78, 0.85, 0.88. The dotted gray",
    ),
}
# Where an axis ends: (panel, axis, first, last). None: wherever the data begin.
ENDS: dict[str, list[tuple[int, str, float | None, float]]] = {
    "ratings": [(0, "x", -4, 4)],
    "confidence": [(0, "x", 0.3, 1), (0, "y", 0, 1)],
    "simulated and measured": [(0, "x", 0, 100)],
    "curves": [(0, "x", 0.5, 10), (1, "x", 0.5, 10), (1, "y", None, 1)],
    "reference": [(0, "x", 0.5, 10), (1, "x", 0.5, 10), (1, "y", None, 1)],
}
WHITE, LAB_DARK = "#ffffff", "#111111"
DARK = (LAB_DARK, "#212121")  # the page, and a cell's editor
# What `hue-rotate(180deg)` does to red, green and blue: the matrix of W3C's Filter Effects.
HUE_ROTATION = [[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]]


def in_dark_theme(color: Any) -> NDArray[np.float64]:
    """Return what page.css makes of a color: `invert(1) hue-rotate(180deg)`."""
    turned: NDArray[np.float64] = np.array(HUE_ROTATION) @ (1 - np.array(to_rgb(color)))
    return np.clip(turned, 0, 1)


def contrast(color: Any, ground: str) -> float:
    """Return WCAG's ratio of contrast."""
    rgb = np.array([to_rgb(color), to_rgb(ground)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return float(high / low)


def visible_colors(figure: Figure, kind: type[Artist]) -> set[str]:
    """Return the colors of a kind of artist in a figure, as `#rrggbbaa`."""
    colors: list[Any] = []
    for artist in figure.findobj(lambda one: isinstance(one, kind) and one.get_visible()):
        if isinstance(artist, Text | Line2D):
            is_empty = isinstance(artist, Text) and not artist.get_text()
            colors += [] if is_empty else [artist.get_color()]
        elif isinstance(artist, Patch | Collection):
            colors += [*to_rgba_array(artist.get_facecolor())]
            colors += [*to_rgba_array(artist.get_edgecolor())]
    return {to_hex(color, keep_alpha=True) for color in colors if to_rgba(color)[3]}


@pytest.fixture
def draw(saved: list[Figure]) -> Callable[[str], Figure]:
    """Return a function that draws one of `FIGURES` and returns it."""

    def draw(name: str) -> Figure:
        with capture_output():
            FIGURES[name][0]()
        return saved[-1]

    return draw


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_reads_on_light_and_dark_pages(name: str, draw: Callable[[str], Figure]) -> None:
    figure = draw(name)
    for kind, least in ((Text, 4.5), (Line2D, 3), (Patch, 3), (Collection, 3)):
        for color in visible_colors(figure, kind):
            assert color.endswith("ff"), "a translucent color has less contrast"
            assert contrast(color, WHITE) >= least, color
            assert min(contrast(in_dark_theme(color), dark) for dark in DARK) >= least, color
            assert contrast(color, LAB_DARK) >= 3, f"{color} needs the style of the page"
    sizes = [float(one.get_fontsize()) for one in figure.findobj(Text) if one.get_text()]
    assert min(sizes) * PIXELS_PER_INCH / 72 >= 12


@pytest.mark.parametrize("name", ENDS)
def test_an_axis_ends_where_data_can(name: str, draw: Callable[[str], Figure]) -> None:
    panels = draw(name).axes
    for panel, axis, first, last in ENDS[name]:
        limits = getattr(panels[panel], f"get_{axis}lim")()
        assert limits == pytest.approx((limits[0] if first is None else first, last))


@pytest.mark.parametrize("name", ["stages", "modes"])
def test_the_number_of_a_bar_is_at_its_end(name: str, draw: Callable[[str], Figure]) -> None:
    (axes,) = draw(name).axes
    ends = [bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)]
    assert [one.xy[0] for one in axes.texts if isinstance(one, Annotation)] == ends


@pytest.mark.parametrize(("show", "expected"), FIGURES.values(), ids=FIGURES.keys())
def test_a_figure_is_a_picture_with_alternative_text_that_describes_it(
    show: Callable[[], None], expected: str
) -> None:
    with capture_output() as captured:
        show()
    (output,) = captured.outputs
    assert expected in output.data["text/plain"]
    found = re.fullmatch(
        r'<img alt="([^"]+)" width="(\d+)" class="lessons-figure" '
        r'src="data:image/png;base64,([^"]+)">',
        output.data["text/html"],
    )
    assert found is not None and found[1] == output.data["text/plain"]
    with Image.open(io.BytesIO(base64.b64decode(found[3]))) as image:
        assert image.width == 2 * int(found[2])
        assert image.mode == "RGBA" and image.getchannel("A").getpixel((0, 0)) == 0


@pytest.mark.parametrize(
    "show",
    [
        lambda: plot_lengths([]),
        lambda: plot_ratings([]),
        lambda: plot_throughput({512: [1.0]}, n_texts=8),
        lambda: plot_stage_costs({"textbook": {}}, n_texts=8),
        lambda: plot_modes({}, n_texts=8),
        lambda: plot_frontier({1: [0.001]}, cost=CostModel(0.0008, 0.0002)),
        lambda: plot_simulated_and_measured({}, saturation_per_s=1),
        lambda: plot_latencies({"one": [0.0]}),
        lambda: plot_confidence(PROBABILITIES, [0]),
        lambda: plot_training_curves(),
        lambda: plot_word_map(TABLE, {str(n): ["good", "bad"] for n in range(6)}),
        lambda: plot_word_map(TABLE, {"one": ["good", "blorptastic"]}),
    ],
)
def test_nothing_to_draw_is_rejected(show: Callable[[], None]) -> None:
    with pytest.raises(ValueError, match=r"got|does not contain"):
        show()


def test_alternative_text_cannot_break_out_of_its_attribute() -> None:
    figure, _ = new_figure()
    assert '<img alt="&quot;&gt;&lt;script&gt;" width' in figure_html(figure, '"><script>')


def test_live_curves_replace_the_previous_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []

    def draw(figure: Figure, alt: str) -> str:
        drawn.append(figure)
        return figure_html(figure, alt)

    monkeypatch.setattr(style, "figure_html", draw)
    live = LiveCurves(epochs=3)
    with capture_output() as captured:
        live(ROWS[0])
        live(ROWS[1])
    first, second = captured.outputs
    assert second.transient["display_id"] == first.transient["display_id"]
    assert 'value="2" max="3"' in second.data["text/html"]
    assert [figure.axes for figure in drawn] == [[], []]  # they keep no pixels


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


def test_a_table_is_aligned_in_a_terminal_and_escaped_on_a_page() -> None:
    with capture_output() as captured:
        display_table(Table(("way", "ms"), (("one <by> one", "1.5"), ("together", "12")), "Here."))
    (output,) = captured.outputs
    lines = ["way            ms", "one <by> one  1.5", "together       12", "Here."]
    assert output.data["text/plain"].splitlines() == lines
    assert "one &lt;by&gt; one</th><td>1.5</td></tr>" in output.data["text/html"]


def test_the_shares_of_words_are_chips_with_the_color_of_the_class_they_push_to() -> None:
    trace = SentimentPipeline.load().trace("not <b> good")
    with capture_output() as captured:
        show_shares(trace)
    (output,) = captured.outputs
    assert output.data["text/plain"].splitlines()[0].startswith("not <b> good: + positive (")
    assert output.data["text/html"].count("<span") == len(trace.tokens)
    assert "not &lt;b&gt; good" in output.data["text/html"]
    assert f"solid {style.CLASS_COLORS[2]}" in output.data["text/html"]
