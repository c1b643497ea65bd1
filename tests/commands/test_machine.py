"""Memory, cores and disk, within the limits set on them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.commands import machine


def _group(folder: Path, limit: str, use: int, cache: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{use}\n")
    (folder / "memory.stat").write_text(f"anon 7\ninactive_file {cache}\nactive_file 9\n")


def test_some_memory_is_free_here() -> None:
    found = machine.free_memory({})
    assert found is not None
    assert found[0] > 0


def test_where_only_the_total_is_known_it_is_not_called_free(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows tells what is free")
    (total,) = machine.system_memory(tmp_path / "none")
    assert total[0] == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert "free" not in total[1]


def test_what_linux_calls_available_is_free(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such file")
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable: 5 kB\n")
    assert list(machine.system_memory(tmp_path / "meminfo")) == [(5120, "free on this machine")]


def test_a_hubs_limit_bounds_the_memory() -> None:
    assert machine.free_memory({"MEM_LIMIT": "1000"}) == (1000, "allowed by MEM_LIMIT")


@pytest.mark.parametrize("limit", ["", "0", "-1", "plenty", "nan"])
def test_a_limit_that_is_none_bounds_nothing(limit: str) -> None:
    found = machine.free_memory({"MEM_LIMIT": limit})
    assert found is not None
    assert "MEM_LIMIT" not in found[1]
    assert machine.cores({"CPU_LIMIT": limit}) == machine.cores({})


def test_a_hubs_limit_bounds_the_cores() -> None:
    assert machine.cores({"CPU_LIMIT": "0.5"}) == 0.5
    assert machine.cores({"CPU_LIMIT": "100000"}) == machine.cores({}) >= 1


def test_what_a_container_has_left_is_its_limit_less_its_use_but_for_the_cache(
    tmp_path: Path,
) -> None:
    _group(tmp_path, "1000", use=700, cache=200)
    assert machine.left_in_group(tmp_path) == 500


def test_a_container_without_a_limit_bounds_nothing(tmp_path: Path) -> None:
    _group(tmp_path, "max", use=700, cache=200)
    assert machine.left_in_group(tmp_path) is None


def test_a_group_that_is_none_bounds_nothing(tmp_path: Path) -> None:
    assert machine.left_in_group(tmp_path / "nowhere") is None


def test_disk_is_measured_where_a_folder_will_be_made(tmp_path: Path) -> None:
    total = shutil.disk_usage(tmp_path).total
    assert 0 < machine.free_disk(tmp_path / "not" / "yet") <= total


def test_the_nearest_existing_folder_is_found(tmp_path: Path) -> None:
    assert machine.nearest_existing(tmp_path / "a" / "b") == tmp_path
    assert machine.nearest_existing(tmp_path) == tmp_path
