"""Our Adam beside torch's own, and without what torch's imports."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from lessons_lib.model.adam import Adam


def _start() -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [
        nn.Parameter(torch.randn(shape, generator=generator)) for shape in ((30, 5), (3, 5), (3,))
    ]


def _loss(numbers: list[Tensor], seed: int) -> Tensor:
    """Return a loss whose gradient differs from step to step, and is zero in some rows."""
    rows = torch.randint(0, 30, (8,), generator=torch.Generator().manual_seed(seed))
    table, weight, bias = numbers
    return (table[rows] @ weight.T + bias).pow(2).sum()


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_it_takes_the_steps_of_torchs_own(steps: int) -> None:
    ours, theirs = _start(), _start()
    own = Adam([(ours[:1], 1e-3), (ours[1:], 1e-2)])
    groups = [{"params": theirs[:1], "lr": 1e-3}, {"params": theirs[1:], "lr": 1e-2}]
    reference = torch.optim.Adam(groups)
    for seed in range(steps):
        for numbers, optimizer in ((ours, own), (theirs, reference)):
            optimizer.zero_grad()
            _loss(numbers, seed).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)


def test_what_has_no_gradient_stays_as_it_is() -> None:
    still = nn.Parameter(torch.ones(2))
    optimizer = Adam([([still], 1.0)])
    optimizer.step()
    assert still.tolist() == [1, 1]


def test_training_does_not_bring_torchs_compiler_into_memory() -> None:
    program = (
        "import sys, torch\n"
        "from lessons_lib.model import training\n"
        "from lessons_lib.model.network import SentimentNet\n"
        "net = SentimentNet(10)\n"
        "optimizer = training._optimizer(net, training.Recipe())\n"
        "net(torch.ones(1, 20, dtype=torch.int64)).sum().backward(); optimizer.step()\n"
        "print('torch._dynamo' in sys.modules, 'sympy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["False", "False"]
