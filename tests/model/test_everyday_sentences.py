"""Sixty plain sentences of our own, which the model was never trained or chosen on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lessons_lib.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.model.network import SentimentNet
from lessons_lib.text.corpus import demo_texts
from lessons_lib.text.label import LABELS, Label
from lessons_lib.text.preprocess import preprocess


def read_sentences() -> list[tuple[str, Label]]:
    lines = Path(__file__).with_name("everyday_sentences.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in lines.splitlines())
    return [(text, Label(label)) for label, text in pairs]


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return load_checkpoint()


def labels_of(texts: list[str], checkpoint: Checkpoint) -> list[Label]:
    ids = [checkpoint.vocabulary.encode(preprocess(text)) for text in texts]
    net = SentimentNet.from_checkpoint(checkpoint)
    return [LABELS[number] for number in net(torch.tensor(ids)).argmax(dim=1).tolist()]


def test_there_are_twenty_of_each_label_and_none_is_a_demo_sentence() -> None:
    sentences = read_sentences()
    assert [sum(label is one for _, label in sentences) for one in LABELS] == [20, 20, 20]
    assert not {text for text, _ in sentences} & set(demo_texts())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The staff were friendly and the room was spotless.", Label.POSITIVE),
        ("The report has twelve pages.", Label.NEUTRAL),
        ("The food was cold and the waiter ignored us.", Label.NEGATIVE),
    ],
)
def test_known_sentences_are_labeled_correctly(
    text: str, label: Label, checkpoint: Checkpoint
) -> None:
    assert labels_of([text], checkpoint) == [label]


def test_at_least_three_in_four_are_labelled_right(checkpoint: Checkpoint) -> None:
    texts, labels = zip(*read_sentences(), strict=True)
    decided = labels_of(list(texts), checkpoint)
    right = sum(one is other for one, other in zip(decided, labels, strict=True))
    assert right >= 0.75 * len(labels)


def test_opinions_are_rarely_mistaken_for_their_opposite(checkpoint: Checkpoint) -> None:
    opinions = [(text, label) for text, label in read_sentences() if label is not Label.NEUTRAL]
    decided = labels_of([text for text, _ in opinions], checkpoint)
    turned = [
        text
        for (text, label), got in zip(opinions, decided, strict=True)
        if abs(label.number - got.number) == 2
    ]
    assert len(turned) <= len(opinions) // 10, turned


def test_their_words_are_almost_all_known(checkpoint: Checkpoint) -> None:
    tokens = {token for text, _ in read_sentences() for token in preprocess(text)}
    assert sorted(tokens - set(checkpoint.vocabulary.words)) == []
