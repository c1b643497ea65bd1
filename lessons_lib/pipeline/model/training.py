"""Train a network on the rated texts, and record training and held-out metrics by epoch.

The optimizer is Adam without `torch.optim`, whose import costs 70 MB because it loads torch's
compiler. On a hub with tight limits, that is as much as a second notebook needs.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from lessons_lib.arguments import checked_integer
from lessons_lib.pipeline.embedding.table import DIMENSIONS, EmbeddingTable
from lessons_lib.pipeline.model.evaluation import check_rows, encode_texts, evaluate_ids
from lessons_lib.pipeline.model.network import SentimentNet, use_one_thread
from lessons_lib.pipeline.model.trace import EpochRow, TrainingTrace
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText
from lessons_lib.pipeline.text.label import LABELS, RATING_THRESHOLD
from lessons_lib.pipeline.text.vocabulary import PAD, Vocabulary

MEAN_DECAY, SQUARE_DECAY = 0.9, 0.999
TINY = 1e-8


class Adam:
    """Adam optimizer with a learning rate per group.

    Each parameter moves in steps of about the same size, however large its gradient is. The results
    equal those of `torch.optim.Adam` (Kingma & Ba, ICLR 2015).

    Parameters
    ----------
    groups : pairs of tensors and a learning rate
        The tensors to train, and their step size.
    """

    def __init__(self, groups: Iterable[tuple[Iterable[Tensor], float]]) -> None:
        # With each tensor: its rate, and running means of its gradient and of the square of that.
        self._trained = [
            (numbers, rate, torch.zeros_like(numbers), torch.zeros_like(numbers))
            for tensors, rate in groups
            for numbers in tensors
        ]
        self._steps = 0

    def zero_grad(self) -> None:
        """Clear the gradients of the previous step."""
        for numbers, *_ in self._trained:
            numbers.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Take one step against the gradients."""
        self._steps += 1
        # The running means start at zero, so they are too small in the first steps.
        mean_warm = 1 - MEAN_DECAY**self._steps
        square_warm = 1 - SQUARE_DECAY**self._steps
        for numbers, rate, mean, square in self._trained:
            if numbers.grad is None:
                continue
            mean.lerp_(numbers.grad, 1 - MEAN_DECAY)
            square.mul_(SQUARE_DECAY).addcmul_(numbers.grad, numbers.grad, value=1 - SQUARE_DECAY)
            size = square.sqrt().div_(math.sqrt(square_warm)).add_(TINY)
            numbers.addcdiv_(mean, size, value=-rate / mean_warm)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The hyperparameters of training; the shipped model was trained with the defaults.

    Attributes
    ----------
    learning_rate, head_learning_rate : float
        Adam's step sizes for the word vectors and for the head, which starts untrained and
        needs larger steps.
    batch_size : int
        Texts per step.
    word_dropout : float
        Share of tokens hidden in each step, so that the model does not rely on single words.
    class_weight_power : float
        How strongly rare classes are weighted: 0 not at all, 1 so that each class counts the same.
    label_slope : float
        How sharp the boundary between two labels is at a rating of ±0.5; texts near it belong
        partly to both.
    """

    learning_rate: float = 5e-4
    head_learning_rate: float = 1e-2
    batch_size: int = 256
    word_dropout: float = 0.2
    class_weight_power: float = 0.8
    label_slope: float = 5.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (getattr(self, name) for name in self.__slots__))):
            raise ValueError(f"All values of a Recipe must be finite numbers, got {self}.")
        if min(self.learning_rate, self.head_learning_rate, self.label_slope) <= 0:
            raise ValueError(f"Learning rates and label_slope must be above 0, got {self}.")
        if self.batch_size < 1 or not 0 <= self.word_dropout < 1:
            raise ValueError(f"batch_size must be ≥ 1 and word_dropout in [0, 1), got {self}.")


def train(
    net: SentimentNet,
    corpus: Corpus,
    vocabulary: Vocabulary,
    *,
    epochs: int = 10,
    seed: int = 0,
    on_epoch: Callable[[EpochRow], object] | None = None,
    recipe: Recipe | None = None,
) -> TrainingTrace:
    """Train `net` in place on the training split and return its metrics after each epoch.

    Parameters
    ----------
    net : SentimentNet
        Its embedding has one row per word of `vocabulary`.
    corpus : Corpus
        The training split is used for training; the validation split is only evaluated.
    vocabulary : Vocabulary
        Encodes the texts.
    epochs : int
        The number of passes over the training texts.
    seed : int
        Determines the order of the texts and the hidden tokens. The same seed gives the same
        results on the same machine.
    on_epoch : callable, optional
        Called with the row of each epoch as soon as it is available, for instance `LiveCurves()`.
    recipe : Recipe, optional
        The hyperparameters; by default, those of the shipped model.

    Returns
    -------
    TrainingTrace
        Training and held-out metrics are computed the same way: plain cross-entropy and accuracy
        after the epoch, without word dropout or class weights.

    Raises
    ------
    TypeError
        If `epochs` is not an integer.
    ValueError
        If `epochs` is below 1, a split is empty, or the embedding does not have one row per word.
    """
    epochs = checked_integer("train(epochs=...)", epochs)
    if not corpus.train or not corpus.validation:
        raise ValueError(f"train() needs training and validation texts, got {corpus!r}.")
    check_rows(net, vocabulary)
    use_one_thread()
    recipe = recipe or Recipe()
    ids, classes = encode_texts(corpus.train, vocabulary)  # (n, 20), (n,)
    held_out = encode_texts(corpus.validation, vocabulary)
    targets = weighted_targets(corpus.train, recipe)  # (n, 3)
    vectors = (net.embedding.parameters(), recipe.learning_rate)
    head = (net.head.parameters(), recipe.head_learning_rate)
    optimizer = Adam([vectors, head])
    generator = torch.Generator().manual_seed(seed)
    rows: list[EpochRow] = []
    for epoch in range(1, epochs + 1):
        _one_epoch(net.train(), ids, targets, optimizer, generator, recipe)
        net.eval()
        known, new = evaluate_ids(net, ids, classes), evaluate_ids(net, *held_out)
        rows.append(EpochRow(epoch, known.loss, known.accuracy, new.loss, new.accuracy))
        if on_epoch is not None:
            on_epoch(rows[-1])
    optimizer.zero_grad()  # frees the gradients, which are as large as the net
    return TrainingTrace(rows)


def _one_epoch(
    net: SentimentNet,
    ids: Tensor,
    targets: Tensor,
    optimizer: Adam,
    generator: torch.Generator,
    recipe: Recipe,
) -> None:
    order = torch.randperm(len(ids), generator=generator)
    for start in range(0, len(ids), recipe.batch_size):
        chosen = order[start : start + recipe.batch_size]  # (b,)
        seen = hide_words(ids[chosen], recipe.word_dropout, generator)  # (b, 20)
        logits = net(seen)  # (b, 20) -> (b, 3)
        loss = -(targets[chosen] * log_softmax(logits, dim=1)).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def hide_words(ids: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Return ids (b, 20) with a random share of the tokens replaced by padding."""
    hidden = torch.rand(ids.shape, generator=generator) < share
    return ids.masked_fill(hidden, PAD)


