"""When a batch is closed: Ray Serve's own decorator and our predictor, each as it is simulated."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate
from tests.pipeline.inference.microbatch_bench import NumbersPipeline, run
from tests.virtual_loop import VirtualLoop

pytestmark = pytest.mark.filterwarnings("ignore:Using extra keyword arguments")  # inside Ray

# Multiples of powers of two are exact, so that the clock and its timers never differ by rounding.
MS = 2**-10
COST = CostModel(8 * MS, 0.0)  # saturation: 1,000 requests per second in batches of 8
ARRIVALS = np.round(poisson(700, 700) * 2**24) / 2**24  # 70 % of it, for a second


async def arrive(predict: Callable[[str], Awaitable[object]]) -> None:
    """Send a request at each of the arrivals, and wait for all answers."""

    async def one(arrival_s: float) -> None:
        await asyncio.sleep(arrival_s)
        await predict("1")

    await asyncio.gather(*map(one, ARRIVALS.tolist()))


async def ray_sizes(timeout_s: float, work: Callable[[], Awaitable[object]]) -> list[int]:
    """Return the sizes of the batches that Ray's decorator forms of the arrivals."""
    from ray import serve

    sizes: list[int] = []

    async def predict(texts: list[str]) -> Sequence[str]:
        sizes.append(len(texts))
        await work()
        return texts

    batched = serve.batch(max_batch_size=8, batch_wait_timeout_s=timeout_s)
    await arrive(batched(predict))
    return sizes


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend to run in a replica of Ray Serve, whose limit on requests is out of the way."""
    from ray import serve

    settings = SimpleNamespace(_deployment_config=SimpleNamespace(max_ongoing_requests=10**6))
    monkeypatch.setattr(serve, "get_replica_context", lambda: settings)


@pytest.mark.extras("scale")
@pytest.mark.usefixtures("replica")
@pytest.mark.parametrize("timeout_s", [50 * MS, 2 * MS, 0.0])
def test_ray_closes_a_batch_at_its_timeout_even_during_a_pass_as_simulated(
    timeout_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = VirtualLoop()
    monkeypatch.setattr("ray.serve.batching.time", SimpleNamespace(time=loop.time))
    sizes = run(ray_sizes(timeout_s, lambda: asyncio.sleep(8 * MS)), lambda: loop)
    policy = BatchingPolicy(8, timeout_s, closes_while_busy=True)
    assert sizes == simulate(ARRIVALS, COST, policy).batch_sizes.tolist()


@pytest.mark.parametrize(("timeout_s", "mean_size"), [(50 * MS, 8.0), (2 * MS, 5.1), (0.0, 5.1)])
def test_ours_stay_open_during_a_pass_as_simulated(timeout_s: float, mean_size: float) -> None:
    pipeline = NumbersPipeline(COST.service_s)

    async def main() -> None:
        async with MicroBatchPredictor(
            pipeline, max_batch_size=8, batch_wait_timeout_s=timeout_s
        ) as micro:
            await arrive(micro.predict)

    run(main())
    simulated = simulate(ARRIVALS, COST, BatchingPolicy(8, timeout_s)).batch_sizes
    assert list(map(len, pipeline.batches)) == simulated.tolist()
    assert simulated.mean() == pytest.approx(mean_size, abs=0.1)
