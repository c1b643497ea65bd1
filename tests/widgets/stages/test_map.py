"""The stage map without a browser: the content of stored outputs."""

from __future__ import annotations

import re

import pytest

from lessons_lib.practice.course import course
from lessons_lib.widgets.stages.map import StageMap
from tests.widgets.helpers import Outline


def test_each_stage_links_to_its_notebook_and_training_to_its_own() -> None:
    links = Outline(StageMap()._repr_html_()).links
    wanted = {stage.title: f"{stage.lesson}.ipynb" for stage in course().stages}
    wanted["Training"] = "05_training.ipynb"
    assert {title: link["href"] for title, link in links.items()} == wanted
    assert set(wanted.values()) <= {lesson.file_name for lesson in course().lessons}


def test_each_box_shows_the_shapes_of_its_stage() -> None:
    page = StageMap()._repr_html_()
    for stage in course().stages:
        assert f"in: {stage.shape_in}" in page
        assert f"out: {stage.shape_out}" in page


@pytest.mark.parametrize("here", [*(stage.slug for stage in course().stages), "training"])
def test_exactly_one_box_is_the_current_step(here: str) -> None:
    stage_map = StageMap(here)
    page = stage_map._repr_html_()
    current = [title for title, link in Outline(page).links.items() if "aria-current" in link]
    titles = {stage.slug: stage.title for stage in course().stages} | {"training": "Training"}
    assert current == [titles[here]]
    assert len(re.findall("You are here:", page)) == 1
    assert re.findall(r"\[(?:\d\. )?(.+?): you are here\]", repr(stage_map)) == [titles[here]]


def test_without_a_stage_nothing_is_marked() -> None:
    page = StageMap()._repr_html_()
    assert "You are here" not in page
    assert "aria-current" not in page


def test_the_text_names_all_six_stages_in_order() -> None:
    text = repr(StageMap("embedding"))
    titles = [f"{number}. {stage.title}" for number, stage in enumerate(course().stages, 1)]
    assert sorted(titles, key=text.index) == titles


def test_an_unknown_stage_is_rejected_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"text, preprocessing, .*, training; got 'bach'"):
        StageMap("bach")
    with pytest.raises(TypeError, match=r"name of a stage \(str\), got int"):
        StageMap(4)  # type: ignore[arg-type]
