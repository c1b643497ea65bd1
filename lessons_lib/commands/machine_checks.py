"""Whether there are enough memory, cores and disk."""

from __future__ import annotations

from collections.abc import Iterator

from lessons_lib.commands.course_folder import expected_folder
from lessons_lib.commands.finding import Finding, fail, ok, warn
from lessons_lib.commands.machine import free_disk
from lessons_lib.timing.limits import MEGABYTE, cores, cores_limit, free_memory, memory_limit

# A notebook that trains takes about 360 MB, one that does not import torch 100, JupyterLab 110.
NEEDED_MEMORY = 400 * MEGABYTE
EASY_MEMORY = 800 * MEGABYTE
NEEDED_DISK = 20 * MEGABYTE
EASY_DISK = 200 * MEGABYTE


def check_memory() -> Iterator[Finding]:
    """One open notebook needs about 400 MB."""
    found = free_memory()
    if found is None:
        advice = "Make sure that about 400 MB are free."
        yield warn("memory", "this system does not tell how much is free", advice)
        return
    free, bound = found
    seen = f"{free / MEGABYTE:,.0f} MB {bound}; one open notebook takes up to 400 MB"
    if (limit := memory_limit()) and "allowed by" not in bound:
        seen += f"; limit {limit[0] / MEGABYTE:,.0f} MB ({limit[1]})"
    if free < NEEDED_MEMORY:
        yield fail("memory", seen, "Close other programs, or ask for a larger limit.")
    elif free < EASY_MEMORY:
        yield warn("memory", seen, "Shut a notebook's kernel down before you open the next.")
    else:
        yield ok("memory", seen)


def check_cores() -> Iterator[Finding]:
    """One core is enough; less makes everything slow."""
    found = cores()
    seen = f"{found:g} usable"
    if limit := cores_limit():
        seen += f"; limit {limit[0]:g} ({limit[1]})"
    if found < 1:
        yield warn("cores", seen, "It works, but slowly: measured times will be long and uneven.")
    else:
        yield ok("cores", seen)


def check_disk() -> Iterator[Finding]:
    """There has to be room for notebooks with their outputs."""
    folder = expected_folder().path
    try:
        free = free_disk(folder)
    except OSError as error:
        yield fail("disk", f"{folder}: {error.strerror}", "Go to a folder that can be read.")
        return
    seen = f"{free / MEGABYTE:,.0f} MB free for {folder}"
    if free < NEEDED_DISK:
        yield fail("disk", seen, "Make room: notebooks could not be saved.")
    elif free < EASY_DISK:
        yield warn("disk", seen, "Make room soon: notebooks grow with their outputs.")
    else:
        yield ok("disk", seen)
