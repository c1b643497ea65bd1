"""Models that write: what a token costs, who sits where, and how soon a reader sees a word."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer
from lessons_lib.classroom.sessions.controls import Choice, Slider
from lessons_lib.classroom.widgets.explore.explore import Explore, ShownPart, Strips
from lessons_lib.formats import counted, percent, two_digits
from lessons_lib.lesson.plots.style import progress_bar
from lessons_lib.lesson.views.streams import StreamsView
from lessons_lib.lesson.views.writing import WriterCard
from lessons_lib.pipeline.inference.prediction import load_folded
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing.arrivals import all_at_once, poisson
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import fit_frontier
from lessons_lib.pipeline.timing.latency import time_in_turn
from lessons_lib.pipeline.timing.machine import thread_clock, watched
from lessons_lib.pipeline.timing.stored import measured_or_stored
from lessons_lib.pipeline.writing.engine import WritingEngine, WritingRequest
from lessons_lib.pipeline.writing.seats import (
    REPLAY_LOAD,
    WritingCost,
    WritingRun,
    run_requests,
    simulate_writing,
)
from lessons_lib.pipeline.writing.small_gpt import PLACES, Cache
from lessons_lib.pipeline.writing.writer import Writer, load_writer

BATCHINGS = {"static": True, "continuous": False}
WHOLE, CACHED = "the whole text again", "with the cache"
STEP_SIZES = (1, 2, 4, 8, 16)
SEATS = 16
AGREEMENT = 2.0  # the factor within which a simulated wait agrees with the measured one
PASSES = "writing"  # of the stored figures
OTHER_KINDS = ("nyt", "tweets")  # neither films nor products
LONGEST_COMMENT = 100  # tokens of a comment in the measurements
STEPS_ONLY = WritingCost(CostModel(fixed_s=1.0, per_text_s=0.0), read_s=0.0)
BEGINNINGS = (  # with seeds whose texts differ in length
    ("positive", "The story", 48),
    ("positive", "It is", 49),
    ("negative", "The acting", 259),
    ("negative", "This movie", 404),
)


def time_next_token(
    writer: Writer, lengths: Sequence[int] = (1, 8, 16, 32, 64, 96, 127)
) -> dict[str, dict[int, float]]:
    """Return the seconds for the next token at several lengths, without the cache and with it."""
    read = _reader(writer)
    ids = torch.tensor([_some_ids(writer)])
    whole = torch.inference_mode()(lambda length: writer.model.logits(ids[:, :length]))
    jobs = {(WHOLE, n): partial(whole, n) for n in lengths}
    jobs |= {(CACHED, n): partial(read, n - 1, n) for n in lengths}
    timed = time_in_turn(jobs, rounds=9, least_s=0.004)
    return {name: {n: median(timed[name, n]) for n in lengths} for name in (WHOLE, CACHED)}


def time_reading(writer: Writer, n: int = 100) -> tuple[float, float]:
    """Return the seconds for reading a prompt of `n` tokens, and for writing one token after it.

    Raises
    ------
    TypeError, ValueError
        If `n` is not an integer from 1 to 127.
    """
    checked_integer("n", n, at_most=PLACES - 1)
    read = _reader(writer)
    jobs = {"read": partial(read, 0, n), "write": partial(read, n, n + 1)}
    timed = time_in_turn(jobs, rounds=100, warmup=5)
    return median(timed["read"]), median(timed["write"])


def _reader(writer: Writer) -> Callable[[int, int], torch.Tensor]:
    """Return a function that runs a pass over some places of a text, after those before them."""
    ids, cache = torch.tensor([_some_ids(writer)]), Cache(1)

    def read(start: int, end: int) -> torch.Tensor:
        cache.lengths[0] = start
        return writer.model.next_logits(ids[:, start:end], cache, [0])

    read(0, PLACES)
    return read


def time_steps(
    writer: Writer, sizes: Sequence[int] = STEP_SIZES, *, rounds: int = 40
) -> dict[int, list[float]]:
    """Return the seconds of single steps with several numbers of texts, which grow meanwhile."""
    return time_in_turn({size: _seated(writer, size).run_pass for size in sizes}, rounds=rounds)


def _seated(writer: Writer, size: int) -> WritingEngine:
    """Return an engine in which `size` texts have read their prompts."""
    engine = WritingEngine(writer, size)
    for seed in range(size):
        engine.add(some_request(writer, seed, LONGEST_COMMENT))
    for _ in range(size):
        engine.run_pass()
    return engine


def read_steps(steps: Mapping[int, Sequence[float]]) -> str:
    """Return a line for each number of texts: what a step takes, and the tokens per second."""
    one = median(steps[min(steps)])
    return "\n".join(
        f"{counted(size, 'text'):>8} a step: {1000 * median(times):5.2f} ms, "
        f"{size / median(times):6,.0f} tokens/s, {two_digits(size * one / median(times))} × one"
        for size, times in steps.items()
    )


def fit_writing(writer: Writer, steps: Mapping[int, Sequence[float]]) -> WritingCost:
    """Return what the passes of an engine cost on this machine, from `time_steps`."""
    return WritingCost(fit_frontier(steps), median(time_passes(writer)["read"]))


@cache
def comment_lengths(n: int = 240) -> tuple[int, ...]:
    """Return how many tokens film and product comments of the validation split have."""
    pieces = load_writer().pieces
    texts = [one.text for one in load_corpus_or_demo().validation if one.source not in OTHER_KINDS]
    drawn = random.Random(0).choices(texts, k=n)
    return tuple(min(1 + len(pieces.encode(text)[0]), LONGEST_COMMENT) for text in drawn)


def seats_that_write(lengths: Sequence[int], *, seats: int = SEATS) -> dict[str, float]:
    """Return the share of seats that write in each way, if all texts wait from the start."""
    runs = _simulated(lengths, all_at_once(len(lengths)), seats=seats)
    return {name: run.share_of_seats for name, run in runs}


def _simulated(
    lengths: Sequence[int],
    arrivals_s: NDArray[np.float64],
    cost: WritingCost = STEPS_ONLY,
    seats: int = SEATS,
) -> Iterator[tuple[str, WritingRun]]:
    for name, is_static in BATCHINGS.items():
        run = simulate_writing(lengths, arrivals_s, cost, seats=seats, is_static=is_static)
        yield name, run


EQUAL, SOME, VERY = "all equal", "a little different", "very different"


def lengths_of(mean: int, spread: str, n: int) -> list[int]:
    """Return the lengths of `n` texts; the very different ones are geometrically distributed."""
    rng = np.random.default_rng(0)
    if spread == EQUAL:
        return [mean] * n
    if spread == SOME:
        return [int(one) for one in rng.integers(mean // 2, mean + mean // 2, size=n)]
    return [min(int(one), 4 * mean) for one in rng.geometric(1 / mean, size=n)]


def show_seats() -> Explore:
    """Return an exploration of who writes in which seat, step by step, in both ways."""
    return Explore(
        {
            "spread": Choice("Lengths of the texts", (EQUAL, SOME, VERY), VERY),
            "seats": Slider("Seats", (2, 4, 8, 16, 32), 4, "seats"),
            "mean": Slider("Mean length", (5, 10, 20, 40), 10, "tokens"),
        },
        _seats,
        title="Who sits where?",
        lead="Each row is a seat, and each strip is a text. Make all lengths equal. What happens?",
        note="Simulated in steps: all texts wait from the start, and each step writes one token of "
        "each text that has a seat. Reading the prompts is left out.",
    )


def _seats(spread: str, seats: float, mean: float) -> list[ShownPart]:
    n = 3 * int(seats)
    # The first token of a text comes from reading its prompt, so each text takes a step less.
    lengths = [1 + one for one in lengths_of(int(mean), spread, n)]
    runs = dict(_simulated(lengths, all_at_once(n), seats=int(seats)))
    steps = {name: len(run.rows) for name, run in runs.items()}
    shares = {name: percent(run.share_of_seats) for name, run in runs.items()}
    sentence = f"{n} texts need {steps['static']} steps in static batches, in which "
    sentence += f"{shares['static']} of the seats write, and {steps['continuous']} steps in a "
    sentence += f"continuous batch, with {shares['continuous']}."
    most = max(steps.values())
    return [sentence, *(_strips(name, run, most) for name, run in runs.items())]


def _strips(name: str, run: WritingRun, columns: int) -> Strips:
    empty: list[dict[int, int]] = [{}] * (columns - len(run.rows))
    rows = [[row.get(seat, -1) for row in (*run.rows, *empty)] for seat in range(run.seats)]
    share = percent(run.share_of_seats)
    alt = f"{name.capitalize()}: {run.seats} seats, {len(run.rows)} steps, {share} of them write."
    return Strips(f"{name.capitalize()}: {len(run.rows)} steps", rows, alt)


@dataclass(frozen=True, slots=True)
class Replay:
    """The same requests in both ways, measured and simulated, and the load in requests per second.

    `saturation` is the throughput of each way if all requests wait from the start, simulated.
    """

    measured: dict[str, WritingRun]
    simulated: dict[str, WritingRun]
    saturation: dict[str, float]
    rate_per_s: float

    @property
    def sooner(self) -> float:
        """How many times sooner the first token comes in a continuous batch: the median's ratio."""
        waits = {name: float(np.median(run.first_s)) for name, run in self.measured.items()}
        return waits["static"] / waits["continuous"]

    @property
    def is_as_predicted(self) -> bool:
        """Whether simulation and measurement agree within a factor of 2."""
        ratios = [
            median(run.first_s) / median(self.simulated[name].first_s)
            for name, run in self.measured.items()
        ]
        return all(1 / AGREEMENT <= one <= AGREEMENT for one in ratios)


