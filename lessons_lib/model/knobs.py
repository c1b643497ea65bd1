"""The knobs of training that a learner turns: each setting trains a new network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lessons_lib.embedding.table import EmbeddingTable
from lessons_lib.model.network import SentimentNet
from lessons_lib.model.trace import EpochRow, TrainingTrace
from lessons_lib.model.training import Recipe, train
from lessons_lib.text.corpus import Corpus

LEARNING_RATES: Mapping[str, float] = {
    "small": 1e-4,
    "as shipped": Recipe().learning_rate,
    "bold": 1.5e-3,
    "large": 1e-2,
    "far too large": 1.0,
}
KEPT_PER_NUMBER = 4  # the number itself, its gradient, and the two running means of Adam
BYTES = 4


class KnobTraining:
    """Trains a new network for each setting of the knobs, always on the same texts.

    Parameters
    ----------
    corpus : Corpus
        Its training split is learnt from, its validation split is held out.
    table : EmbeddingTable
        The ready-made word vectors, and the vocabulary of every network.
    """

    learning_rates = LEARNING_RATES

    def __init__(self, corpus: Corpus, table: EmbeddingTable) -> None:
        self._corpus = corpus
        self._table = table

    def __repr__(self) -> str:
        return f"KnobTraining({self._corpus!r})"

    @property
    def note(self) -> str:
        """How much is trained, and the memory that it takes, in words."""
        net = SentimentNet(len(self._table), table=self._table.vectors)
        numbers = sum(one.numel() for one in net.parameters())
        megabytes = numbers * KEPT_PER_NUMBER * BYTES / 1e6
        return (
            f"A run learns from {len(self._corpus.train):,} texts and trains {numbers:,} numbers. "
            f"With what the optimizer keeps of each, they take about {megabytes:.0f} MB of memory."
        )

    def __call__(
        self,
        *,
        learning_rate: float,
        epochs: int,
        ready_made: bool,
        seed: int,
        on_epoch: Callable[[EpochRow], object] | None = None,
        on_step: Callable[[], object] | None = None,
    ) -> TrainingTrace:
        """Train a new network and return its figures by epoch.

        Parameters
        ----------
        learning_rate : float
            The step size of the word vectors. The head takes the recipe's steps, or these if they
            are larger.
        epochs : int
            How often all training texts are gone through.
        ready_made : bool
            Start from the ready-made word vectors; else from numbers drawn at random.
        seed : int
            For the drawn numbers, the order of the texts and the hidden tokens.
        on_epoch : callable, optional
            Given the row of each epoch as soon as it is known.
        on_step : callable, optional
            Called before each batch. What it raises ends the training.
        """
        start = self._table.vectors if ready_made else None
        net = SentimentNet(len(self._table), table=start, seed=seed)
        if on_step is not None:
            net.register_forward_pre_hook(lambda *_: _call(on_step))
        usual = Recipe()
        recipe = Recipe(
            learning_rate=learning_rate,
            head_learning_rate=max(usual.head_learning_rate, learning_rate),
        )
        return train(
            net,
            self._corpus,
            self._table.vocabulary,
            epochs=epochs,
            seed=seed,
            on_epoch=on_epoch,
            recipe=recipe,
        )


def _call(on_step: Callable[[], object]) -> None:
    on_step()  # what a hook returns would take the place of the ids
