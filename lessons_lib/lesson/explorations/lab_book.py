"""The lab book: figures that the learner guesses and then measures on this machine."""

from collections.abc import Sequence
from functools import partial

from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.sessions.guesses import RoundSession
from lessons_lib.classroom.widgets.explore.guess import LabBook, Measure, MeasuringCard
from lessons_lib.classroom.widgets.job import Job
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.pipeline.inference.jobs import jobs_by_mode
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.prediction import Pipeline, load_textbook
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing.latency import texts_per_s, time_ratio
from lessons_lib.pipeline.timing.machine import machine_line
from lessons_lib.pipeline.timing.scenarios import lonely_ms

MEASURED_TEXTS = 1_000


def show_lab_book(
    pipeline: Pipeline | None = None,
    texts: Sequence[str] | None = None,
    *,
    log: EventLog | None = None,
) -> LabBook:
    """Return a lab book in which the learner guesses figures and then measures them.

    Parameters
    ----------
    pipeline : Pipeline, optional
        What is measured; by default the textbook path.
    texts : sequence of str, optional
        What it runs on; by default the first 1,000 of the archive.
    log : EventLog, optional
        Holds the rounds; the session's record if not given.
    """
    pipeline = pipeline or load_textbook()
    texts = load_corpus_or_demo().archive(MEASURED_TEXTS) if texts is None else texts
    jobs = jobs_by_mode(pipeline, texts)
    record, job = learner_record(log), Job()

    def card(name: str, measure: Measure) -> MeasuringCard:
        session = RoundSession(guess_task(name), record, note=machine_line)
        return MeasuringCard(session, measure, job=job)

    predict = RealTimePredictor(pipeline).predict
    long, short = (partial(predict, " ".join(["film"] * words)) for words in (20, 1))
    lonely = partial(lonely_ms, partial(MicroBatchPredictor, pipeline), texts)
    return LabBook(
        card("one-by-one", partial(texts_per_s, jobs["real-time"], len(texts))),
        card("batch-against-one", partial(time_ratio, jobs["real-time"], jobs["batch"])),
        card("long-against-short", partial(time_ratio, long, short, least_s=0.05)),
        card("alone-at-the-queue", lonely),
    )
