from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from lessons_lib.embedding.table import load_word_vectors
from lessons_lib.model.checkpoint import load_checkpoint
from lessons_lib.model.evaluation import evaluate
from lessons_lib.model.network import SentimentNet
from lessons_lib.model.trace import REFERENCE_TRACE, EpochRow, TrainingTrace
from lessons_lib.model.training import Recipe, hide_words, soft_labels, train, weighted_targets
from lessons_lib.text.corpus import Corpus, LabelledText, demo_corpus, load_corpus
from lessons_lib.text.label import Label
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vocabulary import PAD, Vocabulary


def rated(text: str, rating: float) -> LabelledText:
    return LabelledText(text, Label.from_rating(rating), rating, "test")


SMALL = Corpus(
    train=[rated("good", 3), rated("bad", -3), rated("table", 0)] * 10,
    validation=[rated("good", 3), rated("bad", -3)],
    test=[],
)
WORDS = Vocabulary(["good", "bad", "table"])


def small_net() -> SentimentNet:
    return SentimentNet(len(WORDS), seed=1)


def test_what_can_be_learnt_is_learnt() -> None:
    trace = train(small_net(), SMALL, WORDS, epochs=60, recipe=Recipe(learning_rate=0.05))
    assert trace[-1].train_accuracy == 1
    assert trace[-1].train_loss < 0.1 < trace[0].train_loss


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    traces = [train(small_net(), SMALL, WORDS, epochs=3, seed=seed) for seed in (0, 0, 1)]
    assert traces[0] == traces[1] != traces[2]


def test_torchs_global_generator_is_left_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    train(small_net(), SMALL, WORDS, epochs=1)
    assert torch.equal(torch.rand(3), expected)


def test_the_figures_of_a_row_are_those_of_an_evaluation_after_the_epoch() -> None:
    net = small_net()
    row = train(net, SMALL, WORDS, epochs=2)[-1]
    training, held_out = (evaluate(net, split, WORDS) for split in (SMALL.train, SMALL.validation))
    assert (row.train_loss, row.train_accuracy) == (training.loss, training.accuracy)
    assert (row.held_out_loss, row.held_out_accuracy) == (held_out.loss, held_out.accuracy)


