"""Traces as layers for the browser: numbers, tokens and sentences."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.lesson.views.trace import FULL_COLOR_AT, MOST_DROPPED, layers_of
from lessons_lib.pipeline.inference.prediction import Prediction, PredictionTrace
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.label import Label
from tests.classroom.widgets.pretend_browser import sent

any_text = st.text(st.characters())  # including lone surrogates


def trace_of(tokens: list[str], shares: list[list[float]], **changed: Any) -> PredictionTrace:
    """Make a trace by hand; its bias is 0.1, 0.2, 0.3."""
    bias = np.array([0.1, 0.2, 0.3])
    vectors = np.zeros((20, 50))
    vectors[: len(tokens)] = 0.123456
    logits = bias + np.array(shares).reshape(-1, 3).sum(axis=0)
    exponentials = np.exp(logits)
    values: dict[str, Any] = {
        "text": " ".join(tokens),
        "tokens": tokens,
        "ids": np.array([*range(1, len(tokens) + 1), *[0] * (20 - len(tokens))]),
        "vectors": vectors,
        "pooled": vectors.sum(axis=0) / max(len(tokens), 1),
        "logits": logits,
        "shares": np.array(shares, dtype=float).reshape(-1, 3),
        "bias": bias,
        "prediction": Prediction.from_probabilities((exponentials / exponentials.sum()).tolist()),
    }
    return PredictionTrace(**values | changed)


def test_all_layers_of_a_trace_are_sent() -> None:
    trace = trace_of(["zyxxq", "great"], [[0.0, 0.0, 0.0], [-1.0, -1.0, 2.5]])
    layers = layers_of("Zyxxq great!", trace)
    assert layers["tokens"] == ["zyxxq", "great"]
    assert layers["unknown"] == [True, False]
    assert layers["ids"] == [1, 2, *[0] * 18]
    assert np.shape(layers["vectors"]) == (20, 50)
    assert layers["vectors"][1][49] == 0.123
    assert layers["pooled"] == [0.123] * 50
    assert layers["bias"] == [0.1, 0.2, 0.3]
    assert layers["shares"] == [[0.0, 0.0, 0.0], [-1.0, -1.0, 2.5]]
    assert layers["logits"] == [-0.9, -0.8, 2.8]
    assert layers["probabilities"] == pytest.approx(trace.prediction.probabilities, abs=5.001e-4)
    assert layers["label"] == "positive"
    assert layers["classes"] == [
        {"name": "negative", "sign": "−"},
        {"name": "neutral", "sign": "○"},
        {"name": "positive", "sign": "+"},
    ]


def test_numbers_have_three_decimals_and_equal_ones_look_the_same() -> None:
    unknown = [-0.0001, 0.0, -0.0777]
    layers = layers_of("", trace_of(["a", "b", "good"], [unknown] * 2 + [[0, 0, 1.5003]]))
    assert json.dumps(layers["shares"][0]) == "[0.0, 0.0, -0.078]"  # a zero has no sign
    assert [row[2] for row in layers["shares"]] == [-0.078, -0.078, 1.5]
    assert layers["logits"][2] == 1.645


def test_full_color_is_for_one_number_in_a_hundred() -> None:
    table = SentimentPipeline.load().table
    vectors = np.abs(table.lookup(np.arange(2, len(table))))
    assert 0.98 < (vectors <= FULL_COLOR_AT).mean() < 0.998


def test_the_sentence_and_the_bar_show_the_same_probability() -> None:
    nearly = Prediction(Label.NEGATIVE, (0.38149, 0.38, 0.23851))  # 0.3815 would become 0.382
    layers = layers_of("a", trace_of(["a"], [[1, 0, 0]], prediction=nearly))
    assert layers["probabilities"][0] == 0.381
    assert "only 0.381," in layers["seen"]


@pytest.mark.parametrize(
    ("tokens", "shares", "first_id", "seen"),
    [
        (["zyx"], [[0, 0, 2.0]], 1, "No word of this text is in the vocabulary."),
        (["meh"], [[-9, -9, -1]], 7, "No word raises the score of positive; it wins because"),
        (["a", "so"], [[0, 9, 0.5], [0, 0, 12]], 2, "‘so’ contributes most to positive."),
        (["zyx", "qq"], [[0, 0, 2.0]] * 2, 2, "‘zyx’ and ‘qq’ are tied for the largest"),
        (["zyx", "qq", "xx"], [[0, 0, 2.0]] * 3, 2, "‘zyx’ and 2 other words are tied"),
        ([], [], 0, "No tokens are left after preprocessing, so the bias alone decides"),
    ],
)
def test_the_sentence_names_what_speaks_for_the_label(
    tokens: list[str], shares: list[list[float]], first_id: int, seen: str
) -> None:
    trace = trace_of(tokens, shares, ids=np.array([first_id, *[0] * 19]))
    assert layers_of("", trace)["seen"].startswith(seen)


def test_tokens_after_the_twentieth_are_dropped() -> None:
    words = [f"w{place}" for place in range(20 + MOST_DROPPED + 7)]
    layers = layers_of(" - ".join(words).upper(), trace_of(words[:20], [[0.0, 0.0, 0.0]] * 20))
    assert layers["dropped"] == words[20 : 20 + MOST_DROPPED]
    assert layers["more_dropped"] == 7


@given(any_text, st.lists(any_text, max_size=20))
def test_any_text_can_be_sent(text: str, tokens: list[str]) -> None:
    layers = layers_of(text, trace_of(tokens, [[0.0, 0.0, 0.0]] * len(tokens)))
    assert json.loads(sent(layers)) == layers
    assert all(len(token) <= 32 for token in layers["tokens"])
