"""Explorations of the bill: what each mode costs, and the price of not waiting.

The pure computations come first; the functions that the notebook calls connect them to controls.
"""

from collections.abc import Sequence
from functools import partial

from lessons_lib.classroom.sessions.controls import Choice, Number, Slider
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.formats import dollars, percent, two_digits
from lessons_lib.pipeline.inference.batch import DEFAULT_BATCH_SIZE, BatchPredictor
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.timing.cost import DAYS, PRICE, PRICES, dollars_per_million
from lessons_lib.pipeline.timing.decisions import BATCH, MODES, REAL_TIME, ModeCosts
from lessons_lib.pipeline.timing.fitting import BATCH_SIZES, measure_cost, measure_microbatch_cost
from lessons_lib.pipeline.timing.scenarios import all_in_one_job, as_they_come, one_after_the_other
from lessons_lib.pipeline.timing.stored import stored_cost

ROUNDS = 7  # for each batch size
ALONE = 100  # texts that one user sends
STORED_BATCH_SIZE = 8  # that of the transformer, whose class would load torch


async def measure_modes(pipeline: Pipeline, texts: Sequence[str]) -> ModeCosts:
    """Measure what a batch of a pipeline costs, called directly and through a queue.

    Parameters
    ----------
    pipeline : Pipeline
        The model to run, for instance a `HeavierPipeline`.
    texts : sequence of str
        Batches are drawn from them in order, starting over when they run out.
    """
    direct = measure_cost(BatchPredictor(pipeline).predict, texts, rounds=ROUNDS)
    async with MicroBatchPredictor(
        pipeline, max_batch_size=max(BATCH_SIZES), batch_wait_timeout_s=0
    ) as idle:
        queued = await measure_microbatch_cost(idle.predict, texts)
    size = getattr(pipeline, "batch_size", DEFAULT_BATCH_SIZE)
    return ModeCosts(direct, direct, queued, size, measured=name_of(pipeline))


def name_of(pipeline: Pipeline) -> str:
    """Return in words which model the heavier pipeline is."""
    from lessons_lib.pipeline.inference.textbook import HeavierPipeline  # loads torch

    is_stand_in = isinstance(pipeline, HeavierPipeline)
    return "the stand-in for the transformer" if is_stand_in else "the transformer on this machine"


async def measure_scenarios(pipeline: Pipeline, texts: Sequence[str], costs: ModeCosts) -> Table:
    """Measure three ways in which work arrives, and return a table with the metric of each.

    Parameters
    ----------
    pipeline : Pipeline
        The model to run.
    texts : sequence of str
        All of them are labeled at once; the other two scenarios send some of them.
    costs : ModeCosts
        Requests arrive at half the saturation rate of its micro-batching in the second scenario.
    """
    rate_per_s = costs.micro_batching.texts_per_s(costs.policy.max_batch_size) / 2
    alone = await one_after_the_other(RealTimePredictor(pipeline).predict, texts[:ALONE])
    crowd = await as_they_come(partial(MicroBatchPredictor, pipeline), texts, rate_per_s)
    pile = all_in_one_job(partial(BatchPredictor(pipeline).predict, texts), len(texts))
    caption = f"Measured: {costs.measured}. Called directly: {costs.batch}. "
    caption += f"Through a queue: {costs.micro_batching}."
    rows = (("closed loop", alone), ("Poisson arrivals", crowd), ("from the start", pile))
    return Table(("how texts arrive", "measured"), rows, caption)


def bill(costs: ModeCosts, core_hour: float, busy: float) -> dict[str, float]:
    """Return the dollars per million texts of each mode.

    Parameters
    ----------
    costs : ModeCosts
        The measured cost of a batch in each mode.
    core_hour : float
        The price of an hour of one core, in dollars.
    busy : float
        The share of time in which a server computes full batches, above 0 and up to 1. It is paid
        for all the time; a batch job ends when its work is done.
    """
    full = {
        mode: dollars_per_million(cost.texts_per_s(policy.max_batch_size), core_hour)
        for mode, (cost, policy) in ((mode, costs.of(mode)) for mode in MODES)
    }
    return {mode: price if mode == BATCH else price / busy for mode, price in full.items()}


