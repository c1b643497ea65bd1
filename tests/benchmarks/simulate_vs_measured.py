"""Measure the accuracy of the simulation: `python -m tests.benchmarks.simulate_vs_measured`.

For each setting, it fits the cost, measures a `MicroBatchPredictor` under Poisson arrivals, and
simulates the same arrivals. The figures vary, so it only prints them and never fails.
"""

import asyncio

from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.compare import judge_simulation, simulated_and_measured
from lessons_lib.pipeline.timing.fitting import measure_microbatch_cost
from lessons_lib.pipeline.timing.machine import machine_line

SETTINGS = ((1, 0.0), (8, 0.0), (8, 0.002), (8, 0.005), (32, 0.0), (32, 0.002), (32, 0.005))
LOADS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.95)  # shares of saturation


async def compare(pipeline: Pipeline, size: int, timeout_s: float) -> None:
    """Print the factor by which p50 and p99 are off at each load."""
    texts = demo_texts()
    async with MicroBatchPredictor(
        pipeline, max_batch_size=32, batch_wait_timeout_s=0
    ) as predictor:
        cost = await measure_microbatch_cost(predictor.predict, texts, rounds=15)
    async with MicroBatchPredictor(
        pipeline, max_batch_size=size, batch_wait_timeout_s=timeout_s, max_queue=100_000
    ) as predictor:
        policy = BatchingPolicy(size, timeout_s)
        runs = await simulated_and_measured(
            predictor.predict, texts, cost, policy, loads=LOADS, seconds=1.0
        )
    print(f"\nbatch <= {size}, timeout {1000 * timeout_s:.0f} ms; {cost}")
    print(judge_simulation(runs, saturation_per_s=cost.texts_per_s(size)), flush=True)


async def main() -> None:
    """Compare simulated and measured runs for both pipelines and all settings."""
    print(machine_line())
    for pipeline in (FoldedPipeline.load(), SentimentPipeline.load()):
        print(f"\n{pipeline!r}")
        for size, timeout_s in SETTINGS:
            await compare(pipeline, size, timeout_s)


if __name__ == "__main__":
    asyncio.run(main())
