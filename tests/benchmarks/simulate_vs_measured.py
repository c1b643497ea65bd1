"""How near the simulation comes: `python tests/benchmarks/simulate_vs_measured.py`.

Each row fits the cost, then puts a `MicroBatchPredictor` under a Poisson load and simulates the
same arrivals. A factor is the measured over the simulated percentile. Figures differ from machine
to machine and from minute to minute, so this prints and never fails.
"""

from __future__ import annotations

import asyncio

import numpy as np

from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.inference.prediction import Pipeline
from lessons_lib.text.corpus import demo_texts
from lessons_lib.timing.arrivals import poisson
from lessons_lib.timing.cost import CostModel, measure_microbatch_cost
from lessons_lib.timing.load import MeasuredRun, open_loop
from lessons_lib.timing.machine import machine_line
from lessons_lib.timing.simulate import BatchingPolicy, simulate

SETTINGS = ((1, 0.0), (8, 0.0), (8, 0.002), (8, 0.005), (32, 0.0), (32, 0.002), (32, 0.005))
SHARES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.95)  # of what a worker that is never idle could answer
SECONDS = 1.0
FEWEST, MOST = 300, 10_000


async def fitted(pipeline: Pipeline, texts: list[str]) -> CostModel:
    """Measure what a batch costs right now."""
    predictor = MicroBatchPredictor(pipeline, max_batch_size=32, batch_wait_timeout_s=0)
    async with predictor:
        return await measure_microbatch_cost(predictor.predict, texts, rounds=15)


async def measured(
    pipeline: Pipeline, texts: list[str], policy: BatchingPolicy, arrivals: np.ndarray
) -> MeasuredRun:
    """Put a predictor with this policy under load."""
    async with MicroBatchPredictor(
        pipeline,
        max_batch_size=policy.max_batch_size,
        batch_wait_timeout_s=policy.batch_wait_timeout_s,
        max_queue=100_000,
    ) as predictor:
        return await open_loop(predictor.predict, texts, arrivals)


async def compare(pipeline: Pipeline, texts: list[str]) -> None:
    """Print one row for each setting and load, and how many rows are how near."""
    factors = []
    for batch_size, timeout_s in SETTINGS:
        policy = BatchingPolicy(batch_size, timeout_s)
        for share in SHARES:
            cost = await fitted(pipeline, texts)
            rate = share * cost.texts_per_s(batch_size)
            arrivals = poisson(rate, int(min(max(SECONDS * rate, FEWEST), MOST)), seed=3)
            seen = await measured(pipeline, texts, policy, arrivals)
            told = simulate(arrivals, cost, policy)
            pair = (seen.p50_ms / told.p50_ms, seen.p99_ms / told.p99_ms)
            factors.append((share, *pair))
            print(
                f"batch <= {batch_size:2d}, timeout {1000 * timeout_s:.0f} ms, load {share:.0%} "
                f"({rate:6,.0f}/s), utilisation {told.utilisation:4.0%}: "
                f"p50 {seen.p50_ms:7.2f} / {told.p50_ms:5.2f} ms = {pair[0]:5.2f}, "
                f"p99 {seen.p99_ms:7.2f} / {told.p99_ms:5.2f} ms = {pair[1]:5.2f}  "
                f"late p99 {seen.late_p99_ms:.2f} ms; {cost}",
                flush=True,
            )
    summarise(np.array(factors))


def summarise(factors: np.ndarray) -> None:
    """Print, for the loads below and above 75 %, the share of rows within some factors."""
    for name, rows in (
        ("up to 70 %", factors[factors[:, 0] < 0.75]),
        ("80 and 95 %", factors[factors[:, 0] > 0.75]),
    ):
        off = np.maximum(rows[:, 1:], 1 / rows[:, 1:])  # (rows, 2)
        for place, percentile in enumerate(("p50", "p99")):
            within = ", ".join(f"{x:g}: {(off[:, place] <= x).mean():4.0%}" for x in (1.5, 2, 3))
            middle = np.median(rows[:, 1 + place])
            print(f"load {name}, {percentile}: median factor {middle:.2f}; within {within}")


async def main() -> None:
    """Compare for both pipelines."""
    print(machine_line(threads=1))
    texts = demo_texts()
    for load in (FoldedPipeline.load, SentimentPipeline.load):
        pipeline = load()
        print(f"\n{pipeline!r}")
        await compare(pipeline, texts)


if __name__ == "__main__":
    asyncio.run(main())
