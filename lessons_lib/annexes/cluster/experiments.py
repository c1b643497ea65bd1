"""What more workers buy, measured on a Ray cluster on this machine; or stored figures, marked so.

Each experiment runs in a process of its own, which prints its figures as JSON. So the notebook's
memory stays small, an experiment that hangs can be stopped, and all of Ray ends with that process,
which ends when the notebook's kernel does.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter, thread_time
from typing import Any

import msgspec
import numpy as np
import psutil
from numpy.typing import NDArray

from lessons_lib.annexes.cluster.cluster import ray_cluster
from lessons_lib.annexes.cluster.deployment import sentiment_app
from lessons_lib.annexes.cluster.labeler import Labeler
from lessons_lib.extras import missing_extra, pasted_python
from lessons_lib.formats import two_digits
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing import machine
from lessons_lib.pipeline.timing.stored import Measured, measured_or_stored

NEEDED_MB = 2000
LIMIT_S = 110.0  # for one experiment; one run in five hung on a busy machine
WORKERS = 2
LOOP, TWO_WORKERS = "loop", "two workers"
N_TEXTS, N_SLOW_TEXTS = 50_000, 800
WORK_MS = (0, 5, 25)  # per text; the transformer takes about five
USERS, TEXTS_EACH = 100, 2
ONGOING = (4, 100)
SERVED: dict[str, Any] = {"model": "heavier", "max_batch_size": 32, "batch_wait_timeout_s": 0.1}
Values = dict[str, list[float]]


def scale_line() -> str:
    """Return a line that says whether Ray can run here, or why the figures will be stored ones."""
    missing = missing_extra("Measuring with Ray", "scale").replace(pasted_python(), "python")
    return missing or machine.heavy_step_line("Ray", NEEDED_MB)


def loop_or_workers() -> Measured:
    """Return the seconds in which a plain loop and two workers label the same texts."""
    return measured("loop-or-workers")


def more_work() -> Measured:
    """Return the same as `loop_or_workers` with more work per text: ``"loop 5 ms"``."""
    return measured("more-work")


def read_more_work(run: Measured) -> str:
    """Return a line for each amount of work: how long the loop and the workers took."""
    lines = [f"{run.values['texts'][0]:,.0f} texts each time:"]
    for work_ms in WORK_MS:
        loop_s, workers_s = (run.values[f"{way} {work_ms} ms"][0] for way in (LOOP, TWO_WORKERS))
        gain = loop_s / workers_s
        than_one = f"{two_digits(max(gain, 1 / gain))} times {'as fast' if gain >= 1 else 'slower'}"
        lines.append(
            f"{work_ms:2} ms per text: loop {loop_s:5.2f} s, two workers {workers_s:5.2f} s, "
            f"so two are {than_one}"
        )
    return "\n".join([*lines, run.note])


def kill_a_worker() -> Measured:
    """Kill one of two workers midway, and return the counts of texts, answers and workers."""
    return measured("kill-a-worker")


def serve_users() -> Measured:
    """Return batch sizes, ms and throughput for 100 users and two limits on ongoing requests."""
    return measured("serve-users")


def measured(name: str, limit_s: float = LIMIT_S) -> Measured:
    """Run an experiment in a process of its own; return stored figures if it does not end well."""
    if missing_extra("", "scale") or machine.free_memory()[0] < NEEDED_MB * machine.MEGABYTE:
        return measured_or_stored(name, None)
    try:
        return measured_or_stored(name, partial(_in_own_process, name, limit_s))
    except (subprocess.SubprocessError, ValueError) as error:
        is_late = isinstance(error, subprocess.TimeoutExpired)
        reason = f"took longer than {limit_s:.0f} s" if is_late else "failed"
        stored = measured_or_stored(name, None)
        note = f"The measurement on this machine {reason}. {stored.note}"
        return msgspec.structs.replace(stored, note=note)


def _in_own_process(name: str, limit_s: float) -> Values:
    reader, writer = os.pipe()  # closes when this process ends, however it ends
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()", name],
            stdin=reader,
            capture_output=True,
            timeout=limit_s,
            check=True,
            start_new_session=True,
        )
    finally:
        os.close(reader)
        os.close(writer)
    figures, others = json.loads(done.stdout)
    machine.note_others(others)
    return dict(figures)


class SlowLabeler(Labeler):
    """A labeler that computes for some more time per text, and records which process it is.

    Parameters
    ----------
    work_ms : float
        How many milliseconds of processor time each text takes in addition.
    """

    def __init__(self, work_ms: float = 0.0) -> None:
        super().__init__()
        self._work_s = work_ms / 1000

    def __call__(self, batch: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return a batch with labels and probabilities, and the number of this process."""
        n = len(batch["text"])
        end = thread_time() + n * self._work_s
        while thread_time() < end:
            pass
        return {**super().__call__(batch), "process": np.full(n, os.getpid())}


