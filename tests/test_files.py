"""`lessons_lib.files`: a file is complete or absent, whatever happens in between."""

import errno
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lessons_lib.files import whole_file, write_whole
from tests.support.shell import ran

WITH_LIBRARY = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
posix = pytest.mark.skipif(os.name != "posix", reason="needs permissions and pipes with names")


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def as_nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of a user without privileges, who runs the test."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        monkeypatch.chdir(folder)
        (folder / "out.txt").write_text("old")
        if is_root := os.geteuid() == 0:
            for path in (folder, folder / "out.txt"):
                os.chown(path, 65534, 65534)
            os.seteuid(65534)
        yield folder
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)
        monkeypatch.undo()


def test_bytes_and_text_are_written_as_they_are(here: Path) -> None:
    write_whole(here / "bytes", b"\x00\r\n")
    write_whole("text", "naïve\r\n🥞\n")
    assert (here / "bytes").read_bytes() == b"\x00\r\n"
    assert (here / "text").read_bytes() == "naïve\r\n🥞\n".encode()


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_file_appears_only_when_it_is_complete(error: type[BaseException], here: Path) -> None:
    with whole_file("out.txt") as file:
        file.write(b"whole")
        assert not Path("out.txt").exists()
    with pytest.raises(error), whole_file("out.txt") as file:
        file.write(b"half")
        raise error
    assert Path("out.txt").read_bytes() == b"whole"
    assert [one.name for one in here.iterdir()] == ["out.txt"]


@posix
def test_what_a_killed_process_left_is_removed_by_the_next_one(here: Path) -> None:
    with _writing("killed.txt") as writer:
        writer.kill()
    assert len(list(here.glob(".lessons-*.part"))) == 1
    write_whole("other.txt", "text")
    assert os.listdir() == ["other.txt"]


@posix
def test_processes_that_write_at_the_same_time_do_not_disturb_each_other(here: Path) -> None:
    with _writing("out.txt") as writer:
        write_whole("out.txt", "first")
        assert len(list(here.glob(".lessons-*.part"))) == 1
        writer.communicate("\n")
        assert writer.returncode == 0
    assert Path("out.txt").read_text() == "half and half"
    assert os.listdir() == ["out.txt"]


@contextmanager
def _writing(name: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a process that has written half a file; the rest follows a line of input."""
    program = (
        f"from lessons_lib.files import whole_file\nwith whole_file({name!r}) as file:\n"
        "  file.write(b'half '); file.flush(); print(flush=True); input(); file.write(b'and half')"
    )
    command, pipe = [sys.executable, "-c", program], subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, env=WITH_LIBRARY, encoding="utf-8"
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "\n"
        yield writer


@posix
def test_a_file_is_synced_before_it_appears_and_its_folder_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    synced: list[tuple[bool, list[str]]] = []
    sync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), os.listdir()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    write_whole("out.txt", "text")
    (of_folder, before), after = synced
    assert (of_folder, "out.txt" in before) == (False, False)
    assert after == (True, ["out.txt"])


@posix
def test_an_old_file_keeps_its_permissions_and_a_new_one_has_those_of_the_umask() -> None:
    Path("old").write_text("old")
    Path("old").chmod(0o604)
    before = os.umask(0o027)
    try:
        for name in ("old", "new"):
            write_whole(name, "text")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat("old").st_mode) == 0o604
    assert stat.S_IMODE(os.stat("new").st_mode) == 0o640


def test_a_link_is_followed() -> None:
    Path("far").mkdir()
    Path("link").symlink_to("far/real")
    for text in ("there was nothing", "there was an old one"):
        write_whole("link", text)
        assert Path("link").is_symlink()
        assert Path("far/real").read_text() == text


@posix
def test_pipes_and_devices_are_written_to_and_not_replaced() -> None:
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        write_whole("pipe", b"text")
        assert reader.communicate()[0] == b"text"
    write_whole("/dev/null", b"text")
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (".", IsADirectoryError),
        ("new/", IsADirectoryError),
        ("", FileNotFoundError),
        ("no/out.txt", FileNotFoundError),
        ("there/out.txt", NotADirectoryError),
    ],
)
@posix
def test_a_name_that_cannot_be_a_file_is_refused_at_once(name: str, kind: type[OSError]) -> None:
    Path("there").write_text("")
    with pytest.raises(kind) as refused, whole_file(name):
        pytest.fail("it was opened")
    assert refused.value.filename == name
    assert os.listdir() == ["there"]


@posix
@pytest.mark.parametrize("name", ["out.txt", "new.txt"])
def test_a_write_protected_file_or_folder_is_unchanged(name: str, as_nobody: Path) -> None:
    (as_nobody / "out.txt").chmod(0o400)
    if name == "new.txt":
        as_nobody.chmod(0o500)
    with pytest.raises(PermissionError) as refused:
        write_whole(name, "new")
    assert refused.value.filename == name
    assert (as_nobody / "out.txt").read_text() == "old"
    assert os.listdir() == ["out.txt"]


@posix
def test_a_full_disk_leaves_the_old_file_and_the_error_names_it() -> None:
    Path("out.txt").write_text("old")
    # Files are limited to 5 bytes here, which fails like a full disk.
    program = (
        "import resource, signal; from lessons_lib.files import write_whole;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5)); write_whole('out.txt', 'too long')"
    )
    done = ran(sys.executable, "-c", program, env=WITH_LIBRARY)
    last = done.stderr.splitlines()[-1]
    assert last == f"OSError: [Errno {errno.EFBIG}] {os.strerror(errno.EFBIG)}: 'out.txt'"
    assert os.listdir() == ["out.txt"]
    assert Path("out.txt").read_text() == "old"
