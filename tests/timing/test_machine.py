"""Memory and cores, within the limits set on them, and the sentences about both."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lessons_lib.timing import machine


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of this process's control group, one below the top."""
    (tmp_path / "own").write_text("0::/docker/abc\n")
    group = tmp_path / "cgroup" / "docker" / "abc"
    group.mkdir(parents=True)
    monkeypatch.setattr(machine, "OWN_GROUP", tmp_path / "own")
    monkeypatch.setattr(machine, "CGROUPS", tmp_path / "cgroup")
    return group


def test_without_a_limit_what_the_system_has_free_counts() -> None:
    free, setter = machine.free_memory({})
    assert free > 0
    assert setter in ("free on this machine", "left in this container")


def test_a_hubs_limits_bound_memory_and_cores() -> None:
    limits = {"MEM_LIMIT": "1000", "CPU_LIMIT": "0.001"}
    assert machine.free_memory(limits) == (1000, "allowed by MEM_LIMIT")
    assert machine.memory_limit(limits) == (1000, "MEM_LIMIT")
    assert machine.cores_limit(limits) == (0.001, "CPU_LIMIT")
    assert machine.cores(limits) == 0.001
    assert machine.cores({"CPU_LIMIT": "100000"}) == machine.cores({})


@pytest.mark.parametrize("limit", ["", "0", "-1", "plenty", "nan", "inf"])
def test_a_limit_that_is_not_a_positive_number_bounds_nothing(limit: str) -> None:
    assert "MEM_LIMIT" not in machine.free_memory({"MEM_LIMIT": limit})[1]
    assert machine.cores({"CPU_LIMIT": limit}) == machine.cores({})


def test_a_container_has_left_its_limit_less_its_use_but_for_the_file_cache(
    container: Path,
) -> None:
    (container / "memory.max").write_text("1000\n")
    (container / "memory.current").write_text("700\n")
    (container / "memory.stat").write_text("anon 7\ninactive_file 200\nactive_file 9\n")
    assert machine.free_memory({}) == (500, "left in this container")
    assert machine.memory_limit({}) == (1000, "container")


def test_the_groups_around_a_container_bound_it_too(container: Path) -> None:
    (container / "memory.max").write_text("max\n")
    (container.parent / "memory.max").write_text("2000\n")
    assert machine.memory_limit({}) == (2000, "container")


@pytest.mark.parametrize(
    ("written", "cores"), [("150000 100000", 1.5), ("max 100000", None), ("", None)]
)
def test_a_containers_quota_is_a_number_of_cores(
    container: Path, written: str, cores: float | None
) -> None:
    (container / "cpu.max").write_text(f"{written}\n")
    assert machine.cores_limit({}) == (None if cores is None else (cores, "container"))


def test_where_there_are_no_control_groups_nothing_is_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "OWN_GROUP", tmp_path / "none")
    assert (machine.memory_limit({}), machine.cores_limit({})) == (None, None)


def test_the_line_shows_processor_threads_limits_and_calls(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name\t: Fast  CPU 3000\n")
    line = machine.machine_line(
        threads=1,
        n=1_000,
        warmup=5,
        rounds=3,
        environment={"MEM_LIMIT": "512000000", "CPU_LIMIT": "0.5"},
        cpuinfo=tmp_path / "cpuinfo",
    )
    count = machine.usable_cores()
    assert line == (
        f"Measured here: Fast CPU 3000 ({platform.machine()}), "
        f"{count} core{'' if count == 1 else 's'}, 1 thread, CPU limit 0.5 cores (CPU_LIMIT), "
        "memory limit 512 MB (MEM_LIMIT), n = 1,000 after 5 warm-up calls, 3 rounds."
    )


def test_torch_is_asked_for_its_threads_if_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(get_num_threads=lambda: 3))
    assert ", 3 threads, " in machine.machine_line(environment={})
    monkeypatch.delitem(sys.modules, "torch")
    assert "thread" not in machine.machine_line(environment={})


def test_a_processor_without_a_name_is_called_by_its_kind(tmp_path: Path) -> None:
    assert platform.machine() in machine.processor_name(tmp_path / "none")


def test_the_room_is_reported_with_what_limits_it() -> None:
    line = machine.room_line({"MEM_LIMIT": "1000000", "CPU_LIMIT": "0.25"})
    assert line == "You may use 1 MB of memory (MEM_LIMIT) and 0.25 cores (CPU_LIMIT)."
    assert "and 1 core " in machine.room_line({"CPU_LIMIT": "1.0"})
    assert "MEM_LIMIT" not in machine.room_line({})


@pytest.mark.parametrize(
    ("needed_mb", "end"),
    [
        (0, "MB more; there are 2 MB allowed by MEM_LIMIT."),
        (200, "then run this notebook again."),
    ],
)
def test_a_heavy_step_reports_its_need_and_what_to_do_if_it_does_not_fit(
    needed_mb: int, end: str
) -> None:
    line = machine.heavy_step_line("Training", needed_mb, {"MEM_LIMIT": "2000000"})
    assert line.startswith(f"Training takes about {needed_mb} MB more")
    assert line.endswith(end)


def test_limits_are_read_without_numpy() -> None:
    code = "import sys, lessons_lib.timing.machine; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env=os.environ).returncode == 0
