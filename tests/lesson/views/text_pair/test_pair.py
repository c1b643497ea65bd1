"""Two texts without a browser: what moved the label, recalculated from the model's weights."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest

from lessons_lib.lesson.views.text_pair.pair import TextPair, only_here, show_text_pair
from lessons_lib.pipeline.inference.prediction import PredictionTrace
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.label import LABELS, Label
from tests.classroom.widgets.pretend_browser import sent

GOOD, NOT_GOOD = "The movie was good", "The movie was not good"
PAIRS = [
    (GOOD, NOT_GOOD),
    (NOT_GOOD, GOOD),
    ("The movie was great", "The movie was dull"),
    ("good", "good good bad"),
    ("", "good"),
    ("good", ""),
    ("The food was good", "The food was not very good at all"),
    ("word " * 30, "good bad " * 25),
    ("zyxxq", "qqxzz zyxxq"),
    ("שלום 😀", "😀 good"),
]


@pytest.fixture(scope="module")
def pipeline() -> SentimentPipeline:
    return SentimentPipeline.load()


def answered(pipeline: SentimentPipeline, first: str, second: str) -> dict[str, Any]:
    answer = TextPair(pipeline.trace, first, second).answer
    assert "error" not in answer
    return answer


def weights(pipeline: SentimentPipeline, trace: PredictionTrace) -> dict[str, list[float]]:
    """Return the shares of each word in a text that contains only this word."""
    alone = (pipeline.trace(token) for token in dict.fromkeys(trace.tokens))
    return {one.tokens[0]: one.shares[0].tolist() for one in alone}


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_lead_is_a_difference_of_logits_and_a_words_part_its_share_of_it(
    pipeline: SentimentPipeline, first: str, second: str
) -> None:
    answer = answered(pipeline, first, second)
    ahead, behind = (Label(answer[name]["name"]).number for name in ("ahead", "behind"))
    for side, text in enumerate((first, second)):
        trace = pipeline.trace(text)
        counts = Counter(trace.tokens)
        lead = trace.logits.tolist()[ahead] - trace.logits.tolist()[behind]
        assert answer["leads"][side] == pytest.approx(lead, abs=6e-4)
        for word, own in weights(pipeline, trace).items():
            part = (own[ahead] - own[behind]) * counts[word] / len(trace.tokens)
            (row,) = (row for row in answer["words"] if row["word"] == word)
            assert row["parts"][side] == pytest.approx(part, abs=1.1e-3)
            assert row["times"][side] == counts[word]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_rows_and_columns_add_up_except_for_rounding(
    pipeline: SentimentPipeline, first: str, second: str
) -> None:
    answer = answered(pipeline, first, second)
    rows = [*answer["words"], answer["bias"]]
    for side in (0, 1):
        total = sum(row["parts"][side] for row in rows)
        assert total == pytest.approx(answer["leads"][side], abs=5.1e-4 * (len(rows) + 1))
    for row in (*rows, {"parts": answer["leads"], "moved": answer["moved"]}):
        assert row["moved"] == pytest.approx(row["parts"][1] - row["parts"][0], abs=1.6e-3)
    steps = [abs(row["moved"]) for row in answer["words"]]
    assert steps == sorted(steps, reverse=True)


def test_if_the_label_changes_the_lead_is_that_of_the_second_label_over_the_first(
    pipeline: SentimentPipeline,
) -> None:
    answer = answered(pipeline, GOOD, NOT_GOOD)
    assert [text["label"]["name"] for text in answer["texts"]] == ["positive", "negative"]
    assert (answer["ahead"]["name"], answer["behind"]["name"]) == ("negative", "positive")


def test_if_the_label_stays_the_lead_is_over_its_closest_rival(
    pipeline: SentimentPipeline,
) -> None:
    answer = answered(pipeline, "The movie was great", "The movie was not great")
    assert (answer["ahead"]["name"], answer["behind"]["name"]) == ("positive", "negative")


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (
            GOOD,
            NOT_GOOD,
            "The label changes from positive to negative. The largest effect comes from adding "
            "‘not’: {} toward negative.",
        ),
        (
            NOT_GOOD,
            GOOD,
            "The label changes from negative to positive. The largest effect comes from removing "
            "‘not’: {} toward positive.",
        ),
        (
            "The food was good",
            "The food was not very good at all",
            " comes from ‘good’: {} toward ",
        ),
        ("the", "the zyxxq qqxzz", " adding ‘zyxxq’ and ‘qqxzz’: {} each tow"),
    ],
)
def test_the_sentence_describes_the_label_and_the_word_that_moved_it_most(
    pipeline: SentimentPipeline, first: str, second: str, sentence: str
) -> None:
    answer = answered(pipeline, first, second)
    before, after = sentence.split("{}")
    figure = answer["seen"].partition(before)[2].partition(after)[0]
    assert float(figure) == pytest.approx(abs(answer["words"][0]["moved"]), abs=5.6e-3)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (GOOD, "the MOVIE was... good!", "Both texts have the same tokens"),
        ("good, not bad", "bad, not good", "Both texts have the same words in a different order."),
        ("", "?!", "Neither text has any tokens left, so the bias alone decides both: "),
        ("good", "good good", ": every word contributes the same to both texts."),
    ],
)
def test_texts_that_get_the_same_answer_are_explained(
    pipeline: SentimentPipeline, first: str, second: str, sentence: str
) -> None:
    answer = answered(pipeline, first, second)
    assert sentence in answer["seen"]
    assert [row["moved"] for row in answer["words"] if row["moved"]] == []


def test_a_word_with_the_same_weight_in_both_texts_moves_nothing(
    pipeline: SentimentPipeline,
) -> None:
    answer = answered(pipeline, "The movie was great", "The movie was dull")
    moved = {row["word"]: row["moved"] for row in answer["words"]}
    assert (moved["the"], moved["movie"], moved["was"], answer["bias"]["moved"]) == (0, 0, 0, 0)


def test_words_missing_in_the_other_text_are_marked_one_by_one() -> None:
    assert only_here(["good", "good", "bad"], ["good"]) == [False, True, True]
    assert only_here(["good"], ["good", "good"]) == [False]
    assert only_here([], ["good"]) == []


def test_only_the_first_twenty_words_of_a_long_text_count(pipeline: SentimentPipeline) -> None:
    answer = answered(pipeline, "good", "good bad " * 12)
    long = answer["texts"][1]
    assert (long["words"], len(long["tokens"])) == (24, 20)
    assert {row["word"]: row["times"] for row in answer["words"]} == {
        "good": [1, 10],
        "bad": [0, 10],
    }


AWKWARD = ["", " \n", "?!…", "😀", "a\0b", "\ud800", "\udcff x", "שלום עולם", "x" * 100_000]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(AWKWARD, 2)), ids=ascii)
def test_any_two_texts_get_an_answer_that_can_be_sent(
    pipeline: SentimentPipeline, first: str, second: str
) -> None:
    pair = TextPair(pipeline.trace)
    pair.set_state({"asked": {"serial": 1, "first": first, "second": second}})
    assert "error" not in pair.answer
    assert pair.answer["serial"] == 1
    assert pair.answer["seen"]
    assert sent(pair.get_state(["answer", "asked"]))


def test_the_probabilities_are_those_of_the_trace(pipeline: SentimentPipeline) -> None:
    answer = answered(pipeline, GOOD, NOT_GOOD)
    for text, side in zip((GOOD, NOT_GOOD), answer["texts"], strict=True):
        prediction = pipeline.trace(text).prediction
        assert [one["name"] for one in side["probabilities"]] == [str(label) for label in LABELS]
        shown = [one["p"] for one in side["probabilities"]]
        assert shown == pytest.approx(prediction.probabilities, abs=6e-4)


def test_the_repr_is_short_and_does_not_depend_on_what_is_typed(
    pipeline: SentimentPipeline,
) -> None:
    pair = TextPair(pipeline.trace)
    pair.set_state({"asked": {"serial": 1, "first": "one", "second": "two"}})
    assert repr(pair) == "TextPair('not good' beside 'not bad')"
    assert len(repr(TextPair(pipeline.trace, "word " * 99, "word " * 99))) < 110


def test_a_text_that_is_not_a_string_is_rejected(pipeline: SentimentPipeline) -> None:
    with pytest.raises(TypeError, match=r"TextPair\(second=\.\.\.\) takes one text.*got list"):
        TextPair(pipeline.trace, "one", ["two"])  # type: ignore[arg-type]


def test_the_pair_starts_with_both_texts(pipeline: SentimentPipeline) -> None:
    pair = show_text_pair(pipeline, "good", "not good")
    assert repr(pair) == "TextPair('good' beside 'not good')"
