"""A small GPT that writes: ids to logits for the next id, with a cache of keys and values.

The shape is that of GPT-2 (Radford et al., 2019): each layer mixes a token with those before it by
attention, then changes each token by itself, and adds both to what came in.
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

LAYERS, HEADS, WIDTH, PLACES = 3, 4, 128, 128  # PLACES: the most tokens of a text
PER_HEAD = WIDTH // HEADS
SHAPES = {  # of each layer's weights; matrices are stored as (out, in)
    "norm_1": (WIDTH,),
    "attend": (3 * WIDTH, WIDTH),
    "mix": (WIDTH, WIDTH),
    "norm_2": (WIDTH,),
    "widen": (4 * WIDTH, WIDTH),
    "narrow": (WIDTH, 4 * WIDTH),
}


def weight_shapes(n_pieces: int) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of each of the model's weights."""
    layers = {f"{n}.{name}": shape for n in range(LAYERS) for name, shape in SHAPES.items()}
    return {"tokens": (n_pieces, WIDTH), "places": (PLACES, WIDTH), **layers, "norm": (WIDTH,)}


class Cache:
    """The keys and values of the tokens in each seat, so that none is computed twice.

    Attributes
    ----------
    lengths : tensor of int64, shape (seats,)
        How many tokens of each seat's text are in the cache.
    """

    def __init__(self, seats: int) -> None:
        self.lengths = torch.zeros(seats, dtype=torch.int64)
        self.keys, self.values = torch.zeros(2, LAYERS, seats, HEADS, PLACES, PER_HEAD)

    def __repr__(self) -> str:
        seats = len(self.lengths)
        return f"Cache({seats} seats, {int(self.lengths.sum()):,} of {seats * PLACES:,} tokens)"


class SmallGPT:
    """Computes logits for the next token of texts.

    Parameters
    ----------
    weights : mapping of str to tensor
        As `weight_shapes` names them.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self.weights = weights

    def __repr__(self) -> str:
        numbers = sum(one.numel() for one in self.weights.values())
        return f"SmallGPT({LAYERS} layers, {WIDTH} features, {numbers:,} numbers)"

    def logits(self, ids: Tensor) -> Tensor:
        """Return logits after every token of whole texts, (n, t) ids -> (n, t, pieces)."""
        return self._forward(ids, torch.arange(ids.shape[1]), None, [])

    @torch.inference_mode()
    def next_logits(self, ids: Tensor, cache: Cache, seats: list[int]) -> Tensor:
        """Return logits after the last of some new tokens, which enter the cache.

        Parameters
        ----------
        ids : tensor of int64, shape (n, t)
            For each of n texts, its next t tokens: the whole prompt (prefill), or the one token
            that was just written (decode).
        cache : Cache
            What was computed for the tokens before them.
        seats : list of int, length n
            The seat of each text.

        Returns
        -------
        tensor of float32, shape (n, pieces)
        """
        at = cache.lengths[seats, None] + torch.arange(ids.shape[1])  # (n, t)
        logits = self._forward(ids, at, cache, seats)
        cache.lengths[seats] += ids.shape[1]
        return logits[:, -1]

    def _forward(self, ids: Tensor, at: Tensor, cache: Cache | None, seats: list[int]) -> Tensor:
        """Return logits for tokens at given places, (n, t) -> (n, t, pieces)."""
        tokens = self.weights["tokens"]
        x = tokens[ids] + self.weights["places"][at]  # (n, t, 128)
        for layer in range(LAYERS):
            own = {name: self.weights[f"{layer}.{name}"] for name in SHAPES}
            q, k, v = (
                part.reshape(*ids.shape, HEADS, PER_HEAD).transpose(1, 2)  # (n, 4, t, 32)
                for part in F.linear(_norm(x, own["norm_1"]), own["attend"]).chunk(3, dim=2)
            )
            mask = None
            if cache is not None:
                k, v, mask = _remember(cache, layer, seats, at, k, v)
            mixed = F.scaled_dot_product_attention(q, k, v, mask, is_causal=mask is None)
            x = x + F.linear(mixed.transpose(1, 2).flatten(2), own["mix"])
            x = x + F.linear(F.gelu(F.linear(_norm(x, own["norm_2"]), own["widen"])), own["narrow"])
        return F.linear(_norm(x, self.weights["norm"]), tokens)


def _norm(x: Tensor, scale: Tensor) -> Tensor:
    return F.layer_norm(x, (WIDTH,), scale)


def _remember(
    cache: Cache, layer: int, seats: list[int], at: Tensor, k: Tensor, v: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Store new keys and values; return those of all tokens so far, and which to look at."""
    longest = int(at.max()) + 1
    rows = torch.tensor(seats)[:, None]  # (n, 1), with at (n, t): one place for each token
    cache.keys[layer].transpose(1, 2)[rows, at] = k.transpose(1, 2)
    cache.values[layer].transpose(1, 2)[rows, at] = v.transpose(1, 2)
    seen = torch.arange(longest) <= at[:, None, :, None]  # (n, 1, t, longest)
    # The first seats are read where they are; others have to be copied.
    chosen = slice(len(seats)) if seats == list(range(len(seats))) else seats
    return cache.keys[layer, chosen, :, :longest], cache.values[layer, chosen, :, :longest], seen
