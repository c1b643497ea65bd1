"""Train a new network for each setting of the training knobs that learners turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lessons_lib.pipeline.embedding.table import DIMENSIONS, EmbeddingTable
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.model.trace import EpochRow, TrainingTrace
from lessons_lib.pipeline.model.training import Recipe, train
from lessons_lib.pipeline.text.corpus import Corpus
from lessons_lib.pipeline.text.label import LABELS

LEARNING_RATES: Mapping[str, float] = {
    "small": 1e-4,
    "as shipped": Recipe().learning_rate,
    "bold": 1.5e-3,
    "large": 1e-2,
    "far too large": 1.0,
}
KEPT_PER_NUMBER = 4  # the number itself, its gradient, and Adam's two running means
BYTES = 4


def train_with_knobs(
    corpus: Corpus,
    table: EmbeddingTable,
    *,
    learning_rate: float,
    epochs: int,
    ready_made: bool,
    seed: int,
    on_epoch: Callable[[EpochRow], object] | None = None,
    on_step: Callable[[], object] = lambda: None,
) -> TrainingTrace:
    """Train a new network, always on the same texts, and return its metrics by epoch.

    Parameters
    ----------
    corpus : Corpus
        The training split is used for training, the validation split is held out.
    table : EmbeddingTable
        The pretrained word vectors, and the vocabulary of the network.
    learning_rate : float
        The step size of the word vectors. The head uses this or the recipe's step size, whichever
        is larger.
    epochs : int
        The number of passes over the training texts.
    ready_made : bool
        Start from the pretrained word vectors instead of random numbers.
    seed : int
        Determines the random numbers, the order of the texts and the hidden tokens.
    on_epoch : callable, optional
        Called with the row of each epoch as soon as it is available.
    on_step : callable
        Called before each batch. An exception from it ends the training.
    """
    net = SentimentNet(len(table), table=table.vectors if ready_made else None, seed=seed)
    net.register_forward_pre_hook(lambda *_: _call(on_step))
    recipe = Recipe(
        learning_rate=learning_rate,
        head_learning_rate=max(Recipe().head_learning_rate, learning_rate),
    )
    return train(
        net, corpus, table.vocabulary, epochs=epochs, seed=seed, on_epoch=on_epoch, recipe=recipe
    )


def size_of_a_run(corpus: Corpus, table: EmbeddingTable) -> str:
    """Return a sentence with the size of a training run and the memory that it needs."""
    numbers = (len(table) + len(LABELS)) * DIMENSIONS + len(LABELS)
    megabytes = numbers * KEPT_PER_NUMBER * BYTES / 1e6
    return (
        f"A run trains {numbers:,} numbers on {len(corpus.train):,} texts. Including the "
        f"optimizer's state, they take about {megabytes:.0f} MB of memory."
    )


def _call(on_step: Callable[[], object]) -> None:
    on_step()  # returns nothing, because a hook's return value would replace the ids
