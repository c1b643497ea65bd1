from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.authoring.source import read_source
from lessons_lib.practice.course import LESSONS, lesson
from lessons_lib.practice.modes.modes import MODES, mode, modes_table, with_table

COURSE = Path(__file__).parents[2]


def test_there_are_ten_modes_numbered_in_their_order() -> None:
    assert [one.number for one in MODES] == list(range(1, 11))
    assert len({one.slug for one in MODES}) == len({one.title for one in MODES}) == 10


def test_every_notebook_but_the_first_belongs_to_a_mode() -> None:
    assert {slug for one in MODES for slug in one.lessons} == {one.slug for one in LESSONS[1:]}


def test_the_minutes_are_those_of_the_course_plan() -> None:
    walked = [f"{number:02d}" for number in range(2, 9)]
    plan = {one.slug[:2]: one.minutes for one in LESSONS}
    assert mode("pipeline").minutes == sum(plan[number] for number in walked)
    assert mode("trace").minutes == plan["08"]


def test_the_pipeline_is_walked_from_the_second_notebook_to_the_eighth() -> None:
    assert [slug[:2] for slug in mode("pipeline").lessons] == [f"0{n}" for n in range(2, 9)]
    assert mode("pipeline").notebooks == "02–08"
    assert mode("training").notebooks == "05"


def test_what_a_mode_is_and_does_is_one_sentence_each() -> None:
    for one in MODES:
        for sentence in (one.idea, one.does):
            assert sentence.endswith(".")
            assert sentence.count(".") == 1


@pytest.mark.parametrize("one", MODES, ids=lambda one: one.slug)
def test_the_place_where_a_mode_begins_is_a_cell_of_its_notebook(one: object) -> None:
    assert isinstance(one, type(MODES[0]))
    source = COURSE / "notebooks" / "source" / f"{one.lessons[0]}.py"
    ids = [cell.id for cell in read_source(source).cells]
    assert not one.place or one.place in ids


def test_a_link_opens_the_first_notebook_at_its_place_and_others_at_their_top() -> None:
    assert mode("watch").link() == "09_micro_batching.ipynb#cell-id=try-it-1"
    assert mode("pipeline").link() == "02_raw_text.ipynb"
    assert mode("pipeline").link("04_embeddings") == "04_embeddings.ipynb"


def test_an_unknown_mode_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"concept, pipeline, .*, test; got 'nap'"):
        mode("nap")


def test_the_table_in_the_readme_is_made_from_the_modes() -> None:
    readme = (COURSE / "README.md").read_text(encoding="utf-8")
    assert with_table(readme) == readme


def test_the_table_has_a_row_for_each_mode_with_its_minutes_and_notebook() -> None:
    rows = modes_table().splitlines()[2:]
    assert len(rows) == len(MODES)
    for one, row in zip(MODES, rows, strict=True):
        assert row.startswith(f"| {one.number} {one.title} | {one.idea} | {one.does} |")
        assert row.endswith(f"(notebooks/{lesson(one.lessons[0]).file_name}) | {one.minutes} |")


@pytest.mark.parametrize(
    "text", ["", "<!-- modes -->\n", "<!-- /modes -->\n<!-- modes -->\n", "<!-- modes -->\n" * 2]
)
def test_marks_that_are_missing_or_doubled_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="once"):
        with_table(text)
