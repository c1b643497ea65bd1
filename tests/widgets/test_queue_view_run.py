"""What is sent of a run: whole microseconds, whole batches, figures and a sentence of all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from lessons_lib.widgets.queue.run import MORE_ARRIVE, Setting, played
from tests.widgets.queue_stand_in import Cost, Row, StandInRun, poisson_run

CALM = Setting(rate_per_s=1000, max_batch_size=8, batch_wait_timeout_ms=2)


def run_of(setting: Setting = CALM, n: int = 300, cost: Cost | None = None) -> StandInRun:
    return poisson_run(
        setting.rate_per_s,
        setting.max_batch_size,
        setting.batch_wait_timeout_ms,
        cost=cost or Cost(),
        n=n,
    )


def test_times_are_sent_as_whole_microseconds() -> None:
    run = run_of()
    sent = played(run, CALM)
    for name in ("arrivals_s", "started_s", "finished_s"):
        seconds = getattr(run, name).tolist()
        assert all(isinstance(one, int) for one in sent[name])
        assert [one / 1e6 for one in sent[name]] == pytest.approx(seconds, abs=5.1e-7)
    assert sent["batch_number"] == run.batch_number.tolist()
    assert json.dumps(sent, allow_nan=False)


def test_a_long_run_is_cut_at_a_whole_batch_and_its_figures_are_of_all() -> None:
    setting = Setting(rate_per_s=12_000, max_batch_size=7, batch_wait_timeout_ms=5)
    run = run_of(setting, n=5000)
    sent = played(run, setting)
    numbers = run.batch_number.tolist()
    shown = len(sent["arrivals_s"])
    assert 1990 <= shown <= 2000
    assert numbers[shown - 1] != numbers[shown]
    assert sent["n"] == 5000
    assert sent["figures"]["p99_ms"] == run.p99_ms
    assert sent["seen"].startswith("Of 5,000 requests, ")


def test_a_batch_larger_than_what_is_sent_is_cut() -> None:
    n = 3000
    row = Row([0.0] * n)
    run = replace(run_of(), arrivals_s=row, started_s=row, finished_s=Row([1.0] * n))
    sent = played(replace(run, batch_number=Row([0] * n)), CALM)
    assert len(sent["arrivals_s"]) == 2000


def test_the_sentence_tells_the_figures_of_the_run() -> None:
    begin, start, end = Row([0.0, 0.001]), Row([0.002, 0.002]), Row([0.003, 0.003])
    pair = Row([0, 0])
    run = StandInRun(
        begin, start, end, pair, p50_ms=2.5, p99_ms=3, texts_per_s=667, utilisation=1 / 3
    )
    assert played(run, CALM)["seen"] == (
        "Of 2 requests, half were answered within 2.5 ms and 99 in 100 within 3.0 ms. The average "
        "batch held 2.0 of at most 8, the model worked 33% of the time, and 60% of the latency was "
        "waiting."
    )


@pytest.mark.parametrize(("rate", "grows"), [(15_000, False), (15_700, True), (60_000, True)])
def test_the_queue_is_said_to_grow_where_more_arrive_than_full_batches_answer(
    rate: float, grows: bool
) -> None:
    assert 15_300 < Cost().texts_per_s(8) < 15_400
    setting = replace(CALM, rate_per_s=rate)
    sent = played(run_of(setting), setting)
    assert sent["grows"] is grows
    assert sent["seen"].endswith(MORE_ARRIVE) is grows


def test_a_run_that_fills_no_batch_is_not_said_to_grow() -> None:
    setting = Setting(rate_per_s=50_000, max_batch_size=128, batch_wait_timeout_ms=0)
    assert played(run_of(setting, n=40), setting)["grows"] is False


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0%"), (0.004, "less than 1%"), (0.01, "1%"), (0.995, "100%")]
)
def test_a_little_work_is_not_told_as_none(share: float, words: str) -> None:
    run = replace(run_of(), utilisation=share)
    assert f"the model worked {words} of the time" in played(run, CALM)["seen"]


LONG_WAIT = Setting(rate_per_s=4800, max_batch_size=128, batch_wait_timeout_ms=940)


def test_a_last_batch_that_waits_in_vain_and_decides_the_figures_is_said() -> None:
    end = played(run_of(LONG_WAIT, n=400), LONG_WAIT)["end_distorts"]
    full = run_of(LONG_WAIT, n=3 * 128)  # the very same requests without the last sixteen
    assert run_of(LONG_WAIT, n=400).texts_per_s < full.texts_per_s / 5
    assert end.startswith("The last 16 waited out the timeout, as the run ends")
    assert end.endswith(f"and {full.texts_per_s:,.0f} texts a second.")
    assert played(run_of(LONG_WAIT, n=400), LONG_WAIT)["seen"].endswith(end)


@pytest.mark.parametrize(
    ("setting", "n"),
    [
        (CALM, 300),
        (LONG_WAIT, 3 * 128),  # the last batch is full
        (LONG_WAIT, 100),  # there is no other
        (replace(LONG_WAIT, rate_per_s=10), 300),  # every batch waits out the timeout
    ],
)
def test_an_end_that_changes_little_is_not_spoken_of(setting: Setting, n: int) -> None:
    assert played(run_of(setting, n=n), setting)["end_distorts"] == ""


def empty(run: StandInRun) -> StandInRun:
    return replace(run, batch_number=Row[int]([]))


def shorter(run: StandInRun) -> StandInRun:
    return replace(run, started_s=Row(run.started_s.tolist()[1:]))


def endless(run: StandInRun) -> StandInRun:
    return replace(run, finished_s=Row([float("inf")] * 300))


def swapped(run: StandInRun) -> StandInRun:
    return replace(run, arrivals_s=run.finished_s, finished_s=run.arrivals_s)


def backwards(run: StandInRun) -> StandInRun:
    return replace(run, batch_number=Row(run.batch_number.tolist()[::-1]))


def figureless(run: StandInRun) -> StandInRun:
    return replace(run, p99_ms=float("nan"))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (empty, "The run holds no request"),
        (shorter, "equally long, got 300 and 299"),
        (endless, "not finite"),
        (swapped, "arrives, starts and is answered"),
        (backwards, "in the order of their arrival"),
        (figureless, "A figure of the run is not finite"),
    ],
)
def test_a_run_that_cannot_be_played_is_refused(
    spoil: Callable[[StandInRun], StandInRun], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        played(spoil(run_of()), CALM)
