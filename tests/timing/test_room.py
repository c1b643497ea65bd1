"""What learners are told about memory and cores."""

from __future__ import annotations

from lessons_lib.timing.machine import heavy_step_line, room_line


def test_the_limits_of_a_hub_are_told_with_what_sets_them() -> None:
    told = room_line({"MEM_LIMIT": "1000000", "CPU_LIMIT": "0.25"})
    assert told == "You may use 1 MB of memory (MEM_LIMIT) and 0.25 cores (CPU_LIMIT)."


def test_one_core_is_one() -> None:
    assert "and 1 core " in room_line({"MEM_LIMIT": "1000000", "CPU_LIMIT": "1"})
    assert "1 cores" not in room_line({"CPU_LIMIT": "1.0"})


def test_without_limits_what_the_machine_has_is_told() -> None:
    told = room_line({})
    assert told.startswith("You may use ")
    assert "MEM_LIMIT" not in told


def test_a_heavy_step_says_what_it_takes_and_what_is_left() -> None:
    told = heavy_step_line("Training", 0, {"MEM_LIMIT": "2000000"})
    assert told == "Training takes about 0 MB more; there are 2 MB allowed by MEM_LIMIT."


def test_a_heavy_step_that_does_not_fit_says_what_to_do() -> None:
    told = heavy_step_line("Training", 200, {"MEM_LIMIT": "2000000"})
    assert "but there are only 2 MB allowed by MEM_LIMIT" in told
    assert "Shut the kernels of other notebooks down" in told
