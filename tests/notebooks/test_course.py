"""The notebooks as a whole: the plan and the folder agree, and a rebuild changes nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from lessons_lib.authoring.build import build
from lessons_lib.authoring.source import source_names
from lessons_lib.practice.course import course
from tests.isolation import PICTURE

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SLUGS = [lesson.slug for lesson in course().lessons]


def test_every_lesson_of_the_plan_has_a_source_and_no_source_is_outside_it() -> None:
    assert source_names(NOTEBOOKS) == sorted(SLUGS)


def test_the_plan_is_in_the_order_of_the_numbers() -> None:
    numbers = [lesson.number for lesson in course().lessons]
    assert numbers == sorted(set(numbers))


@pytest.mark.slow
@pytest.mark.parametrize("name", SLUGS)
def test_building_again_changes_nothing_but_pixels(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, copy)
    built = build(copy, name).read_text(encoding="utf-8")
    stored = (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    assert _without_pixels(built) == _without_pixels(stored)


def _without_pixels(notebook: str) -> str:
    return re.sub(PICTURE.replace('"', r"\\\""), "", notebook)
