"""`lessons predict` and the standard streams: closed, full, or slow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.commands.predict_batch import CHUNK_RECORDS

PROGRAM = [sys.executable, "-m", "lessons_lib.cli", "predict"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs sh")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /dev/full")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one file of texts, the second not UTF-8."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    Path("in.txt").write_bytes(b"lovely\n\xe9\n")
    return tmp_path


def _run(arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it in a shell, which can close its streams."""
    command = ["sh", "-c", f'exec "$@" {arguments}', "sh", *PROGRAM]
    return subprocess.run(command, input="lovely\n", capture_output=True, encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--file - <&-", "There is no standard input: name a file with --file."),
        ("--file in.txt >&-", "There is no standard output: name a file with --out."),
        ("lovely >&-", "There is no standard output, where the label would be printed."),
    ],
)
def test_a_closed_stream_that_is_needed_is_told(arguments: str, told: str) -> None:
    done = _run(arguments)
    assert done.returncode == 1
    assert done.stderr == f"lessons predict: {told}\n"


def test_a_closed_output_is_not_missed_where_a_file_is_written() -> None:
    assert _run("--file in.txt --out out.txt >&-").returncode == 0
    assert Path("out.txt").read_text() == "positive\n\n"


@linux
@pytest.mark.parametrize("ending", ["2>&-", "2>/dev/full"])
def test_where_nothing_can_be_told_the_labels_come_all_the_same(ending: str) -> None:
    done = _run(f"--file in.txt {ending}")
    assert (done.returncode, done.stdout) == (0, "positive\n\n")
    done = _run(f"--file in.txt --out out.txt {ending}")
    assert (done.returncode, done.stdout) == (0, "")
    assert Path("out.txt").read_text() == "positive\n\n"


def test_a_full_chunk_is_seen_while_the_input_is_still_open() -> None:
    with subprocess.Popen(
        [*PROGRAM, "--file", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"lovely\n" * CHUNK_RECORDS)
        labels = b""
        while len(labels) < len(b"positive\n") * CHUNK_RECORDS:
            labels += child.stdout.read(65536)
        child.stdin.close()
        assert child.stdout.read() == b""
    assert labels == b"positive\n" * CHUNK_RECORDS
