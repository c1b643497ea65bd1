from __future__ import annotations

import pytest

from lessons_lib.practice.course import LESSONS, STAGES, lesson


def test_each_lesson_but_the_first_has_three_objectives_with_slugs_of_their_own() -> None:
    objectives = [one for row in LESSONS[1:] for one in row.objectives]
    assert all(len(row.objectives) == 3 for row in LESSONS if "02" <= row.slug < "09")
    assert len({one.slug for one in objectives}) == len(objectives)


def test_each_stage_has_its_lesson() -> None:
    assert {stage.lesson for stage in STAGES} <= {row.slug for row in LESSONS}
    assert all(lesson(stage.lesson).stage == stage.slug for stage in STAGES)


def test_the_shapes_are_those_of_the_pipeline() -> None:
    assert [stage.shape_out for stage in STAGES] == [
        "10000 texts × variable length",
        "10000 texts × 20 tokens (max)",
        "10000 × 20 tokens × 50 features",
        "10000 × 3 classes",
        "1 × 3 classes",
        "batch or single × 1 label",
    ]


def test_an_unknown_lesson_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"06_batch_inference, .* got 'nowhere'"):
        lesson("nowhere")
