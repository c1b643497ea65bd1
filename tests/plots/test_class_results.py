from __future__ import annotations

from pathlib import Path

import pytest
from IPython.utils.capture import capture_output

from lessons_lib.plots.class_results import (
    plot_facility,
    plot_help,
    plot_progress,
    plot_wrong_options,
    read_results,
)
from tests.plots.conftest import LEARNER, QUESTION, UNDEFINED, UNREAD


def test_the_questions_that_discriminate_least_are_listed() -> None:
    with capture_output() as captured:
        plot_facility([QUESTION, UNDEFINED])
    assert captured.stdout == "1 tasks-for-batch (07_realtime_inference)\n"


def test_progress_needs_a_readable_record() -> None:
    with pytest.raises(ValueError, match="got none"):
        plot_progress([UNREAD])


def test_it_is_reported_if_there_is_nothing_to_draw() -> None:
    with capture_output() as captured:
        plot_facility([UNDEFINED])
        plot_wrong_options([UNDEFINED])
    assert captured.outputs == []
    assert captured.stdout.count("\n") == 2


def test_learners_who_may_need_help_are_printed_with_the_reason() -> None:
    with capture_output() as captured:
        plot_help([LEARNER, LEARNER | {"may_need_help": "may need help: answered 1"}])
        plot_help([LEARNER])
    assert captured.stdout == "Ada: answered 1\nNobody, according to these rules.\n"


def test_the_error_for_a_missing_table_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="lessons collect"):
        read_results(tmp_path / "class.csv")