def show_bill(costs: ModeCosts) -> Explore:
    """Return an exploration of what a million texts cost in each mode.

    Parameters
    ----------
    costs : ModeCosts
        The costs of the heavier pipeline, measured here or stored.
    """
    return Explore(
        {
            "price": Number("Price of a core-hour", PRICE, "$", 0, 100, stops=PRICES),
            "busy": Slider("A server is busy", (1, 5, 10, 20, 50, 80, 100), 100, "%"),
            "millions": Slider("Texts per month", (0.3, 3, 30, 300, 3000), 0.3, "million"),
        },
        lambda price, busy, millions: _bill(costs, price, busy / 100, millions),
        title="The bill",
        lead="First, let the servers idle most of the time. Then find the number of texts at which "
        "you would care about the difference.",
        note=f"Costs of {costs.measured}, with {costs.batch_size} texts in a "
        "batch and 8 in a micro-batch. The night archive adds up to 0.3 million texts per month.",
        uses_cells_above=True,
    )


def stored_mode_costs() -> ModeCosts:
    """Return the stored costs of the transformer, for pages that cannot measure any.

    Notes
    -----
    They were measured with direct calls, so micro-batching has no overhead.
    """
    cost, measured = stored_cost("transformer"), "the transformer in the stored figures"
    return ModeCosts(cost, cost, cost, batch_size=STORED_BATCH_SIZE, measured=measured)


def _bill(costs: ModeCosts, price: float, busy: float, millions: float) -> list[str | Table]:
    prices = bill(costs, price, busy)
    most = max(*prices.values(), 1e-12)
    table = Table(
        ("mode", "per month", "per million texts"),
        [(mode, dollars(one * millions), dollars(one)) for mode, one in prices.items()],
        caption=f"At ${price:g} per core-hour, with servers that are busy {percent(busy)} of "
        "the time.",
        bars=[one / most for one in prices.values()],
    )
    if not price:
        return ["At this price, everything is free.", table]
    ratio = prices[REAL_TIME] / prices[BATCH]
    saved = (prices[REAL_TIME] - prices[BATCH]) * millions
    sentence = (
        f"One by one, a text costs {two_digits(ratio)} times as much as in a batch, a difference "
        f"of {dollars(saved)} per month."
    )
    if busy < 1:
        sentence += f" You also pay for the {percent(1 - busy)} of the time that a server idles."
    return [sentence, table]


NIGHT_ARCHIVE = "the night archive: labels by morning"
COMMENT_BOX = "the comment box: someone waits"
PREMIERE = "premiere night: hundreds wait at once"
TAKE, FULL, UNDECIDED = "yes", "no", "undecided"
JUDGMENTS = {
    NIGHT_ARCHIVE: {
        TAKE: "You save {saved} a month for the same labels. One risk is left: the promise is 24 "
        "hours, and the desk wants its labels by morning. Most batches finish much sooner, but "
        "decide now what happens on a night when one doesn't.",
        FULL: "You spend {saved} a month more than necessary, and nobody reads these labels "
        "before morning. It is worth it only if a rare late night would do real harm.",
    },
    COMMENT_BOX: {
        TAKE: "You would save {saved} a month, and the warning could come a day after the comment "
        "was sent. No discount makes up for an answer that is too late.",
        FULL: "A good choice: {saved} a month is the price of an answer while the person is "
        "still waiting.",
    },
    PREMIERE: {
        TAKE: "You would save {saved} a month, but hundreds of people would wait for a day. To "
        "lower this bill, share passes with micro-batching and refuse what doesn't fit.",
        FULL: "A good choice, because people wait: the discount would save {saved} a month. Texts "
        "that only go into next week's report could still be sent at half price.",
    },
}


def half_price(task: str, answer: str, price: float, texts_per_day: float) -> str:
    """Return what taking or refusing a half-price offer with a 24-hour promise means for a task.

    Parameters
    ----------
    task, answer : str
        One of the desk's three tasks, and TAKE, FULL or UNDECIDED.
    price : float
        The full price of a million texts, in dollars.
    texts_per_day : float
        How many texts are labeled each day.
    """
    if answer == UNDECIDED:
        return "Would you take the offer for this task? Decide, and see what you save or risk."
    saved = texts_per_day * DAYS / 1e6 * price / 2
    return JUDGMENTS[task][answer].format(saved=dollars(saved))


def show_half_price() -> Explore:
    """Return an exploration of an offer: half the price for an answer within 24 hours."""
    return Explore(
        {
            "task": Choice("The task", list(JUDGMENTS)),
            "answer": Choice("Would you take it?", (UNDECIDED, TAKE, FULL)),
            "price": Number(
                "Full price of a million texts", 50, "$", 0, 1_000_000, (5, 20, 50, 200, 1_000)
            ),
            "texts_per_day": Slider("Texts per day", (1_000, 10_000, 100_000, 1_000_000), 10_000),
        },
        half_price,
        title="Half the price for an answer within 24 hours",
        lead="A provider runs a large model for you and makes this offer. Decide for each of the "
        "desk's three tasks.",
    )
