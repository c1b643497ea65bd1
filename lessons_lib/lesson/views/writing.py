"""A card that writes: a mood and first words become a draft, token by token."""

from collections.abc import Callable
from functools import partial
from itertools import count
from statistics import median
from time import sleep
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lessons_lib.classroom.sessions.page import Page, well_formed
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.formats import counted, duration
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock
from lessons_lib.pipeline.writing.engine import WritingEngine, WritingRequest
from lessons_lib.pipeline.writing.writer import OFFERED_MOODS, Writer

PACE = 20  # times slower than the model, so that one can watch
FIRST_SEED = 10  # the first drafts are then short, and read well
LONGEST_WORDS = 1_000  # characters of the first words that a page may send


class WriteAction(Struct, frozen=True):
    """What a page may request: a draft, or the end of the one that is being written."""

    do: Literal["write", "stop"]
    mood: Annotated[str, Meta(max_length=20)] = ""
    words: Annotated[str, Meta(max_length=2 * LONGEST_WORDS)] = ""


class WriterCard(Card):
    """Writes one draft after another, in slow motion, and labels each.

    Parameters
    ----------
    writer : Writer
        The model that writes.
    label : callable
        Labels a text, for instance ``RealTimePredictor(pipeline).predict``.
    clock, wait : callable
        Return seconds and wait for some; tests replace them.
    """

    _esm = script("lesson/views/writing/card.js")
    _css = framed_styles("classroom/widgets/explore/explore.css", "lesson/views/writing/view.css")
    saved = ("Let the model write", "Choose a mood, type the first words, and watch the tokens.")
    _kind = WriteAction

    def __init__(
        self,
        writer: Writer,
        label: Callable[[str], Prediction],
        *,
        clock: ReadClock = thread_clock,
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self._writer, self._label, self._clock, self._wait = writer, label, clock, wait
        self._job, self._seeds = Job(), count(FIRST_SEED)
        self._page: Page = {"text": "", "note": "", "problem": "", "seen": ""}
        moods = {"kind": "choice", "label": "Mood", "options": OFFERED_MOODS}
        words = {"kind": "text", "label": "First words", "max_length": LONGEST_WORDS}
        super().__init__(
            {
                "title": self.saved[0],
                "lead": self.saved[1],
                "mood": {**moods, "value": "positive"},
                "words": {**words, "value": "This film"},
                "pace": PACE,
            }
        )

    def __repr__(self) -> str:
        return "WriterCard(mood, first words)"

    def submit(self, action: WriteAction) -> None:
        """Begin a draft unless one is being written, or stop that one."""
        if action.do == "stop":
            self._job.stop()
        elif not (self._job.is_running or self._job.is_ending):
            self._page = {"text": "", "note": "", "problem": "", "seen": ""}
            words = well_formed(action.words)
            try:
                draft = WritingRequest.of(self._writer, action.mood, words, seed=next(self._seeds))
            except ValueError as problem:
                self._page["problem"] = str(problem)
            else:
                self._page |= {"text": draft.text, "note": draft.note}
                then = partial(self._finish, draft)
                self._job.start(self._write, draft, then=then, ends_itself=True)
        self.refresh()

    def content(self) -> Page:
        """Return the draft so far, what was seen, and whether it is being written."""
        return {**self._page, "is_running": self._job.is_running}

    def _write(self, draft: WritingRequest) -> tuple[list[float], Prediction]:
        """Write a draft in an engine with one seat; return the seconds of each pass, and its label.

        The first pass after a pause takes longer, so another text gets it.
        """
        engine = WritingEngine(self._writer, 1)
        engine.add(WritingRequest.of(self._writer, OFFERED_MOODS[0], length=2))
        while not engine.is_idle:
            engine.run_pass()
        engine.add(draft)
        passes: list[float] = []
        while not draft.is_over:
            self._job.check()
            begin = self._clock()
            engine.run_pass()
            passes.append(self._clock() - begin)
            self._job.on_loop(self._grow, draft)
            self._wait((PACE - 1) * passes[-1])
        return passes, self._label(draft.text)

    def _grow(self, draft: WritingRequest) -> None:
        if not draft.is_over:  # otherwise the job's end shows it
            self._page["text"] = draft.shown
            self.refresh()

    def _finish(self, draft: WritingRequest, end: JobEnd[tuple[list[float], Prediction]]) -> None:
        draft.is_cut = draft.is_cut or end.result is None
        draft.is_over = True
        self._page["text"] = draft.shown
        if end.failed:
            self._page["problem"] = f"The draft ended with an error. {end.failed}"
        elif end.result is None:
            self._page["seen"] = f"{end.stopped}. The seat is free again."
        else:
            (first, *others), label = end.result
            each = f", then {duration(median(others))} for each" if others else ""
            self._page["seen"] = (
                f"{counted(len(draft.ids), 'token')}: {duration(first)} until the first{each}. "
                f"Our sentiment model labels this draft {label.label}, with a probability of "
                f"{max(label.probabilities):.2f}."
            )
        self.refresh()
