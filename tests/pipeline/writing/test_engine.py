"""The engine that writes: the same text in any company, exact caches, and readers who leave."""

import asyncio
import itertools
import random
import threading
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
import torch

from lessons_lib.pipeline.writing.engine import StreamingWriter, WritingEngine, WritingRequest
from lessons_lib.pipeline.writing.small_gpt import PLACES, Cache
from lessons_lib.pipeline.writing.writer import END_OF_TEXT, Writer, load_writer, words_of

WRITER = load_writer()
MOODS = ("positive", "negative")


class Scripted:
    """A model whose logits depend on the last token and its place alone, and cost nothing."""

    def next_logits(self, ids: torch.Tensor, cache: Cache, seats: list[int]) -> torch.Tensor:
        cache.lengths[seats] += ids.shape[1]
        rows = ids[:, -1:] * 31 + cache.lengths[seats, None] * 7 + torch.arange(len(WRITER.pieces))
        logits = (rows * 2654435761 % 1000) / 100.0
        logits[:, END_OF_TEXT] += 6
        return logits


SCRIPTED = replace(WRITER, model=Scripted())  # type: ignore[arg-type]


def drafts(n: int, rng: random.Random, writer: Writer = WRITER) -> list[WritingRequest]:
    words = ("", "The music", "It is a film that", "This movie")
    return [
        WritingRequest.of(writer, rng.choice(MOODS), rng.choice(words), seed=seed)
        for seed in range(n)
    ]


def finish(engine: WritingEngine) -> None:
    while not engine.is_idle:
        engine.run_pass()
        check_caches(engine)


def check_caches(engine: WritingEngine) -> None:
    """Each seat's cache holds the prompt and all that was written but the last token."""
    for seat, draft in engine.seats.taken.items():
        assert engine.cache.lengths[seat] == len(draft.prompt) + len(draft.ids) - 1


def alone(draft: WritingRequest, writer: Writer) -> str:
    engine = WritingEngine(writer, 1)
    engine.add(draft)
    finish(engine)
    return draft.shown


@pytest.mark.parametrize(
    ("writer", "schedules"),
    [
        pytest.param(SCRIPTED, 30, id="scripted"),
        pytest.param(SCRIPTED, 500, id="scripted 500 times", marks=pytest.mark.slow),
        pytest.param(WRITER, 3, id="shipped"),
    ],
)
def test_a_text_is_the_same_alone_and_among_any_neighbors(writer: Writer, schedules: int) -> None:
    for seed in range(schedules):
        n = random.Random(seed).randint(2, 6)
        expected = [alone(one, writer) for one in drafts(n, random.Random(seed), writer)]
        for is_static in (True, False):
            rng = random.Random(seed)
            together = drafts(n, rng, writer)
            engine = WritingEngine(writer, rng.randint(1, 4), is_static=is_static)
            for draft in together:
                engine.add(draft)
                for _ in range(rng.choice([0, 0, 1, 5])):
                    engine.run_pass()
                    check_caches(engine)
            finish(engine)
            assert [one.shown for one in together] == expected


def test_the_log_probability_is_that_of_the_whole_text_at_temperature_1() -> None:
    together = drafts(5, random.Random(1))
    engine = WritingEngine(WRITER, 3)
    for draft in together:
        engine.add(draft)
    finish(engine)
    for draft in together:
        ids = torch.tensor([draft.prompt + draft.ids])
        shares = WRITER.model.logits(ids[:, :-1])[0, len(draft.prompt) - 1 :].softmax(dim=1)
        expected = shares[range(len(draft.ids)), draft.ids].log().sum().item()
        assert draft.log_probability == pytest.approx(expected, abs=1e-3)


def test_another_seed_or_mood_makes_another_text() -> None:
    texts = {
        alone(WritingRequest.of(WRITER, mood, "The film", seed=seed), WRITER)
        for mood in MOODS
        for seed in range(3)
    }
    assert len(texts) == 6


def test_a_text_that_never_ends_is_cut_and_says_so() -> None:
    draft = WritingRequest.of(WRITER, "positive", "The music", length=10_000)
    text = alone(draft, WRITER)
    assert draft.is_cut
    assert text.endswith("…")
    assert len(draft.prompt) + len(draft.ids) == PLACES + 1  # the last one is in no cache


def test_a_complete_word_stays_and_a_begun_one_goes_on_to_a_known_word() -> None:
    for seed in range(40):
        text = alone(WritingRequest.of(WRITER, "positive", "The music", seed=seed), WRITER)
        assert words_of(text)[1] == "music"
        text = alone(WritingRequest.of(WRITER, "positive", "A wonderf", seed=seed), WRITER)
        assert set(words_of(text)) <= WRITER.guide.words


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"seed": -1}, ValueError), ({"seed": "x"}, TypeError), ({"length": 0}, ValueError)],
)
def test_a_bad_seed_or_length_is_refused(settings: dict[str, Any], error: type[Exception]) -> None:
    (name,) = settings
    with pytest.raises(error, match=f"{name} must be an integer"):
        WritingRequest.of(WRITER, "positive", **settings)


def test_only_a_writer_writes() -> None:
    with pytest.raises(TypeError, match=r"load_writer\(\) returns.*int"):
        WritingEngine(5)  # type: ignore[arg-type]


def test_a_length_is_kept_exactly() -> None:
    for length in (1, 2, 30):
        draft = WritingRequest.of(WRITER, "negative", length=length)
        alone(draft, WRITER)
        assert len(draft.ids) == length
        assert END_OF_TEXT not in draft.ids


