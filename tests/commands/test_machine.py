"""The room on a disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from lessons_lib.commands import check as machine


def test_disk_is_measured_where_a_folder_will_be_made(tmp_path: Path) -> None:
    total = shutil.disk_usage(tmp_path).total
    assert 0 < machine.free_disk(tmp_path / "not" / "yet") <= total


def test_the_nearest_existing_folder_is_found(tmp_path: Path) -> None:
    assert machine.nearest_existing(tmp_path / "a" / "b") == tmp_path
    assert machine.nearest_existing(tmp_path) == tmp_path
