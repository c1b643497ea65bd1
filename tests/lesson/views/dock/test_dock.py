"""The dock: its figures are those of the boats, and its picture moves as they say."""

import re

import pytest

from lessons_lib.formats import duration
from lessons_lib.lesson.views.crossings import (
    CROSSING_COST,
    DOCK_PEOPLE,
    FEW_PER_S,
    MANY_FOR_S,
    MANY_PER_S,
    CrossingLane,
    all_waiting,
    few_arrive,
    too_many_arrive,
)
from lessons_lib.lesson.views.dock import CROSSING_BEGINS_S, CROSSING_LASTS_S, Dock, show_dock
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.simulate import simulate

ALONE_S = CROSSING_COST.fixed_s + CROSSING_COST.per_text_s
TOGETHER_S = CROSSING_COST.fixed_s + DOCK_PEOPLE * CROSSING_COST.per_text_s


def waits(lane: CrossingLane) -> list[float]:
    return [one.waits_s for one in lane.people]


def test_a_pile_crosses_one_by_one_or_all_together() -> None:
    rowboat, ferry = all_waiting().lanes
    assert waits(rowboat) == pytest.approx([n * ALONE_S for n in range(1, DOCK_PEOPLE + 1)])
    assert waits(ferry) == pytest.approx([TOGETHER_S] * DOCK_PEOPLE)
    assert (rowboat.trips, ferry.trips) == (DOCK_PEOPLE, 1)


def test_few_people_have_the_rowboat_for_themselves_and_wait_for_the_ferry_to_fill() -> None:
    rowboat, ferry = few_arrive(FEW_PER_S).lanes
    assert waits(rowboat) == pytest.approx([ALONE_S] * DOCK_PEOPLE)
    missing = range(DOCK_PEOPLE - 1, -1, -1)  # people, when each of them arrives
    assert waits(ferry) == pytest.approx([n / FEW_PER_S + TOGETHER_S for n in missing])


def test_too_many_people_queue_for_the_rowboat_longer_and_longer() -> None:
    rowboat, ferry = too_many_arrive(MANY_PER_S).lanes
    more_each_s = ALONE_S - 1 / MANY_PER_S  # each person waits that much longer than the one before
    last = MANY_PER_S * MANY_FOR_S - 1
    assert waits(rowboat)[-1] == pytest.approx(ALONE_S + last * more_each_s)
    assert waits(rowboat) == sorted(waits(rowboat))
    assert rowboat.left == pytest.approx(last * more_each_s / ALONE_S, abs=3)
    assert max(waits(ferry)) <= (DOCK_PEOPLE - 1) / MANY_PER_S + TOGETHER_S + 1e-9
    assert ferry.left == 0


def test_what_a_scene_means_names_the_figures_that_its_table_shows() -> None:
    html = show_dock()._repr_html_()
    meanings = re.findall(r'<p class="dock-meaning">(.*?)</p>', html)
    assert len(meanings) == 4
    for meaning, table in zip(meanings, re.findall(r"<tbody>(.*?)</tbody>", html), strict=True):
        shown = set(re.findall(r"<td>([\d.]+ m?s)", table)) | {
            duration((DOCK_PEOPLE - 1) / MANY_PER_S)
        }
        assert set(re.findall(r"[\d.]+ m?s\b", meaning)) <= shown


def test_the_first_label_is_never_taken_for_those_of_all() -> None:
    html = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", "", show_dock()._repr_html_(), flags=re.DOTALL)
    assert "first: + positive after 2.1 ms" in html and "wait: up to 3.0 s and growing" in html
    assert html.count("+ positive; all 16 labels after 3.6 ms") == 1


def test_everybody_is_across_when_the_picture_ends() -> None:
    html = Dock([all_waiting()], [Label.POSITIVE] * DOCK_PEOPLE)._repr_html_()
    ends = [float(one) for one in re.findall(r'dock-bar" style="--f:([\d.]+)s', html)]
    assert len(ends) == 2 * DOCK_PEOPLE
    assert max(ends) == pytest.approx(CROSSING_BEGINS_S + CROSSING_LASTS_S, abs=0.3)
    assert html.count("<rect") == html.count('class="dock-person') == 2 * DOCK_PEOPLE


def test_runs_of_a_notebook_are_drawn_with_the_boats_of_their_modes() -> None:
    run = simulate(poisson(700, 16, seed=3), CROSSING_COST, BatchingPolicy(8, 0.003))
    dock = show_dock({"micro-batching": run})
    html = dock._repr_html_()
    assert "small ferry" in html and "<fieldset" not in html
    assert html.count('class="dock-person') == len(run.latency_ms)
    assert duration(run.latency_ms.max() / 1000) in repr(dock)


def test_only_words_and_tables_are_left_where_drawings_are_removed() -> None:
    html = show_dock()._repr_html_()
    left = re.sub(r"<(style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert "a pile goes by ferry" in left and left.count("<table") == 4
    assert "<text" not in html
