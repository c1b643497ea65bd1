"""Events and their logs: kept, ordered, private, and not lost on a full disk or to a kill."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import platformdirs
import pytest
from hypothesis import given, strategies as st

from lessons_lib.classroom.record.event import Event, EventLog, new_event
from lessons_lib.classroom.record.folder import DATA_VARIABLE, learner_id, record_folder, set_aside
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog, session_log

Patch = pytest.MonkeyPatch

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_event_has_an_id_of_its_own_and_is_read_in_spite_of_a_key_that_comes_later() -> None:
    first, second = (new_event("answer", "q", clock=lambda: NOON) for _ in "ab")
    assert first.id != second.id
    later = b'{"id":"a","time_utc":"2026-03-01T12:00:00Z","kind":"x","subject":"q","mood":"glad"}'
    assert msgspec.json.decode(later, type=Event).kind == "x"


def test_a_log_in_memory_keeps_the_order_and_selects_kinds() -> None:
    log = InMemoryLog(new_event(kind, "q") for kind in ("answer", "hint", "answer"))
    assert [one.kind for one in log.events()] == ["answer", "hint", "answer"]
    assert [one.order for one in log.events("answer")] == [1, 3]


def test_the_environment_decides_folder_and_learner(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert record_folder() == tmp_path / "record"
    monkeypatch.setenv(DATA_VARIABLE, "~/data")
    assert record_folder() == Path.home() / "data" / "record"
    monkeypatch.delenv(DATA_VARIABLE)
    expected = platformdirs.user_data_path("lessons-lib", appauthor=False) / "record"
    assert record_folder() == expected
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert learner_id() == "ada"
    monkeypatch.delenv("JUPYTERHUB_USER")
    monkeypatch.setenv("LOGNAME", "grace")
    assert learner_id() == "grace"


def test_a_record_set_aside_is_complete_and_a_new_one_starts(folder: Path) -> None:
    log = JsonlEventLog(folder)
    append(log, "old")
    backup = set_aside(folder, NOON)
    assert backup == folder.with_name("record.backup-20260301T120000.000000Z")
    assert subjects(JsonlEventLog(backup)) == ["old"]
    assert subjects(log) == []
    append(log, "new")
    assert subjects(JsonlEventLog(folder)) == ["new"]
    with pytest.raises(OSError, match="not empty"):
        set_aside(folder, NOON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "record"


def subjects(log: EventLog) -> list[str]:
    return [one.subject for one in log.events()]


def append(log: EventLog, *names: str, at: datetime = NOON) -> None:
    for name in names:
        log.append(new_event("answer", name, {"letters": ["A"]}, clock=lambda: at))


class FullDisk:
    """Writes like `os.write` until the disk is full, then the part that fits and no more."""

    free = 0

    def __init__(self, monkeypatch: Patch) -> None:
        self._write = os.write
        monkeypatch.setattr(os, "write", self)

    def __call__(self, descriptor: int, content: bytes) -> int:
        if not self.free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._write(descriptor, content[: self.free])
        self.free -= written
        return written


@pytest.fixture
def disk(monkeypatch: Patch) -> FullDisk:
    return FullDisk(monkeypatch)


def test_appended_events_are_there_for_the_next_session_by_kind(folder: Path) -> None:
    append(JsonlEventLog(folder), "a", "b")
    later = JsonlEventLog(folder)
    append(later, "c")
    later.append(new_event("hint", "d"))
    assert subjects(later) == subjects(JsonlEventLog(folder)) == ["a", "b", "c", "d"]
    assert [one.subject for one in later.events("hint")] == ["d"]


def test_reading_writes_nothing_and_each_event_is_a_line_in_a_private_file(folder: Path) -> None:
    log = JsonlEventLog(folder, clock=lambda: NOON)
    assert subjects(log) == []
    assert not folder.exists()
    append(log, "a", "b")
    (path,) = folder.iterdir()
    assert path.name.startswith(f"20260301T120000Z-{os.getpid()}-")
    assert path.suffix == ".jsonl"
    assert path.read_bytes().count(b"\n") == 2
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, path)] == [0o700, 0o600]


@pytest.mark.parametrize("is_read_first", [False, True])
def test_a_clock_set_back_is_noticed(folder: Path, is_read_first: bool) -> None:
    append(JsonlEventLog(folder, clock=lambda: NOON), "first")
    yesterday = NOON - timedelta(days=1)
    log = JsonlEventLog(folder, clock=lambda: yesterday)
    assert not is_read_first or list(log.events())
    append(log, "second", at=yesterday)
    append(log, "third", at=yesterday - timedelta(days=1))
    (notice,) = log.notices()
    assert notice.startswith("This machine's clock is behind your last answer (2026-03-01 12:00")
    assert subjects(JsonlEventLog(folder)) == ["first", "second", "third"]


@pytest.mark.parametrize(("minutes", "is_noticed"), [(4, False), (6, True)])
def test_clocks_of_two_machines_may_differ_by_five_minutes(
    folder: Path, minutes: int, is_noticed: bool
) -> None:
    append(JsonlEventLog(folder), "first")
    log = JsonlEventLog(folder, clock=lambda: NOON - timedelta(minutes=minutes))
    assert len(list(log.events())) == 1
    assert bool(log.notices()) is is_noticed


@pytest.mark.parametrize("free", [0, 1, 100, 250, 400])
def test_answers_survive_a_full_disk(folder: Path, disk: FullDisk, free: int) -> None:
    disk.free = free
    log = JsonlEventLog(folder)
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


def test_an_invalid_line_is_a_notice_a_truncated_one_is_not(folder: Path, disk: FullDisk) -> None:
    disk.free = 100
    log = JsonlEventLog(folder)
    append(log, "a")
    disk.free = 10**6
    assert log.save()
    later = JsonlEventLog(folder)
    assert subjects(later) == ["a"]
    assert later.notices() == []
    (folder / "foreign.jsonl").write_bytes(b"hello\n")
    assert subjects(later) == ["a"]
    fault = "foreign.jsonl: skipped 1 invalid line (first: line 1)."
    assert later.notices() == [f"Part of your record in {folder} was not read. {fault}"]


def test_an_event_whose_sync_fails_is_stored_once(folder: Path, monkeypatch: Patch) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(errno.EIO, "the server went away")

    log = JsonlEventLog(folder)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fails)
        append(log, "a")
        assert "the server went away" in log.notices()[0]
        assert subjects(log) == ["a"]
    append(log, "b")
    assert subjects(log) == subjects(JsonlEventLog(folder)) == ["a", "b"]


HEAD = """
import sys
from pathlib import Path
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.log import JsonlEventLog
folder = Path(sys.argv[1])
"""
UNSAVED_AT_THE_END = """
folder.write_text("a file in place of the folder")
log = JsonlEventLog(folder)
log.append(new_event("answer", "a"))
assert log.notices()
folder.unlink()
"""


def test_unsaved_events_are_retried_when_the_interpreter_ends(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", HEAD + UNSAVED_AT_THE_END, str(folder)], check=True)
    assert subjects(JsonlEventLog(folder)) == ["a"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_its_file_holds_nobody_up(folder: Path) -> None:
    program = "import sys; from tests.classroom.record.test_log import replaced_by_a_pipe as run; "
    program += "run(sys.argv[1])"
    command = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert b"cannot be saved" in done.stdout


def replaced_by_a_pipe(folder: str) -> None:
    log = JsonlEventLog(Path(folder))
    log.append(new_event("answer", "q"))
    (path,) = Path(folder).iterdir()
    path.unlink()
    os.mkfifo(path)
    log.append(new_event("answer", "q"))
    print(log.notices())


def test_file_and_folder_are_synced(folder: Path, monkeypatch: Patch) -> None:
    synced: list[bool] = []
    sync = os.fsync

    def recording(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", recording)
    append(JsonlEventLog(folder), "a", "b")
    assert synced == [True, False, False]


def test_a_payload_that_is_not_json_is_rejected_and_blocks_nothing(folder: Path) -> None:
    log = JsonlEventLog(folder)
    with pytest.raises(TypeError):
        log.append(new_event("answer", "a", {"letters": object()}))
    log.append(new_event("answer", "b", {"text": "x" * 1_000_000}))
    assert subjects(log) == subjects(JsonlEventLog(folder)) == ["b"]


def test_a_kernel_has_one_log_for_all_widgets(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    assert session_log() is session_log()
    assert session_log().folder == tmp_path / "record"


WRITER = """
log = JsonlEventLog(folder)
for number in range(100):
    log.append(new_event("answer", f"{sys.argv[2]}-{number:03}"))
