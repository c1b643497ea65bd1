"""The stage map without a browser: what stands in stored outputs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from lessons_lib.practice.course import course
from lessons_lib.widgets.stages.map import StageMap


class Outline(HTMLParser):
    """Collects the links of a page, and whether every tag that opens also closes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, dict[str, str | None]] = {}
        self.open: list[str] = []
        self._link: dict[str, str | None] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)
        if tag == "a":
            self._link = dict(attrs)

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self.links[data] = self._link

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "a":
            self._link = None


def test_each_stage_links_to_its_notebook_and_training_to_its_own() -> None:
    outline = Outline(StageMap()._repr_html_())
    wanted = {stage.title: f"{stage.lesson}.ipynb" for stage in course().stages}
    wanted["Training"] = "05_training.ipynb"
    assert {title: link["href"] for title, link in outline.links.items()} == wanted
    assert set(wanted.values()) <= {lesson.file_name for lesson in course().lessons}
    assert outline.open == []


def test_the_shapes_of_each_stage_stand_in_its_box() -> None:
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


def test_without_a_place_nothing_is_marked() -> None:
    page = StageMap()._repr_html_()
    assert "You are here" not in page
    assert "aria-current" not in page


def test_the_text_names_all_six_stages_in_order() -> None:
    text = repr(StageMap("embedding"))
    places = [
        text.index(f"{number}. {stage.title}") for number, stage in enumerate(course().stages, 1)
    ]
    assert places == sorted(places)


def test_the_same_map_is_the_same_bytes() -> None:
    assert StageMap("batch")._repr_html_() == StageMap(here="batch")._repr_html_()


def test_an_unknown_place_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"text, preprocessing, .*, training; got 'bach'"):
        StageMap("bach")


def test_a_place_that_is_no_string_is_refused() -> None:
    with pytest.raises(TypeError, match=r"name of a stage \(str\), got int"):
        StageMap(4)  # type: ignore[arg-type]
