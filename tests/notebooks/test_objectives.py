"""Each objective links to the cell that teaches it, in the notebook that lists it."""

import pytest

from lessons_lib.annexes.authoring.source import read_source
from lessons_lib.classroom.course import Notebook, course, course_folder

LESSONS = [one for one in course().lessons if not one.is_free]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_each_objective_is_taught_in_a_cell_of_prose(lesson: Notebook) -> None:
    path = course_folder() / "notebooks" / "source" / f"{lesson.slug}.py"
    prose = {cell.id for cell in read_source(path).cells if cell.id.startswith("prose-")}
    assert {goal.cell for goal in lesson.objectives} <= prose
