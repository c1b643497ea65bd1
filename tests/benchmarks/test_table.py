"""The table says what was found, and the README holds a table as the command prints it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.benchmarks.findings import ContestRun, Findings
from tests.benchmarks.readme import block
from tests.benchmarks.table import as_markdown, rows

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SECONDS = {
    "folded labels": [0.01, 0.02],
    "folded predict": [0.02, 0.04],
    "folded one at a time": [0.1, 0.2],
    "textbook labels": [0.1, 0.1],
    "textbook predict": [0.1, 0.1],
    "textbook one at a time": [0.9, 1.0],
    "fastText": [0.1, 0.1],
    "scikit-learn": [0.3, 0.3],
    "floor": [0.001, 0.001],
}
RUN = ContestRun(
    seconds=SECONDS,
    latencies_s={"folded": [[5e-6, 1e-5]], "fastText": [[1e-5, 4e-5]]},
    accuracies={"folded": 0.66, "fastText": 0.6},
)


@pytest.fixture
def found() -> Findings:
    return Findings(
        runs=[RUN],
        sizes=[1_000, 1_000_000],
        growth={"labels": [[1e-6], [1.1e-6]], "stream": [[2e-6], [2e-6]]},
        peaks_mb={"labels": [0.1, 14.3], "stream": [0.0, 0.2]},
        memory_mb=38.4,
        import_s=[0.1, 0.3, 0.2],
    )


def _cells(markdown: str) -> list[list[str]]:
    """Return the cells of each line of the table, its head and its rule left out."""
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_a_ratio_stands_with_its_spread_and_the_rates_behind_it(found: Findings) -> None:
    first = _cells(as_markdown(found, "."))[0]
    assert first[1:] == ["7.5×", "5.0–10.0", "670,000 against 100,000 texts/s"]


def test_one_text_is_told_by_p50_and_p99(found: Findings) -> None:
    (row,) = [row for row in rows(found) if row.measured.startswith("one text")]
    assert row.middle == "2.0×, 4.0×"
    assert row.figures == "5.0 and 10.0 against 10.0 and 40.0 µs"


def test_a_mode_is_compared_with_a_mode_on_the_same_path(found: Findings) -> None:
    middles = {row.measured: row.middle for row in rows(found) if "real-time" in row.measured}
    assert middles == {
        "predictions, textbook: batch / real-time": "9.5×",
        "predictions, folded: batch / real-time": "5.0×",
    }


def test_growth_is_told_by_the_slowest_size_and_both_ends(found: Findings) -> None:
    (row,) = [row for row in rows(found) if "labels: slowest" in row.measured]
    assert row.middle == "1.10×"
    assert (
        row.figures == "1,000 texts: 1.00 µs each, +0.1 MB; 1,000,000 texts: 1.10 µs each, +14.3 MB"
    )


def test_memory_stands_with_the_time_of_the_import(found: Findings) -> None:
    last = rows(found)[-1]
    assert (last.middle, last.figures) == ("38 MB", "import 0.20 s (0.10–0.30), no torch")


def test_the_table_is_small_and_square(found: Findings) -> None:
    cells = _cells(as_markdown(found, "."))
    assert len(cells) <= 10
    assert {len(row) for row in cells} == {4}


def test_the_setting_and_who_was_right_stand_below_the_table(found: Findings) -> None:
    assert as_markdown(found, "On a machine.").endswith(
        "\n\nOn a machine.\nRight on texts that none of them has seen: folded 66%, fastText 60%.\n"
    )


def test_the_readme_holds_the_rows_that_the_command_prints(found: Findings) -> None:
    written = [row[0] for row in _cells(block(README))]
    assert written == [row.measured for row in rows(found)]


def test_every_row_of_the_readme_has_figures() -> None:
    assert all(re.search(r"\d", row[1]) and row[3] for row in _cells(block(README)))


def test_the_readme_says_when_and_on_what_it_was_measured() -> None:
    told = re.search(r"^Measured (\S+) on .*one thread; Python 3\.\d+", block(README), re.M)
    assert told
    assert date.fromisoformat(told[1])
