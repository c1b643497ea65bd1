"""The benchmark summarizes its measurements correctly, and its table is in the README."""

import re
from datetime import date
from itertools import count

import pytest

from tests.benchmarks import engines
from tests.benchmarks.engines import IN_README, ContestRun, Findings, as_markdown, rows
from tests.benchmarks.measure import ROOT, Ratio, interleave, quotients, spreads

(BLOCK,) = engines.BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
ROW = r"^\| (.+) \| (.+) \| (.*) \| (.+) \|$"
SECONDS = {
    **{"folded labels": [0.01, 0.02], "folded predict": [0.02, 0.04]},
    **{"folded one at a time": [0.1, 0.2], "textbook labels": [0.1, 0.1]},
    **{"textbook predict": [0.1, 0.1], "textbook one at a time": [0.9, 1.0]},
    **{"fastText": [0.1, 0.1], "scikit-learn": [0.3, 0.3], "floor": [0.001, 0.001]},
}
LATENCIES = {"folded": [[5e-6, 1e-5]], "fastText": [[1e-5, 4e-5]]}
FOUND = Findings(
    runs=[ContestRun(SECONDS, LATENCIES, {"folded": 0.66, "fastText": 0.6})],
    sizes=[1_000, 1_000_000],
    growth={"labels": [[1e-6], [1.1e-6]], "stream": [[2e-6], [2e-6]]},
    peaks_mb={"labels": [0.1, 14.3], "stream": [0.0, 0.2]},
    memory_mb=38.4,
    import_s=[0.1, 0.3, 0.2],
)


def test_a_ratio_is_the_median_of_the_medians_of_all_runs_with_its_range() -> None:
    runs = [[1.0, 2.0, 3.0], [9.0, 9.0, 9.0, 9.0, 9.0], [4.0, 5.0, 6.0]]
    assert Ratio.of_runs(runs) == Ratio(5.0, 1.0, 9.0)
    assert quotients([8.0, 30.0], [2.0, 3.0]) == [4.0, 10.0]
    assert spreads([[2.0, 1.0], [3.0, 5.0], [1.0, 2.0]]) == [3.0, 5.0]


def test_calls_take_turns_in_blocks_and_each_call_is_timed() -> None:
    calls: list[str] = []
    reads = count()
    jobs = {name: (lambda text, name=name: calls.append(name + text)) for name in "ab"}
    # Reading the clock takes a second, and so does each call.
    clock = lambda: float(next(reads) + len(calls))  # noqa: E731
    seconds = interleave(jobs, list("12345"), block=2, clock=clock)
    assert calls == ["a1", "a2", "b1", "b2", "b3", "b4", "a3", "a4", "a5", "b5"]
    assert seconds == {"a": [1.0] * 5, "b": [1.0] * 5}


def _figures(cell: str) -> list[float]:
    return [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", cell)]


def test_a_ratio_in_the_readme_agrees_with_its_range_and_its_figures() -> None:
    rows_of_ratios = [row for row in re.findall(ROW, BLOCK, re.M) if "–" in row[2]]
    assert len(rows_of_ratios) == len(IN_README)
    for measured, middle, spread, figures in rows_of_ratios:
        ratios, ends = _figures(middle), _figures(spread)
        for ratio, low, high in zip(ratios, ends[::2], ends[1::2], strict=True):
            assert low <= ratio <= high, measured
        if " against " in figures:
            pairs = zip(*map(_figures, figures.split(" against ")), strict=True)
            quotients_of_figures = [max(pair) / min(pair) for pair in pairs]
            assert quotients_of_figures == pytest.approx(ratios, rel=0.1), measured


def test_each_row_has_its_ratio_its_range_and_its_figures() -> None:
    found = {measured: rest for measured, *rest in rows(FOUND)}
    rates = "670,000 against 100,000 texts/s"
    assert found[engines.LABELS] == ["7.5×", "5.0–10.0", rates]
    one_text = found[engines.ONE_TEXT]
    assert one_text[0] == "2.0×, 4.0×"
    assert one_text[2] == "5.0 and 10.0 against 10.0 and 40.0 µs"
    assert found[engines.MODES_APART][0] == "9.5×"
    assert found[engines.MODES_APART.replace("textbook", "folded")][0] == "5.0×"
    growth = found["time per text, labels: the fastest size against the slowest"]
    ends = "1,000 texts: 1.00 µs each, +0.1 MB; 1,000,000 texts: 1.10 µs each, +14.3 MB"
    assert (growth[0], growth[2]) == ("1.10×", ends)
    memory = ["38 MB", "", "import 0.20 s (0.10–0.30), no torch"]
    assert found["memory of the folded path and 10,000 predictions"] == memory


def test_the_readme_has_the_rows_that_the_command_writes_with_figures_and_a_date() -> None:
    assert len(re.findall(ROW, as_markdown(FOUND, ""), re.M)[1:]) == len(rows(FOUND))
    table = as_markdown(FOUND, "On a machine.", IN_README)
    assert table.endswith(
        "\n\nOn a machine.\n"
        "Accuracy on texts that none of them was trained on: folded 66%, fastText 60%.\n"
    )
    printed, written = (re.findall(ROW, text, re.M)[1:] for text in (table, BLOCK))
    assert [row[0] for row in written] == [row[0] for row in printed] == list(IN_README)
    assert all(re.search(r"\d", row[1]) and row[3] for row in written)
    measured = re.search(r"^Measured (\S+) on .*one thread; Python 3\.\d+", BLOCK, re.M)
    assert measured
    assert date.fromisoformat(measured[1])
