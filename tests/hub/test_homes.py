"""Which homes there are, and one home prepared by a prankster or a machine that failed."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from lessons_lib.hub.collect.homes import (
    LARGEST_RECORD,
    CollectError,
    Home,
    HomeRecord,
    list_homes,
    printable,
    read_home,
)
from tests.hub.synthetic_class import RECORD

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "homes" / "ada"
    (folder / RECORD).mkdir(parents=True)
    return folder


def write(home: Path, subject: str = "q1", name: str = "s.jsonl") -> None:
    time = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
    event: dict[str, Any] = {"id": name + subject, "time_utc": time, "kind": "answer"}
    (home / RECORD / name).write_text(json.dumps(event | {"subject": subject}) + "\n")


def read(home: Path) -> HomeRecord:
    return read_home(Home("ada", home))


def test_each_folder_is_a_home_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("zoe", "ada", "jupyter-bob", ".snapshots", "lost+found"):
        (tmp_path / name).mkdir()
    (tmp_path / "class.csv").touch()
    (tmp_path / "link").symlink_to("ada")
    homes = list_homes(tmp_path)
    assert [one.directory for one in homes] == ["ada", "jupyter-bob", "link", "zoe"]
    assert [one.fault.startswith("is a link") for one in homes] == [False, False, True, False]
    assert [one.directory for one in list_homes(tmp_path, leave_out=["link", "zoe"])] == [
        "ada",
        "jupyter-bob",
    ]
    with pytest.raises(CollectError, match="is named techer"):
        list_homes(tmp_path, leave_out=["techer"])


def test_where_there_are_no_homes_the_error_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for name, reason in {"none": "No such file", "file": "Not a dir", "empty": "no folder"}.items():
        with pytest.raises(CollectError, match=f"one folder per learner; .*{reason}"):
            list_homes(tmp_path / name)


@needs_pipes
@pytest.mark.parametrize("where", ["record/pipe.jsonl", "record", ""])
def test_a_pipe_anywhere_on_the_way_is_not_waited_for(home: Path, where: str) -> None:
    place = (home / RECORD).parent / where
    if where != "record/pipe.jsonl":
        (home / RECORD).rmdir()
    if not where:
        place.rmdir()
    os.mkfifo(place)
    record = read(home)
    assert len(record.problems) == 1
    assert record.events == []


def test_a_link_to_the_record_of_another_learner_is_refused(home: Path) -> None:
    bob = home.parent / "bob" / "record"
    bob.mkdir(parents=True)
    (home / RECORD).rmdir()
    (home / RECORD).symlink_to(bob)
    record = read(home)
    assert record.status == "unreadable"
    assert record.problems == ["a link leads out of the home to the record; skipped."]


@pytest.mark.parametrize("place", [".local", ".local/share", ".local/share/lessons-lib"])
def test_a_link_on_the_way_is_refused_too(home: Path, place: str) -> None:
    bob = home.parent / "bob"
    (home / ".local").rename(bob)
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    (home / place).symlink_to(bob / Path(place).relative_to(".local"))
    assert read(home).status == "unreadable"


def test_a_link_that_stays_in_the_home_is_followed(home: Path) -> None:
    write(home)
    (home / ".local").rename(home / "persistent")
    (home / ".local").symlink_to("persistent")
    record = read(home)
    assert (record.status, len(record.events), record.problems) == ("read", 1, [])


def test_links_among_the_files_are_reported_and_not_read(home: Path) -> None:
    write(home, "mine", "mine.jsonl")
    write(home, "theirs", "bob.jsonl")
    (home / RECORD / "bob.jsonl").rename(home.parent / "bob.jsonl")
    (home.parent / "empty.jsonl").touch()
    for name in ("bob.jsonl", "empty.jsonl"):
        (home / RECORD / name).symlink_to(home.parent / name)
    record = read(home)
    assert [one.subject for one in record.events] == ["mine"]
    assert record.problems == [
        "bob.jsonl cannot be read (a link); passed over.",
        "empty.jsonl cannot be read (a link); passed over.",
    ]


def test_a_huge_file_is_reported_and_the_others_count(home: Path) -> None:
    write(home, name="z.jsonl")
    with (home / RECORD / "huge.jsonl").open("wb") as file:
        file.truncate(2**40)  # a terabyte of nothing
    record = read(home)
    assert len(record.events) == 1
    limit = f"{LARGEST_RECORD // 1_000_000} MB"
    problem = f"huge.jsonl cannot be read (with it the record is larger than {limit}); passed over."
    assert record.problems == [problem]


def test_many_files_together_are_no_larger_than_one_may_be(home: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (home / RECORD / name).write_bytes(b" " * (LARGEST_RECORD // 2 + 1))
    (problem,) = read(home).problems
    assert "larger than" in problem


def test_a_file_name_cannot_forge_a_line_on_the_screen(home: Path) -> None:
    (home / RECORD / "a\nbob: all is well\x1b[2J\u202e.jsonl").write_text("x\n")
    (problem,) = read(home).problems
    assert problem.startswith("a\\nbob: all is well\\x1b[2J\\u202e.jsonl: 1 line is no event")
    assert printable("Zoë 李") == "Zoë 李"


def test_a_file_name_that_is_not_utf_8_is_reported_with_escapes(home: Path) -> None:
    try:
        (home / RECORD / os.fsdecode(b"\xff.jsonl")).write_text("x\n")
    except OSError as error:
        assert error.errno == errno.EILSEQ
        pytest.skip("this file system takes no such name")
    (problem,) = read(home).problems
    assert problem.startswith("\\xff.jsonl: 1 line")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_closed_home_is_reported(home: Path) -> None:
    home.chmod(0)
    try:
        record = read(home)
    finally:
        home.chmod(0o700)
    assert record.status == "unreadable"
    assert "Permission denied" in record.problems[0]


def test_a_record_elsewhere_in_the_home_is_found_where_it_is_said_to_be(home: Path) -> None:
    write(home)
    (home / ".local/share/lessons-lib").rename(home / "course-data")
    assert read(home).status == "no record"
    assert len(read_home(Home("ada", home), PurePosixPath("course-data")).events) == 1
