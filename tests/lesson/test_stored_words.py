"""What the notebooks say about stored figures in words agrees with the figures."""

from statistics import median

import pytest

from lessons_lib.lesson.notebooks.heavy import LARGE_MODEL, prices
from lessons_lib.lesson.numbers import PROSE_NUMBERS
from lessons_lib.pipeline.inference.transformer import TransformerPipeline
from lessons_lib.pipeline.timing import stored
from lessons_lib.pipeline.timing.stored import StoredFigures, measured_or_stored, stored_figures

FIGURES = stored_figures().figures


def _per_s(texts: int, seconds: list[float]) -> float:
    return texts / median(seconds)


def test_padding_costs_what_a_batch_of_the_transformer_saves() -> None:
    equal, mixed = FIGURES["equal-texts"], FIGURES["batch-sizes"]
    gain = _per_s(8, equal["transformer 8"]) / _per_s(1, equal["transformer 1"])
    assert PROSE_NUMBERS["gain_of_equal_texts"]() == f"{gain:.1f}"
    assert gain > 2
    padded = _per_s(128, mixed["8"]) / _per_s(128, mixed["1"])
    assert PROSE_NUMBERS["gain_of_mixed_texts"]() == f"{padded:.1f}"
    assert padded - 1 < (gain - 1) / 2  # most of it, in the words of notebook 15
    assert _per_s(128, mixed["128"]) < 0.8 * _per_s(128, mixed["1"])
    documented = TransformerPipeline.__doc__ or ""
    assert f"{padded:.1f} times as fast" in documented
    assert f"{gain:.1f} times without" in documented


def test_int8_makes_as_many_labels_right_as_wrong() -> None:
    figures = FIGURES["engines-on-test"]
    right, wrong = figures["corrected, spoiled"]
    assert right - wrong == pytest.approx(0, abs=5)
    assert figures["onnxruntime, int8"][0] == pytest.approx(figures["torch"][0], abs=0.001)


def test_figures_of_the_same_that_differ_by_more_than_a_tenth_stop_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, way in (("one-text", "transformer"), ("engines", "torch, in eights")):
        changed = {**FIGURES, name: {**FIGURES[name], way: [2 * one for one in FIGURES[name][way]]}}
        disagreeing = StoredFigures("", changed)
        monkeypatch.setattr(stored, "stored_figures", lambda figures=disagreeing: figures)
        with pytest.raises(ValueError, match=r"disagree on .* in one run"):
            stored.transformer_per_s() + stored.gain_of_eight_mixed_texts()


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


def test_a_night_suffices_for_four_cores_and_the_workers_start_in_three_seconds() -> None:
    assert 10_000_000 * median(FIGURES["engines"]["torch, eights, sorted"]) / 4 < 8 * 3600
    figures = {name: seconds[0] for name, seconds in FIGURES["more-work"].items()}
    for work in ("5 ms", "25 ms"):
        assert round(figures[f"two workers {work}"] - figures[f"loop {work}"] / 2) == 3
