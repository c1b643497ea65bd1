"""Sixty plain sentences of our own, which were not used to train or select the model."""

import pytest
import torch

from lessons_lib.pipeline.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import preprocess
from tests.pipeline.model.everyday_sentences import read_sentences


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return load_checkpoint()


def labels_of(texts: list[str], checkpoint: Checkpoint) -> list[Label]:
    ids = [checkpoint.vocabulary.encode(preprocess(text)) for text in texts]
    net = SentimentNet.from_checkpoint(checkpoint)
    return [LABELS[number] for number in net(torch.tensor(ids)).argmax(dim=1).tolist()]


def test_each_label_has_twenty_sentences_and_none_is_a_demo_sentence() -> None:
    sentences = read_sentences()
    assert [sum(label is one for _, label in sentences) for one in LABELS] == [20, 20, 20]
    assert not {text for text, _ in sentences} & set(demo_texts())


def test_at_least_three_in_four_are_labeled_correctly(checkpoint: Checkpoint) -> None:
    texts, labels = zip(*read_sentences(), strict=True)
    predicted = labels_of(list(texts), checkpoint)
    correct = sum(one is other for one, other in zip(predicted, labels, strict=True))
    assert correct >= 0.75 * len(labels)


def test_opinions_are_rarely_mistaken_for_their_opposite(checkpoint: Checkpoint) -> None:
    opinions = [(text, label) for text, label in read_sentences() if label is not Label.NEUTRAL]
    predicted = labels_of([text for text, _ in opinions], checkpoint)
    pairs = zip(opinions, predicted, strict=True)
    opposite = [text for (text, label), got in pairs if abs(label.number - got.number) == 2]
    assert len(opposite) <= len(opinions) // 10, opposite


def test_all_their_words_are_known(checkpoint: Checkpoint) -> None:
    tokens = {token for text, _ in read_sentences() for token in preprocess(text)}
    assert sorted(tokens - set(checkpoint.vocabulary.words)) == []