def replay_requests(
    writer: Writer, cost: WritingCost, lengths: Sequence[int], *, load: float = REPLAY_LOAD
) -> Replay:
    """Send requests at random to both ways, at a share of what the static one can do."""
    saturation = {
        name: run.texts_per_s for name, run in _simulated(lengths, all_at_once(len(lengths)), cost)
    }
    rate = load * saturation["static"]
    arrivals = poisson(rate, len(lengths))
    measured = {}
    for step in progress_bar(range(len(BATCHINGS))):
        name = list(BATCHINGS)[step]
        drafts = [some_request(writer, *one) for one in enumerate(lengths)]
        engine = WritingEngine(writer, SEATS, is_static=BATCHINGS[name])
        with watched(thread_clock):
            measured[name] = run_requests(engine, drafts, arrivals)
    return Replay(measured, dict(_simulated(lengths, arrivals, cost)), saturation, rate)


def read_replay(replay: Replay) -> str:
    """Return a line for each way: the waits for the first token, and for each further one."""
    lines = [f"{replay.rate_per_s:.0f} requests per second, {SEATS} seats"]
    for name, run in replay.measured.items():
        p50, p99 = (1000 * float(np.percentile(run.first_s, one)) for one in (50, 99))
        lines.append(
            f"{name:10}: first token after {p50:5.1f} ms (p50), {p99:5.0f} ms (p99); then "
            f"{1000 * median(run.per_token_s):.1f} ms a token; simulated p50 "
            f"{1000 * median(replay.simulated[name].first_s):.1f} ms"
        )
    gain = replay.saturation["continuous"] / replay.saturation["static"]
    lines.append(
        f"at saturation, simulated: continuous batches answer {two_digits(gain)} × as many"
    )
    if not replay.is_as_predicted:
        lines.append("The simulation is far off: is the machine busy? Then run the cell again.")
    return "\n".join(lines)


