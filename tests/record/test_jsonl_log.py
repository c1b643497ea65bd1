from __future__ import annotations

import errno
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from lessons_lib.record.event import Event, EventLog, new_event
from lessons_lib.record.log import JsonlEventLog, RecordWarning, session_log

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "record"


def subjects(log: EventLog) -> list[str]:
    return [one.subject for one in log.events()]


def append(log: EventLog, *names: str, at: datetime = NOON) -> None:
    for name in names:
        log.append(new_event("answer", name, {"letters": ["A"]}, clock=lambda: at))


class FullDisk:
    """Writes like `os.write` until the disk is full, then the half that fits and no more."""

    def __init__(self, free: int) -> None:
        self.free = free

    def __call__(self, descriptor: int, content: bytes) -> int:
        if not self.free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(descriptor, content[: self.free])
        self.free -= written
        return written


def test_what_was_appended_is_there_for_the_next_session(folder: Path) -> None:
    append(JsonlEventLog(folder), "a", "b")
    later = JsonlEventLog(folder)
    append(later, "c")
    assert subjects(later) == ["a", "b", "c"]
    assert subjects(JsonlEventLog(folder)) == ["a", "b", "c"]


def test_each_event_is_one_line_of_json_in_a_file_of_the_session(folder: Path) -> None:
    log = JsonlEventLog(folder, clock=lambda: NOON)
    append(log, "a", "b")
    (path,) = folder.iterdir()
    assert path.name.startswith(f"20260301T120000Z-{os.getpid()}-")
    assert path.suffix == ".jsonl"
    assert path.read_bytes().count(b"\n") == 2


def test_looking_at_a_record_writes_nothing(folder: Path) -> None:
    assert subjects(JsonlEventLog(folder)) == []
    assert not folder.exists()


def test_two_sessions_at_once_are_both_kept_and_see_each_other(folder: Path) -> None:
    one, other = JsonlEventLog(folder), JsonlEventLog(folder)
    append(one, "a")
    append(other, "b")
    append(one, "c")
    assert sorted(subjects(one)) == sorted(subjects(other)) == ["a", "b", "c"]
    assert len(list(folder.iterdir())) == 2


def test_events_of_one_kind_can_be_asked_for(folder: Path) -> None:
    log = JsonlEventLog(folder)
    append(log, "a")
    log.append(new_event("hint", "b"))
    assert [one.subject for one in log.events("hint")] == ["b"]


def test_a_clock_set_back_between_sessions_is_told_and_the_order_kept(folder: Path) -> None:
    append(JsonlEventLog(folder, clock=lambda: NOON), "first")
    yesterday = NOON - timedelta(days=1)
    log = JsonlEventLog(folder, clock=lambda: yesterday)
    with pytest.warns(RecordWarning, match="clock is behind your last answer"):
        append(log, "second", at=yesterday)
    append(log, "third", at=yesterday - timedelta(days=1))
    assert subjects(JsonlEventLog(folder)) == ["first", "second", "third"]


def test_a_clock_set_back_is_told_even_if_the_record_was_read_first(folder: Path) -> None:
    append(JsonlEventLog(folder, clock=lambda: NOON), "first")
    log = JsonlEventLog(folder, clock=lambda: NOON - timedelta(days=1))
    assert list(log.events())
    with pytest.warns(RecordWarning, match="clock is behind your last answer"):
        append(log, "second")


def test_a_clock_that_ran_ahead_in_one_session_does_not_outrank_later_ones(folder: Path) -> None:
    ahead = NOON + timedelta(days=3650)
    append(JsonlEventLog(folder, clock=lambda: ahead), "first", at=ahead)
    log = JsonlEventLog(folder, clock=lambda: NOON)
    with pytest.warns(RecordWarning, match="clock"):
        append(log, "second")
    assert subjects(JsonlEventLog(folder)) == ["first", "second"]


@pytest.mark.parametrize("free", [0, 1, 100, 250, 400])
def test_on_a_full_disk_the_learner_is_told_once_and_goes_on(folder: Path, free: int) -> None:
    disk = FullDisk(free)
    log = JsonlEventLog(folder, write=disk)
    with pytest.warns(RecordWarning, match="cannot be saved in .*No space left") as told:
        append(log, "a", "b", "c")
    assert len(told) == 1
    assert subjects(log) == ["a", "b", "c"]
    assert log.unsaved > 0


@pytest.mark.parametrize("free", [0, 1, 100, 250, 400])
def test_when_there_is_room_again_everything_is_saved_once(folder: Path, free: int) -> None:
    disk = FullDisk(free)
    log = JsonlEventLog(folder, write=disk)
    with pytest.warns(RecordWarning):
        append(log, "a", "b", "c")
    disk.free = 10**6
    append(log, "d")
    assert log.unsaved == 0
    assert subjects(log) == ["a", "b", "c", "d"]
    assert subjects(JsonlEventLog(folder)) == ["a", "b", "c", "d"]


def test_a_line_cut_by_a_full_disk_is_reported_without_alarm(folder: Path) -> None:
    disk = FullDisk(100)
    log = JsonlEventLog(folder, write=disk)
    with pytest.warns(RecordWarning):
        append(log, "a")
    disk.free = 10**6
    assert log.save()
    later = JsonlEventLog(folder)
    assert subjects(later) == ["a"]
    assert "1 line is cut off while being written" in later.problems()[0]


