"""Call a function in several processes, and keep its results for the next run.

The processes read calls from their standard input. It closes however this process ends, and then
they end, too.
"""

import json
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from lessons_lib.files import write_whole

AHEAD = 2  # items per process that are read before the first of them has its result
TRIES = 3
Function = Callable[[Any], Any]
Start = Callable[[], Function]
Results = Generator[Any, None, None]


def call_in_processes(start: Start, items: Iterable[Any], workers: int) -> Results:
    """Yield what a function returns for each item, in order, computed by several processes.

    If a process is killed, another one repeats its call. An error, of the function or in reading
    an item, comes after the results of all items before it. Close the generator to end the
    processes.

    Parameters
    ----------
    start : callable
        Called once in each process; it returns the function. It must be picklable, and so must
        items and results.
    items : iterable
        Read a few items ahead.
    workers : int
        The number of processes.

    Raises
    ------
    ChildProcessError
        If three processes are killed during the same call.
    """
    own, processes, is_closed = threading.local(), list[Any](), threading.Event()

    def call(item: Any) -> Any:  # in a thread, which has a process of its own
        message = pickle.dumps((start, item))
        for _ in range(TRIES):
            if not hasattr(own, "process"):
                own.process = _new_process()
                processes.append(own.process)
            with suppress(OSError, EOFError, pickle.UnpicklingError):  # it was killed
                own.process.stdin.write(message)
                own.process.stdin.flush()
                return pickle.load(own.process.stdout)
            _end(vars(own).pop("process"))
            if is_closed.is_set():
                break
        problem = f"{TRIES} processes were killed while they labeled the same texts"
        return ChildProcessError(f"{problem}. Free some memory, or use fewer workers."), None

    window: deque[Future[Any]] = deque()
    threads = ThreadPoolExecutor(workers)
    try:
        for future in _futures(threads, call, items):
            window.append(future)
            while window and (window[0].done() or len(window) > AHEAD * workers):
                yield _result(window.popleft())
        while window:
            yield _result(window.popleft())
    finally:
        is_closed.set()
        for process in [*processes]:
            process.kill()
        threads.shutdown(cancel_futures=True)
        for process in processes:
            _end(process)


def _futures(
    threads: ThreadPoolExecutor, call: Function, items: Iterable[Any]
) -> Iterator[Future[Any]]:
    """Yield the future error and result of each item; an error in reading the items comes last."""
    try:
        for item in items:
            yield threads.submit(call, item)
    except Exception as error:
        yield threads.submit(tuple, [error, None])


def _result(future: Future[Any]) -> Any:
    error, result = future.result()
    if error:
        raise error
    return result


def _new_process() -> Any:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        # Ctrl-C is for this process, which ends the others.
        process_group=0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _end(process: Any) -> None:
    with suppress(OSError), process:  # closes its pipes and waits for it
        process.kill()


def main() -> None:
    """Answer the calls on standard input until it closes."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    function: Function | None = None
    with suppress(EOFError, pickle.UnpicklingError, BrokenPipeError):
        while True:
            start, item = pickle.load(sys.stdin.buffer)
            try:
                function = function or start()
                answer: tuple[Any, Any] = None, function(item)
            except Exception as error:
                answer = error, None
            answers.write(pickle.dumps(answer))
            answers.flush()
    os._exit(0)


def keep_results(start: Start, folder: Path) -> Function:
    """Return a function for numbered items, which calls another one if there's no result yet.

    Parameters
    ----------
    start : callable
        Returns the other function, whose results are bytes.
    folder : Path
        Where each result has a file, once `open_results` was called.
    """
    function = start()

    def call(numbered: tuple[int, Any]) -> bytes:
        path = folder / f"{numbered[0]:06}"
        if not path.exists():
            write_whole(path, function(numbered[1]))
        return path.read_bytes()

    return call


def open_results(folder: Path, job: dict[str, Any]) -> None:
    """Make a folder for the results of a job, unless it has results of the same job.

    Parameters
    ----------
    folder : Path
        Where the results are.
    job : dict
        What decides the results: names, and values for JSON.

    Raises
    ------
    FileExistsError
        If the folder has results of another job, or other files.
    """
    folder.mkdir(exist_ok=True)
    note = folder / "job.json"
    if not any(folder.iterdir()):
        write_whole(note, json.dumps(job))
    before = json.loads(note.read_bytes()) if note.exists() else {}
    if changed := [name for name in job if name not in before or before[name] != job[name]]:
        raise FileExistsError(
            f"{folder} has parts of a run with another {', '.join(changed)}. To start again, "
            "remove that folder."
        )
