"""Write texts token by token, several at the same time, for callers who read along.

The path of a request through this file::

    WritingRequest          a prompt, and what has been written so far
    WritingEngine.add       lets it wait for a seat
    WritingEngine.run_pass  runs the model once: either one prompt is read (prefill), or each text
                            that has a seat gets its next token (decode)
    StreamingWriter.stream  the same for asyncio: yields a text as it grows
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

import torch
from torch import Tensor

from lessons_lib.arguments import checked_integer
from lessons_lib.formats import counted
from lessons_lib.pipeline.text.corpus import is_decent
from lessons_lib.pipeline.writing.seats import Seats
from lessons_lib.pipeline.writing.small_gpt import PLACES, Cache
from lessons_lib.pipeline.writing.writer import COMPLETE, END_OF_TEXT, Writer

TEMPERATURE, BEST = 0.4, 6  # how evenly a token is drawn, and among how many


@dataclass(eq=False, slots=True)
class WritingRequest:
    """A text that is being written.

    Attributes
    ----------
    prompt : list of int
        The ids to begin with, as `Writer.prompt` returns them.
    text : str
        The first words, and what was written after them.
    note : str
        What was left out of the first words.
    seed : int
        Decides what is drawn. It belongs to the text, which does not depend on its neighbors.
    length : int, optional
        How many tokens to write, whatever the model would do; for measurements.
    ids : list of int
        The tokens written so far.
    begun : str
        The last word of `text`, as long as it may still grow.
    log_probability : float
        How likely the model finds what was written: the sum over the tokens, at temperature 1.
    is_over, is_cut : bool
        Whether the text has ended or its reader has left, and whether it never came to an end.
    """

    prompt: list[int]
    text: str = ""
    note: str = ""
    seed: int = 0
    length: int | None = None
    ids: list[int] = field(default_factory=list)
    begun: str = ""
    log_probability: float = 0.0
    is_over: bool = False
    is_cut: bool = False
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    @classmethod
    def of(
        cls,
        writer: Writer,
        mood: str,
        first_words: str = "",
        *,
        seed: int = 0,
        length: int | None = None,
    ) -> Self:
        """Return a request that begins with a mood and perhaps some words.

        Raises
        ------
        TypeError, ValueError
            If `Writer.prompt` rejects them, the seed is not an integer ≥ 0, or the length not one
            ≥ 1.
        """
        prompt = writer.prompt(mood, first_words)
        if length is not None:
            length = checked_integer("length", length)
        begun = writer.guide.begun(prompt.text)
        begun = COMPLETE if begun in writer.guide.words else begun
        return cls(*prompt, checked_integer("seed", seed, at_least=0), length, begun=begun)

    @property
    def shown(self) -> str:
        """The text to show: without a last word that is only begun and would be indecent."""
        is_hidden = self.ids and (self.is_cut or not is_decent(self.begun))
        hidden = len(self.begun) if is_hidden else 0
        return self.text[: len(self.text) - hidden] + ("…" if self.is_cut else "")


class WritingEngine:
    """Writes texts in a fixed number of seats.

    Parameters
    ----------
    writer : Writer
        The model, its pieces and its guide.
    seats : int
        How many texts are written at the same time at most, from 1 to 64.
    is_static : bool
        Whether texts are written in groups, each of which waits for its longest text.

    Raises
    ------
    TypeError, ValueError
        If `writer` is not a Writer, or `seats` not an integer from 1 to 64.
    """

    def __init__(self, writer: Writer, seats: int = 16, *, is_static: bool = False) -> None:
        if not isinstance(writer, Writer):
            raise TypeError(
                f"writer takes what load_writer() returns (Writer), got {type(writer).__name__}."
            )
        self.seats: Seats[WritingRequest] = Seats(seats, is_static=is_static)
        self.cache = Cache(seats)
        self._writer = writer

    def __repr__(self) -> str:
        way = "static" if self.seats.is_static else "continuous"
        return f"WritingEngine({counted(self.seats.number, 'seat')}, {way})"

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits or writes."""
        return self.seats.is_idle

    def add(self, draft: WritingRequest) -> None:
        """Let a text wait for a seat."""
        self.seats.waiting.append(draft)

    def run_pass(self) -> list[WritingRequest]:
        """Run one pass of the model, and return the texts that got a token, in order of seats.

        No step runs while a text waits and a seat is free for it.
        """
        for one in self.seats.everybody():
            if one.is_over:
                self.seats.leave(one)
        seats, is_reading = self.seats.next_pass()
        if not seats:
            return []
        texts = [self.seats.taken.get(seat) for seat in seats]
        ids = [self._next_ids(seat, is_reading=is_reading) for seat in seats]
        logits = self._writer.model.next_logits(torch.tensor(ids), self.cache, seats)
        written = [text for text in texts if text]
        logits = logits[[bool(text) for text in texts]]
        for text, drawn in zip(written, self._drawn(logits, written), strict=True):
            if not text.is_over:  # otherwise its reader left, or it was cut, during the pass
                self._append(text, *drawn)
        return written

    def _next_ids(self, seat: int, *, is_reading: bool) -> list[int]:
        """Return what the model reads for a seat; a new text, and an ended one, has no cache."""
        text = self.seats.taken.get(seat)
        if text is None or is_reading:
            self.cache.lengths[seat] = 0
        if text is None:
            return [END_OF_TEXT]
        return text.prompt if is_reading else text.ids[-1:]

    def _drawn(
        self, logits: Tensor, drafts: Sequence[WritingRequest]
    ) -> Iterator[tuple[int, float]]:
        """Return a token for each row of logits, among the best that fit, and its log-probability.

        The probability is the model's own, over all tokens at temperature 1, (n, pieces).
        """
        fits = torch.stack([self._writer.guide.allowed(one.begun) for one in drafts])
        fits[[one.length is not None for one in drafts], END_OF_TEXT] = False
        best, tokens = logits.masked_fill(~fits, -torch.inf).topk(BEST)  # (n, 6)
        shares = (best / TEMPERATURE).softmax(dim=1).cumsum(dim=1)
        at = torch.tensor([[draft.draw.random()] for draft in drafts])
        places = (shares < at * shares[:, -1:]).sum(dim=1, keepdim=True).clamp(max=BEST - 1)
        drawn = tokens.gather(1, places)
        log_probabilities = logits.gather(1, drawn)[:, 0] - logits.logsumexp(dim=1)
        return zip(drawn[:, 0].tolist(), log_probabilities.tolist(), strict=True)

    def _append(self, draft: WritingRequest, token: int, log_probability: float) -> None:
        """Add a token to a text, and free its seat if that was the last one."""
        draft.ids.append(token)
        draft.log_probability += log_probability
        if token != END_OF_TEXT:
            piece = self._writer.pieces.text_of(token)
            draft.text += piece
            draft.begun = self._writer.guide.begun(draft.begun + piece)
        is_full = len(draft.prompt) + len(draft.ids) > PLACES
        if is_full and token != END_OF_TEXT:
            draft.is_cut = True
        if token == END_OF_TEXT or is_full or len(draft.ids) == draft.length:
            draft.is_over = True
            self.seats.leave(draft)


