"""How much room there is here, in sentences for learners: at the start, and before a heavy step."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lessons_lib.timing.limits import (
    MEGABYTE,
    cores_limit,
    free_memory,
    memory_limit,
    usable_cores,
)


def room_line(environment: Mapping[str, str] = os.environ) -> str:
    """Return what may be used here, and what sets that bound.

    Examples
    --------
    You may use 1,074 MB of memory (MEM_LIMIT) and 1 core (CPU_LIMIT).
    """
    memory, cpu = memory_limit(environment), cores_limit(environment)
    if memory is not None:
        memory_part = f"{memory[0] / MEGABYTE:,.0f} MB of memory ({memory[1]})"
    elif (free := free_memory(environment)) is not None:
        memory_part = f"{free[0] / MEGABYTE:,.0f} MB of memory ({free[1]})"
    else:
        memory_part = "as much memory as there is"
    count = cpu[0] if cpu is not None else float(usable_cores())
    setter = f" ({cpu[1]})" if cpu is not None else ""
    return f"You may use {memory_part} and {count:g} core{'' if count == 1 else 's'}{setter}."


def heavy_step_line(what: str, needed_mb: int, environment: Mapping[str, str] = os.environ) -> str:
    """Return what a step will take, and what to do if there is less.

    Examples
    --------
    Training takes about 200 MB more; there are 640 MB left in this container.
    """
    said = f"{what} takes about {needed_mb:,} MB more"
    free = free_memory(environment)
    if free is None:
        return f"{said}; this system does not tell how much is left."
    left_mb = free[0] / MEGABYTE
    there_is = f"{left_mb:,.0f} MB {free[1]}"
    if left_mb >= needed_mb:
        return f"{said}; there are {there_is}."
    return (
        f"{said}, but there are only {there_is}. Shut the kernels of other notebooks down first: "
        "menu Kernel, Shut Down All Kernels, then run this notebook again."
    )
