"""Measure a class that works on one machine: `python tests/benchmarks/hub_load.py 20`.

That many learners log in to a hub of `lessons hub` at the same time. Each one starts a server, runs
all cells of notebook 06 and answers the first question of its quiz. Prints how long the servers
took to start, the memory of each server and kernel, and which learners failed. Linux only.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.notebook_memory import MEGABYTE, MOST_MB, Memory, memory_of
from tests.support.hub import HubRun
from tests.support.hub_client import converse, execute, printed

NOTEBOOK = "06_batch_inference"


@dataclass(frozen=True, slots=True)
class Visit:
    """The measurements of one learner."""

    name: str
    spawn_s: float
    run_s: float
    server: Memory
    kernel: Memory


def work(hub: HubRun, name: str, notebook: str) -> Visit:
    """Do what a learner does, from the login to a saved answer."""
    client = hub.client(name)
    began = time.perf_counter()
    client.start_server()
    spawned = time.perf_counter()
    path = f"/user/{name}/api/contents/notebooks/{notebook}.ipynb"
    answer = client.send("GET", path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    channel = client.open_socket(client.start_kernel())
    try:
        answered = _run_all(
            channel, hub.homes / name / "lessons-course" / "notebooks" / f"{notebook}.ipynb"
        )
        pids = printed(execute(channel, "import os; print(os.getpid(), os.getppid())"))
    finally:
        channel.close()
    kernel_pid, server_pid = map(int, pids.split())
    if answered:
        _check_record(hub.homes / name)
    memory = memory_of(server_pid), memory_of(kernel_pid)
    return Visit(name, spawned - began, time.perf_counter() - spawned, *memory)


def _run_all(channel: Any, notebook: Path) -> bool:
    """Run every code cell, and answer the quiz with the message that its card would send."""
    answered = False
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        may_raise = "raises-exception" in cell.metadata.get("tags", [])
        try:
            messages = execute(channel, cell.source)
        except RuntimeError:
            if not may_raise:
                raise
            continue
        for one in messages:
            if one["msg_type"] == "comm_open":
                answered |= _answer(channel, one["content"])
    return answered


def _answer(channel: Any, opened: dict[str, Any]) -> bool:
    page = opened["data"].get("state", {}).get("page") or {}
    if page.get("view") != "question":
        return False
    question = page["question"]
    response = {"letters": ["A"]} if question["options"] else {"number": "1"}
    action = {"do": "answer", "question": question["id"], **response}
    message = {"method": "custom", "content": action}
    converse(channel, "comm_msg", {"comm_id": opened["comm_id"], "data": message})
    return True


def _check_record(home: Path) -> None:
    lines = [line for one in home.rglob("record/*.jsonl") for line in one.open(encoding="utf-8")]
    if not any('"kind":"answer"' in line for line in lines):
        raise RuntimeError("the answer was not saved")


def report(notebook: str, visits: Sequence[Visit], failures: Sequence[str], total_s: float) -> None:
    """Print one row per measurement."""
    print(f"{len(visits)} finished, {len(failures)} failed, {total_s:.0f} s in all")
    for failure in failures:
        print(f"FAILED {failure}")
    if not visits:
        return
    rows = {
        "spawn, s": [one.spawn_s for one in visits],
        "run all and answer, s": [one.run_s for one in visits],
    }
    for kind in ("pss", "rss", "peak_rss"):
        for name in ("server", "kernel"):
            memory = [getattr(getattr(one, name), kind) / MEGABYTE for one in visits]
            rows[f"{name} {kind.replace('_', ' ')}, MB"] = memory
    for kind in ("pss", "rss"):
        pairs = zip(rows[f"server {kind}, MB"], rows[f"kernel {kind}, MB"], strict=True)
        rows[f"server + kernel {kind}, MB"] = list(map(sum, pairs))
    print(f"\n| {notebook} | median | most |\n|---|---|---|")
    for name, figures in rows.items():
        print(f"| {name} | {statistics.median(figures):.0f} | {max(figures):.0f} |")


def main() -> int:
    """Run the class once; return 1 if a learner failed or a kernel used too much memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learners", type=int, nargs="?", default=20)
    parser.add_argument("--notebook", default=NOTEBOOK)
    options = parser.parse_args()
    visits: list[Visit] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lessons-load-") as folder:
        hub = HubRun(Path(folder), f"--learners={options.learners}")
        try:
            hub.wait_until_it_is_up()
            began = time.perf_counter()
            with ThreadPoolExecutor(options.learners) as pool:
                names = [name for name in hub.passwords if name.startswith("learner")]
                tasks = {name: pool.submit(work, hub, name, options.notebook) for name in names}
                for name, task in tasks.items():
                    try:
                        visits.append(task.result())
                    except Exception as error:
                        failures.append(f"{name}: {type(error).__name__}: {error}")
            total_s = time.perf_counter() - began
            free = psutil.virtual_memory().available / MEGABYTE
        finally:
            hub.stop()
    report(options.notebook, visits, failures, total_s)
    print(f"\n{psutil.cpu_count()} cores; {free:,.0f} MB were free with all servers running")
    most = max((one.kernel.peak_rss for one in visits), default=0) / MEGABYTE
    return 1 if failures or most > MOST_MB else 0


if __name__ == "__main__":
    sys.exit(main())
