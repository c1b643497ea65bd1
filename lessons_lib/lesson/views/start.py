"""The start page: the learner's text labeled now, beside an archive labeled in batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from time import perf_counter
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from lessons_lib.classroom.course import course
from lessons_lib.classroom.sessions.page import Page, target, well_formed
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import Card, attempted, framed_styles, script
from lessons_lib.files import shipped_asset
from lessons_lib.formats import duration, two_digits
from lessons_lib.lesson.views.trace import layers_of
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import (
    Prediction,
    PredictionTrace,
    load_folded,
    load_textbook,
)
from lessons_lib.pipeline.inference.realtime import OneTextPipeline, RealTimePredictor
from lessons_lib.pipeline.text.label import LABELS

EXAMPLE = "The movie was great"
LONGEST_TEXT = 500
TEXTS_A_PASS = 500
COARSE = "under 0.1 ms"  # where a clock, as in browsers, has larger steps
NO_TEXT = "The field is empty. Type a sentence, then press Enter."
NO_CORPUS = "The corpus is not on this machine, so these are {} demo texts, repeated."
ARCHIVE_IN_PASSES = "archive-in-passes"  # of the stored figures

Batch: TypeAlias = dict[str, Any]  # what a browser replays of a run
Run: TypeAlias = Callable[[], Batch]


@dataclass(frozen=True, slots=True)
class Archive:
    """Texts to label in batches; `note` is what the learner should know about them."""

    texts: Sequence[str]
    note: str = ""


class StartAction(Struct, frozen=True):
    """What a page may request: a label for a text, the reason for it, or labels for the archive."""

    do: Literal["label", "why", "batch"]
    text: Annotated[str, Meta(max_length=2 * LONGEST_TEXT)] = ""


class StartPage(Card):
    """Labels the learner's text and an archive with one model, and compares what it takes.

    Parameters
    ----------
    label : callable
        Labels one text, for instance ``RealTimePredictor(pipeline).predict``.
    run : callable or mapping
        Labels an archive and returns what a browser replays, for instance `archive_run(...)`; or
        that of an earlier run, which is replayed each time.
    trace : callable
        Traces one text, for learners who doubt its label.
    clock : callable
        Returns seconds.
    """

    _esm = script("lesson/views/start/page.js")
    _css = framed_styles(
        "lesson/views/modes.css", "lesson/views/trace/bars.css", "lesson/views/start/page.css"
    )
    saved = ("Type a sentence of your own", "It gets a label right away. The text is not saved.")
    _kind = StartAction

    def __init__(
        self,
        label: Callable[[str], Prediction],
        run: Run | Batch,
        *,
        trace: Callable[[str], PredictionTrace],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._label, self._run, self._trace = label, run, trace
        self._clock, self._job = clock, Job()
        self._problem = self._failed = ""
        self._numbers = count()
        self._own_label, self._batch = self._labeled(EXAMPLE), Batch()
        super().__init__(
            {
                "title": self.saved[0],
                "longest": LONGEST_TEXT,
                "classes": [{"name": one.value, "sign": one.sign} for one in LABELS],
                "queue": _link(course().mode("watch").link()),
                "explorer": _link(course().mode("trace").link(), "Take it apart, layer by layer"),
            }
        )

    def __repr__(self) -> str:
        return "StartPage(one text now, many texts at once)"

    def picture(self) -> str:
        """Return both lanes in motion."""
        return shipped_asset("moving_start.html").read_text(encoding="utf-8")

    def submit(self, action: StartAction) -> None:
        """Label the text, or start the batch unless it is running."""
        self._problem = self._failed = ""
        if action.do == "label":
            if action.text.strip():
                self._own_label = self._labeled(well_formed(action.text))
            else:
                self._problem = NO_TEXT
        elif action.do == "why":
            self._own_label["why"] = attempted(
                lambda: _pushes(self._trace(self._own_label["text"]))
            )
        elif not callable(self._run):
            self._finish(JobEnd(self._run))
        elif not self._job.is_running:
            self._job.start(self._run, then=self._finish)
        self.refresh()

    def content(self) -> Page:
        """Return the learner's label, the latest batch, and what went wrong."""
        return {
            "own": self._own_label,
            "problem": self._problem,
            "failed": self._failed,
            "is_running": self._job.is_running,
            "batch": self._batch,
            "point": self._point(),
        }

    def _labeled(self, text: str) -> dict[str, Any]:
        """Return the label of one text and how long a call takes once its words are in use."""
        self._label(text)
        begin = self._clock()
        prediction = self._label(text)
        self._own_s = seconds = self._clock() - begin
        return {
            "number": next(self._numbers),
            "text": text,
            "label": prediction.label.value,
            "probabilities": [round(one, 3) for one in prediction.probabilities],
            "time": duration(seconds) if seconds else COARSE,
            "why": None,
        }

    def _point(self) -> str:
        """Return what the two lanes show together, if both were measured here."""
        alone_s = self._own_s
        if not self._batch or not callable(self._run) or not alone_s:
            return ""
        ends_ms = self._batch["ends_ms"]
        each_s = ends_ms[-1] / 1000 / len(self._batch["digits"])
        gain = f"{two_digits(alone_s / each_s)} times less per text" if alone_s > each_s else "more"
        return (
            f"Together, the model spent {gain}: {duration(each_s)} instead of {duration(alone_s)}. "
            f"But the first labels came after {duration(ends_ms[0] / 1000)}, and the last after "
            f"{duration(ends_ms[-1] / 1000)}. That is the trade."
        )

    def _finish(self, end: JobEnd[Batch]) -> None:
        if end.result is not None:
            self._batch = {"number": next(self._numbers), **end.result}
        else:
            self._failed = f"The batch did not finish. {end.failed or f'{end.stopped}.'}"
        self.refresh()


