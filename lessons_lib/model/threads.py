"""One thread for torch: a model this small is slower on two, and a figure is of one core."""

from __future__ import annotations

import torch


def use_one_thread() -> None:
    """Keep torch to one thread from here on, in this process; that fits any limit of a hub.

    Notes
    -----
    A second thread has little to do here but wait for the first. On two cores that had other work
    too, a batch of 10,000 texts took seven times as long with two threads as with one, and an epoch
    of training four times. Torch itself takes one per core of the machine, even where a hub
    allows a learner only a part of them. To try more, call `torch.set_num_threads` afterwards.
    """
    torch.set_num_threads(1)
