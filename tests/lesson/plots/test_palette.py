"""The colors of modes, classes and everything else can be told apart, whoever looks."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.lesson.plots import style

COLORS = [*style.MODE_COLORS.values(), *style.CLASS_COLORS, style.ACCENT]
# Machado, Oliveira and Fernandes 2009, table 1, severity 1.0, for linear RGB.
SEEN_BY = {
    "most people": np.eye(3),
    "people without red cones": np.array(
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
    ),
    "people without green cones": np.array(
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1, 1.089])
LEAST_DISTANCE = 10  # in CIELAB, of which 2.3 is just noticeable side by side


def linear(color: str) -> NDArray[np.float64]:
    values = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    xyz = TO_XYZ @ rgb.clip(0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("who", sorted(SEEN_BY))
def test_two_colors_never_look_the_same(who: str) -> None:
    seen = {color: lab(SEEN_BY[who] @ linear(color)) for color in COLORS}
    gaps = {(a, b): np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(COLORS, 2)}
    assert {pair: gap for pair, gap in gaps.items() if gap < LEAST_DISTANCE} == {}
