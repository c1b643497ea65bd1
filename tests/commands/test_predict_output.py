"""`lessons predict --file --out`: whole or absent, whatever comes between."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons_lib.cli import main

Captured = pytest.CaptureFixture[str]
PROGRAM = [sys.executable, "-m", "lessons_lib.cli", "predict"]
MANY = b"lovely\nawful\n" * 5000
posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes with names, and signals")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /dev/full")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one file of texts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    Path("in.txt").write_text("lovely\nawful\n")
    return tmp_path


def _names() -> list[str]:
    return sorted(one.name for one in Path.cwd().iterdir())


def _predict(*arguments: str) -> int:
    return main(["predict", *arguments])


def test_an_old_file_is_replaced_and_keeps_its_mode() -> None:
    Path("out.txt").write_text("old\n")
    Path("out.txt").chmod(0o600)
    assert _predict("--file", "in.txt", "--out", "out.txt") == 0
    assert Path("out.txt").read_text() == "positive\nnegative\n"
    assert stat.S_IMODE(Path("out.txt").stat().st_mode) == 0o600
    assert _names() == ["in.txt", "out.txt"]


def test_through_a_link_the_file_behind_it_is_written() -> None:
    Path("far").mkdir()
    Path("out.txt").symlink_to("far/real.txt")
    for _ in ("there is nothing yet", "there is an old one"):
        assert _predict("--file", "in.txt", "--out", "out.txt") == 0
        assert Path("out.txt").is_symlink()
        assert Path("far/real.txt").read_text() == "positive\nnegative\n"


@pytest.mark.parametrize("out", ["in.txt", "./in.txt", "link.txt", "twin.txt"])
def test_the_labels_never_take_the_place_of_the_texts(out: str, capsys: Captured) -> None:
    Path("link.txt").symlink_to("in.txt")
    os.link("in.txt", "twin.txt")
    assert _predict("--file", "in.txt", "--out", out) == 1
    assert "are the same file" in capsys.readouterr().err
    assert Path("in.txt").read_text() == "lovely\nawful\n"


def test_standard_streams_that_are_one_file_are_refused() -> None:
    with open("in.txt", "rb") as texts, open("in.txt", "ab") as labels:
        done = subprocess.run(
            [*PROGRAM, "--file", "-"], stdin=texts, stdout=labels, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert b"the same file" in done.stderr
    assert Path("in.txt").read_text() == "lovely\nawful\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--file", "none.txt"], "The texts cannot be read (No such file or directory: none.txt)"),
        (["--file", "."], "The texts cannot be read (Is a directory: .)"),
        (["--file", "in.txt", "--out", "."], ". is a folder: name a file."),
        (["--file", ""], "--file has no name: name the file with the texts."),
        (["--file", "in.txt", "--out", ""], "'' names no file: name the one that is to be"),
        (["--file", "in.txt", "--out", "new/"], "'new/' names no file: name the one that is"),
        (["--file", "in.txt", "--out", "new.csv/"], "'new.csv/' names no file: name the one"),
        (["--file", "in.txt", "--out", "no/out.txt"], "There is no folder "),
        (["--file", "in.txt", "--out", "in.txt/out"], "in.txt/out could not be written (Not a"),
        (["--file", "in.txt", "--out", "x" * 300], "could not be written (File name too long)"),
    ],
)
def test_where_nothing_can_be_read_or_written_it_is_told(
    arguments: list[str], told: str, capsys: Captured
) -> None:
    assert _predict(*arguments) == 1
    assert told in capsys.readouterr().err
    assert _names() == ["in.txt"]


@pytest.fixture
def as_nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of a user without privileges, who runs the test."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.chdir(folder)
        Path("in.txt").write_text("lovely\n")
        assert _predict("--file", "in.txt", "--out", "out.txt") == 0  # all is imported by now
        if is_root := os.geteuid() == 0:
            for path in (".", "in.txt", "out.txt"):
                os.chown(path, 65534, 65534)
            os.seteuid(65534)
        yield Path(folder)
        if is_root:
            os.seteuid(0)
        Path(folder).chmod(0o700)
        monkeypatch.undo()


@posix
@pytest.mark.usefixtures("as_nobody")
def test_a_write_protected_file_stays_as_it_was(capsys: Captured) -> None:
    Path("out.txt").write_text("old\n")
    Path("out.txt").chmod(0o400)
    assert _predict("--file", "in.txt", "--out", "out.txt") == 1
    assert "out.txt is write-protected" in capsys.readouterr().err
    assert Path("out.txt").read_text() == "old\n"


@posix
def test_a_folder_that_takes_no_file_is_told(as_nobody: Path, capsys: Captured) -> None:
    as_nobody.chmod(0o500)
    assert _predict("--file", "in.txt", "--out", "new.txt") == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told == "lessons predict: new.txt could not be written (Permission denied)."


@posix
@pytest.mark.parametrize("old", [None, "old\n"])
def test_a_full_disk_leaves_what_was_there(old: str | None) -> None:
    Path("in.txt").write_bytes(MANY)
    if old is not None:
        Path("out.txt").write_text(old)
    # A file may have 50,000 bytes here, the labels have more: as on a disk that fills up.
    limited = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (50_000, 50_000));"
    limited += "from lessons_lib.cli import main; import sys; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", limited, "predict", "--file", "in.txt", "--out", "out.txt"]
    done = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 1
    kept = "" if old is None else " It is as it was before."
    told = f"lessons predict: out.txt could not be written (File too large).{kept}\n"
    assert done.stderr == told
    assert _names() == (["in.txt"] if old is None else ["in.txt", "out.txt"])
    assert old is None or Path("out.txt").read_text() == old


@linux
@pytest.mark.parametrize("out", ["-", "/dev/full", "/dev/stdout"])
def test_a_full_device_is_told_in_one_line(out: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PROGRAM, "--file", "in.txt", "--out", out], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"could not be written (No space left on device)" in done.stderr


@posix
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_what_ends_it_half_way_leaves_nothing_half_written(number: str, code: int) -> None:
    Path("out.txt").write_text("old\n")
    with subprocess.Popen(
        [*PROGRAM, "--file", "-", "--out", "out.txt"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.write(b"\xe9\n" + MANY)
        child.stdin.flush()
        assert child.stderr.readline().startswith(b"line 1: ")  # it is at work by now
        (part,) = {*_names()} - {"in.txt", "out.txt"}
        assert part.startswith(".lessons-")
        child.send_signal(getattr(signal, number))
        told = child.stderr.read()
    assert child.returncode == code
    assert told == b""
    assert _names() == ["in.txt", "out.txt"]
    assert Path("out.txt").read_text() == "old\n"


def test_a_key_that_clashes_late_leaves_what_was_there(capsys: Captured) -> None:
    Path("in.jsonl").write_text('{"text": "a"}\n' * 9000 + '{"text": "a", "label": "b"}\n')
    Path("out.jsonl").write_text("old\n")
    assert _predict("--file", "in.jsonl", "--out", "out.jsonl") == 1
    assert "line 9001 already has 'label'" in capsys.readouterr().err
    assert Path("out.jsonl").read_text() == "old\n"
    assert _names() == ["in.jsonl", "in.txt", "out.jsonl"]


def test_whoever_stops_reading_ends_it_quietly() -> None:
    Path("in.txt").write_bytes(MANY * 10)
    with subprocess.Popen(
        [*PROGRAM, "--file", "in.txt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == b"positive\n"
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1


@posix
def test_a_pipe_with_a_name_is_written_to_and_stays_a_pipe() -> None:
    os.mkfifo("out.txt")
    with subprocess.Popen([*PROGRAM, "--file", "in.txt", "--out", "out.txt"]) as child:
        assert Path("out.txt").read_text() == "positive\nnegative\n"
    assert child.returncode == 0
    assert stat.S_ISFIFO(os.stat("out.txt").st_mode)


@posix
def test_the_null_device_stays_one() -> None:
    assert _predict("--file", "in.txt", "--out", "/dev/null") == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_labels_alone_go_to_standard_output() -> None:
    Path("in.txt").write_bytes(MANY)
    for flags in ([], ["--out", "-"]):
        done = subprocess.run(
            [*PROGRAM, "--file", "-", *flags], input=MANY, capture_output=True, check=True
        )
        assert done.stdout == b"positive\nnegative\n" * 5000
        assert done.stderr == b"10,000 texts labelled.\n"
