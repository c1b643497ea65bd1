"""The network, and the checkpoint that stores it."""

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

from lessons_lib.pipeline.embedding.sealed_file import SealedFileError, write_sealed
from lessons_lib.pipeline.model.checkpoint import KIND, Checkpoint, load_checkpoint, save_checkpoint
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.text.vocabulary import Vocabulary

rows_of_ids = st.lists(
    st.lists(st.integers(0, 9), min_size=20, max_size=20), min_size=1, max_size=5
)


@given(rows_of_ids)
def test_logits_agree_with_a_mean_and_a_product_computed_in_numpy(rows: list[list[int]]) -> None:
    net = SentimentNet(10)
    table, head = net.embedding.weight.detach().numpy(), net.head.weight.detach().numpy()
    for row, logits in zip(rows, net(torch.tensor(rows)).detach().numpy(), strict=True):
        tokens = [table[number] for number in row if number]
        pooled = np.mean(tokens, axis=0) if tokens else np.zeros(50)
        assert logits == pytest.approx(head @ pooled + net.head.bias.detach().numpy(), abs=1e-5)


def test_the_forward_pass_is_its_three_steps_with_the_shapes_of_the_course() -> None:
    net, ids = SentimentNet(10), torch.randint(0, 10, (4, 20), generator=torch.Generator())
    vectors = net.embedding(ids)
    pooled = net.pool(vectors, ids)
    logits = net.score(pooled)
    shapes = [tuple(each.shape) for each in (vectors, pooled, logits)]
    assert shapes == [(4, 20, 50), (4, 50), (4, 3)]
    assert torch.equal(net(ids), logits)


def test_padding_does_not_change_the_logits() -> None:
    net = SentimentNet(10)
    assert torch.equal(net(torch.zeros(1, 20, dtype=torch.int64))[0], net.head.bias)
    short, long = torch.tensor([[3, 4]]), torch.tensor([[3, 4] + [0] * 18])
    assert net(short).tolist()[0] == pytest.approx(net(long).tolist()[0], abs=1e-6)
    assert net(torch.zeros(0, 20, dtype=torch.int64)).shape == (0, 3)


def test_the_vector_of_padding_is_not_trained() -> None:
    net = SentimentNet(10)
    net(torch.tensor([[3, 0, 0]])).sum().backward()
    assert net.embedding.weight.grad is not None
    assert not net.embedding.weight.grad[0].any()
    assert net.embedding.weight.grad[3].any()


def test_a_network_copies_its_initial_vectors() -> None:
    table = np.ones((10, 50))
    net = SentimentNet(10, table=table)
    table[5] = 9
    weights = net.embedding.weight.detach()
    assert weights[5].tolist() == [1.0] * 50
    assert not weights[0].any()


def test_before_training_the_loss_is_about_that_of_guessing_among_three_classes() -> None:
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
    before = checkpoint.embedding.copy()
    with torch.no_grad():
        net.embedding.weight.add_(1)
    assert np.array_equal(checkpoint.embedding, before)


def test_a_table_of_another_shape_or_a_net_without_words_is_rejected() -> None:
    for shape in ((9, 50), (10, 49)):
        with pytest.raises(ValueError, match=r"a table of shape \(10, 50\), got"):
            SentimentNet(10, table=np.zeros(shape))
    with pytest.raises(ValueError, match="vocabulary_size ≥ 1, got 0"):
        SentimentNet(0)


LOAD = "import lessons_lib.pipeline.inference.textbook as p; p.SentimentPipeline.load()"
TRAIN = """
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.model.training import train
from lessons_lib.pipeline.text.corpus import demo_corpus
from lessons_lib.pipeline.text.vocabulary import Vocabulary
train(SentimentNet(3), demo_corpus(), Vocabulary(["good"]), epochs=1)
"""


def run_python(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("work", [LOAD, TRAIN], ids=["load", "train"])
def test_a_pipeline_and_training_use_one_thread_and_not_the_compiler_of_torch(work: str) -> None:
    heavy = "print({'torch._dynamo', 'sympy'} & sys.modules.keys() or 'light')"
    code = f"import sys, torch; torch.set_num_threads(3)\n{work}\nprint(torch.get_num_threads())"
    assert run_python(f"{code}\n{heavy}") == ["1", "light"]


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


def test_a_saved_checkpoint_can_be_loaded_again(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one", checkpoint)
    loaded = load_checkpoint(tmp_path / "one")
    for name in ("embedding", "head_weight", "head_bias"):
        assert np.array_equal(getattr(loaded, name), getattr(checkpoint, name))
        assert getattr(loaded, name).dtype == np.float32
    assert loaded.vocabulary.words == checkpoint.vocabulary.words
    assert loaded.provenance == checkpoint.provenance
    save_checkpoint(tmp_path / "two", loaded)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_checkpoint_without_arrays_is_rejected(checkpoint: Checkpoint, tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {"vocabulary": np.frombuffer(b"a\na", dtype=np.uint8)}
    write_sealed(tmp_path / "one", KIND, arrays, {})
    with pytest.raises(SealedFileError, match=r"one is invalid: 'embedding'"):
        load_checkpoint(tmp_path / "one")
    for name in ("embedding", "head_weight", "head_bias"):
        arrays[name] = getattr(checkpoint, name)
    write_sealed(tmp_path / "one", KIND, arrays, {})
    with pytest.raises(SealedFileError, match="'a' twice"):
        load_checkpoint(tmp_path / "one")


def test_weights_must_match_the_vocabulary_and_be_finite(checkpoint: Checkpoint) -> None:
    assert repr(checkpoint) == "Checkpoint(4 words × 50 features -> 3 classes)"
    shapes = {"embedding": (5, 50), "head_weight": (2, 50), "head_bias": (4,)}
    for name, shape in shapes.items():
        with pytest.raises(ValueError, match=f"must have {name} of shape"):
            replace(checkpoint, **{name: np.zeros(shape, dtype=np.float32)})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="head_bias must contain finite numbers"):
        replace(checkpoint, head_bias=np.array([0, np.nan, 0], dtype=np.float32))


def test_the_shipped_checkpoint_is_small_and_states_its_provenance() -> None:
    shipped = load_checkpoint()
    assets = Path(sys.modules["lessons_lib"].__path__[0]) / "assets"
    for path in assets.glob("*.safetensors"):
        assert path.stat().st_size <= 4_000_000, path.name
    assert {"sources", "command", "recipe", "test"} <= shipped.provenance.keys()
