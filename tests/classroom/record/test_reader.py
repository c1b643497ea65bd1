"""Reading a record: what is skipped, what is reported, and in which order events come."""

import os
import random
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest
from msgspec import structs

from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.reader import FolderReader


def line_of(name: str, order: int = 0) -> bytes:
    return msgspec.json.encode(structs.replace(new_event("answer", name), order=order)) + b"\n"


def subjects(reader: FolderReader) -> list[str]:
    reader.refresh()
    return [one.subject for one in reader.events()]


BAD_LINES = {
    "no json": b"{letters: A}\n",
    "another object": b'{"name": "a"}\n',
    "a list": b"[1, 2]\n",
    "a wrong type": b'{"id": 1, "time_utc": "2026-03-01T12:00:00Z", "kind": "a", "subject": "b"}\n',
    "no time zone": b'{"id": "1", "time_utc": "2026-03-01", "kind": "a", "subject": "b"}\n',
    "an order that is too large": line_of("x").replace(b'"order":0', b'"order":' + b"9" * 30),
    "binary": bytes(range(11, 256)) + b"\n",
    "not utf-8": line_of("x").replace(b'"x"', b'"\xff"'),
    "deep nesting": line_of("x").replace(b"{}", b'{"a":' + b"[" * 99_999 + b"]" * 99_999 + b"}"),
    "a long line": b"x" * 3_000_000 + b"\n",
    "a long subject": line_of("x" * 201),
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_skipped_and_reported_with_its_number(tmp_path: Path, bad: bytes) -> None:
    path, content = tmp_path / "s.jsonl", line_of("a") + bad + line_of("b")
    path.write_bytes(content)
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == ["s.jsonl: skipped 1 invalid line (first: line 2)."]
    assert path.read_bytes() == content


def test_the_file_and_line_of_each_event_are_known(tmp_path: Path) -> None:
    lines = {name: line_of(name, order) for order, name in enumerate("abc")}
    (tmp_path / "one.jsonl").write_bytes(lines["a"] + b"no event\n\n" + lines["c"])
    (tmp_path / "two.jsonl").write_bytes(lines["b"] + lines["c"])
    reader = FolderReader(tmp_path)
    reader.refresh()
    places = reader.places()
    found = {one.subject: places[one.id] for one in reader.events()}
    assert found == {"a": ("one.jsonl", 1), "b": ("two.jsonl", 1), "c": ("one.jsonl", 4)}


def test_the_caller_opens_the_files(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        (tmp_path / f"{name}.jsonl").write_bytes(line_of(name))

    def opened(path: Path) -> BinaryIO:
        if path.name == "theirs.jsonl":
            raise OSError(0, "not yours")
        return path.open("rb")

    reader = FolderReader(tmp_path, opened=opened)
    assert subjects(reader) == ["mine"]
    assert reader.problems() == ["theirs.jsonl cannot be read (not yours); skipped."]


def test_many_bad_lines_are_one_problem_and_a_byte_order_mark_is_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "s.jsonl").write_bytes(b"\xef\xbb\xbf" + line_of("a") + line_of("b"))
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == []
    (tmp_path / "t.jsonl").write_bytes(line_of("c") + b"x\n" * 1000)
    assert subjects(reader) == ["a", "b", "c"]
    assert reader.problems() == ["t.jsonl: skipped 1,000 invalid lines (first: line 2)."]


@pytest.mark.parametrize("length", range(1, 150, 13))
def test_a_line_cut_off_in_writing_is_reported_but_not_as_lost(tmp_path: Path, length: int) -> None:
    path, cut = tmp_path / "s.jsonl", line_of("b")[:length]
    path.write_bytes(line_of("a") + cut)
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a"]
    assert reader.problems() == ["s.jsonl: skipped 1 line cut off while being written."]
    path.write_bytes(line_of("a") + cut + b"\n" + line_of("b") + cut)
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == ["s.jsonl: skipped 2 lines cut off while being written."]
    assert reader.losses() == []


def test_within_a_file_the_line_decides_and_not_times_or_orders(tmp_path: Path) -> None:
    lines = [line_of(name, order) for name, order in (("a", 5), ("b", 2), ("c", 0), ("d", 6))]
    (tmp_path / "one.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "two.jsonl").write_bytes(line_of("e", 4))
    assert subjects(FolderReader(tmp_path)) == ["e", "a", "b", "c", "d"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_or_pipe_with_the_name_of_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    reader = FolderReader(tmp_path)
    assert subjects(reader) == []
    assert "s.jsonl cannot be read (not a file); skipped." in reader.problems()


def test_files_are_merged_by_order_and_the_first_event_with_an_id_counts(tmp_path: Path) -> None:
    first, second, third = (line_of(name, order) for order, name in enumerate("abc", start=1))
    (tmp_path / "late.jsonl").write_bytes(first + third)
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "c"]
    (tmp_path / "early.jsonl").write_bytes(second + first)
    assert subjects(reader) == ["a", "b", "c"]
    event = msgspec.json.decode(third, type=Event)
    copy = msgspec.json.encode(structs.replace(event, subject="copy", order=4)) + b"\n"
    with (tmp_path / "late.jsonl").open("ab") as file:
        file.write(copy)
    assert subjects(reader) == subjects(FolderReader(tmp_path)) == ["a", "b", "c"]


def test_a_file_that_was_removed_or_replaced_is_noticed(tmp_path: Path) -> None:
    path, line = tmp_path / "s.jsonl", line_of("bb")
    path.write_bytes(line)
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["bb"]
    path.write_bytes(line.replace(b'"bb"', b'"c"'))  # only a byte shorter
    assert subjects(reader) == ["c"]
    path.unlink()
    assert subjects(reader) == []


def test_reading_on_gives_the_same_as_reading_everything(tmp_path: Path) -> None:
    rng = random.Random(7)
    reader = FolderReader(tmp_path)
    pieces = [line_of(f"e{number}", rng.randrange(40)) for number in range(60)]
    for piece in pieces:
        cut = rng.randrange(len(piece))
        path = tmp_path / f"{rng.randrange(3)}.jsonl"
        for part in (piece[:cut], piece[cut:]):
            with path.open("ab") as file:
                file.write(part)
            assert subjects(reader) == subjects(FolderReader(tmp_path))
    assert sorted(subjects(reader)) == sorted(f"e{number}" for number in range(60))
