"""The experiments on a real cluster; and stored figures where there is none, or it does not end."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import psutil
import pytest

from lessons_lib.annexes.cluster import experiments
from lessons_lib.annexes.cluster.cluster import STARTS, STARTS_S, start_patiently
from lessons_lib.annexes.cluster.deployment import sentiment_app
from lessons_lib.console import CommandError
from lessons_lib.pipeline.timing import machine
from lessons_lib.pipeline.timing.stored import Measured
from tests.conftest import with_ray
from tests.support.waiting import LIMIT_S, wait_for

Patch = pytest.MonkeyPatch


@pytest.fixture
def stored(monkeypatch: Patch) -> None:
    """Store figures for every experiment, and pretend that Ray is installed."""

    def measured_or_stored(name: str, measure: object) -> Measured:
        if callable(measure):
            return Measured(measure(), "live", is_live=True)
        return Measured({"name": [len(name)]}, "Stored.", is_live=False)

    monkeypatch.setattr(experiments, "measured_or_stored", measured_or_stored)
    monkeypatch.setattr(experiments, "missing_extra", lambda *_: "")


def _program(monkeypatch: Patch, program: str) -> None:
    """Let experiments run a program in place of their own."""
    run = subprocess.run

    def other(command: list[str], **options: object) -> object:
        return run([sys.executable, "-c", program], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", other)


@pytest.mark.parametrize("experiment", ["loop_or_workers", "more_work", "kill_a_worker"])
def test_figures_are_stored_ones_without_the_extra(
    experiment: str, stored: None, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(experiments, "missing_extra", lambda *_: "It is missing.")
    figures = getattr(experiments, experiment)()
    assert (figures.is_live, figures.note) == (False, "Stored.")
    assert experiments.scale_line() == "It is missing."


def test_figures_are_stored_ones_with_too_little_memory(stored: None, monkeypatch: Patch) -> None:
    monkeypatch.setenv("MEM_LIMIT", "1000000000")
    assert not experiments.serve_users().is_live
    assert "Ray needs about 2,000 MB more memory, but you have only" in experiments.scale_line()


@pytest.mark.parametrize(
    ("program", "note"),
    [
        ("import time; time.sleep(60)", "took longer than 1 s. Stored."),
        ("raise SystemExit(1)", "The measurement on this machine failed. Stored."),
        ("print('no figures')", "failed. Stored."),
    ],
)
def test_an_experiment_that_does_not_end_well_falls_back(
    program: str, note: str, stored: None, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(machine, "free_memory", lambda: (10**10, ""))
    _program(monkeypatch, program)
    figures = experiments.measured("any", limit_s=1)
    assert not figures.is_live
    assert figures.note.endswith(note)


def test_an_experiment_returns_what_its_process_prints(stored: None, monkeypatch: Patch) -> None:
    monkeypatch.setattr(machine, "free_memory", lambda: (10**10, ""))
    _program(monkeypatch, "print('[{\"loop\": [1.5]}, 0.75]')")
    assert experiments.measured("any", 60) == Measured({"loop": [1.5]}, "live", is_live=True)
    assert "75 % of the processor" in machine.busy_line()


def test_an_experiment_ends_with_the_process_that_started_it() -> None:
    child = f"import time; {_MAIN}; e.EXPERIMENTS['any'] = lambda: time.sleep(600); e.main()"
    program = (
        f"import subprocess, sys; {_MAIN}; e.subprocess.run = lambda c, run=subprocess.run, **k: "
        f"run([c[0], '-c', {child!r}, 'any'], **k); e._in_own_process('any', 600)"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        children = psutil.Process(parent.pid).children
        try:
            wait_for(children)
            (own,) = children()
        finally:
            parent.kill()
    own.wait(LIMIT_S)
    assert not own.is_running()


_MAIN = "import lessons_lib.annexes.cluster.experiments as e"


class Machine:
    """A machine on which some starts of Ray fail, each after a given time."""

    def __init__(self, failing: int, try_s: float) -> None:
        self.now = 0.0
        self.steps: list[str] = []
        self.cleaned = 0
        self._failing, self._try_s = failing, try_s

    def start(self) -> None:
        self.now += self._try_s
        if len(self.steps) <= self._failing:
            raise TimeoutError("no answer from the node")

    def clean(self) -> None:
        self.cleaned += 1

    def run(self) -> None:
        start_patiently(self.start, self.clean, self.steps.append, clock=lambda: self.now)


def test_each_try_to_start_ray_is_named_and_cleaned_up_after() -> None:
    machine = Machine(failing=2, try_s=1)
    machine.run()
    assert [f"try {n} of {STARTS}" in step for n, step in enumerate(machine.steps, 1)] == [True] * 3
    assert machine.cleaned == 2


@pytest.mark.parametrize(("try_s", "tries"), [(1, STARTS), (STARTS_S / 2, 2), (STARTS_S, 1)])
def test_no_try_to_start_ray_begins_after_the_limit(try_s: float, tries: int) -> None:
    machine = Machine(failing=100, try_s=try_s)
    with pytest.raises(CommandError, match=r"no answer from the node\)\. Run `ray start "):
        machine.run()
    assert (len(machine.steps), machine.cleaned) == (tries, tries)


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
def test_a_killed_worker_costs_no_answer() -> None:
    values = with_ray(lambda: experiments._in_own_process("kill-a-worker", LIMIT_S))
    (n_workers,) = values["workers"]
    assert values["texts"] == values["answers"]
    assert values["missing"] == values["doubled"] == [0]
    assert n_workers in (2, 3)  # the new one may be too late for any text


SERVING = """
import sys
from lessons_lib.annexes.cluster.cluster import ray_cluster
from tests.annexes.cluster.test_experiments import serve_and_ask
out = sys.stdout
with ray_cluster("The test", 2):
    answers = serve_and_ask()
print(answers, file=out)
"""


def serve_and_ask() -> str:
    """Serve the small model, and return the answers to some requests as JSON."""
    from ray import serve

    serve.run(sentiment_app(max_batch_size=4))
    bodies = [b'{"text": "I love it"}', b'{"text": 3}', b"no json", b"[]", None]
    answers = [_asked(body) for body in bodies]
    serve.shutdown()
    return json.dumps(answers)


def _asked(body: bytes | None) -> tuple[int, object]:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8000/", body, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
def test_the_deployment_answers_a_text_and_refuses_anything_else() -> None:
    command = [sys.executable, "-c", SERVING]
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": LIMIT_S}
    done = with_ray(lambda: subprocess.run(command, check=True, **options))
    right, *wrong = json.loads(done.stdout)
    assert right[0] == 200
    assert list(right[1]) == ["label", "negative", "neutral", "positive"]
    assert right[1]["label"] == "positive"
    assert [code for code, _ in wrong] == [400, 400, 400, 405]
    assert all("Send a POST request with a JSON object" in body["error"] for _, body in wrong)


def test_slower_workers_are_called_slower() -> None:
    ways = {experiments.LOOP: (0.1, 1.0, 9.0), experiments.TWO_WORKERS: (4.0, 1.0, 5.0)}
    works = experiments.WORK_MS
    values = {f"{way} {works[n]} ms": [s] for way, each in ways.items() for n, s in enumerate(each)}
    run = Measured({"texts": [800.0], **values}, "Stored.", is_live=False)
    lines = experiments.read_more_work(run).splitlines()
    ends = ["two are 40 times slower", "two are 1.0 times as fast", "two are 1.8 times as fast"]
    assert [line.split("so ")[1] for line in lines[1:4]] == ends
