"""The live curves of notebook 05 answer no guess that is still open."""

from pathlib import Path

import pytest
from IPython.utils.capture import capture_output
from matplotlib.figure import Figure

from lessons_lib.classroom.widgets.explore import guess
from lessons_lib.classroom.widgets.explore.guess import show_guess, show_outcome
from lessons_lib.lesson.plots import style
from lessons_lib.lesson.plots.style import figure_html
from lessons_lib.lesson.plots.training_curves import ONLY_TRAINING, LiveCurves
from lessons_lib.pipeline.model.trace import EpochRow
from tests.classroom.widgets.pretend_browser import send

BOTH = {"training", "held-out"}


@pytest.mark.parametrize(
    ("last", "expected"), [("", {"training"}), ("commit", BOTH), ("show", BOTH)]
)
def test_held_out_curves_are_live_once_no_guess_about_them_is_open(
    last: str, expected: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = set[str]()

    def draw(figure: Figure, alt: str) -> str:
        named.update(text.get_text().strip() for axes in figure.axes for text in axes.texts)
        return figure_html(figure, alt)

    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(guess, "_SESSIONS", {})
    monkeypatch.setattr(style, "figure_html", draw)
    send(show_guess("best-epoch"), "commit", value=3)
    if last:
        send(show_outcome("held-out-accuracy", 64), last, value=6)
    with capture_output() as captured:
        LiveCurves(3, guesses=("best-epoch", "held-out-accuracy"))(EpochRow(1, 1.0, 0.5, 0.9, 0.4))
    (output,) = captured.outputs
    assert named == expected
    assert ("Held-out" in output.data["text/plain"]) is (expected == BOTH)
    assert (ONLY_TRAINING in output.data["text/html"]) is (expected != BOTH)
