"""Training and its metrics, knobs and optimizer, and evaluation."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss
from torch import Tensor, nn

from lessons_lib.pipeline.embedding.table import DIMENSIONS, EmbeddingTable, load_word_vectors
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.model.evaluation import evaluate, evaluate_ids
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.model.trace import REFERENCE_TRACE, EpochRow, TrainingTrace
from lessons_lib.pipeline.model.training import (
    LEARNING_RATES,
    Adam,
    Recipe,
    hide_words,
    size_of_a_run,
    soft_labels,
    train,
    train_with_knobs,
    weighted_targets,
)
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText, load_corpus
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.text.vocabulary import PAD, Vocabulary


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


def test_training_learns_three_words() -> None:
    trace = train(small_net(), SMALL, WORDS, epochs=60, recipe=Recipe(learning_rate=0.05))
    assert trace[-1].train_accuracy == 1
    assert trace[-1].train_loss < 0.1 < trace[0].train_loss


def test_only_the_seed_determines_training_and_the_generator_of_torch_is_not_used() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    traces = [train(small_net(), SMALL, WORDS, epochs=3, seed=seed) for seed in (0, 0, 1)]
    assert traces[0] == traces[1] != traces[2]
    assert torch.equal(torch.rand(3), expected)


def test_each_row_is_reported_immediately_with_the_metrics_after_its_epoch() -> None:
    net, reported = small_net(), list[EpochRow]()
    trace = train(net, SMALL, WORDS, epochs=2, on_epoch=reported.append)
    assert tuple(reported) == trace
    assert [row.epoch for row in trace] == [1, 2]
    assert all(one.grad is None for one in net.parameters())  # they take as much memory as the net
    row = trace[-1]
    training, held_out = (evaluate(net, split, WORDS) for split in (SMALL.train, SMALL.validation))
    assert (row.train_loss, row.train_accuracy) == (training.loss, training.accuracy)
    assert (row.held_out_loss, row.held_out_accuracy) == (held_out.loss, held_out.accuracy)


@pytest.mark.parametrize(
    ("corpus", "vocabulary", "epochs", "message"),
    [
        (SMALL, WORDS, 0, "integer ≥ 1, got 0"),
        (SMALL, Vocabulary(["one"]), 1, "one row per word"),
        (replace(SMALL, train=[]), WORDS, 1, "needs training"),
        (replace(SMALL, validation=[]), WORDS, 1, "validation texts"),
    ],
)
def test_invalid_training_is_rejected(
    corpus: Corpus, vocabulary: Vocabulary, epochs: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        train(small_net(), corpus, vocabulary, epochs=epochs)


def test_an_invalid_recipe_is_rejected() -> None:
    knobs = {"learning_rate": 0, "batch_size": 0, "word_dropout": 1.0, "label_slope": -1}
    knobs |= {"class_weight_power": math.nan, "head_learning_rate": math.inf}
    for name, value in knobs.items():
        with pytest.raises(ValueError, match="got Recipe"):
            Recipe(**{name: value})  # type: ignore[arg-type]


def test_a_rating_that_is_not_a_number_is_rejected() -> None:
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


def test_a_rare_class_has_more_weight_and_the_mean_weight_is_one() -> None:
    texts = [rated("x", 3.0)] * 9 + [rated("y", -3.0)]
    weights = weighted_targets(texts, Recipe(class_weight_power=1.0)).sum(dim=1)
    assert float(weights.mean()) == pytest.approx(1)
    assert float(weights[-1] / weights[0]) == pytest.approx(9)


def test_hidden_words_become_padding_at_the_given_rate() -> None:
    ids = torch.full((500, 20), 5)
    seen = hide_words(ids, 0.2, torch.Generator().manual_seed(0))
    assert set(seen.flatten().tolist()) == {PAD, 5}
    assert float((seen == PAD).float().mean()) == pytest.approx(0.2, abs=0.02)


def test_a_trace_is_a_table_and_its_best_epoch_has_the_lowest_held_out_loss() -> None:
    losses = (0.9, 0.7, 0.7, 0.8)
    trace = TrainingTrace(
        tuple(EpochRow(n, 0.5, 0.75, loss, 0.6) for n, loss in enumerate(losses, 1))
    )
    assert trace.best_epoch() == 2
    assert repr(trace).splitlines()[1].split() == ["1", "0.500", "0.900", "0.750", "0.600"]


def test_the_reference_trace_has_the_values_of_the_course() -> None:
    figures = [(point.epoch, point.loss, point.accuracy) for point in REFERENCE_TRACE]
    assert figures[:3] == [(1, 1.2, 0.45), (3, 0.8, 0.65), (5, 0.5, 0.78)]
    assert figures[3:] == [(7, 0.35, 0.85), (10, 0.3, 0.88)]


def test_the_shipped_model_reaches_the_scores_in_its_provenance() -> None:
    shipped, corpus = load_checkpoint(), load_corpus()
    found = evaluate(SentimentNet.from_checkpoint(shipped), corpus.test, shipped.vocabulary)
    stated = shipped.provenance
    assert found.macro_f1 == pytest.approx(stated["test"]["macro_f1"], abs=0.005)
    assert found.accuracy == pytest.approx(stated["test"]["accuracy"], abs=0.005)
    assert stated["test_macro_f1_of_five_seeds"]["mean"] >= 0.62
    sizes = {"train": corpus.train, "validation": corpus.validation, "test": corpus.test}
    assert stated["texts"] == {name: len(split) for name, split in sizes.items()}


def test_movie_is_in_more_negative_than_positive_training_texts_as_notebook_08_says() -> None:
    labels = [one.label for one in load_corpus().train if "movie" in preprocess(one.text)]
    assert labels.count(Label.NEGATIVE) > labels.count(Label.POSITIVE) > 0


def test_the_shipped_vocabularies_are_equal_and_have_the_words_of_the_examples() -> None:
    vocabulary = load_word_vectors().vocabulary
    words = preprocess("I love sunny days The movie was great How is the weather?")
    assert all(word in vocabulary for word in words)
    assert load_checkpoint().vocabulary.words == vocabulary.words


VECTORS = np.random.default_rng(0).normal(0, 0.1, (len(WORDS), DIMENSIONS)).astype(np.float32)
VECTORS[0] = 0
TABLE = EmbeddingTable(VECTORS, WORDS)
SETTING = {"learning_rate": 0.001, "epochs": 3, "ready_made": True, "seed": 0}


def run(**changes: object) -> TrainingTrace:
    return train_with_knobs(SMALL, TABLE, **(SETTING | changes))  # type: ignore[arg-type]


def test_a_setting_equals_a_recipe_with_its_learning_rate() -> None:
    net = SentimentNet(len(WORDS), table=TABLE.vectors, seed=0)
    expected = train(net, SMALL, WORDS, epochs=3, recipe=Recipe(learning_rate=0.001))
    assert run() == expected


@pytest.mark.parametrize(
    "change", [{"learning_rate": 0.1}, {"ready_made": False}, {"seed": 1}], ids=str
)
def test_each_knob_changes_the_metrics(change: dict[str, object]) -> None:
    assert run(**change) != run()


def test_more_epochs_continue_the_same_run_and_every_run_starts_from_scratch() -> None:
    assert run(epochs=5)[:3] == run()
    assert run() == run()
    assert np.array_equal(TABLE.vectors, VECTORS)


def test_the_hooks_report_each_epoch_and_can_end_the_training() -> None:
    reported: list[EpochRow] = []
    trace = run(on_epoch=reported.append)
    assert tuple(reported) == trace
    reported.clear()

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(on_epoch=reported.append, on_step=stop)
    assert reported == []
    assert run(on_step=lambda: 1) == run()


def test_metrics_stay_finite_with_a_learning_rate_that_is_far_too_large() -> None:
    trace = run(learning_rate=LEARNING_RATES["far too large"], ready_made=False)
    assert all(math.isfinite(row.held_out_loss) for row in trace)


def test_learning_rates_and_note_agree_with_the_recipe_and_the_network() -> None:
    assert LEARNING_RATES["as shipped"] == Recipe().learning_rate
    assert list(LEARNING_RATES.values()) == sorted(LEARNING_RATES.values())
    numbers = len(WORDS) * DIMENSIONS + 3 * DIMENSIONS + 3
    assert f"trains {numbers} numbers on 30 texts" in size_of_a_run(SMALL, TABLE)


def test_the_metrics_are_those_of_scikit_learn() -> None:
    generator = torch.Generator().manual_seed(3)
    net = SentimentNet(40, seed=5)
    ids = torch.randint(0, 40, (300, 20), generator=generator)
    classes = torch.randint(0, 3, (300,), generator=generator)
    found = evaluate_ids(net, ids, classes)
    probabilities = net(ids).softmax(dim=1).detach().double().numpy()
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1)
    assert found.loss == pytest.approx(log_loss(classes, probabilities), abs=1e-5)
    assert found.accuracy == pytest.approx(accuracy_score(classes, predicted))
    assert found.macro_f1 == pytest.approx(f1_score(classes, predicted, average="macro"))
    assert np.array_equal(found.confusion, confusion_matrix(classes, predicted))


def test_evaluation_needs_texts_and_does_not_train() -> None:
    net = SentimentNet(3)
    before = net.embedding.weight.clone()
    found = evaluate(net, [LabelledText("good", Label.POSITIVE, 2.0, "test")], Vocabulary(["good"]))
    assert 3 * found.macro_f1 == pytest.approx(found.accuracy)  # two classes never occur
    assert torch.equal(before, net.embedding.weight)
    with pytest.raises(ValueError, match="at least one labeled text"):
        evaluate(net, [], Vocabulary(["good"]))


def parameters() -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [
        nn.Parameter(torch.randn(shape, generator=generator)) for shape in ((30, 5), (3, 5), (3,))
    ]


def sparse_loss(numbers: list[Tensor], seed: int) -> Tensor:
    """Return a loss whose gradient differs from step to step, and is zero in some rows."""
    rows = torch.randint(0, 30, (8,), generator=torch.Generator().manual_seed(seed))
    table, weight, bias = numbers
    return (table[rows] @ weight.T + bias).pow(2).sum()


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_adam_makes_the_same_steps_as_in_torch(steps: int) -> None:
    ours, theirs = parameters(), parameters()
    own = Adam([(ours[:1], 1e-3), (ours[1:], 1e-2)])
    groups = [{"params": theirs[:1], "lr": 1e-3}, {"params": theirs[1:], "lr": 1e-2}]
    reference = torch.optim.Adam(groups)
    for seed in range(steps):
        for numbers, optimizer in ((ours, own), (theirs, reference)):
            optimizer.zero_grad()
            sparse_loss(numbers, seed).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)
    own.zero_grad()
    before = [one.clone() for one in ours]
    own.step()  # without a gradient, nothing changes
    assert all(map(torch.equal, ours, before))
