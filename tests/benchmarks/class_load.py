"""How fast the service of a class answers 200 learners: python -m tests.benchmarks.class_load

The service runs as a process of its own, against a stub of the hub's token check, and is asked
directly as kernels ask it. Learners are simulated in this process, which takes time from the same
cores.
"""

import asyncio
import json
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from lessons_lib.annexes.instructor.service.live.room import HOLDS_S, Command
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.annexes.instructor.service.web import ANSWER
from lessons_lib.classroom.record.event import new_event, utc_now
from tests.annexes.instructor.service.served_class import PEOPLE, Served
from tests.annexes.instructor.service.test_serve import Hub, Service, open_now

LEARNERS = [f"learner-{number}" for number in range(200)]
SPREAD_S = 5.0
MANY, MOST = 20_000, 200_000  # events
BUDGETS = {  # of the service asked directly, on two cores
    "200 within 5 s, p99": 0.5,
    "200 at the same instant, maximum": 2.0,
    "start with 200,000 events": 5.0,
    "live: Open until all 200 cards have it": 2.0,
    "live: answer until it is in the bars": 2.0,
}


class Class:
    """Learners who answer a running service."""

    def __init__(self, service: Service) -> None:
        self._url = f"{service.url}api/graded/week_1"
        self._client = SimpleAsyncHTTPClient(force_instance=True, max_clients=len(LEARNERS))

    async def answer(self, learner: str, after_s: float = 0) -> float:
        """Save an answer after a while, and return the seconds until it is acknowledged."""
        await asyncio.sleep(after_s)
        action = {"do": "answer", "question": "how-many-passes-1", "letters": ["A"]}
        body = json.dumps({"id": uuid.uuid4().hex, "action": action})
        headers = {"Authorization": f"token of {learner}"}
        began = time.perf_counter()
        options: dict[str, Any] = {"method": "POST", "body": body, "headers": headers}
        reply = await self._client.fetch(self._url, request_timeout=60, **options)
        assert json.loads(reply.body)["reply"]["text"] == "Answer saved."
        return time.perf_counter() - began


def fill(folder: Path, events: int) -> None:
    """Add events of 200 learners to the record."""
    store = ClassStore(f"sqlite:///{folder / 'record.sqlite'}")
    payload = {"letters": ["A"], "test": "graded week_1", "revision": 1}
    rows = [
        (LEARNERS[number % len(LEARNERS)], new_event("answer", "how-many-passes-1", payload))
        for number in range(events)
    ]
    asyncio.run(store.save(rows))
    store.close()


def shown(name: str, times: Iterable[float]) -> None:
    """Print the median, p99 and maximum of some times."""
    found = sorted(times)
    p99 = statistics.quantiles(found, n=100)[98]
    figures = f"p50 {found[len(found) // 2]:.3f}, p99 {p99:.3f}, maximum {found[-1]:.3f} s"
    print(f"{name}: {figures}", flush=True)


async def load(service: Service) -> None:
    """Let a class answer in several ways, and print how long each learner waited."""
    learners = Class(service)
    waits: dict[str, Callable[[int], float]] = {
        "200 for the first time, at the same instant": lambda place: 0,
        "200 at the same instant": lambda place: 0,
        "200 within 5 s": lambda place: SPREAD_S * place / len(LEARNERS),
    }
    for name, wait in waits.items():
        asked: list[Awaitable[float]] = [
            learners.answer(one, wait(place)) for place, one in enumerate(LEARNERS)
        ]
        shown(name, await asyncio.gather(*asked))


async def live(folder: Path) -> None:
    """Open a live question to a class that waits for it, and print how long that and a vote took.

    The service and all learners share one process here, which makes every wait longer.
    """
    PEOPLE.update({one: {"name": one, "scopes": [ANSWER]} for one in LEARNERS})
    store = ClassStore(f"sqlite:///{folder / 'live.sqlite'}")
    served = Served(store, utc_now)
    client = SimpleAsyncHTTPClient(force_instance=True, max_clients=len(LEARNERS))
    question = served.room.listed()[0]["name"]
    moments = {"opened": 0.0}

    async def sent(learner: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"token {learner}"}
        address = f"{served.url}api/live{path}"
        reply = await client.fetch(address, headers=headers, request_timeout=60, **options)
        return json.loads(reply.body)

    async def follow(learner: str) -> tuple[float, float]:
        page: dict[str, Any] = {"version": "-"}
        while page.get("turn") is None:
            page = await sent(learner, f"?seen={page['version']}")
        seen = time.perf_counter() - moments["opened"]
        letters = ["A"] if page["question"]["options"] else []
        action = {
            "do": "answer",
            "question": page["question"]["id"],
            "letters": letters,
            "number": "1",
        }
        began = time.perf_counter()
        body = json.dumps({"id": uuid.uuid4().hex, "action": action})
        await sent(learner, "", method="POST", body=body)
        return seen, time.perf_counter() - began

    async def opens() -> None:
        await asyncio.sleep(2 * HOLDS_S)
        moments["opened"] = time.perf_counter()
        await served.room.lead("ada", Command("open", question=question))

    opening = asyncio.create_task(opens())
    waits = await asyncio.gather(*(follow(one) for one in LEARNERS))
    await opening
    shown("live: Open until a card has it", [one for one, _ in waits])
    shown("live: an answer until it is acknowledged, and in the bars", [one for _, one in waits])
    assert served.room.state()["answered"] == len(LEARNERS)
    await served.stop()
    store.close()


def started_s(service: Service) -> float:
    """Start the service, and return the seconds until it answers."""
    began = time.perf_counter()
    service.start()
    service.until_up()
    return time.perf_counter() - began


def memory_mb(service: Service) -> float:
    """Return the resident memory of the service."""
    return float(psutil.Process(service.process.pid).memory_info().rss) / 1e6


def main() -> None:
    """Print the table."""
    hub = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    print(f"load {psutil.getloadavg()[0]:.1f}; budgets in seconds: {BUDGETS}")
    with tempfile.TemporaryDirectory() as name:
        folder = open_now(Path(name))
        asyncio.run(live(folder))
        service = Service(folder, f"http://127.0.0.1:{hub.server_address[1]}/hub/api")
        try:
            service.until_up()
            asyncio.run(load(service))
            print(f"memory: {memory_mb(service):.0f} MB")
            for events in (MANY, MOST):
                service.process.kill()
                service.process.wait()
                fill(folder, events)
                print(f"with {events:,} events more: up after {started_s(service):.1f} s")
                asyncio.run(load(service))
                print(f"memory: {memory_mb(service):.0f} MB")
        finally:
            service.process.kill()


if __name__ == "__main__":
    main()
