"""The glossary page: built from the table, stored as built, and linked from every notebook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lessons_lib.authoring.__main__ import main
from lessons_lib.authoring.build import expected, source_names
from lessons_lib.authoring.glossary_page import glossary_page, write_page
from lessons_lib.practice.glossary import PAGE, glossary

if TYPE_CHECKING:
    from tests.authoring.conftest import SampleCourse

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ANCHORS = re.findall(r'<a id="([^"]+)"></a>', glossary_page())


def test_the_stored_page_is_what_the_table_makes_of_it() -> None:
    assert (NOTEBOOKS / PAGE).read_text(encoding="utf-8") == glossary_page()


def test_each_term_has_an_anchor_and_a_row_in_the_order_of_the_alphabet() -> None:
    assert sorted(one.slug for one in glossary()) == ANCHORS
    assert all(line.count("|") == 5 for line in glossary_page().splitlines() if "<a id" in line)


@pytest.mark.parametrize("name", source_names(NOTEBOOKS))
def test_the_links_of_a_notebook_lead_to_terms_each_once(name: str) -> None:
    notebook = expected(NOTEBOOKS, name)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    slugs = re.findall(rf"\]\({re.escape(PAGE)}#([^)]*)\)", prose)
    assert set(slugs) <= set(ANCHORS)
    assert len(slugs) == len(set(slugs))


def test_every_term_is_linked_from_a_notebook_but_those_of_figures_and_quizzes() -> None:
    linked = set()
    for name in source_names(NOTEBOOKS):
        for cell in expected(NOTEBOOKS, name).cells:
            linked |= set(re.findall(rf"\({re.escape(PAGE)}#([^)]*)\)", cell.source))
    assert set(ANCHORS) - linked <= {"utilisation", "closed-loop", "poisson-arrivals"}


def test_a_course_with_the_page_is_built_with_links_and_one_without_is_not(
    course: SampleCourse,
) -> None:
    assert PAGE not in course.stored().cells[4].source
    assert main(["--folder", str(course.folder), "build", "glossary"]) == 0
    course.build()
    assert f"20 [tokens]({PAGE}#token)." in course.stored().cells[4].source
    assert course.check() == []


def test_a_page_that_says_another_thing_is_found(course: SampleCourse) -> None:
    path = write_page(course.notebooks)
    assert not [one for one in course.check() if "the glossary says" in str(one)]
    path.write_text("# Glossary\n", encoding="utf-8")
    (finding,) = [one for one in course.check() if "the glossary says" in str(one)]
    assert "notebooks/glossary.md" in str(finding) and "build glossary" in str(finding)
