"""The network, and the checkpoint that it is saved in."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from lessons_lib.embedding.sealed_file import write_sealed
from lessons_lib.embedding.table import pack_vocabulary
from lessons_lib.model.checkpoint import (
    KIND,
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    save_checkpoint,
)
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


def test_a_text_without_tokens_or_with_more_padding_scores_the_same() -> None:
    net, ids = SentimentNet(10), torch.zeros(1, 20, dtype=torch.int64)
    assert not net.pool(net.embed(ids), ids).any()
    assert torch.equal(net(ids)[0], net.head.bias)
    net = SentimentNet(10)
    short, long = torch.tensor([[3, 4]]), torch.tensor([[3, 4] + [0] * 18])
    assert net(short).tolist()[0] == pytest.approx(net(long).tolist()[0], abs=1e-6)
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


def test_a_net_and_its_checkpoint_are_independent_copies() -> None:
    net, ids = SentimentNet(4), torch.tensor([[1, 2, 3]])
    checkpoint = net.to_checkpoint(Vocabulary(["a", "b"]), {})
    again = SentimentNet.from_checkpoint(checkpoint)
    assert torch.equal(again(ids), net(ids))
    assert not again.training
    net = SentimentNet(4)
    checkpoint = net.to_checkpoint(Vocabulary(["a", "b"]), {})
    before = checkpoint.embedding.copy()
    with torch.no_grad():
        net.embedding.weight.add_(1)
    assert np.array_equal(checkpoint.embedding, before)
    shipped = load_checkpoint()
    fitting = SentimentNet.from_checkpoint(shipped)
    assert fitting.embedding.num_embeddings == len(shipped.vocabulary)


def test_a_table_of_another_shape_or_a_net_without_words_or_classes_is_refused() -> None:
    for shape in ((9, 50), (10, 49)):
        with pytest.raises(ValueError, match=r"a table of shape \(10, 50\), got"):
            SentimentNet(10, table=np.zeros(shape))
    for words, classes in ((0, 3), (10, 0)):
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
def test_a_pipeline_and_training_use_one_thread(work: str) -> None:
    code = f"import torch; torch.set_num_threads(3)\n{work}\nprint(torch.get_num_threads())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


MEGABYTE = 1_000_000


@pytest.fixture
def checkpoint() -> Checkpoint:
    rng = np.random.default_rng(0)
    embedding = rng.normal(size=(4, 50)).astype(np.float16).astype(np.float32)
    embedding[0] = 0
    return Checkpoint(
        embedding=embedding,
        head_weight=rng.normal(size=(3, 50)).astype(np.float32),
        head_bias=rng.normal(size=3).astype(np.float32),
        vocabulary=Vocabulary(["café", "😡"]),
        provenance={"command": "none", "figure": 0.5},
    )


def test_a_saved_checkpoint_is_read_back(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one", checkpoint)
    loaded = load_checkpoint(tmp_path / "one")
    for name in ("embedding", "head_weight", "head_bias"):
        assert np.array_equal(getattr(loaded, name), getattr(checkpoint, name))
        assert getattr(loaded, name).dtype == np.float32
    assert loaded.vocabulary.words == checkpoint.vocabulary.words
    assert loaded.provenance == checkpoint.provenance
    save_checkpoint(tmp_path / "two", loaded)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_damaged_checkpoint_is_refused(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "one"
    with pytest.raises(CheckpointError, match="one"):
        load_checkpoint(path)
    save_checkpoint(path, checkpoint)
    content = path.read_bytes()
    flipped = content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]
    for damaged in (content[:-100], flipped, b"a letter to a friend"):
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match="one"):
            load_checkpoint(path)
    arrays: dict[str, NDArray[Any]] = {"vocabulary": pack_vocabulary(Vocabulary(["a"]))}
    write_sealed(path, KIND, arrays, {})
    with pytest.raises(CheckpointError, match=r"invalid contents: 'embedding'"):
        load_checkpoint(path)
    arrays |= {
        name: getattr(checkpoint, name) for name in ("embedding", "head_weight", "head_bias")
    }
    arrays["vocabulary"] = np.frombuffer(b"a\na", dtype=np.uint8)
    write_sealed(path, KIND, arrays, {})
    with pytest.raises(CheckpointError, match="'a' twice"):
        load_checkpoint(path)


def test_weights_have_their_shape_and_are_finite(checkpoint: Checkpoint) -> None:
    assert repr(checkpoint) == "Checkpoint(4 words × 50 features -> 3 classes)"
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = (
        *(("embedding", (5, 50)), ("embedding", (4, 49)), ("head_weight", (2, 50))),
        ("head_bias", (4,)),
    )
    for name, shape in shapes:
        with pytest.raises(CheckpointError, match=f"must have {name} of shape"):
            replace(checkpoint, **{name: np.zeros(shape, dtype=np.float32)})  # type: ignore[arg-type]
    with pytest.raises(CheckpointError, match="head_bias must contain finite numbers"):
        replace(checkpoint, head_bias=np.array([0, np.nan, 0], dtype=np.float32))


def test_the_shipped_one_is_small_and_says_where_it_comes_from() -> None:
    shipped = load_checkpoint()
    assets = Path(sys.modules["lessons_lib"].__path__[0]) / "assets"
    for path in assets.glob("*.safetensors"):
        assert path.stat().st_size <= 4 * MEGABYTE, path.name
    assert {"sources", "command", "recipe", "test"} <= shipped.provenance.keys()


def test_loading_it_does_not_import_torch() -> None:
    program = (
        "import sys\nfrom lessons_lib.model.checkpoint import load_checkpoint\n"
        "load_checkpoint()\nsys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