"""


def test_two_processes_at_once_lose_nothing(folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", HEAD + WRITER, str(folder)]
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
    for number, (who, days) in enumerate(steps):
        append(logs[who], f"{who}-{number}", at=NOON + timedelta(days=days))
    expected = [f"{who}-{number}" for number, (who, _) in enumerate(steps)]
    assert all(subjects(log) == expected for log in (*logs, JsonlEventLog(folder)))


def test_answers_after_an_event_with_the_last_order_are_read_back(folder: Path) -> None:
    append(JsonlEventLog(folder), "forged")
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes().replace(b'"order":1', b'"order":%d' % 2**53))
    for hours, name in enumerate("abc", start=1):
        append(JsonlEventLog(folder), f"{name}1", f"{name}2", at=NOON + timedelta(hours=hours))
    log = JsonlEventLog(folder, clock=lambda: NOON + timedelta(days=1))
    assert subjects(log) == ["forged", "a1", "a2", "b1", "b2", "c1", "c2"]
    assert log.notices() == []


KILLS = 50
LEARNER = """
log = JsonlEventLog(folder)
number = 0
while True:
    name = f"{sys.argv[2]}-{number}"
    log.append(new_event("answer", name, {"letters": ["A"], "note": "x" * (number % 5000)}))
    print(name, flush=True)
    number += 1
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_fifty_killed_kernels_lose_no_acknowledged_answer(tmp_path: Path) -> None:
    rng = random.Random(5)
    acknowledged: list[str] = []
    for session in range(KILLS):
        command = [sys.executable, "-c", HEAD + LEARNER, str(tmp_path / "record"), str(session)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as learner:
            if learner.stdout is None:
                pytest.fail("the learner has no output")
            for _ in range(rng.randrange(1, 60)):
                acknowledged.append(learner.stdout.readline().strip())
            learner.send_signal(signal.SIGKILL)
            # What was printed before the kill arrived was acknowledged too.
            acknowledged += learner.stdout.read().split("\n")[:-1]
        found = {one.subject for one in JsonlEventLog(tmp_path / "record").events()}
        assert set(acknowledged) <= found
    assert len(acknowledged) >= KILLS


@pytest.mark.parametrize("kept", range(0, 170, 7))
def test_a_kill_at_any_byte_loses_only_that_line(folder: Path, kept: int) -> None:
    append(JsonlEventLog(folder), "acknowledged", "interrupted")
    (path,) = folder.iterdir()
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(first + b"\n" + second[:kept])
    later = JsonlEventLog(folder)
    append(later, "later")
    found = subjects(later)
    assert later.notices() == []
    assert found in (["acknowledged", "later"], ["acknowledged", "interrupted", "later"])
