"""What the notebooks say about stored figures in words agrees with the figures."""

from statistics import median

import pytest

from lessons_lib.lesson.notebooks.heavy import LARGE_MODEL, prices
from lessons_lib.lesson.numbers import PROSE_NUMBERS
from lessons_lib.pipeline.inference.transformer import TransformerPipeline
from lessons_lib.pipeline.timing.stored import measured_or_stored, stored_figures

FIGURES = stored_figures().figures


def _per_s(texts: int, seconds: list[float]) -> float:
    return texts / median(seconds)


def test_padding_costs_what_a_batch_of_the_transformer_saves() -> None:
    equal, mixed = FIGURES["equal-texts"], FIGURES["batch-sizes"]
    gain = _per_s(8, equal["transformer 8"]) / _per_s(1, equal["transformer 1"])
    assert PROSE_NUMBERS["gain_of_equal_texts"]() == f"{gain:.1f}"
    assert gain > 2
    assert _per_s(128, mixed["8"]) / _per_s(128, mixed["1"]) == pytest.approx(1, abs=0.1)
    assert PROSE_NUMBERS["gain_of_mixed_texts"]() == "1.0"
    assert _per_s(128, mixed["128"]) < 0.8 * _per_s(128, mixed["1"])
    documented = TransformerPipeline.__doc__ or ""
    assert f"{gain:.1f} times" in documented


def test_most_of_a_lone_pass_is_its_price_per_call() -> None:
    cost = prices(measured_or_stored("equal-texts", None))[LARGE_MODEL]
    assert cost.fixed_s > cost.per_text_s


def test_ten_million_texts_take_the_loop_a_minute_and_the_transformer_two_nights() -> None:
    loop = FIGURES["loop-or-workers"]
    small_s = 10_000_000 * loop["loop"][0] / loop["texts"][0]
    assert PROSE_NUMBERS["small_model_ten_million"]() == f"{small_s:.0f} s"
    hours = 10_000_000 / _per_s(128, FIGURES["batch-sizes"]["1"]) / 3600
    assert PROSE_NUMBERS["transformer_ten_million"]() == f"{hours:.0f} h"
    assert PROSE_NUMBERS["transformer_per_s"]() == f"{_per_s(128, FIGURES['batch-sizes']['1']):.0f}"


def test_under_the_low_limit_there_is_a_batch_every_fifth_of_a_second() -> None:
    served = FIGURES["serve-users"]
    every_s = served["batch size 4"][0] / served["answers/s 4"][0]
    assert every_s == pytest.approx(0.2, abs=0.02)
