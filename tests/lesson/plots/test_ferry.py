"""The picture of the ferry: one boat per pass, one passenger per text."""

from collections.abc import Iterable, Mapping

import pytest
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Wedge
from matplotlib.text import Text

from lessons_lib.lesson.plots.ferry import MOST_SEATS_DRAWN, plot_crossings
from lessons_lib.lesson.plots.style import MODE_COLORS
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate


class Drawn:
    """The parts of a drawn picture."""

    def __init__(self, figure: Figure) -> None:
        (axes,) = figure.axes
        people = [one for one in axes.patches if isinstance(one, Wedge)]
        self.passengers = sum(one.get_fill() for one in people)
        self.empty_seats = len(people) - self.passengers
        hulls = [one for one in axes.patches if isinstance(one, Polygon) and one.get_closed()]
        self.hulls = [to_hex(one.get_edgecolor()).upper() for one in hulls]
        self.filled = [one.get_fill() for one in hulls]
        self.texts = [one.get_text() for one in figure.findobj(Text) if one.get_text()]
        self.ends = [one.get_window_extent().x1 for one in hulls]
        self.width = figure.bbox.width


def draw(
    figures: list[Figure], rows: Mapping[str, Iterable[int]], seats: int | None = None
) -> Drawn:
    with capture_output():
        plot_crossings(rows, seats=seats)
    return Drawn(figures[-1])


def test_each_batch_is_a_boat_and_each_text_a_passenger(saved: list[Figure]) -> None:
    policy = BatchingPolicy(max_batch_size=8, batch_wait_timeout_s=0.0)
    run = simulate([0.0] * 11, CostModel(0.002, 0.0001), policy)
    drawn = draw(saved, {"micro-batching": run.batch_sizes})
    assert drawn.hulls == [MODE_COLORS["micro-batching"]] * 2
    assert drawn.filled == [True, False]  # the same boat, which crosses again
    assert (drawn.passengers, drawn.empty_seats) == (11, 0)
    assert drawn.texts == ["micro-batching: one boat, 2 crossings with 8 and 3 passengers"]


def test_empty_seats_are_outlined_except_in_a_rowboat(saved: list[Figure]) -> None:
    drawn = draw(saved, {"real-time": [1, 1], "micro-batching, 5 ms": [3, 8]}, seats=8)
    assert (drawn.passengers, drawn.empty_seats) == (13, 5)
    assert drawn.hulls[2:] == [MODE_COLORS["micro-batching"]] * 2
    assert drawn.texts[0] == "real-time: one boat, 2 crossings with 1 passenger each"
    assert drawn.texts[1].endswith("with 3 and 8 passengers; it has 8 seats")
    drawn = draw(saved, {"batch": [3]}, seats=8)
    assert drawn.texts == ["batch: 1 crossing with 3 passengers; it has 8 seats"]


def test_a_large_batch_is_a_ship_with_a_number(saved: list[Figure]) -> None:
    drawn = draw(saved, {"batch": [4096, 4096, 1808]}, seats=4096)
    assert (drawn.passengers, drawn.empty_seats, len(drawn.hulls)) == (0, 0, 3)
    assert drawn.texts[1:] == ["4,096", "4,096", "1,808 of 4,096"]


@pytest.mark.parametrize("size", [1, 2, 5, 8, 16, MOST_SEATS_DRAWN, MOST_SEATS_DRAWN + 1])
@pytest.mark.parametrize("n", [1, 12, 300])
def test_every_boat_is_inside_the_picture(saved: list[Figure], size: int, n: int) -> None:
    drawn = draw(saved, {"batch": [size] * n})
    assert 1 <= len(drawn.hulls) <= n
    assert max(drawn.ends) <= drawn.width
    assert drawn.passengers == (0 if size > MOST_SEATS_DRAWN else size * len(drawn.hulls))


@pytest.mark.parametrize(
    ("sizes", "seats", "words"),
    [
        ([9], 8, "1 to 8 passengers, got 9 for 'batch'"),
        ([0], None, "1 or more passengers, got 0 for"),
        ([], None, "got none"),
    ],
)
def test_impossible_boats_are_rejected(sizes: list[int], seats: int | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plot_crossings({"batch": sizes}, seats=seats)