class StreamingWriter:
    """Writes texts for asyncio callers, who can read each as it is written.

    Parameters
    ----------
    writer : Writer
        The model, its pieces and its guide.
    seats, is_static
        As for `WritingEngine`.

    Notes
    -----
    The model runs in one thread, a pass at a time, while anybody waits or writes. A caller who
    leaves, for instance with ``break`` or because its task is canceled, frees its seat after the
    current pass. Close it with `aclose()`, or use it as
    ``async with StreamingWriter(load_writer()) as service:``.
    """

    def __init__(self, writer: Writer, seats: int = 16, *, is_static: bool = False) -> None:
        self.engine = WritingEngine(writer, seats, is_static=is_static)
        self._writer = writer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writing")
        self._news: dict[WritingRequest, asyncio.Event] = {}
        self._arrived: list[WritingRequest] = []  # they enter between passes
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def stream(
        self, mood: str, first_words: str = "", *, seed: int = 0
    ) -> AsyncGenerator[str, None]:
        """Yield a text as it grows, one pass after another, until it has ended.

        Parameters
        ----------
        mood, first_words, seed
            As for `Writer.prompt` and `WritingRequest`.

        Raises
        ------
        TypeError, ValueError
            If `Writer.prompt` rejects the mood or the first words.
        RuntimeError
            If the service was closed before.
        Exception
            The error of a pass that failed.
        """
        if self._is_closed:
            raise RuntimeError("This StreamingWriter is closed. Create another one.")
        draft = WritingRequest.of(self._writer, mood, first_words, seed=seed)
        news = self._news[draft] = asyncio.Event()
        self._arrived.append(draft)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            is_last = False
            while not is_last:
                await news.wait()
                news.clear()
                if self._task.done():
                    self._task.result()  # raises what a pass raised
                is_last = draft.is_over
                yield draft.shown
        finally:
            draft.is_over = True
            del self._news[draft]

    async def aclose(self) -> None:
        """Cut all texts, which then end with "…", and end the thread after its current pass."""
        self._is_closed = True
        for draft, news in self._news.items():
            draft.is_cut |= not draft.is_over
            draft.is_over = True
            news.set()
        if self._task is not None:
            await asyncio.wait({self._task})
        self._thread.shutdown()

    async def _run(self) -> None:
        """Run passes while anybody waits or writes, and wake the callers whose texts grew."""
        loop = asyncio.get_running_loop()
        try:
            while self._arrived or not self.engine.is_idle:
                while self._arrived:
                    self.engine.add(self._arrived.pop(0))
                for draft in await loop.run_in_executor(self._thread, self.engine.run_pass):
                    if draft in self._news:
                        self._news[draft].set()
        finally:
            for news in self._news.values():
                news.set()