def archive_run(
    labels: Callable[[Sequence[str]], Sequence[int]],
    archive: Callable[[], Archive],
    *,
    clock: Callable[[], float] = perf_counter,
) -> Run:
    """Return a function that labels an archive, and returns the labels and the times of the passes.

    Parameters
    ----------
    labels : callable
        Returns the class numbers of many texts, called once per pass.
    archive : callable
        Returns the `Archive`; called once, before the first run, and not timed.
    clock : callable
        Returns seconds.
    """
    read_once = cache(archive)

    def run() -> Batch:
        archive = read_once()
        numbers: list[int] = []
        ends_ms = []
        begin = clock()
        for start in range(0, len(archive.texts), TEXTS_A_PASS):
            numbers += labels(archive.texts[start : start + TEXTS_A_PASS])
            ends_ms.append(1000 * (clock() - begin))
        return _batch(numbers, ends_ms, archive.note)

    return run


def _batch(numbers: Sequence[int], ends_ms: Sequence[float], note: str) -> Batch:
    """Return the class numbers of a run as digits, and when each of its passes was over."""
    return {
        "digits": "".join(map(str, numbers)),
        "texts_a_pass": TEXTS_A_PASS,
        "ends_ms": ends_ms,
        "time": duration(ends_ms[-1] / 1000),
        "seen": f"In passes of {TEXTS_A_PASS} texts.",
        "note": note,
    }


def stored_run() -> Batch:
    """Return the labels of the archive with stored times, for pages that cannot measure a run."""
    from lessons_lib.pipeline.timing.stored import measured_or_stored

    archive, stored = _archive(), measured_or_stored(ARCHIVE_IN_PASSES, None)
    return _batch(
        _folded_labels()(archive.texts),
        stored.values["ends_ms"],
        f"{archive.note} {stored.note}".strip(),
    )


def _pushes(trace: PredictionTrace) -> Page:
    """Return how much each word contributes to the label, and what that means in words."""
    layers = layers_of(trace.text, trace)
    number = trace.prediction.label.number
    words = [
        [word, row[number]] for word, row in zip(layers["tokens"], layers["shares"], strict=True)
    ]
    return {"words": words, "seen": layers["seen"]}


def _link(address: str, title: str = "", about: str = "") -> Page:
    return {**target(address), "title": title, "about": about}


def show_start(
    pipeline: OneTextPipeline | None = None,
    *,
    run: Batch | None = None,
) -> StartPage:
    """Return the start page, whose labels come from the folded path, which does without torch.

    Parameters
    ----------
    pipeline : OneTextPipeline, optional
        Labels the learner's text; by default the folded path.
    run : mapping, optional
        The batch to replay, from `stored_run()`; by default, each batch is a new run.
    """
    predict = RealTimePredictor(pipeline or load_folded()).predict
    # The folded path has no layers to show, so the textbook path is loaded once somebody asks.
    trace = getattr(pipeline, "trace", lambda text: load_textbook().trace(text))
    if run is not None:
        return StartPage(predict, run, trace=trace)
    from lessons_lib.pipeline.timing.machine import thread_clock  # a browser has no psutil

    live = archive_run(_folded_labels(), _archive, clock=thread_clock)
    return StartPage(predict, live, trace=trace, clock=thread_clock)


def _folded_labels() -> Callable[[Sequence[str]], Sequence[int]]:
    batch = BatchPredictor(load_folded())
    return lambda texts: batch.labels(texts).tolist()


def _archive() -> Archive:
    from lessons_lib.pipeline.text.corpus import demo_corpus, load_corpus
    from lessons_lib.pipeline.text.corpus_files import CorpusMissingError

    try:
        return Archive(load_corpus().archive())
    except CorpusMissingError:
        demo = demo_corpus()
        return Archive(demo.archive(), NO_CORPUS.format(len(demo)))
