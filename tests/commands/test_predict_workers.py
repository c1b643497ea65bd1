"""`lessons predict --workers` and `--resume`: the bytes of one process, whatever happens to others.

Functions for other processes are built-in ones, so that those need not import this file.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from lessons_lib.commands import text_files
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.pool import call_in_processes
from tests.support.fresh import ROOT
from tests.support.shell import Lessons, Printed
from tests.support.waiting import wait_for

Patch = pytest.MonkeyPatch
CHUNK = FoldedPipeline.batch_size
LINES = {
    "txt": "lovely {n}\n",
    "csv": '{n},"so ""awful"", {n} films"\n',
    "jsonl": '{{"text": "naïve 🥞 {n}", "n": [{n}, 1e-7]}}\n',
}
PROGRAM = [sys.executable, "-m", "lessons_lib.cli", "predict"]
SIZE = partial(partial, len)  # returns a function for another process
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals")


@pytest.fixture(autouse=True)
def path(here: Path, monkeypatch: Patch) -> None:
    """Let programs in an empty folder import the library."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def write(kind: str, count: int, *, end: bytes = b"") -> str:
    """Write a file of texts with some lines that cannot be labeled, and return its name."""
    bad = {"csv": "1,2,3\n", "jsonl": '{"text": 1}\n'}.get(kind, "\n")
    lines = (bad if n % 200 == 50 else LINES[kind].format(n=n) for n in range(count))
    head = "id,text\n" if kind == "csv" else ""
    Path(f"in.{kind}").write_bytes((head + "".join(lines)).encode() + end)
    return f"in.{kind}"


def workers(parent: int | None = None) -> list[psutil.Process]:
    """Return the processes that a process has started to label."""
    started = psutil.Process(parent).children(recursive=True)
    return [one for one in started if "inference.pool" in " ".join(one.cmdline())]


def labeled(lessons: Lessons, code: int, name: str, *flags: str) -> tuple[Printed, bytes | None]:
    """Label a file, and return what was printed and written."""
    out = Path(f"out{Path(name).suffix}")
    out.unlink(missing_ok=True)
    printed = lessons.ends(code, "predict", "--file", name, "--out", out, *flags)
    assert workers() == []
    assert {path.name for path in Path().iterdir()} <= {name, out.name, f"{out}.parts"}
    return printed, out.read_bytes() if out.exists() else None


@pytest.mark.parametrize(
    ("kind", "flags"), [("txt", []), ("csv", ["--resume"]), ("jsonl", ["--sort-by-length"])]
)
def test_two_processes_write_the_bytes_of_one(
    kind: str, flags: list[str], lessons: Lessons
) -> None:
    name = write(kind, CHUNK + 900)
    printed, written = labeled(lessons, 0, name, *flags, "--workers", "2")
    assert (printed, written) == labeled(lessons, 0, name, *flags[1:])
    assert printed.err.count("skipped\n") == (0 if kind == "txt" else 20)
    assert not Path(f"out.{kind}.parts").exists()


@pytest.mark.parametrize(
    ("line", "reported"),
    [(b'{"text": "a", "label": "b"}\n', "must be unique"), (b"", "is not UTF-8")],
)
def test_an_error_in_either_process_is_the_same(
    line: bytes, reported: str, lessons: Lessons
) -> None:
    name = write("jsonl", 60, end=line + b'{"text": "a"}\n' * CHUNK + b"\xe9")
    printed, written = labeled(lessons, 1, name, "--workers", "2")
    assert (printed, written) == labeled(lessons, 1, name)
    assert (reported in printed.err, written) == (True, None)


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (["--file", "in.txt", "--workers", "0"], "--workers must be an integer ≥ 1, got 0."),
        (["--file", "in.txt", "--workers", "-2"], "--workers must be an integer ≥ 1, got -2."),
        (["--file", "in.txt", "--resume"], "--resume needs files"),
        (["--file", "-", "--out", "out.txt", "--resume"], "--resume needs files"),
        (["--engine", "ray", "--file", "in.txt", "--resume"], "--engine ray cannot resume"),
        (["one text", "--resume"], "--resume requires --file IN"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: list[str], reported: str, here: Path, lessons: Lessons
) -> None:
    Path("in.txt").write_text("good\n")
    assert reported in lessons.fails("predict", *arguments)
    assert os.listdir(here) == ["in.txt"]


def test_results_keep_their_order_though_processes_are_killed() -> None:
    def items() -> Iterator[str]:
        for n in range(90):
            for one in workers() if n % 30 == 20 else ():
                one.kill()
            yield "x" * n * 2000

    results = call_in_processes(SIZE, items(), 3)
    assert list(results) == [2000 * n for n in range(90)]
    assert workers() == []


