"""Available memory and cores with their limits, and the sentences that report them."""

import platform
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep
from types import SimpleNamespace

import pytest

from lessons_lib.pipeline.timing import machine
from lessons_lib.pipeline.timing.latency import time_in_turn
from tests.support.imports import modules_after

Patch = pytest.MonkeyPatch


@pytest.fixture
def container(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return the folder of this process's control group, one below the top."""
    (tmp_path / "own").write_text("0::/docker/abc\n")
    group = tmp_path / "cgroup" / "docker" / "abc"
    group.mkdir(parents=True)
    monkeypatch.setattr(machine, "OWN_GROUP", tmp_path / "own")
    monkeypatch.setattr(machine, "CGROUPS", tmp_path / "cgroup")
    return group


def test_without_a_limit_the_free_memory_of_the_system_is_returned() -> None:
    free, source = machine.free_memory({})
    assert free > 0
    assert source in ("free on this machine", "left in this container")


def test_limits_of_a_hub_apply_to_memory_and_cores() -> None:
    limits = {"MEM_LIMIT": "1000", "CPU_LIMIT": "0.001"}
    assert machine.free_memory(limits) == (1000, "allowed by MEM_LIMIT")
    assert machine.memory_limit(limits) == (1000, "MEM_LIMIT")
    assert machine.cores_limit(limits) == (0.001, "CPU_LIMIT")
    assert machine.cores(limits) == 0.001
    assert machine.cores({"CPU_LIMIT": "100000"}) == machine.cores({})


@pytest.mark.parametrize("limit", ["", "0", "-1", "plenty", "nan", "inf"])
def test_a_limit_that_is_not_a_positive_number_is_ignored(limit: str) -> None:
    assert "MEM_LIMIT" not in machine.free_memory({"MEM_LIMIT": limit})[1]
    assert machine.cores({"CPU_LIMIT": limit}) == machine.cores({})


def test_the_lowest_limit_of_nested_containers_counts_minus_its_use(container: Path) -> None:
    (container / "memory.max").write_text("1000\n")
    (container / "memory.current").write_text("700\n")
    (container / "memory.stat").write_text("anon 7\ninactive_file 200\nactive_file 9\n")
    assert machine.free_memory({}) == (500, "left in this container")
    assert machine.memory_limit({}) == (1000, "container")
    (container / "memory.max").write_text("max\n")
    (container.parent / "memory.max").write_text("2000\n")
    assert machine.memory_limit({}) == (2000, "container")


@pytest.mark.parametrize(
    ("written", "cores"), [("150000 100000", 1.5), ("max 100000", None), ("", None)]
)
def test_a_quota_is_a_number_of_cores(container: Path, written: str, cores: float | None) -> None:
    (container / "cpu.max").write_text(f"{written}\n")
    assert machine.cores_limit({}) == (None if cores is None else (cores, "container"))


def test_without_control_groups_nothing_is_limited(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(machine, "OWN_GROUP", tmp_path / "none")
    assert (machine.memory_limit({}), machine.cores_limit({})) == (None, None)


def test_the_line_has_processor_threads_limits_and_calls(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(get_num_threads=lambda: 1))
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name\t: Fast  CPU 3000\n")
    limits, cpuinfo = {"MEM_LIMIT": "512000000", "CPU_LIMIT": "0.5"}, tmp_path / "cpuinfo"
    line = machine.machine_line(n=1_000, warmup=5, rounds=3, environment=limits, cpuinfo=cpuinfo)
    for part in (
        f"Fast CPU 3000 ({platform.machine()}), {machine.usable_cores()} core",
        "1 thread, CPU limit 0.5 cores (CPU_LIMIT), memory limit 512 MB (MEM_LIMIT), n = 1,000",
    ):
        assert part in line
    monkeypatch.delitem(sys.modules, "torch")
    assert "thread" not in machine.machine_line(environment={})


@pytest.fixture
def usages(monkeypatch: Patch) -> list[machine._Usage]:
    """What the machine is seen to have done; each measurement takes the first one, twice."""
    seen: list[machine._Usage] = []
    latest = machine._Usage(110, 0, 2)  # when nothing else is left
    monkeypatch.setattr(machine, "_usage", lambda: seen.pop(0))
    monkeypatch.setattr(machine, "perf_counter", lambda: (seen or [latest])[0].wall_s)
    for name, value in {"ended_s": -10.0, "wall_ended_s": -10.0, "share": None}.items():
        monkeypatch.setattr(machine._Latest, name, value)
    return seen


def test_the_share_of_others_is_what_was_neither_idle_nor_ours(
    usages: list[machine._Usage],
) -> None:
    usages += [machine._Usage(100, 57, 2), machine._Usage(110, 69, 2)]
    with machine.watched(machine.thread_clock):
        pass
    assert machine.others_share() == pytest.approx(0.4)  # 20 core-seconds, 4 idle and 8 ours
    assert "40 % of the processor taken by other programs" in machine.machine_line(environment={})
    usages.append(machine._Usage(110 + machine.RECENT_S + 1, 0, 2))
    assert "taken by other programs" not in machine.machine_line(environment={})


@pytest.mark.parametrize(
    ("clock", "free_s", "wall_s", "is_busy"),
    [
        ("wall", 3, 10, True),
        ("wall", 17, 10, False),
        ("wall", 0, 0.05, False),  # too short to tell
        ("thread", 3, 10, False),
    ],
)
def test_only_what_the_wall_clock_timed_can_be_busy(
    usages: list[machine._Usage],
    monkeypatch: Patch,
    clock: str,
    free_s: float,
    wall_s: float,
    is_busy: bool,
) -> None:
    usages += [machine._Usage(100, 0, 2), machine._Usage(100 + wall_s, free_s, 2)]
    with machine.watched(
        vars(machine)["perf_counter"] if clock == "wall" else machine.thread_clock
    ):
        pass
    assert bool(machine.busy_line()) == is_busy
    assert bool(machine.busy_line(since_s=99)) == is_busy
    assert not machine.busy_line(since_s=200)


def test_measurements_of_one_cell_count_as_one_and_later_ones_do_not(
    usages: list[machine._Usage],
) -> None:
    shares = []
    cells = [((100, 200), (102, 204)), ((102.5, 204),), ((200, 204), (201, 204))]
    for pairs in cells:
        usages += [machine._Usage(wall_s, free_s, 2) for wall_s, free_s in pairs]
        with machine.watched():
            pass
        shares.append(machine.others_share())
    assert shares == pytest.approx([0, 0.2, 1])


def test_a_clock_with_coarse_steps_is_replaced_by_the_wall_clock(monkeypatch: Patch) -> None:
    steps = iter([0.0, 0.0, 0.016])
    assert machine.clock_of_thread(lambda: next(steps)) is perf_counter
    fine = iter([0.0, 1e-6])
    assert machine.clock_of_thread(clock := lambda: next(fine)) is clock
    monkeypatch.setattr(machine, "thread_clock", perf_counter)
    assert "by the wall clock, because" in machine.machine_line(environment={})


def test_a_thread_that_waits_is_not_timed() -> None:
    seconds = time_in_turn({"wait": lambda: sleep(0.1)}, rounds=1, warmup=0)["wait"]
    assert seconds[0] < 0.05


def test_what_this_process_and_its_children_compute_is_free_for_us() -> None:
    def free_s(child: str) -> float:
        before = machine._usage().free_s
        subprocess.run([sys.executable, "-c", child], check=True)
        return machine._usage().free_s - before

    assert free_s("import time; t = time.thread_time\nwhile t() < 1: pass") > 0.9


def test_a_processor_without_a_name_is_reported_by_its_architecture(tmp_path: Path) -> None:
    assert platform.machine() in machine.processor_name(tmp_path / "none")


def test_the_available_resources_are_reported_with_their_limits() -> None:
    line = machine.room_line({"MEM_LIMIT": "1000000", "CPU_LIMIT": "0.25"})
    assert line == "You can use 1 MB of memory (MEM_LIMIT) and 0.25 cores (CPU_LIMIT)."
    assert "and 1 core " in machine.room_line({"CPU_LIMIT": "1.0"})
    assert "MEM_LIMIT" not in machine.room_line({})


def test_the_memory_of_a_heavy_step_is_reported_with_advice_where_it_is_missing() -> None:
    enough, missing = (
        machine.heavy_step_line("Training", needed_mb, {"MEM_LIMIT": "2000000"})
        for needed_mb in (0, 200)
    )
    assert enough == "Training needs about 0 MB more memory."
    needs = "Training needs about 200 MB more memory, but you have only 2 MB allowed by MEM_LIMIT. "
    assert missing.startswith(needs)
    assert missing.endswith("then run this notebook again.")


def test_limits_are_read_without_numpy() -> None:
    assert "numpy" not in modules_after("import lessons_lib.pipeline.timing.machine")
