"""Adam without `torch.optim`, whose import costs 70 MB because it loads torch's compiler.

On a hub with tight limits, that is as much as a second notebook needs. The results equal those of
`torch.optim.Adam` (Kingma & Ba, ICLR 2015).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor

MEAN_DECAY, SQUARE_DECAY = 0.9, 0.999
TINY = 1e-8


@dataclass(eq=False)
class _Group:
    """Tensors with the same learning rate, and running means of their gradients and squares."""

    numbers: list[Tensor]
    rate: float
    means: list[Tensor] = field(init=False)
    squares: list[Tensor] = field(init=False)

    def __post_init__(self) -> None:
        self.means = [torch.zeros_like(one) for one in self.numbers]
        self.squares = [torch.zeros_like(one) for one in self.numbers]


class Adam:
    """Adam optimizer with a learning rate per group.

    Each parameter moves in steps of about the same size, however large its gradient is.

    Parameters
    ----------
    groups : pairs of tensors and a learning rate
        The tensors to train, and their step size.
    """

    def __init__(self, groups: Iterable[tuple[Iterable[Tensor], float]]) -> None:
        self._groups = [_Group(list(numbers), rate) for numbers, rate in groups]
        self._steps = 0

    def zero_grad(self) -> None:
        """Clear the gradients of the previous step."""
        for group in self._groups:
            for number in group.numbers:
                number.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Take one step against the gradients."""
        self._steps += 1
        # The running means start at zero, so they are too small in the first steps.
        mean_warm = 1 - MEAN_DECAY**self._steps
        square_warm = 1 - SQUARE_DECAY**self._steps
        for group in self._groups:
            moving = zip(group.numbers, group.means, group.squares, strict=True)
            for number, mean, square in moving:
                if number.grad is None:
                    continue
                mean.lerp_(number.grad, 1 - MEAN_DECAY)
                square.mul_(SQUARE_DECAY).addcmul_(number.grad, number.grad, value=1 - SQUARE_DECAY)
                size = square.sqrt().div_(math.sqrt(square_warm)).add_(TINY)
                number.addcdiv_(mean, size, value=-group.rate / mean_warm)
