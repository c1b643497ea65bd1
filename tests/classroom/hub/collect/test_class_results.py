"""The tables of a class in a notebook and in a terminal, and the notebook's way of reading them."""

import re
from pathlib import Path

import pytest

from lessons_lib.classroom.hub.collect.class_results import (
    MOST_ROWS,
    ClassTable,
    read_results,
    show_class_progress,
    show_rows,
)
from lessons_lib.classroom.quiz.export import to_csv
from tests.classroom.widgets.pretend_browser import Outline

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
    "discrimination_from": "-0.5",
    "discrimination_to": "0.3",
    "most_chosen_wrong": "B",
    "most_chosen_wrong_share": "0.3",
}
UNDEFINED = QUESTION | {
    "facility": "1.0",
    "discrimination": "n/a: everyone was right",
    "discrimination_from": "",
    "discrimination_to": "",
    "most_chosen_wrong_share": "",
}
HOSTILE = "<img src=x onerror=alert(1)>&amp;\"'"
FULL = {
    "progress": show_class_progress([LEARNER]),
    "rows": show_rows([QUESTION, UNDEFINED], "Questions", ["question", "facility", "n"]),
}


def test_progress_is_of_all_questions_of_the_learners_whose_record_could_be_read() -> None:
    table = show_class_progress([LEARNER, LEARNER | {"02_raw_text_right": "6"}, UNREAD])
    assert "2 learners" in table.caption
    assert table.rows == [("02_raw_text", 0.5, 0.375)]


def test_progress_needs_a_readable_record() -> None:
    with pytest.raises(ValueError, match="got none"):
        show_class_progress([UNREAD])


def test_rows_are_sorted_by_a_column_and_those_without_a_number_left_out() -> None:
    values = ["0.5", "n/a: everyone was right", "-0.1", "", "0.2"]
    rows = [QUESTION | {"question": f"q{one}", "discrimination": one} for one in values]
    columns = ["question", "facility", "unknown"]
    table = show_rows(rows, "Lowest first", columns, sort="discrimination")
    assert table.rows == [[f"q{one}", 0.5, ""] for one in ("-0.1", "0.2", "0.5")]
    assert "2 more rows" in table.note
    table = show_rows(rows, "Highest first", columns, sort="discrimination", reverse=True, most=1)
    assert (table.rows, re.findall(r"\d+", table.note)) == ([["q0.5", 0.5, ""]], ["4"])
    assert len(show_rows([QUESTION] * (MOST_ROWS + 3), "Many", columns).rows) == MOST_ROWS


def test_a_sentence_takes_the_place_of_an_empty_table() -> None:
    for rows in ([], [UNDEFINED]):
        table = show_rows(rows, "Questions", ["question"], sort="most_chosen_wrong_share")
        assert repr(table) == "Questions: nothing to show."
        assert "<table" not in table._repr_html_()


@pytest.mark.parametrize("table", FULL.values(), ids=FULL.keys())
def test_every_column_and_row_has_a_heading(table: ClassTable) -> None:
    page = table._repr_html_()
    Outline(page.replace("<wbr>", ""))
    assert page.count("<caption") == 1
    assert page.count('<th scope="col"') == len(table.head)
    assert page.count('<th scope="row"') == len(table.rows) > 0


@pytest.mark.parametrize("table", FULL.values(), ids=FULL.keys())
def test_a_page_has_no_script_and_leaves_the_color_of_text_to_the_theme(table: ClassTable) -> None:
    page = table._repr_html_()
    assert re.search(r"<script|\son\w+=|[;\"\s]color:|background", page) is None


def test_a_bar_is_as_long_as_its_share_and_hidden_from_screen_readers() -> None:
    page = ClassTable("", ("a", "b"), [("x", 0.375)])._repr_html_()
    bar = re.search(r'<span aria-hidden="true"[^>]*><span[^>]*width: 38%[^>]*></span></span>', page)
    assert bar is not None
    assert page[bar.end() :].startswith("38 %")


def test_texts_from_the_class_are_escaped() -> None:
    row, head = (HOSTILE, HOSTILE), (HOSTILE, HOSTILE)
    page = ClassTable(HOSTILE, head, [row], HOSTILE)._repr_html_()
    assert "<img" not in page
    assert page.count("&lt;img") == 7  # the caption also names the region
    assert "<img" not in ClassTable("", (), (), HOSTILE)._repr_html_()


def test_the_columns_line_up_in_a_terminal() -> None:
    table = ClassTable("Caption", ("name", "share"), [("a", 0.5), ("longer", 1.0)], "Note.")
    lines = ["Caption", "name    share", "a       50 %", "longer  100 %", "Note."]
    assert repr(table).splitlines() == lines


@pytest.mark.parametrize("text", ["-5", "=1+1", "'t Hooft", "plain"])
def test_a_cell_is_read_as_it_was_before_it_was_guarded(tmp_path: Path, text: str) -> None:
    rows = [{"learner": text}]
    (tmp_path / "class.csv").write_text(to_csv(["learner"], rows), encoding="utf-8")
    assert read_results(tmp_path / "class.csv") == rows


def test_the_error_for_a_missing_table_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="lessons collect"):
        read_results(tmp_path / "class.csv")
