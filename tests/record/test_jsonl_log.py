from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.record.event import Event, EventLog, new_event
from lessons_lib.record.log import JsonlEventLog, session_log
from lessons_lib.record.reader import LONGEST_LINE

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


def test_an_answer_stands_behind_those_of_another_session_though_nobody_read_them(
    folder: Path,
) -> None:
    one, other = JsonlEventLog(folder), JsonlEventLog(folder)
    append(one, "a")
    append(other, "b", "c", "d")
    append(one, "e")
    assert subjects(JsonlEventLog(folder)) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("is_read_first", [False, True])
def test_a_clock_set_back_between_sessions_is_noticed_and_the_order_kept(
    folder: Path, is_read_first: bool
) -> None:
    append(JsonlEventLog(folder, clock=lambda: NOON), "first")
    yesterday = NOON - timedelta(days=1)
    log = JsonlEventLog(folder, clock=lambda: yesterday)
    assert not is_read_first or list(log.events())
    append(log, "second", at=yesterday)
    append(log, "third", at=yesterday - timedelta(days=1))
    (notice,) = log.notices()
    assert notice.startswith("This machine's clock is behind your last answer (2026-03-01 12:00")
    assert subjects(JsonlEventLog(folder)) == ["first", "second", "third"]


def test_a_clock_that_ran_ahead_in_one_session_does_not_outrank_later_ones(folder: Path) -> None:
    ahead = NOON + timedelta(days=3650)
    append(JsonlEventLog(folder, clock=lambda: ahead), "first", at=ahead)
    append(JsonlEventLog(folder, clock=lambda: NOON), "second")
    assert subjects(JsonlEventLog(folder)) == ["first", "second"]


@pytest.mark.parametrize("free", [0, 1, 100, 250, 400])
def test_on_a_full_disk_the_learner_goes_on_and_all_is_saved_once_there_is_room(
    folder: Path, free: int
) -> None:
    disk = FullDisk(free)
    log = JsonlEventLog(folder, write=disk)
    append(log, "a", "b", "c")
    (notice,) = log.notices()
    assert notice.startswith(f"Your answers cannot be saved in {folder} (No space left on device).")
    assert subjects(log) == ["a", "b", "c"]
    disk.free = 10**6
    append(log, "d")
    assert log.notices() == []
    assert subjects(log) == subjects(JsonlEventLog(folder)) == ["a", "b", "c", "d"]
    disk.free = 0
    append(log, "e")
    assert log.notices() == [notice]


def test_a_line_cut_by_a_full_disk_is_reported_without_alarm(folder: Path) -> None:
    disk = FullDisk(100)
    log = JsonlEventLog(folder, write=disk)
    append(log, "a")
    disk.free = 10**6
    assert log.save()
    later = JsonlEventLog(folder)
    assert subjects(later) == ["a"]
    assert later.notices() == []
    assert "1 line is cut off while being written" in later.problems()[0]


def test_a_foreign_line_is_noticed(folder: Path) -> None:
    append(JsonlEventLog(folder), "a")
    (folder / "foreign.jsonl").write_bytes(b"hello\n")
    log = JsonlEventLog(folder)
    assert subjects(log) == ["a"]
    fault = "foreign.jsonl: 1 line is no event (first: line 1); passed over."
    assert log.notices() == [f"Part of your record in {folder} was not read. {fault}"]


def test_where_the_folder_cannot_be_made_answers_are_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "record").write_text("a file stands in the way", encoding="utf-8")
    log = JsonlEventLog(tmp_path / "record")
    append(log, "a", "b")
    assert "cannot be saved" in log.notices()[0]
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
    append(log, "a")
    assert "Permission denied" in log.notices()[0]
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
    append(log, "a")
    assert "the server went away" in log.notices()[0]
    write.is_broken = False
    append(log, "b")
    assert subjects(log) == subjects(JsonlEventLog(folder)) == ["a", "b"]


def test_a_write_that_writes_nothing_does_not_hang(folder: Path) -> None:
    log = JsonlEventLog(folder, write=lambda descriptor, content: 0)
    append(log, "a")
    assert "nothing was written" in log.notices()[0]


UNSAVED_AT_THE_END = """
import sys
from pathlib import Path
from lessons_lib.record.event import new_event
from lessons_lib.record.log import JsonlEventLog
folder = Path(sys.argv[1])
folder.write_text("a file stands in the way")
log = JsonlEventLog(folder)
log.append(new_event("answer", "a"))
assert log.notices()
folder.unlink()
"""


def test_what_is_unsaved_when_the_interpreter_ends_is_tried_once_more(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", UNSAVED_AT_THE_END, str(folder)], check=True)
    assert subjects(JsonlEventLog(folder)) == ["a"]


def test_a_record_is_the_learner_s_alone(folder: Path) -> None:
    append(JsonlEventLog(folder), "a")
    (path,) = folder.iterdir()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, path)] == [0o700, 0o600]


def test_file_and_folder_are_synced_before_an_answer_counts_as_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    sync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    append(JsonlEventLog(folder), "a", "b")
    assert synced == [True, False, False]


def test_a_payload_that_is_not_json_is_refused_and_blocks_nothing(folder: Path) -> None:
    log = JsonlEventLog(folder)
    with pytest.raises(TypeError):
        log.append(new_event("answer", "a", {"letters": object()}))
    with pytest.raises(ValueError, match="fewer than 1,000,000 bytes"):
        log.append(new_event("answer", "a", {"text": "x" * 1_000_000}))
    append(log, "b")
    assert subjects(JsonlEventLog(folder)) == ["b"]


@pytest.mark.parametrize("surplus", [0, 1])
def test_the_longest_line_that_is_written_can_be_read(folder: Path, surplus: int) -> None:
    log = JsonlEventLog(folder)
    append(log, "a")
    event = new_event("answer", "b", {"text": ""}, clock=lambda: NOON)
    bare = len(msgspec.json.encode(structs.replace(event, order=2))) + 1
    event.payload["text"] = "x" * (LONGEST_LINE - 1 - bare + surplus)
    if surplus:
        with pytest.raises(ValueError, match="got 1,000,000"):
            log.append(event)
    else:
        log.append(event)
        later = JsonlEventLog(folder)
        assert (subjects(later), later.problems()) == (["a", "b"], [])


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
def test_the_order_of_all_sessions_is_kept_whatever_the_clock_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("record")
    logs = [JsonlEventLog(folder, clock=lambda: NOON) for _ in range(3)]
    for place, (who, days) in enumerate(steps):
        append(logs[who], f"{who}-{place}", at=NOON + timedelta(days=days))
    found = subjects(JsonlEventLog(folder))
    assert found == [f"{who}-{place}" for place, (who, _) in enumerate(steps)]


def test_a_reading_does_not_change_while_more_is_appended(folder: Path) -> None:
    log = JsonlEventLog(folder)
    append(log, "a")
    reading: Iterator[Event] = log.events()
    append(log, "b")
    assert [one.subject for one in reading] == ["a"]