def test_each_epoch_is_told_as_soon_as_it_is_known() -> None:
    told: list[EpochRow] = []
    trace = train(small_net(), SMALL, WORDS, epochs=4, on_epoch=told.append)
    assert tuple(told) == trace.rows
    assert [row.epoch for row in told] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("corpus", "vocabulary", "epochs", "message"),
    [
        (SMALL, WORDS, 0, "integer ≥ 1, got 0"),
        (SMALL, Vocabulary(["one"]), 1, "one row per word"),
        (replace(SMALL, train=[]), WORDS, 1, "needs training"),
        (replace(SMALL, validation=[]), WORDS, 1, "validation texts"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    corpus: Corpus, vocabulary: Vocabulary, epochs: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        train(small_net(), corpus, vocabulary, epochs=epochs)


@pytest.mark.parametrize(
    "knob",
    [
        {"learning_rate": 0},
        {"batch_size": 0},
        {"word_dropout": 1.0},
        {"label_slope": -1},
        {"class_weight_power": math.nan},
        {"head_learning_rate": math.inf},
    ],
)
def test_a_senseless_recipe_is_refused(knob: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="got Recipe"):
        Recipe(**knob)  # type: ignore[arg-type]


def test_a_rating_that_is_no_number_is_refused() -> None:
    broken = LabelledText("x", Label.NEUTRAL, math.nan, "test")
    with pytest.raises(ValueError, match="got NaN"):
        soft_labels([broken], slope=5.0)
    with pytest.raises(ValueError, match="got nan"):
        Label.from_rating(math.nan)


def test_a_soft_label_follows_the_rating() -> None:
    ratings = (3.0, 0.5, 0.0, -3.0)
    soft = soft_labels([rated("x", rating) for rating in ratings], slope=5.0)
    assert soft.sum(dim=1).tolist() == pytest.approx([1] * 4)
    assert soft.argmax(dim=1).tolist()[::3] == [2, 0]
    assert float(soft[1, 2]) == pytest.approx(0.5)
    assert float(soft[2, 2]) == pytest.approx(1 / (1 + math.exp(2.5)), abs=1e-6)


def test_a_rare_class_weighs_more_and_the_mean_weight_is_one() -> None:
    texts = [rated("x", 3.0)] * 9 + [rated("y", -3.0)]
    weights = weighted_targets(texts, Recipe(class_weight_power=1.0)).sum(dim=1)
    assert float(weights.mean()) == pytest.approx(1)
    assert float(weights[-1] / weights[0]) == pytest.approx(9)


def test_hidden_words_become_padding_about_as_often_as_asked() -> None:
    ids = torch.full((500, 20), 5)
    seen = hide_words(ids, 0.2, torch.Generator().manual_seed(0))
    assert set(seen.flatten().tolist()) == {PAD, 5}
    assert float((seen == PAD).float().mean()) == pytest.approx(0.2, abs=0.02)


def test_the_best_epoch_has_the_lowest_held_out_loss() -> None:
    losses = (0.9, 0.7, 0.7, 0.8)
    rows = tuple(EpochRow(n, 0.5, 0.5, loss, 0.5) for n, loss in enumerate(losses, 1))
    assert TrainingTrace(rows).best_epoch() == 2


def test_a_trace_reads_as_a_table() -> None:
    lines = repr(TrainingTrace((EpochRow(1, 0.5, 0.75, 0.625, 0.7),))).splitlines()
    assert lines[0].split() == [
        "epoch",
        "loss:",
        "training",
        "held-out",
        "accuracy:",
        "training",
        "held-out",
    ]
    assert lines[1].split() == ["1", "0.500", "0.625", "0.750", "0.700"]


def test_the_reference_trace_is_the_one_of_the_course() -> None:
    figures = [(point.epoch, point.loss, point.accuracy) for point in REFERENCE_TRACE]
    assert figures == [
        (1, 1.2, 0.45),
        (3, 0.8, 0.65),
        (5, 0.5, 0.78),
        (7, 0.35, 0.85),
        (10, 0.3, 0.88),
    ]


def test_before_any_training_a_net_is_no_surer_than_a_guess() -> None:
    texts, table = demo_corpus().train, load_word_vectors()
    blank = SentimentNet(len(table), table=table.vectors * 0)
    assert evaluate(blank, texts, table.vocabulary).loss == pytest.approx(math.log(3), abs=1e-6)


def test_the_shipped_model_reaches_the_figures_it_states() -> None:
    shipped, corpus = load_checkpoint(), load_corpus()
    found = evaluate(SentimentNet.from_checkpoint(shipped), corpus.test, shipped.vocabulary)
    stated = shipped.provenance
    assert found.macro_f1 == pytest.approx(stated["test"]["macro_f1"], abs=0.005)
    assert found.accuracy == pytest.approx(stated["test"]["accuracy"], abs=0.005)
    assert stated["test_macro_f1_of_five_seeds"]["mean"] >= 0.62
    sizes = {"train": corpus.train, "validation": corpus.validation, "test": corpus.test}
    assert stated["texts"] == {name: len(split) for name, split in sizes.items()}


@pytest.mark.slow
def test_the_recipe_reaches_its_macro_f1_over_five_seeds() -> None:
    from lessons_lib.authoring.train_assets import SEEDS, train_seed

    corpus, table = load_corpus(), load_word_vectors()
    nets = [train_seed(table, corpus, seed) for seed in SEEDS]
    scores = [evaluate(net, corpus.test, table.vocabulary).macro_f1 for net in nets]
    assert sum(scores) / len(scores) >= 0.62
    stated = load_checkpoint().provenance["test_macro_f1_of_five_seeds"]["mean"]
    assert sum(scores) / len(scores) == pytest.approx(stated, abs=0.01)


def test_the_shipped_tables_hold_the_words_of_the_examples() -> None:
    vocabulary = load_word_vectors().vocabulary
    words = preprocess("I love sunny days The movie was great How is the weather?")
    assert all(word in vocabulary for word in words)
    assert load_checkpoint().vocabulary.words == vocabulary.words
