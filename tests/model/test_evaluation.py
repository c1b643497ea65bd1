from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

from lessons_lib.model.evaluation import encode_texts, evaluate, evaluate_ids
from lessons_lib.model.network import SentimentNet
from lessons_lib.text.corpus import LabelledText
from lessons_lib.text.label import LABELS, Label
from lessons_lib.text.vocabulary import Vocabulary


def test_the_figures_are_those_of_scikit_learn() -> None:
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


def test_a_class_that_never_occurs_counts_as_zero_in_macro_f1() -> None:
    net = SentimentNet(3)
    ids = torch.zeros(4, 20, dtype=torch.int64)
    decided = int(net(ids).argmax(dim=1)[0])
    found = evaluate_ids(net, ids, torch.full((4,), decided))
    assert found.accuracy == 1
    assert found.macro_f1 == pytest.approx(1 / 3)


def test_texts_are_encoded_as_preprocess_and_the_vocabulary_say() -> None:
    texts = [LabelledText("Good day!", label, 0.0, "test") for label in LABELS]
    ids, classes = encode_texts(texts, Vocabulary(["good"]))
    assert ids[:, :3].tolist() == [[2, 1, 0]] * 3
    assert classes.tolist() == [0, 1, 2]


def test_nothing_to_evaluate_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one labeled text"):
        evaluate(SentimentNet(3), [], Vocabulary(["good"]))


def test_evaluating_does_not_train() -> None:
    net = SentimentNet(3)
    before = net.embedding.weight.clone()
    evaluate(net, [LabelledText("good", Label.POSITIVE, 2.0, "test")], Vocabulary(["good"]))
    assert torch.equal(before, net.embedding.weight)
