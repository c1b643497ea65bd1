"""Start a child process for an exercise, wait for it under limits, and read what it wrote down."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self, TypeAlias

import msgspec
from msgspec import Struct

from lessons_lib.practice.exercises.exercise import Case, Exercise

BOOT = """import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    sys.path[:] = json.load(file)["paths"]
from lessons_lib.practice.exercises.child import run_and_end
run_and_end(sys.argv[1])
"""
POLL_S = 0.02
MOST_REPORTED = 25_000_000

End: TypeAlias = Literal["done", "time", "output", "no start"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a learner's code may use; its time begins when the child is ready for it."""

    time_s: float = 5.0
    start_s: float = 60.0
    output_bytes: int = 1_000_000
    shown_output: int = 20_000
    memory_bytes: int = 2_000_000_000


class Line(Struct, frozen=True):
    """One thing that a child wrote down: a step it took, or what a program gave for a case."""

    nonce: str
    what: Literal["broken", "ready", "syntax", "empty", "begin", "gave", "done"]
    program: int = 0
    case: int = 0
    error: Literal["", "missing", "no-function", "raised", "too-much"] = ""
    about: tuple[str, ...] = ()  # names: missing ones, or Python's own that the code hides
    value: Any = None
    passes: tuple[int, ...] = ()
    name: str = ""
    kinds: tuple[str, ...] = ()
    message: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """How a child ended, what it wrote down for us, and what it printed."""

    end: End
    code: int
    lines: tuple[Line, ...]
    output: str

    def of(self, program: int) -> tuple[Line, ...]:
        """Return what is about one program."""
        return tuple(one for one in self.lines if one.program == program)


_decoder = msgspec.json.Decoder(Line)


class Child:
    """A process that runs programs on the cases of an exercise. It is ended on leaving `with`."""

    def __init__(
        self, exercise: Exercise, programs: Sequence[str], cases: Sequence[Case], limits: Limits
    ) -> None:
        self._limits = limits
        self._nonce = secrets.token_hex(16)
        self._folder = tempfile.TemporaryDirectory(
            prefix="lessons-exercise-", ignore_cleanup_errors=True
        )
        folder = Path(self._folder.name)
        self._report = folder / "report.jsonl"
        place = folder / "place"
        place.mkdir()
        job = {
            "nonce": self._nonce,
            "report": str(self._report),
            "paths": [one for one in sys.path if one],  # not the folder of the notebook
            "setup": exercise.setup,
            "programs": list(programs),
            "cases": [dict(case) for case in cases],
            "gives": exercise.gives,
            "asks": exercise.asks,
            "is_function": exercise.is_function,
            "time_limit_s": limits.time_s,
            "start_limit_s": limits.start_s,
            "memory_limit": limits.memory_bytes,
        }
        path = folder / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        self._process = _started(path, place)
        self._printed = Printed(self._process.stdout, limits.shown_output)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def wait(self) -> Run:
        """Wait until the child has ended, or has used up what it may."""
        end = self._awaited()
        self._kill()
        self._printed.finish()
        return Run(end, self._process.returncode, self._lines(), self._printed.text)

    def close(self) -> None:
        """End the child if it still runs, and delete its folder."""
        self._kill()
        self._printed.finish()
        self._folder.cleanup()

    def _awaited(self) -> End:
        is_ready = False
        deadline = time.monotonic() + self._limits.start_s
        while self._process.poll() is None:
            if not is_ready and self._report.exists():
                is_ready = True
                deadline = time.monotonic() + self._limits.time_s
            if self._printed.size > self._limits.output_bytes:
                return "output"
            if time.monotonic() > deadline:
                return "time" if is_ready else "no start"
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(POLL_S)
        return "output" if self._printed.size > self._limits.output_bytes else "done"

    def _kill(self) -> None:
        if self._process.poll() is None:
            _kill_tree(self._process)
            self._process.wait()

    def _lines(self) -> tuple[Line, ...]:
        try:
            with self._report.open("rb") as file:
                written = file.read(MOST_REPORTED)
        except OSError:
            return ()
        found = map(_line_of, written.splitlines())
        return tuple(one for one in found if one is not None and one.nonce == self._nonce)


class Printed:
    """Reads what a child prints, so that it never waits for us; keeps the beginning."""

    def __init__(self, stream: IO[bytes] | None, most: int) -> None:
        self.size = 0
        self._most, self._kept = most, bytearray()
        self._stream = stream
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        """The beginning of what was printed."""
        text = bytes(self._kept).decode("utf-8", errors="replace").replace("\r\n", "\n")
        left_out = self.size - len(self._kept)
        return f"{text}\n… {left_out:,} more bytes are left out." if left_out else text

    def finish(self) -> None:
        """Wait for the rest of what an ended child printed."""
        self._thread.join(timeout=2)

    def _read(self) -> None:
        if self._stream is None:
            return
        with self._stream as stream:
            while block := stream.read1(65_536):  # type: ignore[attr-defined]
                self._kept += block[: self._most - len(self._kept)]
                self.size += len(block)


def _started(job: Path, place: Path) -> subprocess.Popen[bytes]:
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-I", "-X", "utf8", "-c", BOOT, str(job)]
    # A group of its own: Ctrl-C comes to us, and we end the child with all that it started.
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        command,
        cwd=place,
        env=os.environ | one_thread,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        creationflags=flags,
    )


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(tree, capture_output=True, check=False)
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _line_of(text: bytes) -> Line | None:
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
