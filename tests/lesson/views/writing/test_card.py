"""The card that writes: the best of its drafts, refusals, and a stop in the middle."""

import asyncio
from itertools import count

import pytest

from lessons_lib.lesson.explorations.writing import show_writer
from lessons_lib.lesson.views.writing import DRAFTS, WriteAction, WriterCard
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.writing.engine import WritingEngine, WritingRequest
from lessons_lib.pipeline.writing.writer import load_writer

WRITER = load_writer()
LABEL = show_writer(WRITER)._label


def card(wait: object = lambda seconds: None) -> WriterCard:
    ticks = count()  # so that each pass takes 10 ms
    clock = lambda: next(ticks) / 100  # noqa: E731
    return WriterCard(WRITER, LABEL, clock=clock, wait=wait)  # type: ignore[arg-type]


def drafts(mood: str, first_words: str) -> list[WritingRequest]:
    """Return the drafts that a card writes first."""
    engine = WritingEngine(WRITER, DRAFTS)
    found = [WritingRequest.of(WRITER, mood, first_words, seed=seed) for seed in range(DRAFTS)]
    for draft in found:
        engine.add(draft)
    while not engine.is_idle:
        engine.run_pass()
    return found


@pytest.mark.parametrize("mood", ["positive", "negative"])
def test_the_draft_that_stays_is_the_likeliest_in_the_mood(mood: str) -> None:
    one, found = card(), drafts(mood, "This film")
    one.submit(WriteAction("write", mood, "This film"))
    in_mood = [
        draft for draft in found if LABEL(draft.text).probabilities[Label(mood).number] >= 0.6
    ]
    best = max(in_mood, key=lambda draft: draft.log_probability)
    assert one.page["text"] == best.text
    assert not one.page["is_running"]
    together = DRAFTS + max(len(draft.ids) for draft in found) - 1  # the last prompt is read last
    tokens = sum(len(draft.ids) for draft in found)
    assert f"takes {10 * together} ms for {tokens} tokens" in one.page["seen"]
    assert f"own {10 * len(best.ids)} ms for {len(best.ids)} tokens" in one.page["seen"]
    assert f"labels this draft {mood}" in one.page["seen"]


@pytest.mark.parametrize(
    ("text", "share", "log_probability"),
    [
        ("A film that is cut", 1, -1),
        ("It was shown before.", 1, -1),
        ("In the other mood, perhaps.", 0.4, -1),
        ("A short one.", 1, -1),
        ("A film that is unlikely.", 1, -3),
    ],
)
def test_a_draft_loses_against_a_better_one(text: str, share: float, log_probability: int) -> None:
    one = card()
    one._kept.add("It was shown before.")
    good, draft = (WritingRequest([], words) for words in ("It is a good film.", text))
    good.ids, good.log_probability = [9], -2
    draft.ids, draft.log_probability, draft.is_cut = [9] * 5, log_probability, "cut" in text
    label, other = (Prediction(Label.POSITIVE, (1 - one, 0, one)) for one in (0.7, share))
    assert one._rank(good, "positive", label) > one._rank(draft, "positive", other)


def test_each_draft_is_another_one() -> None:
    one, texts = card(), set()
    for _ in range(5):
        one.submit(WriteAction("write", "positive", "It is"))
        texts.add(one.page["text"])
    assert len(texts) == 5


def test_all_drafts_are_shown_as_they_grow_but_no_indecent_word() -> None:
    pages: list[str] = []
    one: WriterCard = card(lambda seconds: pages.append(one.page["text"]))
    one._job.on_loop = lambda call, *arguments: call(*arguments)  # type: ignore[method-assign]
    one.submit(WriteAction("write", "positive", "The music"))
    lines = [page.split("\n") for page in pages]
    assert [len(several) for several in lines[:DRAFTS]] == [*range(1, DRAFTS + 1)]
    assert all(line.startswith("The music") for several in lines for line in several)
    begun = "nff".translate(str.maketrans("fn", "sa"))
    some = [
        WritingRequest([], f"I am {begun}", ids=[9], begun=begun),
        WritingRequest([], "I", ids=[9]),
    ]
    one._job.is_running = True
    one._grow(some)
    assert one.page["text"] == "I am \nI"


def test_an_impossible_request_is_explained_and_the_next_one_works() -> None:
    one = card()
    one.submit(WriteAction("write", "sad", "The music"))
    assert "'sad'" in one.page["problem"]
    one.submit(WriteAction("write", "positive", "word " * 100))
    assert "limit" in one.page["problem"]
    one.submit(WriteAction("write", "positive", "映画 The film"))
    assert one.page["problem"] == ""
    assert "映" in one.page["note"]
    assert one.page["text"].startswith("The film")


def test_stop_ends_the_draft_after_the_current_token_and_frees_the_card() -> None:
    async def run() -> None:
        passes = 0

        def wait(seconds: float) -> None:
            nonlocal passes
            passes += 1
            if passes == 3:
                one.submit(WriteAction("stop"))

        one = card(wait)
        one.submit(WriteAction("write", "positive", "The music"))
        while one.page["is_running"] or passes < 3:
            await asyncio.sleep(0.01)
        assert passes == 3
        assert [line[-1] for line in one.page["text"].split("\n")] == ["…"] * 3
        assert "Stopped" in one.page["seen"]
        one.submit(WriteAction("write", "positive"))
        while one.page["is_running"]:
            await asyncio.sleep(0.01)
        assert "labels this draft" in one.page["seen"]

    asyncio.run(run())
