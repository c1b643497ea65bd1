"""Connect the notebooks' hand-built widgets to the pipeline, as explorations do for theirs.

These widgets display what they are given and do not use tensors, and the pipeline does not use
widgets. These functions pass each widget the model and the measurements that it displays. Those
that a link of the start page leads to need no arguments: they load and measure what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.widgets.record import recorded
from lessons_lib.lesson.views.decisions.table import DecisionTable, Task
from lessons_lib.lesson.views.lab_book.book import LabBook, Measure
from lessons_lib.lesson.views.queue.tour import tour_for
from lessons_lib.lesson.views.queue.view import QueueView
from lessons_lib.lesson.views.race.view import RaceView
from lessons_lib.lesson.views.stages.map import StageMap
from lessons_lib.lesson.views.start.page import Archive, StartPage
from lessons_lib.lesson.views.text_pair.pair import FIRST, SECOND, TextPair
from lessons_lib.lesson.views.trace.explorer import TextExplorer
from lessons_lib.lesson.views.training.view import TrainingLab
from lessons_lib.pipeline.embedding.table import EmbeddingTable, load_word_vectors
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.jobs import jobs_by_mode, lanes
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.text.corpus import Corpus, demo_corpus, load_corpus, load_corpus_or_demo
from lessons_lib.pipeline.text.corpus_files import CorpusMissingError
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.timing import ratios
from lessons_lib.pipeline.timing.cost import BATCH_SIZES, CostModel, measure_microbatch_cost
from lessons_lib.pipeline.timing.decisions import Demand, ModeCosts, outcome
from lessons_lib.pipeline.timing.machine import machine_line
from lessons_lib.pipeline.timing.race import race
from lessons_lib.pipeline.timing.scenarios import Serve, lonely_ms, measure_poisson
from lessons_lib.pipeline.timing.simulate import simulate_poisson

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.pipeline import SentimentPipeline
    from lessons_lib.pipeline.inference.prediction import Pipeline

SIMULATED_REQUESTS = 400
MEASURED_TEXTS = 1_000
NO_CORPUS = "The corpus is not on this machine, so these are {} demo texts, repeated."


def show_start() -> StartPage:
    """Return the start page, whose labels come from the folded path, which does without torch."""
    pipeline = FoldedPipeline.load()
    batch = BatchPredictor(pipeline)
    return StartPage(
        RealTimePredictor(pipeline).predict, lambda texts: batch.labels(texts).tolist(), _archive
    )


def _archive() -> Archive:
    try:
        return Archive(load_corpus().archive())
    except CorpusMissingError:
        demo = demo_corpus()
        return Archive(demo.archive(), NO_CORPUS.format(len(demo)))


def show_stages(here: str | None = None, *, is_large: bool = False) -> StageMap:
    """Return a map of the six stages, with examples that the pipeline computes now.

    Parameters
    ----------
    here, is_large : str, bool
        See `StageMap`.
    """
    return StageMap(here, examples=_examples(), is_large=is_large)


def _examples() -> dict[str, str]:
    """Return what leaves each stage for three short texts."""
    texts = ["I love sunny days", "The movie was great", "How is the weather?"]
    tokens = preprocess(texts[0])
    shipped = load_checkpoint()
    vector = shipped.embedding[shipped.vocabulary.id_of(tokens[1])]  # (50,)
    rows = [list(one) for one in FoldedPipeline.load().probabilities(texts).tolist()]  # (3, 3)
    row = "[" + ", ".join(f"{p:.3f}" for p in rows[0]) + "]"
    return {
        "text": f"“{texts[0]}”",
        "preprocessing": str(tokens),
        "embedding": f"{tokens[1]}: [{vector[0]:.2f}, {vector[1]:.2f}, …]".replace("-", "−"),
        "batch": f"[{row}, …]",
        "realtime": row,
        "output": str(LABELS[rows[0].index(max(rows[0]))]),
    }


def show_explorer(
    pipeline: SentimentPipeline | None = None, text: str = "The movie was great"
) -> TextExplorer:
    """Return a widget that explores the five layers of a prediction, starting with a text."""
    trace = (pipeline or _textbook()).trace
    own = recorded(trace, "text-traced", lambda typed: typed != text)
    return TextExplorer(trace=own, text=text)


def show_text_pair(
    pipeline: SentimentPipeline | None = None, first: str = FIRST, second: str = SECOND
) -> TextPair:
    """Return a widget that compares two texts and shows how each word changes the prediction."""
    return TextPair(trace=(pipeline or _textbook()).trace, first=first, second=second)


def show_training(corpus: Corpus | None = None, table: EmbeddingTable | None = None) -> TrainingLab:
    """Return a training lab for the training split and the pretrained word vectors.

    Raises
    ------
    CorpusMissingError
        If no corpus is given and none is on this machine.
    """
    from lessons_lib.pipeline.model import knobs  # imported here because only it needs torch

    data = corpus or load_corpus(), table or load_word_vectors()
    return TrainingLab(
        recorded(partial(knobs.train_with_knobs, *data), "run-trained"),
        learning_rates=knobs.LEARNING_RATES,
        learning_rate="bold",
        note=knobs.size_of_a_run(*data),
    )


def show_queue(
    cost: CostModel | None = None, serve: Serve | None = None, texts: Sequence[str] | None = None
) -> QueueView:
    """Return a widget with the queue of a micro-batching predictor, simulated or measured.

    Parameters
    ----------
    cost : CostModel, optional
        The cost of a batch on this machine; the tour's five settings are computed from it. Measured
        now if not given, which takes a few seconds.
    serve : callable, optional
        Makes the predictor to measure, like ``partial(MicroBatchPredictor, pipeline)``; by default
        with the heavier pipeline.
    texts : sequence of str, optional
        Sent in order when the queue is measured, starting over when they run out; by default the
        archive's.
    """
    texts = load_corpus_or_demo().archive() if texts is None else texts
    if serve is None:
        from lessons_lib.pipeline.inference.transformer import load_heavier  # loads torch

        serve = partial(MicroBatchPredictor, load_heavier())
    cost = cost or _measured(serve, texts)
    tour = tour_for(cost.texts_per_s)
    left = {(one.rate_per_s, one.max_batch_size, one.batch_wait_timeout_ms) for one in tour}

    def has_seen_all(*setting: float) -> bool:
        left.discard(setting)
        return not left

    simulate = partial(simulate_poisson, cost=cost, n=SIMULATED_REQUESTS)
    return QueueView(
        simulate=recorded(simulate, "tour-taken", has_seen_all),
        measure=partial(measure_poisson, serve=serve, texts=texts),
        tour=tour,
    )


def show_race(pipeline: Pipeline | None = None, texts: Sequence[str] | None = None) -> RaceView:
    """Return a widget in which real-time and batch race over the same texts on one core.

    Parameters
    ----------
    pipeline : Pipeline, optional
        What both modes run; by default the textbook path.
    texts : sequence of str, optional
        By default the 10,000 texts of the archive.
    """
    pipeline = pipeline or _textbook()
    texts = load_corpus_or_demo().archive() if texts is None else texts
    return RaceView(
        lambda: race(lanes(pipeline, texts), total=len(texts)),
        total=len(texts),
        note=machine_line(),
    )


def show_decisions(demands: Mapping[str, Demand], costs: ModeCosts) -> DecisionTable:
    """Return a table in which the learner chooses a mode for each demand.

    Parameters
    ----------
    demands : mapping of ids to demands
        The id identifies the choice in the learner's record, for instance ``"archive"``.
    costs : ModeCosts
        The cost of a batch in each mode; every choice is simulated with it.
    """
    judges = {name: partial(outcome, demand=one, costs=costs) for name, one in demands.items()}
    return DecisionTable([Task(name, str(demands[name]), judge) for name, judge in judges.items()])


def show_lab_book(pipeline: Pipeline | None = None, texts: Sequence[str] | None = None) -> LabBook:
    """Return a lab book in which the learner guesses figures and then measures them.

    Parameters
    ----------
    pipeline : Pipeline, optional
        What is measured; by default the textbook path.
    texts : sequence of str, optional
        What it runs on; by default the first 1,000 of the archive.
    """
    pipeline = pipeline or _textbook()
    texts = load_corpus_or_demo().archive(MEASURED_TEXTS) if texts is None else texts
    jobs = jobs_by_mode(pipeline, texts)
    experiments: dict[str, Measure] = {
        "one-by-one": partial(ratios.texts_per_s, jobs["real-time"], len(texts)),
        "batch-against-one": partial(ratios.throughput_ratio, jobs),
        "slow-hundredth": partial(ratios.tail_ratio, RealTimePredictor(pipeline).predict, texts),
        "alone-at-the-queue": partial(lonely_ms, partial(MicroBatchPredictor, pipeline), texts),
    }
    measures = {guess_task(name): measure for name, measure in experiments.items()}
    return LabBook(measures, note=machine_line())


def _textbook() -> SentimentPipeline:
    from lessons_lib.pipeline.inference.pipeline import SentimentPipeline  # loads torch

    return SentimentPipeline.load()


def _measured(serve: Serve, texts: Sequence[str]) -> CostModel:
    """Return the cost of a batch through the queue; notebooks run a loop of their own already."""

    async def measure() -> CostModel:
        async with serve(max_batch_size=max(BATCH_SIZES), batch_wait_timeout_s=0) as idle:
            return await measure_microbatch_cost(idle.predict, texts)

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, measure()).result()
