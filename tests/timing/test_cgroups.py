"""The limits of containers, read from files as Linux lays them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.timing import machine as cgroups


def _group(folder: Path, limit: str, use: int, cache: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{use}\n")
    (folder / "memory.stat").write_text(f"anon 7\ninactive_file {cache}\nactive_file 9\n")


def test_what_a_container_has_left_is_its_limit_less_its_use_but_for_the_cache(
    tmp_path: Path,
) -> None:
    _group(tmp_path, "1000", use=700, cache=200)
    assert cgroups.left_in_group(tmp_path) == 500


def test_a_container_without_a_limit_bounds_nothing(tmp_path: Path) -> None:
    _group(tmp_path, "max", use=700, cache=200)
    assert cgroups.left_in_group(tmp_path) is None


def test_a_group_that_is_none_bounds_nothing(tmp_path: Path) -> None:
    assert cgroups.left_in_group(tmp_path / "nowhere") is None


def test_a_containers_limit_on_memory_is_read(tmp_path: Path) -> None:
    _group(tmp_path, "1000", use=700, cache=200)
    assert cgroups.limit_of_group(tmp_path) == 1000


@pytest.mark.parametrize("written", ["max", "9223372036854771712"])
def test_a_container_that_may_use_all_memory_has_no_limit(tmp_path: Path, written: str) -> None:
    (tmp_path / "memory.limit_in_bytes").write_text(f"{written}\n")
    assert cgroups.limit_of_group(tmp_path) is None


@pytest.mark.parametrize(
    ("written", "expected"), [("150000 100000", 1.5), ("max 100000", None), ("", None)]
)
def test_a_containers_quota_is_a_number_of_cores(
    tmp_path: Path, written: str, expected: float | None
) -> None:
    (tmp_path / "cpu.max").write_text(f"{written}\n")
    assert cgroups.cores_of_group(tmp_path) == expected


@pytest.mark.parametrize(("quota", "expected"), [("50000", 0.5), ("-1", None)])
def test_an_older_containers_quota_is_read_as_well(
    tmp_path: Path, quota: str, expected: float | None
) -> None:
    (tmp_path / "cpu.cfs_quota_us").write_text(f"{quota}\n")
    (tmp_path / "cpu.cfs_period_us").write_text("100000\n")
    assert cgroups.cores_of_group(tmp_path) == expected
