"""The generated beginnings and ends of notebooks."""

from __future__ import annotations

import pytest

from lessons_lib.authoring.frame import frame
from lessons_lib.practice.course import Lesson, Objective, course

PLAN = (
    Lesson("00_start", "Start", 3, "nothing", None),
    Lesson("02_text", "Text", 6, "nothing", "text", (Objective("a", "describe a text"),)),
    Lesson("06_batch", "Batch inference", 8, "02", "batch"),
)


def test_a_header_gives_number_title_minutes_needs_and_aims() -> None:
    assert frame("02_text", PLAN)["header"]() == (
        "# 2. Text\n\n6 min · needs nothing\n\nBy the end you can:\n\n- describe a text"
    )


def test_the_start_has_no_number() -> None:
    assert frame("00_start", PLAN)["header"]() == "# Start\n\n3 min · needs nothing"


def test_what_a_notebook_needs_is_linked() -> None:
    assert "needs [02](02_text.ipynb)" in frame("06_batch", PLAN)["header"]()


def test_a_footer_links_both_neighbours() -> None:
    assert frame("02_text", PLAN)["next"]() == (
        "← [Start](00_start.ipynb) · [6. Batch inference](06_batch.ipynb) →"
    )


def test_the_first_notebook_has_only_a_way_on() -> None:
    assert frame("00_start", PLAN)["next"]() == "[2. Text](02_text.ipynb) →"


def test_the_last_notebook_has_only_a_way_back() -> None:
    assert frame("06_batch", PLAN)["next"]() == "← [2. Text](02_text.ipynb)"


def test_a_name_outside_the_plan_is_refused_with_the_names_in_it() -> None:
    with pytest.raises(ValueError, match=r"got '03_other'.*known are 00_start, 02_text, 06_batch"):
        frame("03_other", PLAN)


@pytest.mark.parametrize("lesson", course().lessons, ids=lambda lesson: lesson.slug)
def test_every_lesson_of_the_course_is_framed(lesson: Lesson) -> None:
    assert frame(lesson.slug)["header"]().startswith("# ")
