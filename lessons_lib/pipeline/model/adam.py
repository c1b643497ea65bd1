"""Adam without `torch.optim`, whose import costs 70 MB because it loads torch's compiler.

On a hub with tight limits, that is as much as a second notebook needs. The results equal those of
`torch.optim.Adam` (Kingma & Ba, ICLR 2015).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

MEAN_DECAY, SQUARE_DECAY = 0.9, 0.999
TINY = 1e-8


class Adam:
    """Adam optimizer with a learning rate per group.

    Each parameter moves in steps of about the same size, however large its gradient is.

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
