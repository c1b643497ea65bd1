from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from lessons_lib.model.checkpoint import load_checkpoint
from lessons_lib.model.network import SentimentNet
from lessons_lib.text.vocabulary import Vocabulary

rows_of_ids = st.lists(
    st.lists(st.integers(0, 9), min_size=20, max_size=20), min_size=1, max_size=5
)


@given(rows_of_ids)
def test_logits_agree_with_a_mean_and_a_product_by_hand(rows: list[list[int]]) -> None:
    net = SentimentNet(10)
    table, head = net.embedding.weight.detach().numpy(), net.head.weight.detach().numpy()
    for row, logits in zip(rows, net(torch.tensor(rows)).detach().numpy(), strict=True):
        tokens = [table[number] for number in row if number]
        pooled = np.mean(tokens, axis=0) if tokens else np.zeros(50)
        assert logits == pytest.approx(head @ pooled + net.head.bias.detach().numpy(), abs=1e-5)


def test_the_three_steps_give_the_shapes_of_the_course_and_together_the_forward_pass() -> None:
    net, ids = SentimentNet(10), torch.randint(0, 10, (4, 20), generator=torch.Generator())
    vectors = net.embed(ids)
    pooled = net.pool(vectors, ids)
    logits = net.score(pooled)
    assert [tuple(each.shape) for each in (vectors, pooled, logits)] == [
        (4, 20, 50),
        (4, 50),
        (4, 3),
    ]
    assert torch.equal(net(ids), logits)


def test_a_text_without_tokens_pools_to_zeros_and_scores_the_bias() -> None:
    net, ids = SentimentNet(10), torch.zeros(1, 20, dtype=torch.int64)
    assert not net.pool(net.embed(ids), ids).any()
    assert torch.equal(net(ids)[0], net.head.bias)


def test_more_padding_changes_nothing() -> None:
    net = SentimentNet(10)
    short, long = torch.tensor([[3, 4]]), torch.tensor([[3, 4] + [0] * 18])
    assert net(short).tolist()[0] == pytest.approx(net(long).tolist()[0], abs=1e-6)


def test_no_texts_give_no_logits() -> None:
    assert SentimentNet(10)(torch.zeros(0, 20, dtype=torch.int64)).shape == (0, 3)


def test_padding_never_learns() -> None:
    net = SentimentNet(10)
    net(torch.tensor([[3, 0, 0]])).sum().backward()
    assert net.embedding.weight.grad is not None
    assert not net.embedding.weight.grad[0].any()
    assert net.embedding.weight.grad[3].any()


def test_it_starts_from_a_copy_of_the_table_given() -> None:
    table = np.ones((10, 50))
    net = SentimentNet(10, table=table)
    table[5] = 9
    weights = net.embedding.weight.detach()
    assert weights[5].tolist() == [1.0] * 50
    assert not weights[0].any()


def test_without_a_table_it_draws_from_the_standard_normal_distribution() -> None:
    weights = SentimentNet(2000).embedding.weight.detach()[1:]
    assert float(weights.mean()) == pytest.approx(0, abs=0.02)
    assert float(weights.std()) == pytest.approx(1, abs=0.02)


def test_the_same_seed_gives_the_same_net_and_another_seed_another() -> None:
    ids = torch.tensor([[3, 4, 5]])
    torch.manual_seed(1)
    first = SentimentNet(10, seed=7)(ids)
    torch.manual_seed(2)
    assert torch.equal(SentimentNet(10, seed=7)(ids), first)
    assert not torch.equal(SentimentNet(10, seed=8)(ids), first)


def test_before_training_its_loss_is_about_that_of_guessing_among_three() -> None:
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(1, 500, (400, 20), generator=generator)
    classes = torch.randint(0, 3, (400,), generator=generator)
    loss = torch.nn.functional.cross_entropy(SentimentNet(500)(ids), classes)
    assert float(loss.detach()) == pytest.approx(math.log(3), abs=0.1)


def test_it_becomes_a_checkpoint_and_a_net_again() -> None:
    net, ids = SentimentNet(4), torch.tensor([[1, 2, 3]])
    checkpoint = net.to_checkpoint(Vocabulary(["a", "b"]), {})
    again = SentimentNet.from_checkpoint(checkpoint)
    assert torch.equal(again(ids), net(ids))
    assert not again.training


def test_training_on_does_not_change_a_checkpoint_made_before() -> None:
    net = SentimentNet(4)
    checkpoint = net.to_checkpoint(Vocabulary(["a", "b"]), {})
    before = checkpoint.embedding.copy()
    with torch.no_grad():
        net.embedding.weight.add_(1)
    assert np.array_equal(checkpoint.embedding, before)


def test_the_shipped_checkpoint_fits() -> None:
    checkpoint = load_checkpoint()
    net = SentimentNet.from_checkpoint(checkpoint)
    assert net.embedding.num_embeddings == len(checkpoint.vocabulary)


@pytest.mark.parametrize("shape", [(9, 50), (10, 49)])
def test_a_table_of_another_shape_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"a table of shape \(10, 50\), got"):
        SentimentNet(10, table=np.zeros(shape))


@pytest.mark.parametrize(("words", "classes"), [(0, 3), (10, 0)])
def test_a_net_of_no_words_or_classes_is_refused(words: int, classes: int) -> None:
    with pytest.raises(ValueError, match="at least 1 word and 1 class"):
        SentimentNet(words, classes=classes)


LOAD = "from lessons_lib.inference.pipeline import SentimentPipeline; SentimentPipeline.load()"
TRAIN = (
    "from lessons_lib.model.network import SentimentNet\n"
    "from lessons_lib.model.training import train\n"
    "from lessons_lib.text.corpus import Corpus, LabelledText\n"
    "from lessons_lib.text.label import Label\n"
    "from lessons_lib.text.vocabulary import Vocabulary\n"
    "texts = [LabelledText(word, Label(name), rating, 'tweets') for word, name, rating in\n"
    "    [('good', 'positive', 2.0), ('bad', 'negative', -2.0), ('day', 'neutral', 0.0)]]\n"
    "vocabulary = Vocabulary(['good', 'bad', 'day'])\n"
    "train(SentimentNet(len(vocabulary)), Corpus(texts, texts, texts), vocabulary, epochs=1)"
)


@pytest.mark.parametrize("work", [LOAD, TRAIN], ids=["load", "train"])
def test_a_pipeline_and_training_take_one_thread(work: str) -> None:
    code = f"import torch; torch.set_num_threads(3)\n{work}\nprint(torch.get_num_threads())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
