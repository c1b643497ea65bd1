"""The card that writes: drafts, refusals, and a stop in the middle."""

import asyncio

from lessons_lib.lesson.explorations.writing import show_writer
from lessons_lib.lesson.views.writing import WriteAction, WriterCard
from lessons_lib.pipeline.writing.writer import load_writer

WRITER = load_writer()


def card(wait: object = lambda seconds: None) -> WriterCard:
    return WriterCard(WRITER, show_writer(WRITER)._label, wait=wait)  # type: ignore[arg-type]


def test_a_draft_begins_with_the_first_words_and_is_labeled() -> None:
    one = card()
    one.submit(WriteAction("write", "positive", "The music"))
    assert one.page["text"].startswith("The music")
    assert not one.page["is_running"]
    assert "labels this draft" in one.page["seen"]


def test_each_draft_is_another_one() -> None:
    one, texts = card(), set()
    for _ in range(3):
        one.submit(WriteAction("write", "negative"))
        texts.add(one.page["text"])
    assert len(texts) == 3


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
        assert one.page["text"].endswith("…")
        assert "Stopped" in one.page["seen"]
        one.submit(WriteAction("write", "positive"))
        while one.page["is_running"]:
            await asyncio.sleep(0.01)
        assert "labels this draft" in one.page["seen"]

    asyncio.run(run())
