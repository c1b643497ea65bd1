"""Each objective links to the cell that teaches it, in the notebook that lists it."""

import nbformat
import pytest

from lessons_lib.classroom.course import Notebook, course, course_folder

LESSONS = [one for one in course().lessons if not one.is_free]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_each_objective_is_taught_in_a_cell_of_prose(lesson: Notebook) -> None:
    notebook = nbformat.read(course_folder() / "notebooks" / lesson.file_name, as_version=4)
    prose = {cell.id for cell in notebook.cells if cell.id.startswith("prose-")}
    assert {goal.cell for goal in lesson.objectives} <= prose
