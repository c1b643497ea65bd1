"""`lessons predict --file`: the output is complete or absent; standard input and output."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.pipeline.inference.folded import FoldedPipeline
from tests.support.fresh import MEASURED, ROOT
from tests.support.shell import Lessons, ran

PROGRAM = [sys.executable, "-m", "lessons_lib.cli", "predict"]
MANY = b"lovely\nawful\n" * 5000
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals, a shell and terminals")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /dev/full")


@pytest.fixture(autouse=True)
def texts(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a file of texts."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    Path("in.txt").write_text("lovely\nawful\n")


@pytest.mark.parametrize("out", ["in.txt", "./in.txt", "link.txt", "twin.txt"])
def test_the_labels_never_replace_the_texts(out: str, lessons: Lessons) -> None:
    Path("link.txt").symlink_to("in.txt")
    os.link("in.txt", "twin.txt")
    assert "are the same file" in lessons.fails("predict", "--file", "in.txt", "--out", out)
    assert Path("in.txt").read_text() == "lovely\nawful\n"


@linux
@pytest.mark.parametrize("out", ["-", "/dev/full"])
def test_a_full_device_is_reported_in_one_line(out: str) -> None:
    with open("/dev/full", "wb") as full:
        command = [*PROGRAM, "--file", "in.txt", "--out", out]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@posix
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_leaves_no_half_file(number: str, code: int) -> None:
    Path("out.txt").write_text("old\n")
    command = [*PROGRAM, "--file", "-", "--format", "jsonl", "--out", "out.txt"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.write(b"1\n" + b'{"text": "lovely"}\n' * (FoldedPipeline.batch_size * 2))
        child.stdin.flush()
        assert child.stderr.readline().startswith(b"line 1: ")  # it is running by now
        (part,) = {*os.listdir()} - {"in.txt", "out.txt"}
        assert part.startswith(".lessons-")
        child.send_signal(signal.Signals[number])
        assert child.stderr.read() == b""
    assert child.returncode == code
    assert sorted(os.listdir()) == ["in.txt", "out.txt"]
    assert Path("out.txt").read_text() == "old\n"


def test_a_closed_reader_ends_the_command_silently() -> None:
    Path("in.txt").write_bytes(MANY * 10)
    command = [*PROGRAM, "--file", "in.txt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == b"positive\n"
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1


def test_only_labels_go_to_standard_output_chunk_by_chunk() -> None:
    for flags in ([], ["--out", "-"]):
        command = [*PROGRAM, "--file", "-", *flags]
        done = subprocess.run(command, input=MANY, capture_output=True, check=True)
        assert done.stdout == b"positive\nnegative\n" * 5000
        assert done.stderr == b"10,000 texts labeled.\n"
    with subprocess.Popen(
        [*PROGRAM, "--file", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"lovely\n" * FoldedPipeline.batch_size)
        labels = b""
        while len(labels) < len(b"positive\n") * FoldedPipeline.batch_size:
            labels += child.stdout.read(65536)
        child.stdin.close()
        assert child.stdout.read() == b""
    assert labels == b"positive\n" * FoldedPipeline.batch_size


@linux
@pytest.mark.parametrize("ending", ["2>&-", "2>/dev/full", ">&-"])
def test_labels_are_written_even_if_nothing_can_be_reported(ending: str) -> None:
    Path("in.jsonl").write_text('{"text": "lovely"}\n1\n')
    shell = f'exec "$@" --file in.jsonl --out out.txt {ending}'
    done = subprocess.run(["sh", "-c", shell, "sh", *PROGRAM])
    assert done.returncode == 0
    assert Path("out.txt").read_text() == "positive\n\n"


def shown_on(screen: int) -> str:
    """Return what a terminal shows until its last program ends."""
    shown = b""
    try:
        while part := os.read(screen, 65536):
            shown += part
    except OSError:  # Linux reports that the terminal was closed
        pass
    os.close(screen)
    return shown.decode()


@posix
def test_a_bar_shows_the_bytes_read_and_bad_lines_appear_above_it() -> None:
    import pty
    import termios

    Path("in.csv").write_bytes(b"text\n" + b"lovely\n" * 9000 + b"a,b\n")
    screen, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    with subprocess.Popen([*PROGRAM, "--file", "in.csv", "--out", "out.txt"], stderr=terminal):
        os.close(terminal)
        shown = shown_on(screen)
    assert "/63.0k" in shown
    assert "line 9,002: not valid csv (2 fields, but the header has 1); skipped\r\n" in shown
    assert "9,000 texts labeled, 1 line skipped.\r\n" in shown


@posix
def test_typed_texts_are_labeled_at_the_end() -> None:
    import pty

    screen, terminal = pty.openpty()
    with subprocess.Popen([*PROGRAM, "--file", "-"], stdin=terminal, stdout=terminal, stderr=2):
        os.close(terminal)
        os.write(screen, b"lovely\nawful\n\x04")
        shown = shown_on(screen)
    assert shown.endswith("positive\r\nnegative\r\n")
    assert "%" not in shown


def _peak_kb(count: int) -> int:
    """Return the peak memory of labeling that many lines, in kB."""
    line = '{n},"I love {n} sunny days, and the naïve film was not bad at all"\n'
    with open("in.csv", "w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(line.format(n=n) for n in range(count))
    command = [sys.executable, "-c", MEASURED, "predict", "--file", "in.csv", "--out", "out.csv"]
    done = ran(*command)
    assert done.stderr == f"{count:,} texts labeled.\n"
    with open("out.csv", "rb") as labels:
        assert sum(1 for _ in labels) == count + 1
    return int(done.stdout)


@linux
@pytest.mark.slow
def test_a_million_lines_need_the_memory_of_a_few_chunks() -> None:
    assert _peak_kb(1_000_000) < _peak_kb(20_000) + 10_000
