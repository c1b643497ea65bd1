"""Memory and cores, within the limits set on them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lessons_lib.timing import machine as limits


def test_some_memory_is_free_here() -> None:
    found = limits.free_memory({})
    assert found is not None
    assert found[0] > 0


def test_where_only_the_total_is_known_it_is_not_called_free(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows tells what is free")
    (total,) = limits.system_memory(tmp_path / "none")
    assert total[0] == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert "free" not in total[1]


def test_what_linux_calls_available_is_free(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such file")
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable: 5 kB\n")
    assert list(limits.system_memory(tmp_path / "meminfo")) == [(5120, "free on this machine")]


def test_a_hubs_limit_bounds_the_memory() -> None:
    assert limits.free_memory({"MEM_LIMIT": "1000"}) == (1000, "allowed by MEM_LIMIT")


@pytest.mark.parametrize("limit", ["", "0", "-1", "plenty", "nan"])
def test_a_limit_that_is_none_bounds_nothing(limit: str) -> None:
    found = limits.free_memory({"MEM_LIMIT": limit})
    assert found is not None
    assert "MEM_LIMIT" not in found[1]
    assert limits.cores({"CPU_LIMIT": limit}) == limits.cores({})


def test_a_hubs_limit_bounds_the_cores() -> None:
    assert limits.cores({"CPU_LIMIT": "0.5"}) == 0.5
    assert limits.cores({"CPU_LIMIT": "100000"}) == limits.cores({}) >= 1


def test_a_hubs_limit_on_memory_is_told_with_its_name() -> None:
    assert limits.memory_limit({"MEM_LIMIT": "1000"}) == (1000, "MEM_LIMIT")


def test_the_smaller_of_two_limits_on_cores_counts() -> None:
    found = limits.cores_limit({"CPU_LIMIT": "0.001"})
    assert found == (0.001, "CPU_LIMIT")


def test_the_line_says_machine_threads_limits_and_calls(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name\t: Fast  CPU 3000\n")
    line = limits.machine_line(
        threads=1,
        n=1_000,
        warmup=5,
        rounds=3,
        environment={"MEM_LIMIT": "512000000", "CPU_LIMIT": "0.5"},
        cpuinfo=tmp_path / "cpuinfo",
    )
    kind = platform.machine()
    cores = limits.usable_cores()
    assert line == (
        f"Measured here: Fast CPU 3000 ({kind}), {cores} core{'' if cores == 1 else 's'}, "
        "1 thread, CPU limit 0.5 cores (CPU_LIMIT), memory limit 512 MB (MEM_LIMIT), "
        "n = 1,000 after 5 warm-up calls, 3 rounds."
    )


def test_without_a_number_torch_is_asked_for_its_threads_if_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = SimpleNamespace(get_num_threads=lambda: 3)
    monkeypatch.setitem(sys.modules, "torch", loaded)
    assert ", 3 threads, " in limits.machine_line(environment={})


def test_what_is_not_known_is_not_in_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    line = limits.machine_line(environment={})
    assert "thread" not in line
    assert "n =" not in line


def test_where_the_processor_has_no_name_its_kind_is_told(tmp_path: Path) -> None:
    assert platform.machine() in limits.processor_name(tmp_path / "none")


def test_limits_need_no_numpy() -> None:
    code = "import sys, lessons_lib.timing.machine; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
