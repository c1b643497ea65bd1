"""A card that writes: a mood and first words become a draft, token by token."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from time import sleep
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lessons_lib.classroom.sessions.page import Page, well_formed
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.formats import counted, duration
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.text.label import CLEAR, Label
from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock
from lessons_lib.pipeline.writing.engine import WritingEngine, WritingRequest
from lessons_lib.pipeline.writing.writer import OFFERED_MOODS, Writer, words_of

PACE = 20  # times slower than the model, so that one can watch
DRAFTS, FEWEST_WORDS = 8, 5  # drafts together, and words of a whole sentence
LONGEST_WORDS = 1_000  # characters of the first words that a page may send


class WriteAction(Struct, frozen=True):
    """What a page may request: a draft, or the end of those that are being written."""

    do: Literal["write", "stop"]
    mood: Annotated[str, Meta(max_length=20)] = ""
    words: Annotated[str, Meta(max_length=2 * LONGEST_WORDS)] = ""


class WriterCard(Card):
    """Writes eight drafts together, in slow motion, and keeps the best one.

    Parameters
    ----------
    writer : Writer
        The model that writes.
    label : callable
        Labels a text, for instance ``RealTimePredictor(pipeline).predict``.
    clock, wait : callable
        Return seconds and wait for some; tests replace them. The default clock counts what the
        thread computes, and not how long it waits for other programs.
    """

    _esm = script("lesson/views/writing/card.js")
    _css = framed_styles("classroom/widgets/explore/explore.css", "lesson/views/writing/view.css")
    saved = ("Let the model write", "Choose a mood, type first words, and watch eight drafts grow.")
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
        self._job, self._seeds = Job(), count()
        self._kept: set[str] = set()
        self._page: Page = {"text": "", "note": "", "problem": "", "seen": ""}
        moods = {"kind": "choice", "label": "Mood", "options": OFFERED_MOODS}
        words = {"kind": "text", "label": "First words", "max_length": LONGEST_WORDS}
        super().__init__(
            {
                "title": self.saved[0],
                "lead": self.saved[1],
                "mood": {**moods, "value": "positive"},
                "words": {**words, "value": "This movie"},
                "pace": PACE,
            }
        )

    def __repr__(self) -> str:
        return "WriterCard(mood, first words)"

    def submit(self, action: WriteAction) -> None:
        """Begin eight drafts unless some are being written, or stop those."""
        if action.do == "stop":
            self._job.stop()
        elif not (self._job.is_running or self._job.is_ending):
            self._page = {"text": "", "note": "", "problem": "", "seen": ""}
            new = partial(WritingRequest.of, self._writer, action.mood, well_formed(action.words))
            try:
                drafts = [new(seed=next(self._seeds)) for _ in range(DRAFTS)]
            except ValueError as problem:
                self._page["problem"] = str(problem)
            else:
                self._page |= {"text": drafts[0].text, "note": drafts[0].note}
                work = self._write, action.mood, new, drafts
                self._job.start(*work, then=partial(self._finish, drafts), ends_itself=True)
        self.refresh()

    def content(self) -> Page:
        """Return the drafts so far or the one that stays, what was seen, and whether they grow."""
        return {**self._page, "is_running": self._job.is_running}

    def _write(
        self, mood: str, new: Callable[..., WritingRequest], drafts: Sequence[WritingRequest]
    ) -> tuple[WritingRequest, str]:
        """Write all drafts together, and return the best; then measure without slow motion.

        The first pass after a pause takes longer, so another text gets it.
        """
        self._seconds(drafts, is_shown=True)
        labels = {draft: self._label(draft.text) for draft in drafts}
        best = max(drafts, key=lambda draft: self._rank(draft, mood, labels[draft]))
        label, tokens = labels[best], sum(len(draft.ids) for draft in drafts)
        self._seconds([WritingRequest.of(self._writer, OFFERED_MOODS[0], length=2)])
        together = duration(self._seconds([new(seed=draft.seed) for draft in drafts]))
        alone = duration(self._seconds([new(seed=best.seed)]))
        return best, (
            f"One of {len(drafts)} drafts. Without slow motion, writing all of them together takes "
            f"{together} for {counted(tokens, 'token')}, and this one on its own {alone} for "
            f"{counted(len(best.ids), 'token')}. Our sentiment model labels this draft "
            f"{label.label}, with a probability of {max(label.probabilities):.2f}."
        )

    def _seconds(self, drafts: Sequence[WritingRequest], *, is_shown: bool = False) -> float:
        """Return how long the passes take in which drafts are written, with a seat for each."""
        engine, passes = WritingEngine(self._writer, len(drafts)), [0.0]
        for draft in drafts:
            engine.add(draft)
        while not engine.is_idle:
            self._job.check()
            begin = self._clock()
            engine.run_pass()
            passes.append(self._clock() - begin)
            if is_shown:
                self._job.on_loop(self._grow, drafts)
                self._wait((PACE - 1) * passes[-1])
        return sum(passes)

    def _rank(self, draft: WritingRequest, mood: str, label: Prediction) -> tuple[float, ...]:
        """Return what makes a draft better than another, the most important first.

        The log-probability is that of the whole text. That of a mean token would be higher for
        long texts, in which this model loses its way.
        """
        is_new, is_whole = draft.text not in self._kept, len(words_of(draft.text)) >= FEWEST_WORDS
        in_mood = min(label.probabilities[Label(mood).number], CLEAR)
        return (not draft.is_cut, is_new, in_mood, is_whole, draft.log_probability)

    def _grow(self, drafts: Sequence[WritingRequest]) -> None:
        if self._job.is_running:  # otherwise the job's end shows them
            self._page["text"] = _lines(drafts)
            self.refresh()

    def _finish(
        self, drafts: Sequence[WritingRequest], end: JobEnd[tuple[WritingRequest, str]]
    ) -> None:
        for draft in drafts:
            draft.is_cut |= not draft.is_over
            draft.is_over = True
        self._page["text"] = _lines(drafts)
        if end.failed:
            self._page["problem"] = f"The drafts ended with an error. {end.failed}"
        elif end.result is None:
            self._page["seen"] = f"{end.stopped}. The seats are free again."
        else:
            best, seen = end.result
            self._kept.add(best.text)
            self._page |= {"text": best.shown, "seen": seen}
        self.refresh()


def _lines(drafts: Sequence[WritingRequest]) -> str:
    """Return the drafts that have begun, one a line."""
    return "\n".join(draft.shown for draft in drafts if draft.ids)
