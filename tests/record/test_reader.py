from __future__ import annotations

import os
import random
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest
from msgspec import structs

from lessons_lib.record.event import Event, new_event
from lessons_lib.record.reader import LONGEST_LINE, FolderReader


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
    "an order beyond reason": line_of("x").replace(b'"order":0', b'"order":' + b"9" * 30),
    "binary": bytes(range(11, 256)) + b"\n",
    "not utf-8": line_of("x").replace(b'"x"', b'"\xff"'),
    "deep nesting": line_of("x").replace(b"{}", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "an over-long line": b"x" * (3 * LONGEST_LINE) + b"\n",
    "an over-long event": line_of("x" * LONGEST_LINE),
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_passed_over_and_told_with_its_number(tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "s.jsonl").write_bytes(line_of("a") + bad + line_of("b"))
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == ["s.jsonl: 1 line is no event (first: line 2); passed over."]


def test_a_byte_order_mark_costs_no_event(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_bytes(b"\xef\xbb\xbf" + line_of("a") + line_of("b"))
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == []


def test_the_place_of_each_event_is_known_by_file_and_line(tmp_path: Path) -> None:
    lines = {name: line_of(name, order) for order, name in enumerate("abc")}
    (tmp_path / "one.jsonl").write_bytes(lines["a"] + b"no event\n\n" + lines["c"])
    (tmp_path / "two.jsonl").write_bytes(lines["b"] + lines["c"])
    reader = FolderReader(tmp_path)
    reader.refresh()
    places = reader.places()
    found = {one.subject: places[one.id] for one in reader.events()}
    assert found == {"a": ("one.jsonl", 1), "b": ("two.jsonl", 1), "c": ("one.jsonl", 4)}


def test_files_are_opened_as_the_caller_says(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        (tmp_path / f"{name}.jsonl").write_bytes(line_of(name))

    def opened(path: Path) -> BinaryIO:
        if path.name == "theirs.jsonl":
            raise OSError(0, "not yours")
        return path.open("rb")

    reader = FolderReader(tmp_path, opened=opened)
    assert subjects(reader) == ["mine"]
    assert reader.problems() == ["theirs.jsonl cannot be read (not yours); passed over."]


def test_many_bad_lines_of_a_file_are_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_bytes(line_of("a") + b"x\n" * 1000)
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a"]
    assert reader.problems() == ["s.jsonl: 1000 lines are no event (first: line 2); passed over."]


@pytest.mark.parametrize("length", range(1, 150, 13))
def test_a_torn_last_line_is_told_and_does_not_hurt(tmp_path: Path, length: int) -> None:
    (tmp_path / "s.jsonl").write_bytes(line_of("a") + line_of("b")[:length])
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a"]
    told = "s.jsonl: 1 line is cut off while being written; passed over."
    assert reader.problems() == [told]
    assert reader.losses() == []


def test_a_torn_last_line_counts_once_it_is_whole(tmp_path: Path) -> None:
    path, line = tmp_path / "s.jsonl", line_of("b")
    path.write_bytes(line_of("a") + line[:20])
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a"]
    with path.open("ab") as file:
        file.write(line[20:])
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == []


def test_lines_cut_off_in_the_middle_of_a_file_are_told_but_are_no_loss(tmp_path: Path) -> None:
    cut = line_of("b")[:40]
    (tmp_path / "s.jsonl").write_bytes(line_of("a") + cut + b"\n" + line_of("b") + cut)
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == ["s.jsonl: 2 lines are cut off while being written; passed over."]
    assert reader.losses() == []


def test_within_a_file_the_place_outranks_times_and_orders(tmp_path: Path) -> None:
    lines = [line_of(name, order) for name, order in (("a", 5), ("b", 2), ("c", 0), ("d", 6))]
    (tmp_path / "one.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "two.jsonl").write_bytes(line_of("e", 4))
    assert subjects(FolderReader(tmp_path)) == ["e", "a", "b", "c", "d"]


def test_a_last_line_without_its_end_counts(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(line_of("a").rstrip())
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a"]
    with path.open("ab") as file:
        file.write(b"\n" + line_of("b"))
    assert subjects(reader) == ["a", "b"]
    assert reader.problems() == []


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "s.jsonl").write_bytes(line_of("a"))
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a"]
    assert reader.problems() == []


def test_a_folder_with_a_file_s_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").mkdir()
    reader = FolderReader(tmp_path)
    assert subjects(reader) == []
    assert reader.problems() == ["s.jsonl cannot be read (not a file); passed over."]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.jsonl")
    assert subjects(FolderReader(tmp_path)) == []


def test_files_are_joined_by_order_and_an_id_counts_once(tmp_path: Path) -> None:
    first, second, third = (line_of(name, order) for order, name in enumerate("abc", start=1))
    (tmp_path / "late.jsonl").write_bytes(first + third)
    (tmp_path / "early.jsonl").write_bytes(second + first)
    assert subjects(FolderReader(tmp_path)) == ["a", "b", "c"]


def test_of_two_events_with_one_id_the_first_counts(tmp_path: Path) -> None:
    event = new_event("answer", "first")
    copy = structs.replace(event, subject="second", order=1)
    lines = [msgspec.json.encode(one) + b"\n" for one in (event, copy)]
    (tmp_path / "s.jsonl").write_bytes(b"".join(lines))
    assert subjects(FolderReader(tmp_path)) == ["first"]


def test_events_that_belong_between_known_ones_are_put_there(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(line_of("a", 1) + line_of("c", 3))
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "c"]
    (tmp_path / "two.jsonl").write_bytes(line_of("b", 2))
    assert subjects(reader) == ["a", "b", "c"]


def test_a_file_that_was_taken_away_or_replaced_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(line_of("a") + line_of("b"))
    reader = FolderReader(tmp_path)
    assert subjects(reader) == ["a", "b"]
    path.write_bytes(line_of("c"))
    assert subjects(reader) == ["c"]
    path.unlink()
    assert subjects(reader) == []


def test_reading_on_equals_reading_anew(tmp_path: Path) -> None:
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


def test_nothing_is_ever_written_to(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(line_of("a") + b"broken\n" + line_of("b")[:30])
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    subjects(FolderReader(tmp_path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_hundred_thousand_events_are_read_in_order(tmp_path: Path) -> None:
    event = new_event("answer", "q")
    events = [structs.replace(event, id=str(order), order=order) for order in range(100_000)]
    lines = [msgspec.json.encode(one) + b"\n" for one in events]
    for number in range(3):
        (tmp_path / f"{number}.jsonl").write_bytes(b"".join(lines[number::3]))
    reader = FolderReader(tmp_path)
    reader.refresh()
    assert [one.order for one in reader.events()] == list(range(100_000))


def test_an_event_type_of_its_own_is_kept(tmp_path: Path) -> None:
    event = new_event("guess", "a text", {"label": "positive", "sure": 0.5})
    (tmp_path / "s.jsonl").write_bytes(msgspec.json.encode(event))
    reader = FolderReader(tmp_path)
    reader.refresh()
    (found,) = reader.events()
    assert isinstance(found, Event)
    assert found == event
