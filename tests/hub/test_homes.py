from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.hub.homes import HomesError, list_homes


def test_each_folder_is_a_home_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("zoe", "ada", "jupyter-bob"):
        (tmp_path / name).mkdir()
    assert [one.directory for one in list_homes(tmp_path)] == ["ada", "jupyter-bob", "zoe"]


def test_what_is_nobody_s_is_no_home(tmp_path: Path) -> None:
    for name in ("ada", ".snapshots", "lost+found"):
        (tmp_path / name).mkdir()
    (tmp_path / "class.csv").touch()
    assert [one.directory for one in list_homes(tmp_path)] == ["ada"]


def test_a_home_that_is_left_out_is_not_listed(tmp_path: Path) -> None:
    for name in ("ada", "teacher"):
        (tmp_path / name).mkdir()
    assert [one.directory for one in list_homes(tmp_path, leave_out=["teacher"])] == ["ada"]
    with pytest.raises(HomesError, match="is called techer"):
        list_homes(tmp_path, leave_out=["techer"])


def test_a_link_for_a_home_is_told_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "bob").symlink_to("ada")
    ada, bob = list_homes(tmp_path)
    assert not ada.fault
    assert bob.fault.startswith("is a link")


def test_where_no_homes_are_it_is_told_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for name, told in {"none": "there is no", "file": "is a file", "empty": "no folder"}.items():
        with pytest.raises(HomesError, match=f"one folder for each learner; .*{told}"):
            list_homes(tmp_path / name)