def show_writer(writer: Writer | None = None) -> WriterCard:
    """Return a card that writes a draft from a mood and first words."""
    label = RealTimePredictor(load_folded()).predict
    return WriterCard(writer or load_writer(), label)


def show_streams(writer: Writer | None = None) -> StreamsView:
    """Return a view of four texts that share two seats, with what passes take on this machine."""
    return StreamsView(**streams_of(writer or load_writer()))


def streams_of(writer: Writer, *, is_live: bool = True) -> dict[str, Any]:
    """Return the arguments of `StreamsView`; a page that cannot measure shows stored times."""
    times = measured_or_stored(PASSES, partial(time_passes, writer) if is_live else None)
    return {
        "texts": _texts(writer),
        "read_ms": 1000 * median(times.values["read"]),
        "step_ms": [1000 * median(times.values[f"step {size}"]) for size in (1, 2)],
        "note": times.note,
    }


def time_passes(writer: Writer) -> dict[str, list[float]]:
    """Return the seconds of passes that read a short prompt, and of steps with one and two texts.

    Reading includes what an engine does once for a text.
    """
    steps = time_steps(writer, (1, 2), rounds=20)
    read = time_in_turn({"read": partial(_seated, writer, 1)}, rounds=15)
    return read | {f"step {size}": times for size, times in steps.items()}


def _texts(writer: Writer) -> list[dict[str, object]]:
    """Return four texts, and what each shows after each of its tokens."""
    found: list[dict[str, object]] = []
    for mood, first, seed in BEGINNINGS:
        engine, draft = WritingEngine(writer, 1), WritingRequest.of(writer, mood, first, seed=seed)
        engine.add(draft)
        shown = []
        while not draft.is_over:
            engine.run_pass()
            shown.append(draft.shown)
        found.append({"mood": mood, "first": first, "shown": shown})
    return found


def some_request(writer: Writer, seed: int, length: int) -> WritingRequest:
    """Return a request of exactly `length` tokens, for measurements."""
    return WritingRequest.of(writer, "positive", "The music", seed=seed, length=length)


def _some_ids(writer: Writer) -> list[int]:
    """Return the ids of a text as long as the model allows; only its length matters."""
    return (writer.prompt("positive", "The music is good. " * 12).ids * 3)[:PLACES]
