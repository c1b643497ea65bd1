"""Widgets with the pipeline behind them: the one place that puts both halves together.

A widget shows whatever it is given and knows no tensors; a pipeline knows no widgets. Here each
widget of the notebooks gets the measurements and the model that it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lessons_lib.inference.jobs import jobs_by_mode, lanes
from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.timing import ratios
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.decisions import Demand, ModeCosts, outcome
from lessons_lib.timing.machine import machine_line
from lessons_lib.timing.race import race
from lessons_lib.timing.scenarios import Serve, measure_poisson
from lessons_lib.timing.simulate import simulate_poisson
from lessons_lib.widgets.decisions.table import DecisionTable, Task
from lessons_lib.widgets.lab_book.book import LabBook
from lessons_lib.widgets.lab_book.experiment import Measure, experiments
from lessons_lib.widgets.queue.tour import tour_for
from lessons_lib.widgets.queue.view import QueueView
from lessons_lib.widgets.race.view import RaceView
from lessons_lib.widgets.text_pair.pair import TextPair
from lessons_lib.widgets.trace.explorer import TextExplorer
from lessons_lib.widgets.training.view import TrainingLab

if TYPE_CHECKING:
    from lessons_lib.embedding.table import EmbeddingTable
    from lessons_lib.inference.pipeline import SentimentPipeline
    from lessons_lib.inference.prediction import Pipeline
    from lessons_lib.text.corpus import Corpus

SIMULATED_REQUESTS = 400


def show_explorer(pipeline: SentimentPipeline, text: str) -> TextExplorer:
    """Return the explorer of a prediction's five layers, beginning with a text."""
    return TextExplorer(trace=pipeline.trace, text=text)


def show_text_pair(pipeline: SentimentPipeline, first: str, second: str) -> TextPair:
    """Return two texts side by side, with what each word moved."""
    return TextPair(trace=pipeline.trace, first=first, second=second)


def show_training(corpus: Corpus, table: EmbeddingTable) -> TrainingLab:
    """Return the training lab over the training split and the ready-made word vectors."""
    from lessons_lib.model.knobs import KnobTraining  # needs torch, which the others do not

    training = KnobTraining(corpus, table)
    return TrainingLab(
        training,
        learning_rates=training.learning_rates,
        learning_rate="bold",
        note=training.note,
    )


def show_queue(cost: CostModel, serve: Serve, texts: Sequence[str]) -> QueueView:
    """Return the queue of a micro-batching predictor: simulated, and measured on request.

    Parameters
    ----------
    cost : CostModel
        What a batch costs here; the tour's five settings are computed from it.
    serve : callable
        Makes the predictor to measure: ``partial(MicroBatchPredictor, pipeline)``.
    texts : sequence of str
        Sent when the queue is measured, and from the start again when they end.
    """
    return QueueView(
        simulate=partial(simulate_poisson, cost=cost, n=SIMULATED_REQUESTS),
        measure=partial(measure_poisson, serve=serve, texts=texts),
        tour=tour_for(cost.texts_per_s),
    )


def show_race(pipeline: Pipeline, texts: Sequence[str]) -> RaceView:
    """Return a race of real-time against batch over the same texts on one core."""
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
        The id names the choice in the learner's record: ``"archive"``.
    costs : ModeCosts
        What a batch costs in each mode; every choice is simulated with it.
    """
    judges = {
        name: partial(outcome, demand=demand, costs=costs) for name, demand in demands.items()
    }
    return DecisionTable([Task(name, str(demands[name]), judge) for name, judge in judges.items()])


def show_lab_book(pipeline: Pipeline, texts: Sequence[str]) -> LabBook:
    """Return the lab book: guess a figure, then measure it with this pipeline and these texts."""
    jobs = jobs_by_mode(pipeline, texts)
    measures: dict[str, Measure] = {
        "one-by-one": partial(ratios.texts_per_s, jobs["real-time"], len(texts)),
        "batch-against-one": partial(ratios.throughput_ratio, jobs),
        "slow-hundredth": partial(ratios.tail_ratio, RealTimePredictor(pipeline).predict, texts),
        "alone-at-the-queue": partial(
            ratios.lonely_ms, partial(MicroBatchPredictor, pipeline), texts
        ),
    }
    return LabBook(experiments(measures), note=machine_line())
