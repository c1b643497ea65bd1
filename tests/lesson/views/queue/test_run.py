"""What is sent about a run: times in microseconds, figures, and sentences."""

from dataclasses import astuple, replace

import numpy as np
import pytest

from lessons_lib.formats import duration
from lessons_lib.lesson.views.queue import CLOSED_EARLY, MORE_ARRIVE, Setting, playable
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate_poisson
from tests.classroom.widgets.pretend_browser import sent

CALM = Setting(rate_per_s=1000, max_batch_size=8, batch_wait_timeout_ms=2)
COST = CostModel(fixed_s=0.0002, per_text_s=0.00004)


def run_of(setting: Setting = CALM, n: int = 300) -> SimulatedRun:
    return simulate_poisson(*astuple(setting), cost=COST, n=n)


def pair(start: float, end: float) -> SimulatedRun:
    """Return two requests that arrive at 0 and 1 ms and share a batch."""
    arrivals, started, finished = (np.array(two) for two in ([0.0, 0.001], [start] * 2, [end] * 2))
    return SimulatedRun(arrivals, started, finished, np.array([0, 0]))


def test_times_are_sent_as_integer_microseconds() -> None:
    run = run_of()
    message = playable(run, CALM)
    for name in ("arrivals_s", "started_s", "finished_s"):
        seconds = getattr(run, name).tolist()
        assert all(isinstance(one, int) for one in message[name])
        assert [one / 1e6 for one in message[name]] == pytest.approx(seconds, abs=5.1e-7)
    assert message["batch_number"] == run.batch_number.tolist()
    assert sent(message)


def test_the_sentence_has_the_figures_of_the_run() -> None:
    seen = playable(pair(0.002, 0.003), CALM)["seen"]
    assert "half were answered within 2.5 ms and the slowest after 3.0 ms" in seen
    assert "held 2.0 texts (maximum 8), the model was busy 33 % of the time" in seen
    assert "waiting made up 60 % of the latency" in seen
    run = run_of()
    p50, p99 = duration(run.p50_ms / 1000), duration(run.p99_ms / 1000)
    assert f"within {p50} and 99 % within {p99}. " in playable(run, CALM)["seen"]
    assert p50 != p99


@pytest.mark.parametrize(("rate", "grows"), [(15_000, False), (15_700, True), (60_000, True)])
def test_the_queue_grows_if_more_arrive_than_full_batches_answer(rate: float, grows: bool) -> None:
    assert 15_300 < COST.texts_per_s(8) < 15_400
    setting = replace(CALM, rate_per_s=rate)
    message = playable(run_of(setting), setting)
    assert message["grows"] is grows
    assert (MORE_ARRIVE in message["warnings"]) is grows
    assert message["seen"].endswith(message["warnings"])


@pytest.mark.parametrize(("wait_ms", "grows"), [(0.05, True), (1.0, False)])
def test_the_queue_grows_if_batches_are_closed_too_early(wait_ms: float, grows: bool) -> None:
    setting = Setting(10_000, 8, wait_ms, closes_while_busy=True)
    early, late = (run_of(setting, n=n).latency_ms[-50:].mean() for n in (300, 3_000))
    assert bool(late > 3 * early) is grows
    message = playable(run_of(setting), setting)
    assert message["grows"] is grows
    assert (CLOSED_EARLY in message["seen"]) is grows


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 %"), (0.004, "less than 1 %"), (0.01, "1 %"), (0.995, "100 %")]
)
def test_a_small_share_is_not_rounded_to_0(share: float, words: str) -> None:
    seen = playable(pair(1 - share, 1.0), CALM)["seen"]
    assert f"the model was busy {words} of the time" in seen


LONG_WAIT = Setting(rate_per_s=4800, max_batch_size=128, batch_wait_timeout_ms=940)


def test_a_last_batch_that_waits_in_vain_and_distorts_the_figures_is_mentioned() -> None:
    run = run_of(LONG_WAIT, n=400)
    end = playable(run, LONG_WAIT)["warnings"]
    full = run_of(LONG_WAIT, n=3 * 128)  # the same requests without the last sixteen
    assert run.texts_per_s < full.texts_per_s / 5
    assert end.startswith("The last 16 waited for the full timeout because the run ended")
    assert f"99 % are answered within {duration(full.p99_ms / 1000)}, and" in end
    assert end.endswith(f"the throughput is {full.texts_per_s:,.0f} texts per second.")
    assert playable(run, LONG_WAIT)["seen"].endswith(end)


@pytest.mark.parametrize(
    ("setting", "n"),
    [
        (CALM, 300),
        (LONG_WAIT, 3 * 128),  # the last batch is full
        (LONG_WAIT, 100),  # the only batch
        (replace(LONG_WAIT, rate_per_s=10), 300),  # every batch waits out the timeout
    ],
)
def test_an_end_that_changes_little_is_not_mentioned(setting: Setting, n: int) -> None:
    assert playable(run_of(setting, n=n), setting)["warnings"] == ""