def weighted_targets(texts: Sequence[LabelledText], recipe: Recipe) -> Tensor:
    """Return each text's soft label, multiplied by the weight of its class, shape (n, 3).

    Notes
    -----
    A class of relative frequency f has weight f^−power, scaled to a mean weight of 1 per text.
    """
    classes = torch.tensor([one.label.number for one in texts])
    counts = classes.bincount(minlength=len(LABELS)).clamp(min=1)
    weights = (counts / len(texts)) ** -recipe.class_weight_power  # (3,)
    of_text = weights[classes] / weights[classes].mean()  # (n,)
    return soft_labels(texts, recipe.label_slope) * of_text.unsqueeze(1)


def soft_labels(texts: Sequence[LabelledText], slope: float) -> Tensor:
    """Return the degree to which each text belongs to each class, (n, 3); rows sum to 1.

    Notes
    -----
    For a rating r, "positive" is sigmoid(slope · (r − 0.5)), "negative" is
    sigmoid(slope · (−0.5 − r)), and "neutral" is the rest.
    """
    ratings = torch.tensor([one.rating for one in texts])
    if not bool(ratings.isfinite().all()):
        raise ValueError("Ratings must be finite numbers, got NaN or infinity.")
    positive = torch.sigmoid(slope * (ratings - RATING_THRESHOLD))
    negative = torch.sigmoid(slope * (-RATING_THRESHOLD - ratings))
    return torch.stack([negative, 1 - negative - positive, positive], dim=1)


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
