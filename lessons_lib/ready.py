"""Connect the notebooks' widgets to the pipeline; no other module imports both.

Widgets display what they are given and do not use tensors, and the pipeline does not use widgets.
These functions pass each widget the model and the measurements that it displays.
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
    """Return a widget that explores the five layers of a prediction, starting with a text."""
    return TextExplorer(trace=pipeline.trace, text=text)


def show_text_pair(pipeline: SentimentPipeline, first: str, second: str) -> TextPair:
    """Return a widget that compares two texts and shows how each word changes the prediction."""
    return TextPair(trace=pipeline.trace, first=first, second=second)


def show_training(corpus: Corpus, table: EmbeddingTable) -> TrainingLab:
    """Return a training lab for the training split and the pretrained word vectors."""
    from lessons_lib.model.knobs import KnobTraining  # imported here because only it needs torch

    training = KnobTraining(corpus, table)
    return TrainingLab(
        training,
        learning_rates=training.learning_rates,
        learning_rate="bold",
        note=training.note,
    )


def show_queue(cost: CostModel, serve: Serve, texts: Sequence[str]) -> QueueView:
    """Return a widget with the queue of a micro-batching predictor, simulated or measured.

    Parameters
    ----------
    cost : CostModel
        The cost of a batch on this machine; the tour's five settings are computed from it.
    serve : callable
        Makes the predictor to measure: ``partial(MicroBatchPredictor, pipeline)``.
    texts : sequence of str
        Sent in order when the queue is measured, starting over when they run out.
    """
    return QueueView(
        simulate=partial(simulate_poisson, cost=cost, n=SIMULATED_REQUESTS),
        measure=partial(measure_poisson, serve=serve, texts=texts),
        tour=tour_for(cost.texts_per_s),
    )


def show_race(pipeline: Pipeline, texts: Sequence[str]) -> RaceView:
    """Return a widget in which real-time and batch race over the same texts on one core."""
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
    judges = {
        name: partial(outcome, demand=demand, costs=costs) for name, demand in demands.items()
    }
    return DecisionTable([Task(name, str(demands[name]), judge) for name, judge in judges.items()])


def show_lab_book(pipeline: Pipeline, texts: Sequence[str]) -> LabBook:
    """Return a lab book in which the learner guesses figures and then measures them."""
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
