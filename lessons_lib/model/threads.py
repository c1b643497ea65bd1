"""How many threads torch may take: what a hub allows, never more than torch would take itself."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

import torch

CPU_VARIABLE = "CPU_LIMIT"


def allowed_threads(available: int, environment: Mapping[str, str] = os.environ) -> int:
    """Return how many of the available threads fit the limit, at least one.

    Parameters
    ----------
    available : int
        How many there would be without a limit.
    environment : mapping
        `CPU_LIMIT`, as JupyterHub sets it, may be a fraction: half a core is one thread. What is
        no positive number is no limit.
    """
    try:
        limit = float(environment.get(CPU_VARIABLE, ""))
    except ValueError:
        return available
    if not 0 < limit < math.inf:
        return available
    return max(1, min(available, math.ceil(limit)))


def keep_to_cpu_limit() -> None:
    """Lower torch's threads to what the hub allows: it counts the cores of the whole machine."""
    available = torch.get_num_threads()
    allowed = allowed_threads(available)
    if allowed < available:
        torch.set_num_threads(allowed)
