"""The moving pictures without a browser: what they draw comes from a run and from the model."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from lessons_lib.annexes.authoring.pictures import (
    ASSETS,
    BATCH,
    BOX,
    COMING_S,
    EXAMPLE_COST,
    LASTS_S,
    LEAVE_S,
    MODEL,
    SLOWNESS,
    WHOLE_S,
    queue_picture,
    start_picture,
    write,
)
from lessons_lib.lesson.views.queue import tour_for
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.text.corpus import demo_corpus
from lessons_lib.pipeline.timing.simulate import simulate_poisson

PICTURES = {"queue": queue_picture(), "start": start_picture()}
DOTS = re.compile(r"@keyframes lessons-dot-\d+\{(.*?)\}\}", re.DOTALL)
FRAME = re.compile(r"([\d.]+)%\{transform:translate\((-?\d+)px,\d+px\);fill:(.*?);")


def dots() -> list[list[tuple[float, int, str]]]:
    """Return each dot's keyframes: a percentage of the whole, how far right, and a color."""
    found = [FRAME.findall(one) for one in DOTS.findall(PICTURES["queue"])]
    return [[(float(at), int(x), fill) for at, x, fill in frames] for frames in found]


def test_the_shipped_pictures_are_those_that_the_script_makes(tmp_path: Path) -> None:
    write(tmp_path)
    for path in tmp_path.iterdir():
        assert (ASSETS / path.name).read_text("utf-8") == path.read_text("utf-8")
    assert len(list(tmp_path.iterdir())) == len(PICTURES)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_small_and_only_its_words_are_left_in_an_untrusted_page(picture: str) -> None:
    assert len(picture.encode()) < 150_000
    assert "<text" not in picture  # a sanitizer would keep what is in it
    assert 'role="img" aria-label="' in picture


def test_the_queue_stands_still_with_the_dots_that_the_run_has_in_each_box() -> None:
    stop = tour_for(EXAMPLE_COST.texts_per_s)[1]
    setting = stop.rate_per_s, stop.max_batch_size, stop.batch_wait_timeout_ms
    run = simulate_poisson(*setting, cost=EXAMPLE_COST, n=100)
    end_s = (LASTS_S - COMING_S) / SLOWNESS
    works = ((run.started_s <= end_s) & (end_s < run.finished_s)).sum()
    waits = ((run.arrivals_s <= end_s) & (end_s < run.started_s)).sum()
    last = [max(one for one in dot if one[0] <= 100 * LASTS_S / WHOLE_S) for dot in dots()]
    working = [x for _, x, fill in last if fill != "#888" and MODEL < x < MODEL + BOX]
    waiting = [x for _, x, fill in last if fill == "#888" and BATCH < x < BATCH + BOX]
    leaving = (run.finished_s <= end_s) & (end_s < run.finished_s + LEAVE_S / SLOWNESS)
    assert (len(working), len(waiting)) == (works + leaving.sum(), waits)
    assert works > 1 and waits > 1


def test_every_dot_moves_forward_in_time_and_never_back_to_the_left() -> None:
    assert len(dots()) > 30
    for frames in dots():
        for (at, x, _), (later, further, _) in pairwise(frames):
            assert at <= later <= 100
            assert x <= further or further > BATCH  # a cell in the next row


def test_the_start_page_has_a_tile_for_each_text_with_the_label_that_the_model_gives_it() -> None:
    corpus = demo_corpus()
    labels = FoldedPipeline.load().probabilities(corpus.archive(len(corpus))).argmax(axis=1)
    picture = PICTURES["start"]
    for number, name in enumerate(("negative", "neutral", "positive")):
        count = int((labels == number).sum())
        assert picture.count(f'<rect class="moving-{name}"') == count
        assert f"{count} {name}" in picture.partition("<figcaption>")[2]
    assert "&lt;i&gt;" in start_picture("<i>")
