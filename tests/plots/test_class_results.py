from __future__ import annotations

from pathlib import Path

import pytest
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output

from lessons_lib.plots.class_results import (
    plot_facility,
    plot_help,
    plot_progress,
    plot_wrong_options,
    read_results,
)

LEARNER = {
    "learner": "Ada",
    "02_raw_text_answered": "6",
    "02_raw_text_right": "3",
    "02_raw_text_of": "12",
    "total_of": "12",
    "may_need_help": "",
}
UNREAD = {key: "" if key.endswith(("_answered", "_right", "_of")) else "x" for key in LEARNER}
QUESTION = {
    "question": "tasks-for-batch",
    "notebook": "07_realtime_inference",
    "n": "20",
    "facility": "0.5",
    "discrimination": "-0.1",
    "most_chosen_wrong": "'-5",
    "most_chosen_wrong_share": "0.3",
}
UNDEFINED = QUESTION | {"discrimination": "n/a: everyone was right", "most_chosen_wrong_share": ""}


@pytest.fixture(scope="module", autouse=True)
def ipython() -> None:
    start_ipython()  # type: ignore[no-untyped-call]


def test_progress_covers_the_learners_with_a_readable_record() -> None:
    with capture_output() as captured:
        plot_progress([LEARNER, LEARNER | {"02_raw_text_right": "6"}, UNREAD])
    (figure,) = captured.outputs
    assert figure.data["text/plain"] == (
        "Bars over 2 learners, by notebook: 02_raw_text 50% answered and 38% right."
    )
    with pytest.raises(ValueError, match="got none"):
        plot_progress([UNREAD])


def test_the_questions_that_discriminate_least_are_named() -> None:
    with capture_output() as captured:
        plot_facility([QUESTION, UNDEFINED])
    (figure,) = captured.outputs
    alt = figure.data["text/plain"]
    assert "of 1 questions; 1 lie below 0.2" in alt
    assert "no discrimination: 1." in alt
    assert captured.stdout == "1 tasks-for-batch (07_realtime_inference)\n"


def test_wrong_options_are_shown_without_the_quotation_mark_for_spreadsheets() -> None:
    with capture_output() as captured:
        plot_wrong_options([UNDEFINED, QUESTION])
    (figure,) = captured.outputs
    assert figure.data["text/plain"].endswith("first try: tasks-for-batch: -5 30%.")


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
    assert captured.stdout == "Ada: answered 1\nBy these rules, nobody.\n"


def test_the_error_for_a_missing_table_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="lessons collect"):
        read_results(tmp_path / "class.csv")
