"""What the shipped model writes: in the chosen mood, in its own words, with listed words only."""

import pytest

from lessons_lib.pipeline.inference.prediction import load_folded
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.corpus import load_corpus
from lessons_lib.pipeline.writing.engine import WritingEngine, WritingRequest
from lessons_lib.pipeline.writing.writer import OFFERED_MOODS, load_writer, words_of

IN_A_ROW = 7  # words that a draft and a text of the corpus may not share


@pytest.fixture(scope="module")
def drafts() -> list[tuple[str, str]]:
    """Six hundred drafts, each with the mood that it was asked to have."""
    writer = load_writer()
    requests = [
        (mood, WritingRequest.of(writer, mood, seed=seed))
        for seed in range(300)
        for mood in OFFERED_MOODS
    ]
    engine = WritingEngine(writer, seats=64)
    for _, request in requests:
        engine.add(request)
    while not engine.is_idle:
        engine.run_pass()
    return [(mood, request.shown) for mood, request in requests]


@pytest.mark.slow
def test_our_pipeline_finds_the_chosen_mood_in_most_drafts(drafts: list[tuple[str, str]]) -> None:
    predict = RealTimePredictor(load_folded()).predict
    found = [predict(text).label.name.lower() == mood for mood, text in drafts]
    assert sum(found) >= 0.6 * len(drafts)


@pytest.mark.slow
def test_drafts_hold_only_listed_words(drafts: list[tuple[str, str]]) -> None:
    words = load_writer().guide.words
    assert {word for _, text in drafts for word in words_of(text)} <= words


@pytest.mark.slow
def test_hardly_a_draft_repeats_seven_words_seen_in_training(drafts: list[tuple[str, str]]) -> None:
    seen = {row for one in load_corpus().train for row in rows_of(one.text)}
    repeats = [text for _, text in drafts if not seen.isdisjoint(rows_of(text))]
    assert len(repeats) <= 0.01 * len(drafts)


def rows_of(text: str) -> list[tuple[str, ...]]:
    words = words_of(text)
    return [tuple(words[at : at + IN_A_ROW]) for at in range(len(words) - IN_A_ROW + 1)]