def test_a_foreign_line_is_told_once(folder: Path) -> None:
    append(JsonlEventLog(folder), "a")
    (folder / "foreign.jsonl").write_bytes(b"hello\n")
    log = JsonlEventLog(folder)
    with pytest.warns(RecordWarning, match=r"foreign.jsonl: 1 line is no event \(first: line 1\)"):
        assert subjects(log) == ["a"]
    assert subjects(log) == ["a"]


def test_where_the_folder_cannot_be_made_answers_are_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "record").write_text("a file stands in the way", encoding="utf-8")
    log = JsonlEventLog(tmp_path / "record")
    with pytest.warns(RecordWarning) as told:
        append(log, "a", "b")
    assert [str(one.message) for one in told if "cannot be saved" in str(one.message)]
    assert subjects(log) == ["a", "b"]
    (tmp_path / "record").unlink()
    assert log.save()
    assert subjects(JsonlEventLog(tmp_path / "record")) == ["a", "b"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes to read-only folders too"
)
def test_in_a_read_only_folder_answers_are_kept_in_memory(folder: Path) -> None:
    folder.mkdir(mode=0o500)
    log = JsonlEventLog(folder)
    with pytest.warns(RecordWarning, match="Permission denied"):
        append(log, "a")
    assert subjects(log) == ["a"]


def test_a_write_that_fails_after_all_was_written_saves_the_event_once(folder: Path) -> None:
    class FailsAtTheEnd:
        is_broken = True

        def __call__(self, descriptor: int, content: bytes) -> int:
            written = os.write(descriptor, content)
            if self.is_broken:
                raise OSError(errno.EIO, "the server went away")
            return written

    write = FailsAtTheEnd()
    log = JsonlEventLog(folder, write=write)
    with pytest.warns(RecordWarning, match="the server went away"):
        append(log, "a")
    write.is_broken = False
    append(log, "b")
    assert subjects(log) == subjects(JsonlEventLog(folder)) == ["a", "b"]


def test_a_write_that_writes_nothing_does_not_hang(folder: Path) -> None:
    log = JsonlEventLog(folder, write=lambda descriptor, content: 0)
    with pytest.warns(RecordWarning, match="nothing was written"):
        append(log, "a")


def test_a_second_failure_after_a_good_time_is_told_again(folder: Path) -> None:
    disk = FullDisk(0)
    log = JsonlEventLog(folder, write=disk)
    with pytest.warns(RecordWarning):
        append(log, "a")
    disk.free = 10**6
    append(log, "b")
    disk.free = 0
    with pytest.warns(RecordWarning):
        append(log, "c")


def test_a_payload_that_is_not_json_is_refused_and_blocks_nothing(folder: Path) -> None:
    log = JsonlEventLog(folder)
    with pytest.raises(TypeError):
        log.append(new_event("answer", "a", {"letters": object()}))
    with pytest.raises(ValueError, match="less than 1,000,000 bytes"):
        log.append(new_event("answer", "a", {"text": "x" * 1_000_000}))
    append(log, "b")
    assert subjects(JsonlEventLog(folder)) == ["b"]


def test_a_forked_process_gets_a_file_of_its_own(folder: Path) -> None:
    log = JsonlEventLog(folder)
    append(log, "a")
    log._pid = -1  # as a child finds it after a fork
    append(log, "b")
    assert len(list(folder.iterdir())) == 2
    assert subjects(log) == ["a", "b"]


def test_a_kernel_has_one_log_for_all_widgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    assert session_log() is session_log()
    assert session_log().folder == tmp_path / "record"
    assert repr(session_log()) == "JsonlEventLog()"


WRITER = """
import sys
from pathlib import Path
from lessons_lib.record.event import new_event
from lessons_lib.record.log import JsonlEventLog
log = JsonlEventLog(Path(sys.argv[1]))
for number in range(100):
    log.append(new_event("answer", f"{sys.argv[2]}-{number:03}"))
"""


def test_two_processes_at_once_lose_nothing(folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", WRITER, str(folder)]
    writers = [subprocess.Popen([*command, name]) for name in ("left", "right")]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = subjects(JsonlEventLog(folder))
    for name in ("left", "right"):
        own = [one for one in found if one.startswith(name)]
        assert own == [f"{name}-{number:03}" for number in range(100)]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-5, 5)), max_size=30))
def test_every_session_s_own_order_is_kept_whatever_the_clock_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("record")
    logs = [JsonlEventLog(folder, clock=lambda: NOON) for _ in range(3)]
    for place, (who, days) in enumerate(steps):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RecordWarning)
            append(logs[who], f"{who}-{place}", at=NOON + timedelta(days=days))
    found = subjects(JsonlEventLog(folder))
    assert sorted(found) == sorted(f"{who}-{place}" for place, (who, _) in enumerate(steps))
    for who in range(3):
        own = [one for one in found if one.startswith(f"{who}-")]
        assert own == [f"{who}-{place}" for place, (one, _) in enumerate(steps) if one == who]


def test_a_reading_does_not_change_while_more_is_appended(folder: Path) -> None:
    log = JsonlEventLog(folder)
    append(log, "a")
    reading: Iterator[Event] = log.events()
    append(log, "b")
    assert [one.subject for one in reading] == ["a"]