def _label_all(texts: Sequence[str], work_ms: float, batch_size: int) -> Any:
    """Return an iterable over the answers of two workers, in batches."""
    import ray

    rows = [{"id": number, "text": text} for number, text in enumerate(texts)]
    answers = ray.data.from_items(rows, override_num_blocks=len(rows) // batch_size).map_batches(
        SlowLabeler,
        fn_constructor_args=(work_ms,),
        batch_size=batch_size,
        compute=ray.data.ActorPoolStrategy(size=WORKERS),
    )
    return answers.iter_batches(batch_size=batch_size)


def _timed_pair(texts: Sequence[str], work_ms: float, batch_size: int) -> tuple[float, float]:
    with machine.watched(perf_counter):
        start = perf_counter()
        labeler = SlowLabeler(work_ms)
        for first in range(0, len(texts), batch_size):
            labeler({"text": np.array(texts[first : first + batch_size], dtype=object)})
        middle = perf_counter()
        n_answers = sum(len(batch["id"]) for batch in _label_all(texts, work_ms, batch_size))
        assert n_answers == len(texts)
        return middle - start, perf_counter() - middle


def _run_loop_or_workers() -> Values:
    start = perf_counter()
    with ray_cluster("The experiment", WORKERS):
        started_s = perf_counter() - start
        loop_s, workers_s = _timed_pair(_archive(N_TEXTS), 0, 5_000)
    return {LOOP: [loop_s], TWO_WORKERS: [workers_s], "start": [started_s], "texts": [N_TEXTS]}


def _run_more_work() -> Values:
    figures: Values = {"texts": [N_SLOW_TEXTS]}
    with ray_cluster("The experiment", WORKERS):
        for work_ms in WORK_MS:
            loop_s, workers_s = _timed_pair(_archive(N_SLOW_TEXTS), work_ms, 20)
            figures[f"{LOOP} {work_ms} ms"] = [loop_s]
            figures[f"{TWO_WORKERS} {work_ms} ms"] = [workers_s]
    return figures


def _run_kill_a_worker() -> Values:
    ids: list[int] = []
    processes: list[int] = []
    with ray_cluster("The experiment", WORKERS):
        for batch in _label_all(_archive(N_SLOW_TEXTS), work_ms=10, batch_size=20):
            if not ids:
                psutil.Process(int(batch["process"][0])).kill()
            ids += batch["id"].tolist()
            processes += batch["process"].tolist()
    return {
        "texts": [N_SLOW_TEXTS],
        "answers": [len(ids)],
        "missing": [N_SLOW_TEXTS - len(set(ids))],
        "doubled": [len(ids) - len(set(ids))],
        "workers": [len(set(processes))],
    }


def _run_serve_users() -> Values:
    figures: Values = {}
    with ray_cluster("The experiment", WORKERS):
        from ray import serve

        for limit in ONGOING:
            handle = serve.run(sentiment_app(**SERVED, max_ongoing_requests=limit))
            handle.label.remote("").result()
            seconds, total_s = asyncio.run(_users(handle, TEXTS_EACH))
            sizes = handle.batch_sizes.remote().result()[1:]
            p50, p99 = np.percentile(seconds, (50, 99)).tolist()
            figures[f"batch size {limit}"] = [len(seconds) / len(sizes)]
            figures[f"ms {limit}"] = [1000 * p50, 1000 * p99]
            figures[f"answers/s {limit}"] = [len(seconds) / total_s]
        serve.shutdown()
    return figures


async def _users(handle: Any, texts_each: int) -> tuple[list[float], float]:
    """Let users send texts one after the other; return each latency and the total, in seconds."""
    texts = _archive(USERS * texts_each)
    seconds: list[float] = []

    async def user(own: Sequence[str]) -> None:
        for text in own:
            start = perf_counter()
            await handle.label.remote(text)
            seconds.append(perf_counter() - start)

    with machine.watched(perf_counter):
        start = perf_counter()
        await asyncio.gather(*(user(texts[number::USERS]) for number in range(USERS)))
        return seconds, perf_counter() - start


def _archive(n: int) -> list[str]:
    texts = load_corpus_or_demo().archive()
    return [texts[number % len(texts)] for number in range(n)]


EXPERIMENTS: dict[str, Callable[[], Values]] = {
    "loop-or-workers": _run_loop_or_workers,
    "more-work": _run_more_work,
    "kill-a-worker": _run_kill_a_worker,
    "serve-users": _run_serve_users,
}


def main() -> None:
    """Run the experiment that the command line names; print its figures, and what others took."""
    threading.Thread(target=_end_with_the_notebook, daemon=True).start()
    print(json.dumps([EXPERIMENTS[sys.argv[1]](), machine.others_share()]))


def _end_with_the_notebook() -> None:
    sys.stdin.read()
    os._exit(1)
