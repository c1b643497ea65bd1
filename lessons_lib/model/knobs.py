"""Train a new network for each setting of the training knobs that learners turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lessons_lib.embedding.table import DIMENSIONS, EmbeddingTable
from lessons_lib.model.network import SentimentNet
from lessons_lib.model.trace import EpochRow, TrainingTrace
from lessons_lib.model.training import Recipe, train
from lessons_lib.text.corpus import Corpus
from lessons_lib.text.label import LABELS

LEARNING_RATES: Mapping[str, float] = {
    "small": 1e-4,
    "as shipped": Recipe().learning_rate,
    "bold": 1.5e-3,
    "large": 1e-2,
    "far too large": 1.0,
}
KEPT_PER_NUMBER = 4  # the number itself, its gradient, and Adam's two running means
BYTES = 4


class KnobTraining:
    """Trains a new network for each setting of the knobs, always on the same texts.

    Parameters
    ----------
    corpus : Corpus
        The training split is used for training, the validation split is held out.
    table : EmbeddingTable
        The pretrained word vectors, and the vocabulary of every network.
    """

    learning_rates = LEARNING_RATES

    def __init__(self, corpus: Corpus, table: EmbeddingTable) -> None:
        self._corpus = corpus
        self._table = table

    def __repr__(self) -> str:
        return f"KnobTraining({self._corpus!r})"

    @property
    def note(self) -> str:
        """A sentence with the size of a training run and the memory that it needs."""
        numbers = (len(self._table) + len(LABELS)) * DIMENSIONS + len(LABELS)
        megabytes = numbers * KEPT_PER_NUMBER * BYTES / 1e6
        return (
            f"A run trains {numbers:,} numbers on {len(self._corpus.train):,} texts. Including the "
            f"optimizer's state, they take about {megabytes:.0f} MB of memory."
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
        """Train a new network and return its metrics by epoch.

        Parameters
        ----------
        learning_rate : float
            The step size of the word vectors. The head uses this or the recipe's step size,
            whichever is larger.
        epochs : int
            The number of passes over the training texts.
        ready_made : bool
            Start from the pretrained word vectors instead of random numbers.
        seed : int
            Determines the random numbers, the order of the texts and the hidden tokens.
        on_epoch : callable, optional
            Called with the row of each epoch as soon as it is available.
        on_step : callable, optional
            Called before each batch. An exception from it ends the training.
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
    on_step()  # returns nothing, because a hook's return value would replace the ids
