from __future__ import annotations

import pytest

from lessons_lib.timing.compare import (
    compare_modes,
    core_hours,
    find_knee,
    read_frontier,
)


def test_a_clear_difference_is_said_with_its_ratio() -> None:
    said = compare_modes({"real-time": [0.8, 1.0, 0.9], "batch": [0.1, 0.2, 0.1]}, n_texts=900)
    assert said.startswith("Here batch has 9.0 times the throughput")
    assert "one by one 1,000 texts per second, in batches 9,000" in said


def test_rounds_that_overlap_decide_nothing() -> None:
    said = compare_modes({"real-time": [0.9, 1.0, 0.3], "batch": [0.1, 0.2, 0.5]}, n_texts=900)
    assert said.startswith("The rounds overlap") and "measure again" in said


def test_a_slower_batch_is_called_unusual() -> None:
    said = compare_modes({"real-time": [0.1], "batch": [0.2]}, n_texts=900)
    assert said.startswith("Here batch is slower, which is not usual")


@pytest.mark.parametrize("mode", ["real-time", "batch"])
def test_rounds_that_took_no_time_are_refused(mode: str) -> None:
    seconds = {"real-time": [0.2], "batch": [0.1]} | {mode: [0.0, 0.0, 0.1]}
    with pytest.raises(ValueError, match=f"median above 0 s, got 0 s for {mode}"):
        compare_modes(seconds, n_texts=900)


def test_a_core_hour_is_3600_seconds_with_its_spread() -> None:
    said = core_hours({"real-time": [1.0], "batch": [0.1, 0.2, 0.4]}, n_texts=10_000)
    first, second = said.splitlines()
    assert " ".join(first.split()) == "real-time 36 million texts per core-hour (36 to 36)"
    assert " ".join(second.split()) == "batch 180 million texts per core-hour (90 to 360)"


def test_the_knee_is_the_smallest_batch_with_most_of_the_throughput() -> None:
    rates = {1: 1_000, 8: 4_000, 64: 8_500, 512: 10_000}
    seconds = {size: [size / rate] for size, rate in rates.items()}
    assert find_knee(seconds) == 64
    assert read_frontier(seconds) == (
        "The knee is at 64: its texts wait 7.53 ms.\nA batch of 512 lets them wait 7 times as "
        "long, for 1.2 times the throughput."
    )


def test_without_a_knee_below_the_largest_batch_that_is_said() -> None:
    assert "still pays: no knee below it" in read_frontier({1: [1.0], 64: [1.0]})


def test_a_knee_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="got none"):
        find_knee({})
