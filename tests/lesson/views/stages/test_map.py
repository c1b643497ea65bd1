"""The stage map without a browser: the content of stored outputs."""

import re

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.lesson.views.stages import StageMap
from tests.classroom.widgets.pretend_browser import Outline

EXAMPLES = {"embedding": "love: [<b>0.12</b>, …]"}


@pytest.mark.parametrize("is_large", [False, True])
def test_each_stage_links_to_its_notebook_and_training_to_its_own(is_large: bool) -> None:
    links = Outline(StageMap(is_large=is_large)._repr_html_()).links
    names = {one: one.title if is_large else one.step for one in course().stages}
    wanted = {name: f"{stage.lesson}.ipynb" for stage, name in names.items()}
    wanted["Training"] = "05_training.ipynb"
    assert {title: link["href"] for title, link in links.items()} == wanted
    assert set(wanted.values()) <= {lesson.file_name for lesson in course().lessons}


@pytest.mark.parametrize("is_large", [False, True])
def test_each_stage_has_its_shapes_and_its_example(is_large: bool) -> None:
    page = StageMap(examples=EXAMPLES, is_large=is_large)._repr_html_()
    for stage in course().stages:
        shapes = (stage.shape_in, stage.shape_out)
        joined = [" → ".join(shapes)]
        assert all(one in page for one in (shapes if is_large else joined))
    assert page.count("for example love: [&lt;b&gt;0.12&lt;/b&gt;, …]") == (1 if is_large else 2)


@pytest.mark.parametrize("here", [*(stage.slug for stage in course().stages), "training"])
def test_exactly_one_box_is_the_current_step(here: str) -> None:
    stage_map = StageMap(here)
    page = stage_map._repr_html_()
    current = [title for title, link in Outline(page).links.items() if "aria-current" in link]
    steps = {stage.slug: stage.step for stage in course().stages} | {"training": "Training"}
    titles = {stage.slug: stage.title for stage in course().stages} | {"training": "Training"}
    assert current == [steps[here]]
    assert re.findall(r"\[(?:\d\. )?(.+?): you are here\]", repr(stage_map)) == [titles[here]]


def test_an_unknown_stage_is_rejected_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"text, preprocessing, .*, training; got 'bach'"):
        StageMap("bach")