def test_a_word_that_is_only_begun_is_not_shown_where_the_text_is_cut() -> None:
    draft = WritingRequest([], text="It is a wonder", ids=[9], begun="wonder", is_cut=True)
    assert draft.shown == "It is a …"


def test_a_begun_word_that_reads_like_an_indecent_one_waits_for_its_rest() -> None:
    begun = "nff".translate(str.maketrans("fn", "sa"))
    assert WritingRequest([], text=f"I am {begun}", ids=[9], begun=begun).shown == "I am "


def test_who_leaves_frees_the_seat_after_the_current_pass() -> None:
    engine = WritingEngine(WRITER, 1)
    first, second = drafts(2, random.Random(0))
    engine.add(first)
    engine.add(second)
    engine.run_pass()
    first.is_over = True
    assert engine.run_pass() == [second]


def test_what_is_cut_during_a_pass_stays_as_it_was() -> None:
    class Cutting(Scripted):
        def next_logits(self, ids: torch.Tensor, cache: Cache, seats: list[int]) -> torch.Tensor:
            if draft.ids:
                draft.is_cut = draft.is_over = True
            return super().next_logits(ids, cache, seats)

    engine = WritingEngine(replace(WRITER, model=Cutting()))  # type: ignore[arg-type]
    (draft,) = drafts(1, random.Random(0))
    engine.add(draft)
    engine.run_pass()
    before = list(draft.ids)
    engine.run_pass()
    assert draft.ids == before
    assert draft.shown.endswith("…")
    assert engine.run_pass() == []
    assert engine.is_idle


async def read(service: StreamingWriter, seed: int = 0, leave_after: int = 1000) -> str:
    texts: list[str] = []
    async with aclosing(service.stream("positive", "The music", seed=seed)) as stream:
        async for text in stream:
            texts.append(text)
            if len(texts) == leave_after:
                break
    return texts[-1]


def test_readers_who_stream_get_the_texts_that_the_engine_writes_alone() -> None:
    async def together() -> list[str]:
        async with StreamingWriter(WRITER, seats=2) as service:
            return await asyncio.gather(*(read(service, seed) for seed in range(5)))

    expected = [
        alone(WritingRequest.of(WRITER, "positive", "The music", seed=seed), WRITER)
        for seed in range(5)
    ]
    assert asyncio.run(together()) == expected


def test_a_text_grows_from_one_news_to_the_next() -> None:
    async def growing() -> list[str]:
        async with StreamingWriter(WRITER) as service:
            return [text async for text in service.stream("positive", "The music", seed=3)]

    texts = asyncio.run(growing())
    assert len(texts) > 3
    assert all(later.startswith(one) for one, later in itertools.pairwise(texts))


def test_leaving_canceling_and_a_second_service_disturb_nobody() -> None:
    async def run() -> tuple[str, str]:
        async with StreamingWriter(WRITER, seats=1) as one, StreamingWriter(WRITER) as other:
            await read(one, leave_after=2)
            canceled = asyncio.create_task(read(one, seed=1))
            await asyncio.sleep(0.005)
            canceled.cancel()
            texts = await asyncio.gather(read(one, seed=2), read(other, seed=2))
            while not one.engine.is_idle:
                await asyncio.sleep(0.005)
            return texts[0], texts[1]

    first, second = asyncio.run(run())
    assert first == second


def test_nothing_more_is_written_for_a_reader_who_left() -> None:
    class Endless(Scripted):
        passes = 0

        def next_logits(self, ids: torch.Tensor, cache: Cache, seats: list[int]) -> torch.Tensor:
            self.passes += 1
            logits = super().next_logits(ids, cache, seats)
            logits[:, END_OF_TEXT] = -torch.inf
            return logits

    model = Endless()

    async def run() -> None:
        async with StreamingWriter(replace(WRITER, model=model)) as service:  # type: ignore[arg-type]
            await read(service, leave_after=2)
            while not service.engine.is_idle:
                await asyncio.sleep(0.005)

    asyncio.run(run())
    assert model.passes < 10


def test_a_text_that_has_ended_is_not_cut_when_its_service_closes() -> None:
    async def run() -> str:
        async with StreamingWriter(WRITER) as service:
            stream = service.stream("positive", "The music")
            await anext(stream)
            while not service.engine.is_idle:
                await asyncio.sleep(0.005)
        *_, last = [text async for text in stream]
        return last

    assert asyncio.run(run()) == alone(WritingRequest.of(WRITER, "positive", "The music"), WRITER)


def test_threads_end_with_their_service() -> None:
    async def run() -> None:
        async with StreamingWriter(WRITER) as service:
            stream = service.stream("positive")
            await anext(stream)
        *_, last = [text async for text in stream]
        assert last.endswith("…")
        with pytest.raises(RuntimeError, match=r"closed\. Create another one"):
            await anext(service.stream("positive"))

    asyncio.run(run())
    assert not [one for one in threading.enumerate() if one.name.startswith("writing")]


def test_an_error_of_the_model_reaches_every_reader() -> None:
    class Broken(Scripted):
        def next_logits(self, ids: torch.Tensor, cache: Cache, seats: list[int]) -> torch.Tensor:
            raise RuntimeError("out of memory")

    async def run() -> list[BaseException | str]:
        async with StreamingWriter(replace(WRITER, model=Broken())) as service:  # type: ignore[arg-type]
            readers = (read(service, seed) for seed in range(2))
            return await asyncio.gather(*readers, return_exceptions=True)

    assert [str(one) for one in asyncio.run(run())] == ["out of memory"] * 2