def test_only_a_few_items_are_read_before_their_results_are_used() -> None:
    read = itertools.count()
    results = call_in_processes(SIZE, ("x" * next(read) for _ in range(100)), 2)
    assert [next(results), next(results)] == [0, 1]
    results.close()
    assert next(read) <= 8
    assert workers() == []


def test_closing_ends_the_calls_that_still_run() -> None:
    results = call_in_processes(partial(partial, time.sleep), [0, 10**6, 10**6], 2)
    assert next(results) is None
    results.close()
    assert workers() == []


@posix
def test_an_item_that_kills_three_processes_is_an_error() -> None:
    deadly = partial(partial, signal.raise_signal)
    results = call_in_processes(deadly, [0, signal.SIGKILL, signal.SIGKILL], 1)
    assert next(results) is None
    with pytest.raises(ChildProcessError, match="3 processes were killed"):
        next(results)
    assert workers() == []


@posix
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_processes_end_with_the_command(end: signal.Signals) -> None:
    command = [*PROGRAM, "--file", "-", "--out", "out.txt", "--workers", "2"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, start_new_session=True, **pipes) as run:
        assert run.stdin is not None
        assert run.stderr is not None
        run.stdin.write(b"lovely\n" * (CHUNK * 3))
        run.stdin.flush()
        wait_for(lambda: len(workers(run.pid)) == 2)
        started = workers(run.pid)
        assert run.pid not in [os.getpgid(one.pid) for one in started]
        os.killpg(run.pid, end)  # like a terminal's Ctrl-C
        assert run.stderr.read() == b""
    assert run.returncode == (130 if end == signal.SIGINT else -end)
    wait_for(lambda: not any(one.is_running() for one in started))
    assert not Path("out.txt").exists()


def test_a_stopped_run_continues_with_what_is_there(lessons: Lessons, monkeypatch: Patch) -> None:
    name = write("csv", CHUNK * 2 + 60)
    printed, written = labeled(lessons, 0, name)
    chunks = itertools.count(1)

    def stopped(*arguments: Any) -> bytes:
        if next(chunks) == 3:
            raise KeyboardInterrupt
        return label(*arguments)

    label = text_files.labeled_chunk
    with monkeypatch.context() as patch:
        patch.setattr(text_files, "labeled_chunk", stopped)
        labeled(lessons, 130, name, "--resume")
    parts = Path("out.csv.parts")
    kept = {path.name: path.read_bytes() for path in parts.glob("0*")}
    assert [*kept] == ["000000", "000001"]

    for flags in (["--model", "transformer"], ["--sort-by-length"], ["--column", "text"]):
        problem = labeled(lessons, 1, name, "--resume", *flags)[0].err
        assert f"has parts of a run with another {flags[0][2:].replace('-', '_')}." in problem
    before = Path(name).read_bytes()
    Path(name).write_bytes(before.replace(b"films", b"books", 1))
    problem = labeled(lessons, 1, name, "--resume")[0].err
    assert "another input. To start again, remove that folder." in problem

    Path(name).write_bytes(before)
    (parts / "000001").write_bytes(kept["000001"].upper())  # which shows that it is used
    changed = (written or b"").replace(kept["000001"], kept["000001"].upper())
    assert labeled(lessons, 0, name, "--resume", "--workers", "2") == (printed, changed)
    assert not parts.exists()


def test_a_folder_that_has_other_files_stays(lessons: Lessons) -> None:
    name = write("txt", 3)
    Path("out.txt.parts").mkdir()
    Path("out.txt.parts/own").touch()
    assert "has parts of a run with another" in labeled(lessons, 1, name, "--resume")[0].err
    assert os.listdir("out.txt.parts") == ["own"]


@posix
@pytest.mark.slow
@pytest.mark.parametrize("kind", LINES)
def test_many_texts_survive_a_killed_process_and_a_stopped_run(kind: str, lessons: Lessons) -> None:
    name = write(kind, 200_000)
    expected = labeled(lessons, 0, name)
    command = [*PROGRAM, "--file", name, "--out", f"out.{kind}", "--resume", "--workers", "3"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as run:
        wait_for(lambda: Path(f"out.{kind}.parts/000005").exists())
        workers(run.pid)[0].kill()
        wait_for(lambda: Path(f"out.{kind}.parts/000020").exists())
        run.kill()
    assert labeled(lessons, 0, name, "--resume", "--workers", "2") == expected


@pytest.mark.slow
@pytest.mark.extras("transformer")
@pytest.mark.parametrize("flags", [[], ["--sort-by-length"]])
def test_the_transformer_forms_the_same_batches(flags: list[str], lessons: Lessons) -> None:
    name = write("jsonl", 1100)
    flags = ["--model", "transformer", *flags]
    assert labeled(lessons, 0, name, *flags, "--workers", "2") == labeled(lessons, 0, name, *flags)
